"""
A small, fast HTTP server that answers every request with one user.

It parses nothing but the end of the request, so that it keeps up with any client. It runs in a
process of its own, prints its port, and stops when its standard input ends.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

USER = (
    b'{"id":7,"name":"Ada Lovelace","email":"ada@example.org","role":"admin","active":true,'
    b'"created_at":"2026-01-02T03:04:05Z",'
    b'"bio":"First to publish an algorithm for a machine, in 1843; read her note G."}'
)
assert len(USER) == 200

_ANSWER = (
    b"HTTP/1.1 200 OK\r\n"
    b"date: Fri, 02 Jan 2026 03:04:05 GMT\r\n"
    b"server: bench\r\n"
    b"content-type: application/json\r\n"
    b"content-length: 200\r\n"
    b"\r\n" + USER
)
_END = b"\r\n\r\n"


class _Connection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        *requests, self._received = (self._received + data).split(_END)
        self._transport.write(_ANSWER * len(requests))


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


@contextmanager
def running_server() -> Generator[str, None, None]:
    """Start the server and give its base URL; stop it when the block ends."""
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.communicate(timeout=10)


if __name__ == "__main__":
    asyncio.run(_serve())
