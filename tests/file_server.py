"""A server of one file, well behaved or not, on real connections."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self


class Version(NamedTuple):
    """What the file is at some time."""

    content: bytes
    etag: str | None = '"v1"'
    last_modified: str | None = None


class Asked(NamedTuple):
    """What a request asked for."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def range(self) -> str | None:
        """Value of the Range header."""
        return self.headers.get("range")


class FileServer:
    """
    Serve a file at every path; each behaviour is an attribute that tests set.

    Attributes:
        versions: What the file is in each request, one after the other; the last one stays.
        cuts: Bytes of the body after which each connection is cut; None or no more of them: never.
        ranges: Whether ranges are known.
        checks_if_range: Whether If-Range counts.
        headers: Further response headers.
        encodes: Whether the body is sent as gzip, asked or not.
        answer: Takes the request over if it returns status, headers and body.
        before_answer: Called when a request is there, before anything is sent.
    """

    def __init__(self, content: bytes = b"", **version: Any) -> None:
        self.versions = [Version(content, **version)]
        self.cuts: list[int | None] = []
        self.ranges = True
        self.checks_if_range = True
        self.headers: dict[str, str] = {}
        self.encodes = False
        self.answer: Callable[[Asked], tuple[int, dict[str, str], bytes] | None] = lambda _: None
        self.before_answer: Callable[[], object] = lambda: None
        self.requests: list[Asked] = []
        self.errors: list[BaseException] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def asked_for(self) -> list[str | None]:
        """The ranges that were asked for, in order."""
        return [request.range for request in self.requests]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        assert not self.errors

    def answer_to(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body for a request."""
        version = self.versions.pop(0) if len(self.versions) > 1 else self.versions[0]
        own = self.answer(asked)
        if own is not None:
            return own
        headers = dict(self.headers)
        if version.etag is not None:
            headers["etag"] = version.etag
        if version.last_modified is not None:
            headers["last-modified"] = version.last_modified
        if self.encodes:
            body = gzip.compress(version.content)
            return 200, headers | {"content-encoding": "gzip"}, body
        start = self._start(asked, version)
        if start is None:
            return 200, headers, version.content
        total = len(version.content)
        if start >= total:
            return 416, headers | {"content-range": f"bytes */{total}"}, b""
        headers["content-range"] = f"bytes {start}-{total - 1}/{total}"
        return 206, headers, version.content[start:]

    def _start(self, asked: Asked, version: Version) -> int | None:
        if asked.range is None or not self.ranges:
            return None
        condition = asked.headers.get("if-range")
        names = (version.etag, version.last_modified)
        if condition is not None and self.checks_if_range and condition not in names:
            return None
        return int(asked.range.removeprefix("bytes=").removesuffix("-"))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def log_message(self, format: str, *args: Any) -> None: ...

            def do_GET(self) -> None:
                with suppress(ConnectionError):
                    try:
                        self.serve()
                    except (AssertionError, ValueError, LookupError) as error:
                        server.errors.append(error)
                        raise

            do_POST = do_GET
            do_PUT = do_GET

            def read_body(self) -> bytes:
                if "chunked" not in self.headers.get("transfer-encoding", ""):
                    return self.read(int(self.headers.get("content-length", "0")))
                body = b""
                while size := int(self.rfile.readline() or self.gone(), 16):
                    body += self.read(size)
                    self.read(2)
                self.read(2)
                return body

            def read(self, size: int) -> bytes:
                data = self.rfile.read(size)
                return data if len(data) == size else self.gone()

            def gone(self) -> bytes:
                raise ConnectionError("the client gave up half-way")

            def serve(self) -> None:
                asked = Asked(
                    self.command,
                    self.path,
                    {name.lower(): value for name, value in self.headers.items()},
                    self.read_body(),
                )
                server.requests.append(asked)
                status, headers, body = server.answer_to(asked)
                server.before_answer()
                cut = server.cuts.pop(0) if server.cuts else None
                self.send_response(status)
                for name, value in ({"content-length": str(len(body))} | headers).items():
                    if value:
                        self.send_header(name, value)
                chunked = "transfer-encoding" in headers
                if not headers.get("content-length", "-") and not chunked:
                    self.send_header("connection", "close")
                    self.close_connection = True
                self.end_headers()
                sent = body if cut is None else body[:cut]
                if chunked and sent:
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(sent), sent))
                elif not chunked:
                    self.wfile.write(sent)
                if chunked and cut is None:
                    self.wfile.write(b"0\r\n\r\n")
                self.wfile.flush()
                if cut is not None:
                    self.close_connection = True

        return Handler


class Deaf:
    """A server that takes the first bytes of a request and then answers, or cuts the line."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.begun = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Deaf:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._thread.join(5)

    def _run(self) -> None:
        for answer in self._answers:
            line, _ = self._socket.accept()
            with line, suppress(OSError):
                line.recv(1000)
                self.begun += 1
                line.sendall(answer)
                # Closing cuts the line: what is still on its way is not waited for.
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
