"""A real nginx: what it answers, and what it saw."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import trustme

from tests.servers.process import free_port, program, running

USERS = [{"id": number, "name": f"User {number}"} for number in range(500)]
FILE = bytes(range(256)) * 4096

# In one process that keeps the user it was started as; every path is below its folder.
_CONFIG = """
daemon off; master_process off; pid nginx.pid;
events {{ worker_connections 512; }}
http {{
    log_format seen escape=json '{{"method": "$request_method", "path": "$uri", "query": "$args",'
        ' "status": $status, "connection": $connection, "protocol": "$server_protocol"}}';
    access_log access.log seen;
    client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    default_type application/json;
    root files;
    gzip on; gzip_types application/json;
    limit_req_zone $arg_key zone=each:1m rate=2r/s;
    limit_req_status 429;
    proxy_next_upstream off; proxy_read_timeout 40ms;

    server {{
        listen 127.0.0.1:{main};
        client_max_body_size 1k;
        location = /user {{ return 200 '{{"id": 7, "name": "Ada"}}'; }}
        location = /limited {{
            limit_req zone=each;
            error_page 429 @busy;
            try_files /user.json =404;
        }}
        location @busy {{ default_type text/html; add_header Retry-After 1 always; return 429; }}
        location = /nothing {{ return 444; }}
        location = /dead {{ proxy_pass http://127.0.0.1:{refused}; }}
        location = /silent {{ proxy_pass http://127.0.0.1:{silent}; }}
        location = /slow {{
            proxy_pass http://127.0.0.1:{silent};
            proxy_read_timeout 10s;
        }}
        location = /file.bin {{ default_type application/octet-stream; }}
    }}
    # A server's own `return` would come before it reads how long to keep a connection.
    server {{
        listen 127.0.0.1:{five};
        keepalive_requests 5;
        location / {{ return 200 '{{}}'; }}
    }}
    server {{
        listen 127.0.0.1:{brief};
        keepalive_timeout 5ms;
        location / {{ return 200 '{{}}'; }}
    }}
    server {{
        listen 127.0.0.1:{secure} ssl http2;
        ssl_certificate server.pem; ssl_certificate_key server.pem;
        keepalive_requests 5;
        location / {{ return 200 '{{}}'; }}
    }}
}}
"""


class Seen(msgspec.Struct):
    """A line of the access log."""

    method: str
    path: str
    query: str
    status: int
    connection: int
    protocol: str


class Nginx:
    """
    An nginx that runs.

    Args:
        folder: Where it was started.
        ports: Those of its servers, by name.
        authority: Who signed the certificate of the server "secure".
        asker: What it asks itself with.
    """

    def __init__(
        self, folder: Path, ports: dict[str, int], authority: trustme.CA, asker: httpx.Client
    ) -> None:
        self._log = folder / "access.log"
        self._ports = ports
        self._asker = asker
        self._numbers = itertools.count()
        self.authority = authority
        self.url = self.url_of("main")

    def url_of(self, server: str) -> str:
        """Return the URL of one of its servers."""
        scheme = "https" if server == "secure" else "http"
        return f"{scheme}://127.0.0.1:{self._ports[server]}"

    def key(self) -> str:
        """Return a word that no other request had."""
        return f"k{next(self._numbers)}"

    def seen(self, key: str) -> list[Seen]:
        """Return what it saw with *key* in the query."""
        # Lines are written in the order in which requests end, by one thread.
        end = self.key()
        self._asker.get(f"{self.url}/user?end={end}")
        for _ in range(500):
            lines = self._log.read_bytes().splitlines()
            if any(f"end={end}".encode() in line for line in reversed(lines)):
                break
            time.sleep(0.01)
        seen = msgspec.json.Decoder(Seen)
        return [line for line in map(seen.decode, lines) if f"key={key}" in line.query.split("&")]


@contextmanager
def nginx_server(folder: Path) -> Iterator[Nginx]:
    """Run nginx in *folder*."""
    executable = program("NGINX_BINARY", "nginx")
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    files = folder / "files"
    files.mkdir()
    (files / "user.json").write_bytes(b'{"id": 7, "name": "Ada"}')
    (files / "users.json").write_bytes(msgspec.json.encode(USERS))
    (files / "file.bin").write_bytes(FILE)
    ports = {name: free_port() for name in ("main", "five", "brief", "secure")}
    # One port has nobody listening, the other somebody who never says anything.
    with socket.socket() as refused, socket.create_server(("127.0.0.1", 0)) as silent:
        refused.bind(("127.0.0.1", 0))
        others = {"refused": refused.getsockname()[1], "silent": silent.getsockname()[1]}
        config = _CONFIG.format(**ports, **others)
        (folder / "nginx.conf").write_text(config, encoding="utf-8")
        command = [executable, "-p", f"{folder}/", "-e", "stderr", "-c", "nginx.conf"]
        with (
            running(command, folder, ports["main"]),
            httpx.Client(trust_env=False) as asker,
        ):
            yield Nginx(folder, ports, authority, asker)
