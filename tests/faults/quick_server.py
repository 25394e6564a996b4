"""
A server for very many calls: quick, in a process of its own, and it counts its connections.

`python -m tests.faults.quick_server` prints its port, and serves until its input ends.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"


class Counts:
    """What the server saw: connections that were used, open now and at most, and requests."""

    def __init__(self) -> None:
        self.accepted = self.open = self.peak = self.requests = 0


class Peer(asyncio.Protocol):
    """Answers each request with its body, or `{}`; `/counts` with the counts."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._received = b""
        self._is_counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def _note_request(self) -> None:
        self._counts.requests += 1
        if self._is_counted:
            return
        self._is_counted = True
        self._counts.accepted += 1
        self._counts.open += 1
        self._counts.peak = max(self._counts.peak, self._counts.open)

    def connection_lost(self, exc: Exception | None) -> None:
        self._counts.open -= self._is_counted

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if not end or len(rest) < length:
            return
        self._received = rest[length:]
        body = rest[:length] or b"{}"
        if head.startswith(b"GET /counts"):
            body = json.dumps(vars(self._counts)).encode()
        else:
            self._note_request()
        self._transport.write(HEAD % len(body) + body)


class QuickServer:
    """The server, from the side of a test."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def counts(self) -> Counts:
        """Return what it saw."""
        counts = Counts()
        with urlopen(f"{self.url}/counts") as answer:
            vars(counts).update(json.load(answer))
        return counts

    def settles_at(self, connections: int) -> bool:
        """Wait until no more than so many connections are open; tell whether that was soon."""
        for _ in range(200):
            if self.counts().open <= connections:
                return True
            time.sleep(0.01)
        return False


@contextmanager
def in_a_process(module: str) -> Generator[str, None, None]:
    """Run *module* until the block ends, and give the first line that it prints."""
    with subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


@contextmanager
def quick_server() -> Generator[QuickServer, None, None]:
    """Run the server until the block ends."""
    with in_a_process("tests.faults.quick_server") as port:
        yield QuickServer(int(port))


async def serve() -> None:
    counts = Counts()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Peer(counts), "127.0.0.1", 0, backlog=4096)
    over = asyncio.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    print(server.sockets[0].getsockname()[1], flush=True)
    await over.wait()


if __name__ == "__main__":
    asyncio.run(serve())
