"""Where a response ends: what h11 keeps for the next one has to be seen, however it comes."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given

from sdkbase._wire.response_end import ResponseEnd
from tests.unit.wire.chunking import PLACES, cut

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
RESPONSES = {
    "length": (b"GET", OK + b"content-length: 5\r\n\r\nhello"),
    "length in capitals, no space": (b"GET", OK + b"CONTENT-LENGTH:5\r\n\r\nhello"),
    "length told twice": (b"GET", OK + b"content-length: 5, 5\r\n\r\nhello"),
    "no body": (b"GET", OK + b"content-length: 0\r\n\r\n"),
    "head": (b"HEAD", OK + b"content-length: 5\r\n\r\n"),
    "head of chunks": (b"HEAD", CHUNKED),
    "204": (b"GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
    "304": (b"GET", b"HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"),
    "chunks": (b"GET", CHUNKED + b"5\r\nhello\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n"),
    "no chunk": (b"GET", CHUNKED + b"0\r\n\r\n"),
    "line ends in a chunk": (b"GET", CHUNKED + b"6\r\n\r\n\r\n\r\n\r\n0\r\n\r\n"),
    "trailers": (b"GET", CHUNKED + b"5\r\nhello\r\n0\r\nx: 1\r\ny: 2\r\n\r\n"),
    "chunks and a length": (
        b"GET",
        OK + b"content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    ),
    "early hints": (
        b"GET",
        b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
        + OK
        + b"content-length: 2\r\n\r\nhi",
    ),
    "lines that end with a line feed": (
        b"GET",
        b"HTTP/1.1 200 OK\ncontent-length: 2\n\nhi",
    ),
}
EXTRAS = (b"", b"x", b"\r\n", OK + b"content-length: 0\r\n\r\n", CHUNKED + b"0\r\n\r\n")


def left_by_h11(method: bytes, data: bytes) -> bytes:
    """Return what h11 keeps for the next response."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method=method, target="/", headers=[("host", "a")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(data)
    while not isinstance(connection.next_event(), h11.EndOfMessage):
        pass
    return connection.trailing_data[0]


def status_of(data: bytes) -> int:
    return 200 if b" 200 " in data else int(data.split()[1])


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("kind", RESPONSES)
@given(places=PLACES)
def test_it_sees_what_h11_keeps_for_the_next(kind: str, extra: bytes, places: list[int]) -> None:
    method, response = RESPONSES[kind]
    received, came = ResponseEnd(), b""
    for piece in cut(response + extra, places):
        received.feed(piece)
        came += piece
        exact = received.is_exact(method.decode(), status_of(response))
        assert exact == (came == response)
    assert left_by_h11(method, came) == extra


@pytest.mark.parametrize("kind", RESPONSES)
def test_after_a_restart_the_next_response_is_followed(kind: str) -> None:
    received = ResponseEnd()
    received.feed(RESPONSES["chunks"][1] + b"and more")
    received.restart()
    method, response = RESPONSES[kind]
    received.feed(response)
    assert received.is_exact(method.decode(), status_of(response))


@pytest.mark.parametrize(
    "response",
    [
        OK + b"\r\n" + b"until it closes",
        OK + b"content-length: many\r\n\r\n",
        OK + b"content-length: " + b"1" * 5000 + b"\r\n\r\n",
        OK + b"content-length:\r\n 5\r\n\r\nhello",
        CHUNKED + b"five\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b" 5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n",
        b"\x00\x00\x12\x04",
    ],
)
def test_what_has_no_certain_end_is_not_exact(response: bytes) -> None:
    received = ResponseEnd()
    received.feed(response)
    assert not received.is_exact("GET", 200)
