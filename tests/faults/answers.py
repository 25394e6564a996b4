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
    if name.startswith("slow-loop-"):
        return _slow_loop(float(name[len("slow-loop-") :]))
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


def _slow_loop(delay: float) -> Answer:
    async def answer(_server: FaultServer, connection: Connection, request: Request) -> None:
        await asyncio.sleep(delay)
        times = int(request.target.partition("?")[2] or "0") + 1
        await connection.send(response(b"", 302, f"location: {request.path}?{times}"))

    return answer


async def _lost(_server: FaultServer, connection: Connection, _request: Request) -> None:
    connection.reset()


async def _closed(_server: FaultServer, connection: Connection, _request: Request) -> None:
    connection.close()


async def _half_head(_server: FaultServer, connection: Connection, _request: Request) -> None:
    await connection.send(b"HTTP/1.1 200 OK\r\ncontent-le")
    connection.reset()


async def _reset_body(_server: FaultServer, connection: Connection, _request: Request) -> None:
    await connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegun")
    await asyncio.sleep(0.005)  # what was sent before must have arrived
    connection.reset()


async def _short_loris(_server: FaultServer, connection: Connection, _request: Request) -> None:
    await connection.send(b"HTTP/1.1 200 OK\r\nx-slow: ")
    await connection.drip(b"a" * 30)
    await connection.send(b"\r\ncontent-length: 0\r\n\r\n")


async def _slow_drip(_server: FaultServer, connection: Connection, _request: Request) -> None:
    await connection.send(f"HTTP/1.1 200 OK\r\ncontent-length: {_ENDLESS}\r\n\r\n".encode())
    await connection.drip(b"a" * _ENDLESS, every=0.05)


async def _slow_loris(_server: FaultServer, connection: Connection, _request: Request) -> None:
    await connection.send(b"HTTP/1.1 200 OK\r\nx-slow: ")
    await connection.drip(b"a" * _ENDLESS, every=0.05)


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


async def _two_records(_server: FaultServer, connection: Connection, _request: Request) -> None:
    # Over TLS two records in one segment, the second of which nobody decrypts until it is asked.
    connection.writer.writelines([response(), response(b'{"id": 8, "name": "Eve"}')])


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
    "reset-body": _reset_body,
    "head-only": _bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n"),
    "reset-content": _bytes(b"HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n"),
    "not-modified": _bytes(b"HTTP/1.1 304 Not Modified\r\ncontent-length: 24\r\n\r\n"),
    "empty-but-not": _bytes(b"HTTP/1.1 204 No Content\r\ncontent-length: 4\r\n\r\nabcd"),
    "no-document": _bytes(response(b"")),
    "bom": _bytes(response(b"\xef\xbb\xbf" + USER)),
    "nan": _bytes(response(b'{"id": NaN, "name": "Ada"}')),
    "deep": _bytes(response(b"[" * 100_000)),
    "no-utf-8": _bytes(response(b'{"id": 7, "name": "\xff"}')),
    "status-999": _bytes(b"HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\n{}"),
    "switch": _bytes(b"HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", close=True),
    "length-and-chunks": _bytes(
        b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n18\r\n"
        + USER
        + b"\r\n0\r\n\r\n"
    ),
    "negative-length": _bytes(b"HTTP/1.1 200 OK\r\ncontent-length: -4\r\n\r\nabcd"),
    "nul-header": _bytes(b"HTTP/1.1 200 OK\r\nx: a\x00b\r\ncontent-length: 2\r\n\r\n{}"),
    "http-1.0": _bytes(b"HTTP/1.0 200 OK\r\n\r\n" + USER, close=True),
    "html-502": _bytes(response(b"<h1>bad gateway", 502, content_type="text/html")),
    "html-404": _bytes(response(b"<h1>nginx", 404, content_type="text/html")),
    "503-wait": _bytes(response(b"{}", 503, "retry-after: 0.01")),
    "503-past": _bytes(response(b"{}", 503, "retry-after: Mon, 01 Jan 2001 00:00:00 GMT")),
    "503-odd": _bytes(response(b"{}", 503, "retry-after: soon")),
    "two-answers": _bytes(response() + response(b'{"id": 8, "name": "Eve"}')),
    "two-chunked-answers": _bytes(
        _CHUNKED
        + b"18\r\n"
        + USER
        + b"\r\n0\r\n\r\n"
        + _CHUNKED
        + b'18\r\n{"id": 8, "name": "Eve"}\r\n0\r\n\r\n'
    ),
    "two-records": _two_records,
    "black-hole": _black_hole,
    "short-loris": _short_loris,
    "slow-loris": _slow_loris,
    "slow-drip": _slow_drip,
    "loris": _loris,
    "drip": _drip,
    "stalled": _stalled,
    "chunk-loris": _chunk_loris,
    "meet": _meet,
    "echo": _echo,
}
