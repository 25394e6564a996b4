"""A TCP server that answers as it is told: well, badly, slowly or not at all."""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
import struct
import threading
import time
import weakref
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, NamedTuple, Self


class Request(NamedTuple):
    """What the server saw."""

    connection: int
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Connection:
    """One TCP connection, from the server's side."""

    def __init__(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.number = number
        self.reader = reader
        self.writer = writer
        self.busy = False

    async def read_request(self) -> Request | None:
        """Return the next request, or None if the client is gone."""
        try:
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except (asyncio.IncompleteReadError, OSError):
            return None
        self.busy = True
        first, *lines = head[:-4].split("\r\n")
        method, target, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return Request(self.number, method, target, headers, body)

    async def send(self, data: bytes) -> None:
        """Send *data*; raises OSError if the client is gone."""
        if self.writer.is_closing():
            raise ConnectionResetError
        self.writer.write(data)
        await self.writer.drain()

    async def drip(self, data: bytes, every: float = 0.01) -> None:
        """Send *data* byte by byte."""
        for byte in data:
            await self.send(bytes((byte,)))
            await asyncio.sleep(every)

    async def until_client_leaves(self) -> None:
        """Read and forget until the client closes."""
        with suppress(OSError):
            while await self.reader.read(65536):
                pass

    def close(self) -> None:
        """Close in good order."""
        self.writer.close()

    def reset(self) -> None:
        """Cut the connection with a TCP reset."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Answer = Callable[["FaultServer", Connection, Request], Coroutine[Any, Any, None]]


class FaultServer:
    """
    A server on a free port of the loopback interface, in a thread of its own.

    A request for `/name` gets the answer of that name. A request for a path that `script` made
    gets the answers of the script, one after the other; the last one repeats.
    """

    def __init__(
        self, answer_of: Callable[[str], Answer], *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._answer_of = answer_of
        self._tls = tls
        self._scripts: dict[str, list[str]] = {}
        self._script_numbers = itertools.count()
        self._numbers = itertools.count(1)
        self._open: dict[int, Connection] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._transports: weakref.WeakSet[asyncio.WriteTransport] = weakref.WeakSet()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self.requests: list[Request] = []
        self.accepted = 0
        self.peak = 0
        self.errors: list[BaseException] = []
        self.barrier = asyncio.Barrier(1)
        self.port = 0

    # --- what tests look at -------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def open(self) -> int:
        """Number of connections that are open now."""
        return len(self._open)

    @property
    def busy(self) -> int:
        """Number of open connections with a request that is not answered yet."""
        return sum(connection.busy for connection in list(self._open.values()))

    def seen(self, path: str) -> list[Request]:
        """Return the requests for *path* so far."""
        return [request for request in list(self.requests) if request.path == path]

    def script(self, *names: str) -> str:
        """Return a new path whose requests get the answers *names*, one after the other."""
        path = f"/script-{next(self._script_numbers)}"
        self._scripts[path] = list(names)
        return path

    def meet(self, parties: int) -> None:
        """Let `/meet` answer only when *parties* requests for it are there at once."""
        self.barrier = asyncio.Barrier(parties)

    def settles(self, condition: Callable[[], bool], timeout: float = 2.0) -> bool:
        """Wait until *condition* holds; tell whether it did in time."""
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(0.002)
        return True

    def drop_idle(self) -> None:
        """Close the connections that wait for a further request."""
        for connection in list(self._open.values()):
            if not connection.busy:
                self._loop.call_soon_threadsafe(connection.close)

    # --- its thread ---------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)
        assert not self._thread.is_alive()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._stop = asyncio.Event()
        server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, backlog=4096, ssl=self._tls
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        # asyncio loses the socket of a connection that it accepts in the turn of the loop before
        # its server closes: take no more of them, and let the last ones come in.
        with suppress(NotImplementedError):  # of the loop on Windows
            for listener in server.sockets:
                self._loop.remove_reader(listener.fileno())
        for _ in range(5):
            await asyncio.sleep(0)
        server.close()
        # A connection that was accepted just now has no task yet, and what was closed is really
        # closed a turn of the loop later.
        for _ in range(5):
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            for transport in list(self._transports):
                transport.abort()  # one that still has bytes to send would wait for its client
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.accepted += 1
        self._transports.add(writer.transport)
        connection = Connection(next(self._numbers), reader, writer)
        self._open[connection.number] = connection
        self.peak = max(self.peak, len(self._open))
        try:
            await self._converse(connection)
        except (OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass
        except BaseException as error:
            self.errors.append(error)
        finally:
            del self._open[connection.number]
            self._tasks.discard(task)
            if self._stop.is_set():
                # Closing would wait for a client that takes no more bytes.
                writer.transport.abort()
            connection.close()

    async def _converse(self, connection: Connection) -> None:
        while (request := await connection.read_request()) is not None:
            self.requests.append(request)
            await self._answer(request)(self, connection, request)
            connection.busy = False
            if connection.writer.is_closing():
                return

    def _answer(self, request: Request) -> Answer:
        script = self._scripts.get(request.path)
        if script is None:
            return self._answer_of(request.path.strip("/"))
        return self._answer_of(script.pop(0) if len(script) > 1 else script[0])
