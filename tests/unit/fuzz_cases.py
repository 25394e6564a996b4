"""
What a server might send that went wrong, at random: each case has a number that makes it again.

`SDKBASE_FUZZ=123` runs the case 123 alone, with its traceback.
"""

from __future__ import annotations

import gzip
import os
import signal
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from types import FrameType

import msgspec

from tests.scale import scaled

JSON = b'{"id":7,"name":"Ann","items":[{"id":1},{"id":2}],"next_cursor":"b","total":3}'
PROBLEM = b'{"type":"https://e.example/p","title":"No","detail":"why","status":404,"errors":[1]}'
EVENTS = b'\xef\xbb\xbfevent: a\nid: 1\nretry: 5\ndata: {"id":1}\n\ndata: {"id":\r\ndata: 2}\n\n'
ROWS = b'{"id":1}\n\n{"id":2}\r\n\x1e{"id":3}\n{"id":4}'
PACKED = msgspec.msgpack.encode({"id": 7, "name": "Ann", "raw": b"\0\1"})
PAGE = b"<!doctype html><html><head><title>502 Bad &amp; Gateway</title></head></html>"

_BODIES: dict[bytes, bytes] = {
    b"application/json": JSON,
    b"application/problem+json": PROBLEM,
    b"text/event-stream": EVENTS,
    b"application/x-ndjson": ROWS,
    b"application/msgpack": PACKED,
    b"text/html; charset=utf-16": PAGE,
    b"text/plain; charset=nonsense": b"caf\xe9 \0\xff",
}
_KINDS = (*_BODIES, *[b"application/json"] * 5)
_OTHER_STATUSES = b"201 204 206 301 302 303 304 307 308 400 401 404 409 429 500 503".split()
_STATUSES = (*[b"200"] * 8, *_OTHER_STATUSES)
_ODD_STATUSES = b"0 99 100 101 103 199 299 399 499 599 600 999 1000 20 2000 -1 abc".split()
# What a server in good order may say, if at times nonsense.
_FIELDS = [
    b"Retry-After: 0", b"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT", b"Retry-After: 1e9",
    b"Retry-After: Sun, 06 Nov 1994 08:49:37 +9999", b"retry-after-ms: 1", b"Retry-After: -1",
    b"Date: Sun, 06 Nov 1994 08:49:37 GMT", b"Date: x", b"Location: /next", b"Location: ?page=2",
    b"Location: //evil.example/x", b"Location: http://evil.example/", b"Location: \xff\xfe",
    b"Location: https://evil.example:99999/", b"Location: https://u:p@[::1/", b"Location:",
    b"Location: https://xn--/", b"Location: https://api.example/%zz/..;/", b"Location: /a\tb",
    b'Link: </users?page=2>; rel="next"', b"Link: <https://evil.example>; rel=next", b"Link: <",
    b"Set-Cookie: sid=1; Path=/; Max-Age=9", b"Set-Cookie: =; Domain=; Expires=x", b"Set-Cookie:",
    b"Set-Cookie: a=1; Expires=Sun, 06 Nov 99999 08:49:37 GMT", b"Set-Cookie: a=\xff; Path=/",
    b'ETag: "x"', b"ETag: W/", b"Content-Encoding: identity", b"Connection: close", b"Upgrade: h2c",
    b"Connection: keep-alive", b"Content-Type: ;;=", b"Content-Type: */*; charset=\xff",
    b"Content-Range: bytes 0-9/4", b"Content-Range: bytes */x", b"Accept-Ranges: bytes",
    b'RateLimit: "a";r=0;t=1', b"RateLimit-Remaining: 0", b"RateLimit-Reset: x", b"Sunset: x",
    b'RateLimit-Policy: "a";q=1;w=1', b"X-RateLimit-Remaining: -1", b"X-RateLimit-Reset: 1e400",
    b"X-RateLimit-Reset: 99999999999999", b"x-should-retry: true", b"x-should-retry: false",
    b"X-Request-Id: \xff\xfe", b"WWW-Authenticate: Digest", b'WWW-Authenticate: Bearer realm="',
    b"Deprecation: @1688169599", b"Deprecation: @99999999999999999999", b"Trailer: x", b"x:",
]  # fmt: skip
_HOSTILE_FIELDS = [
    *_FIELDS, b"Content-Encoding: gzip", b"Content-Encoding: br, gzip, deflate", b"x: \x01",
    b"Content-Encoding: \xff", b"Content-Encoding: zstd", b"Content-Length: 3", b"\tx: 1",
    b"Content-Length: -1", b"Content-Length: 99999999999999999999", b"Content-Length: 5, 5",
    b"Content-Length: +7", b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: \0", b" folded: x", b": no name", b"no colon", b"x\0y: 1", b"x:" * 300,
    b"A" * 70_000 + b"://: 1", b"x: " + b"y" * 5000, b"\xc3\xa9: 1", b"x : 1", b"",
]  # fmt: skip
_PIECES = [
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\0", b"\xff", b"0\r\n\r\n", b"ffffffffffffffffffff\r\n",
    b"-1\r\n", b"5;ext=1\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 ", b"HTTP/2 ", b"HTTP/1.1 100 ",
    b"[" * 3000, b'{"a":' * 2000, b"9" * 5000, b"1e999", b"NaN", b"\\ud800", b"\xef\xbb\xbf",
    b'"', b"data: ", b"\x1f\x8b", b"\xed\xa0\x80", b"-", b"null", b"<title>&#x110000;", b"\x7f",
]  # fmt: skip


def response(rng: Random) -> bytes:
    """Return a response in good order."""
    kind = rng.choice(_KINDS)
    body = _BODIES[kind]
    status = rng.choice(_STATUSES)
    fields = [b"Content-Type: " + kind]
    fields += rng.sample(_FIELDS, k=rng.choice((0, 0, 1, 1, 2, 4)))
    if rng.random() < 0.2:
        coding = rng.choice((b"gzip", b"deflate"))
        body = gzip.compress(body, 1, mtime=0) if coding == b"gzip" else zlib.compress(body, 1)
        fields.append(b"Content-Encoding: " + coding)
    if rng.random() < 0.4:
        fields.append(b"Transfer-Encoding: chunked")
        cut = rng.randrange(len(body) + 1)
        parts = [part for part in (body[:cut], body[cut:]) if part]
        body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
        body += rng.choice((b"0\r\n\r\n", b"0\r\nx-sum: 1\r\n\r\n"))
    elif rng.random() < 0.8:
        fields.append(b"Content-Length: %d" % len(body))
    head = b"HTTP/1.1 " + status + rng.choice((b" OK", b" ", b"", b" \xff", b" Not \x7f Found"))
    first = b"HTTP/1.1 103 Early\r\nLink: <a>\r\n\r\n" if rng.random() < 0.05 else b""
    return first + b"\r\n".join((head, *fields)) + b"\r\n\r\n" + body


def _flipped(rng: Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) or 1)
    return data[:at] + bytes((rng.randrange(256),)) + data[at + 1 :]


def _cut(rng: Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _without_a_piece(rng: Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at + rng.randrange(1, 40) :]


def _twice(rng: Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at : at + rng.randrange(1, 200)] * 2 + data[at:]


def _with_a_piece(rng: Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    piece = rng.choice(_PIECES) if rng.random() < 0.8 else rng.randbytes(rng.randrange(1, 30))
    return data[:at] + piece + data[at:]


def _with_a_field(rng: Random, data: bytes) -> bytes:
    lines = data.split(b"\r\n")
    lines.insert(rng.randrange(1, max(2, min(len(lines), 8))), rng.choice(_HOSTILE_FIELDS))
    return b"\r\n".join(lines)


def _of_another_status(rng: Random, data: bytes) -> bytes:
    return b"HTTP/1.1 " + rng.choice(_ODD_STATUSES) + data[12:]


def _of_other_line_ends(rng: Random, data: bytes) -> bytes:
    return data.replace(b"\r\n", rng.choice((b"\n", b"\r", b"\r\n\n", b"\0")), rng.randrange(1, 9))


def _with_more(rng: Random, data: bytes) -> bytes:
    return data + response(rng)


Mutation = Callable[[Random, bytes], bytes]
_MUTATIONS: Sequence[Mutation] = (
    _flipped, _flipped, _cut, _without_a_piece, _twice, _with_a_piece, _with_a_piece, _with_a_field,
    _with_a_field, _of_another_status, _of_other_line_ends, _with_more,
)  # fmt: skip


def broken(rng: Random, whole: bytes) -> bytes:
    """Return *whole* after some accidents, at times after none."""
    for _ in range(rng.choice((0, 0, 1, 1, 1, 2, 4))):
        whole = rng.choice(_MUTATIONS)(rng, whole)
    return whole


def broken_response(rng: Random) -> bytes:
    """Return a response that went wrong, or mere noise."""
    if rng.random() < 0.03:
        return rng.randbytes(rng.randrange(200))
    return broken(rng, response(rng))


class Hang(BaseException):
    """Raised in a case that does not come to its end."""


def _hung(number: int, frame: FrameType | None) -> None:
    raise Hang


_TIMERS = (
    (signal.ITIMER_VIRTUAL, signal.SIGVTALRM, 1.0),  # seconds of computing
    (signal.ITIMER_REAL, signal.SIGALRM, 20.0),  # seconds of waiting, on a machine that is busy
)


@contextmanager
def case(number: int) -> Iterator[Random]:
    """Give the random numbers of one case, in which nothing hangs; tell the number if it fails."""
    before = [signal.signal(kind, _hung) for _, kind, _ in _TIMERS]
    for timer, _, seconds in _TIMERS:
        signal.setitimer(timer, seconds)
    try:
        yield Random(number)
    except BaseException as error:
        error.add_note(f"to see it again: SDKBASE_FUZZ={number}")
        raise
    finally:
        for (timer, kind, _), handler in zip(_TIMERS, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(kind, handler)


def numbers(*, full: int, ci: int, part: int = 0, parts: int = 1) -> Iterator[int]:
    """Yield the numbers of the cases to run: one of several *parts* of them."""
    if alone := os.environ.get("SDKBASE_FUZZ"):
        yield int(alone)
    else:
        yield from range(part, scaled(full=full, ci=ci), parts)
