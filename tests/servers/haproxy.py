"""A real HAProxy: what it answers for servers behind it that are slow, broken, down or well."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.answers import answer_of
from tests.faults.server import FaultServer, Request
from tests.servers.process import free_port, program, running

# Under /faults are the answers of the fault server, each a way for a server to be broken.
_CONFIG = """
global
    stats socket unix@admin.sock level admin
defaults
    mode http
    retries 0
    option http-server-close
    timeout connect 200ms
    timeout client 5s
    timeout server 40ms
    timeout http-keep-alive 5s
frontend api
    bind 127.0.0.1:{port}
    http-request return status 200 content-type text/html string "<html>Sign in</html>" \
if {{ path /portal }}
    http-request track-sc0 url_param(key) table seen if {{ path /limited }}
    http-request return status 429 content-type application/json \
string '{{"message": "too many calls"}}' hdr retry-after 1 \
if {{ path /limited }} {{ sc_http_req_rate(0) gt 1 }}
    use_backend faults if {{ path_beg /faults/ }}
    use_backend switched if {{ path /switched }}
    use_backend down if {{ path /down }}
    default_backend well
backend seen
    stick-table type string len 16 size 10k expire 10s store http_req_rate(900ms)
backend faults
    http-request set-path %[path,regsub(^/faults,)]
    server s1 127.0.0.1:{upstream}
backend switched
    http-request set-path /ok
    server s1 127.0.0.1:{upstream}
backend well
    http-request set-path /ok
    server s1 127.0.0.1:{upstream}
backend down
    server s1 127.0.0.1:{refused}
"""


class HaProxy:
    """
    A HAProxy that runs.

    Args:
        folder: Where it was started.
        port: Where it listens.
        upstream: The server behind it.
    """

    def __init__(self, folder: Path, port: int, upstream: FaultServer) -> None:
        self._control = folder / "admin.sock"
        self._upstream = upstream
        self._numbers = itertools.count()
        self.url = f"http://127.0.0.1:{port}"

    def key(self) -> str:
        """Return a word that no other request had."""
        return f"k{next(self._numbers)}"

    def seen(self, key: str) -> list[Request]:
        """Return the requests with *key* in the query that came to the server behind it."""
        return [it for it in list(self._upstream.requests) if it.target.endswith(f"?key={key}")]

    def tell(self, command: str) -> None:
        """Give it a command of its runtime API, as an operator does."""
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(self._control))
            control.sendall(f"{command}\n".encode())
            answer = control.makefile().read().strip()
        assert not answer, answer


@contextmanager
def haproxy_server(folder: Path) -> Iterator[HaProxy]:
    """Run HAProxy in *folder*."""
    executable = program("HAPROXY_BINARY", "haproxy")
    port = free_port()
    with FaultServer(answer_of) as upstream, socket.socket() as refused:
        refused.bind(("127.0.0.1", 0))
        config = _CONFIG.format(port=port, upstream=upstream.port, refused=refused.getsockname()[1])
        (folder / "haproxy.cfg").write_text(config, encoding="utf-8")
        with running([executable, "-db", "-f", "haproxy.cfg"], folder, port):
            yield HaProxy(folder, port, upstream)
