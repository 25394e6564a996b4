"""A server whose responses are scripted byte by byte, for streams."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from tests.faults.server import Answer, Connection, FaultServer, Request

Steps: TypeAlias = Sequence[object]
"""
What a response is made of: bytes to send, seconds to wait, or `close`, `reset`, `hold` (until the
client leaves).
"""

PATH = "/stream"


def head(content_type: str = "text/event-stream", *fields: str, status: str = "200 OK") -> bytes:
    """Return the head of a chunked response."""
    lines = (f"HTTP/1.1 {status}", f"content-type: {content_type}", *fields)
    return "\r\n".join((*lines, "transfer-encoding: chunked", "", "")).encode()


def chunk(data: str | bytes) -> bytes:
    """Return one piece of a chunked body; an empty one ends it."""
    content = data.encode() if isinstance(data, str) else data
    return b"%x\r\n%s\r\n" % (len(content), content)


END = chunk("")
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"


def plain(status: str, body: bytes = b"", *fields: str) -> bytes:
    """Return a whole response."""
    lines = (f"HTTP/1.1 {status}", *fields, f"content-length: {len(body)}", "", "")
    return "\r\n".join(lines).encode() + body


@contextmanager
def serving(*responses: Steps) -> Iterator[FaultServer]:
    """Run a server that gives the responses one after the other; the last one repeats."""
    waiting = list(responses)

    def next_answer(_path: str) -> Answer:
        return _answer(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    with FaultServer(next_answer) as server:
        yield server
    assert not server.errors


def _answer(steps: Steps) -> Answer:
    async def answer(_server: FaultServer, connection: Connection, _request: Request) -> None:
        for step in steps:
            if isinstance(step, bytes):
                await connection.send(step)
            elif isinstance(step, float | int):
                await asyncio.sleep(step)
            else:
                await _act(connection, step)

    return answer


async def _act(connection: Connection, step: object) -> None:
    if step == "reset":
        connection.reset()
        return
    assert step in ("close", "hold"), step
    if step == "hold":
        await connection.until_client_leaves()
    connection.close()
