"""Answers whose head is whole and whose body is not: `404-length`, `503-reset`, `200-stall`, ..."""

from __future__ import annotations

import asyncio
import gzip

from tests.faults.server import Answer, Connection, FaultServer, Request

BODY = b'{"code": "gone", "detail": "no user 7", "rest": "' + b"x" * 200 + b'"}'

_HEAD = "HTTP/1.1 {} Told\r\ncontent-type: application/json\r\n{}\r\n\r\n"
_GZIPPED = gzip.compress(BODY)

# What comes after the status line, and whether it was the whole JSON document.
FAULTS = {
    "length": ("content-length: 9999", BODY),
    "early": ("content-length: 9999", BODY[:60]),
    "empty": ("content-length: 9999", b""),
    "chunk": ("transfer-encoding: chunked", b"%x\r\n" % len(BODY) + BODY + b"\r\n"),
    "no-chunk": ("transfer-encoding: chunked", b"%x\r\n" % len(BODY) + BODY + b"\r\nzz\r\n"),
    "reset": ("content-length: 9999", BODY),
    "stall": ("content-length: 9999", BODY),
    "gzip": (f"content-encoding: gzip\r\ncontent-length: {len(_GZIPPED) - 20}", _GZIPPED[:-20]),
}


def answer_of(name: str) -> Answer:
    """Return the answer called *name*: a status, a dash and a fault, or just a status."""
    status, _, fault = name.partition("-")
    head, content = FAULTS[fault] if fault else (f"content-length: {len(BODY)}", BODY)
    data = _HEAD.format(status, head).encode() + content

    async def answer(_server: FaultServer, connection: Connection, _request: Request) -> None:
        await connection.send(data)
        if fault == "stall":
            await connection.until_client_leaves()
        elif fault == "reset":
            await asyncio.sleep(0.02)  # what was sent before must have arrived
            connection.reset()
        elif fault not in ("", "gzip"):
            connection.close()

    return answer
