"""The answers that the fault server knows, by name."""

from __future__ import annotations

import asyncio
import gzip
from http import HTTPStatus

from tests.faults.server import Answer, Connection, FaultServer, Request

USER = b'{"id": 7, "name": "Ada"}'
_ENDLESS = 100_000


def response(
    body: bytes = USER, status: int = 200, *headers: str, content_type: str = "application/json"
) -> bytes:
    """Return a whole response."""
    first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
    lines = (first, f"content-type: {content_type}", *headers, f"content-length: {len(body)}")
    head = "\r\n".join(lines)
    return f"{head}\r\n\r\n".encode() + body


def answer_of(name: str) -> Answer:
    """Return the answer called *name*; a number is a status, `after-0.2-ok` waits before it."""
    if name.isdigit():
        return _status(int(name))
    if name.startswith("after-"):
        delay, _, rest = name[len("after-") :].partition("-")
        return _later(float(delay), answer_of(rest))
    if name.startswith("idle-"):
        return _idle(float(name[len("idle-") :]) / 1000)
    if name.startswith("cut-"):
        return _bytes(_CUT_WHOLE[: int(name[len("cut-") :])], close=True)
    return _ANSWERS[name]


def _status(status: int) -> Answer:
    async def answer(_server: FaultServer, connection: Connection, _request: Request) -> None:
        await connection.send(response(b'{"detail": "told to"}', status))

    return answer


def _later(delay: float, then: Answer) -> Answer:
    async def answer(server: FaultServer, connection: Connection, request: Request) -> None:
        await asyncio.sleep(delay)
        await then(server, connection, request)

    return answer


def _idle(seconds: float) -> Answer:
    async def answer(_server: FaultServer, connection: Connection, _request: Request) -> None:
        await connection.send(response())
        asyncio.get_running_loop().call_later(seconds, connection.close)

    return answer


def _bytes(data: bytes, *, close: bool = False) -> Answer:
    async def answer(_server: FaultServer, connection: Connection, _request: Request) -> None:
        await connection.send(data)
        if close:
            connection.close()

    return answer


async def _lost(_server: FaultServer, connection: Connection, _request: Request) -> None:
    connection.reset()


async def _closed(_server: FaultServer, connection: Connection, _request: Request) -> None:
    connection.close()


async def _half_head(_server: FaultServer, connection: Connection, _request: Request) -> None:
    await connection.send(b"HTTP/1.1 200 OK\r\ncontent-le")
    connection.reset()


async def _black_hole(_server: FaultServer, connection: Connection, _request: Request) -> None:
    await connection.until_client_leaves()


async def _loris(_server: FaultServer, connection: Connection, _request: Request) -> None:
    await connection.send(b"HTTP/1.1 200 OK\r\nx-slow: ")
    await connection.drip(b"a" * _ENDLESS)


async def _drip(_server: FaultServer, connection: Connection, _request: Request) -> None:
    await connection.send(f"HTTP/1.1 200 OK\r\ncontent-length: {_ENDLESS}\r\n\r\n".encode())
    await connection.drip(b"a" * _ENDLESS)


async def _stalled(_server: FaultServer, connection: Connection, _request: Request) -> None:
    await connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegun")
    await connection.until_client_leaves()


async def _chunk_loris(_server: FaultServer, connection: Connection, _request: Request) -> None:
    # No chunk ever ends, so that a reader that looks at the clock between chunks never does.
    await connection.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=")
    await connection.drip(b"a" * _ENDLESS)


async def _meet(server: FaultServer, connection: Connection, _request: Request) -> None:
    await server.barrier.wait()
    await connection.send(response())


async def _echo(_server: FaultServer, connection: Connection, request: Request) -> None:
    await connection.send(response(request.body or b"null"))


_CUT_GZIP = gzip.compress(USER)[:-9]
_CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
_CUT_WHOLE = _CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"

_ANSWERS: dict[str, Answer] = {
    "ok": _bytes(response()),
    "ok-close": _bytes(response(USER, 200, "connection: close"), close=True),
    "ok-then-close": _bytes(response(), close=True),
    "empty": _bytes(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "chunked": _bytes(_CHUNKED + b"18\r\n" + USER + b"\r\n0\r\n\r\n"),
    "until-close": _bytes(b"HTTP/1.1 200 OK\r\n\r\n" + USER, close=True),
    "early-hints": _bytes(b"HTTP/1.1 103 Early Hints\r\n\r\n" + response()),
    "lost": _lost,
    "closed": _closed,
    "half-head": _half_head,
    "garbage": _bytes(b"\x00\x01 this is no HTTP \r\n\r\n", close=True),
    "short": _bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n" + USER, close=True),
    "short-500": _bytes(b"HTTP/1.1 500 Oh\r\ncontent-length: 100\r\n\r\n" + USER, close=True),
    "chunk-cut": _bytes(_CHUNKED + b"18\r\n" + USER, close=True),
    "chunk-no-end": _bytes(_CHUNKED + b"18\r\n" + USER + b"\r\n", close=True),
    "chunk-bad": _bytes(_CHUNKED + b"zz\r\n" + USER, close=True),
    "gzip-cut": _bytes(response(_CUT_GZIP, 200, "content-encoding: gzip")),
    "two-lengths": _bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc"),
    "huge-header": _bytes(b"HTTP/1.1 200 OK\r\nx: " + b"a" * 200_000 + b"\r\n\r\n", close=True),
    "not-json": _bytes(response(b"<html>", content_type="text/html")),
    "wrong-type": _bytes(response(b'{"id": "seven", "name": "Ada"}')),
    "429-wait": _bytes(response(b"{}", 429, "retry-after: 0.01")),
    "503-long": _bytes(response(b"{}", 503, "retry-after: 3600")),
    "loop": _bytes(response(b"", 302, "location: /loop")),
    "bad-location": _bytes(response(b"", 302, "location: http://127.0.0.1:99999/")),
    "to-loris": _bytes(response(b"", 302, "location: /loris")),
    "to-ok": _bytes(response(b"", 302, "location: /ok")),
    "black-hole": _black_hole,
    "loris": _loris,
    "drip": _drip,
    "stalled": _stalled,
    "chunk-loris": _chunk_loris,
    "meet": _meet,
    "echo": _echo,
}
