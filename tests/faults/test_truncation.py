"""A body that is cut short at any byte, whatever says how long it is, is never a success."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
import zstandard

from sdkbase import ProtocolError, RetryConfig, TransportError
from tests.faults.driver import ask, drive
from tests.faults.server import Answer, Connection, FaultServer, Request

# It repeats the same lines very often.
pytestmark = pytest.mark.usefixtures("uncovered")

brotli: Any = import_module("brotli")  # it has no types

NO_RETRIES = RetryConfig(max_retries=0)
BODY = b'{"id": 7}'
HALF = len(BODY) // 2

CODED: dict[str, tuple[str, bytes]] = {
    "members": ("gzip", gzip.compress(BODY[:HALF], mtime=0) + gzip.compress(BODY[HALF:], mtime=0)),
    "deflate": ("deflate", zlib.compress(BODY)[2:-4]),
    "br": ("br", brotli.compress(BODY)),
    "frames": ("zstd", zstandard.compress(BODY[:HALF]) + zstandard.compress(BODY[HALF:])),
    "both": ("zstd, gzip", gzip.compress(zstandard.compress(BODY), mtime=0)),
}
# Where the first of two parts ends, nothing tells that there was to be a second.
ENDS = {
    "members": len(gzip.compress(BODY[:HALF], mtime=0)),
    "frames": len(zstandard.compress(BODY[:HALF])),
}

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


def framed(content: bytes, *fields: str) -> bytes:
    """Return an answer whose length is that of *content*."""
    lines = (*fields, f"content-length: {len(content)}", "", "")
    return _HEAD + "\r\n".join(lines).encode() + content


def chunked(content: bytes, size: int = 4) -> bytes:
    """Return an answer in chunks, and its end."""
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return _HEAD + b"transfer-encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


FRAMED: dict[str, Callable[[bytes], bytes]] = {"length": framed, "chunked": chunked}


def answer_of(name: str) -> Answer:
    """Return the answer `coding-7` or `framing-7`, whose body ends after 7 bytes."""
    kind, _, length = name.partition("-")
    if kind in FRAMED:
        whole = FRAMED[kind](BODY)
        data = whole[: whole.index(b"\r\n\r\n") + 4 + int(length)]
    else:
        coding, content = CODED[kind]
        data = framed(content[: int(length)], f"content-encoding: {coding}")

    async def answer(_server: FaultServer, connection: Connection, _request: Request) -> None:
        await connection.send(data)
        if kind in FRAMED:
            connection.close()

    return answer


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(answer_of) as running:
        yield running
    assert running.errors == []


@pytest.mark.parametrize("kind", CODED)
def test_a_coded_body_cut_at_any_byte(server: FaultServer, colour: str, kind: str) -> None:
    whole = len(CODED[kind][1])
    cuts = [length for length in range(1, whole) if length != ENDS.get(kind)]
    asks = [ask("GET", f"/{kind}-{length}", cast_to=dict) for length in (*cuts, whole)]
    asks += [ask("STREAM", f"/{kind}-{length}") for length in (*cuts, whole)]
    outcomes = drive(colour, asks, base_url=server.url, retry_config=NO_RETRIES)
    typed, streamed = outcomes[: len(cuts) + 1], outcomes[len(cuts) + 1 :]
    assert typed[-1].result == "{'id': 7}"
    assert streamed[-1].result == "HTTP 200"
    for outcome in (*typed[:-1], *streamed[:-1]):
        assert type(outcome.error) is ProtocolError
        assert "body ends too early" in str(outcome.error)
    assert server.accepted == 1  # the message was whole: its connection stays


@pytest.mark.parametrize("kind", FRAMED)
def test_a_message_cut_at_any_byte_of_its_body(server: FaultServer, colour: str, kind: str) -> None:
    answer = FRAMED[kind](BODY)
    whole = len(answer) - answer.index(b"\r\n\r\n") - 4
    for method, args in (("GET", {"cast_to": dict}), ("STREAM", {})):
        asks = [ask(method, f"/{kind}-{length}", **args) for length in range(whole + 1)]
        *cut, last = drive(colour, asks, base_url=server.url, retry_config=NO_RETRIES)
        assert last.error is None
        assert all(isinstance(outcome.error, TransportError) for outcome in cut)
