"""The server: an asyncio loop in a thread of its own."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Self

from .data import Store
from .problem import Problem
from .routes import router
from .wire import Request, Response, read_request

HOST = "127.0.0.1"
_BACKLOG = 1024
_RECORDED = 10_000
_logger = logging.getLogger("demo_api")


class DemoApi:
    """
    The demo API on a socket of 127.0.0.1, served from entry to exit.

    It is ready when entered; on exit its thread and all connections have ended. It may be
    entered again, with the data as it was left.

    Args:
        port: The port to listen on; 0 takes a free one.
        token: The bearer token that `/users` and `/posts` ask for.
        rate: Requests a second that `/limited` allows.
        clock: Seconds, as the rate limit counts them.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        token: str = "demo-token",
        rate: int = 5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self._port = port
        self._bound = port
        self._rate = rate
        self._clock = clock
        self._store = Store(rate=rate, clock=clock)
        self._requests: deque[tuple[str, str]] = deque(maxlen=_RECORDED)
        self._lock = threading.Lock()
        self._request_numbers = count(1)
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._stop: Callable[[], object] | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port that the server listens on."""
        return self._bound

    @property
    def base_url(self) -> str:
        """The URL of the API, without a slash at its end."""
        return f"http://{HOST}:{self._bound}"

    @property
    def requests(self) -> list[tuple[str, str]]:
        """Method and path (no query) of the last 10,000 requests, oldest first."""
        with self._lock:
            return list(self._requests)

    def reset(self) -> None:
        """Go back to the seed data and forget all requests, keys and counts."""
        self._store = Store(rate=self._rate, clock=self._clock)
        with self._lock:
            self._requests.clear()

    def __enter__(self) -> Self:
        if self._thread is not None:
            raise RuntimeError("This DemoApi is already serving.")
        started: Future[int] = Future()
        thread = threading.Thread(target=self._run, args=(started,), name="demo_api", daemon=True)
        thread.start()
        try:
            self._bound = started.result()
        except BaseException:
            thread.join()
            raise
        self._thread = thread
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._stop is not None:
            self._stop()
        if self._thread is not None:
            self._thread.join()
        self._thread = self._stop = None

    def _run(self, started: Future[int]) -> None:
        try:
            asyncio.run(self._serve(started))
        except OSError as error:
            started.set_exception(error)

    async def _serve(self, started: Future[int]) -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._accept, HOST, self._port, backlog=_BACKLOG)
        self._stop = lambda: loop.call_soon_threadsafe(stopped.set)
        started.set_result(server.sockets[0].getsockname()[1])
        await stopped.wait()
        # asyncio loses the socket of a connection that it accepts in the turn of the loop before
        # its server closes: take no more of them, and let the last ones come in.
        with suppress(NotImplementedError):  # of the loop on Windows
            for listener in server.sockets:
                loop.remove_reader(listener.fileno())
        await asyncio.sleep(0.005)
        server.close()
        await self._drop_connections()
        await server.wait_closed()

    async def _drop_connections(self) -> None:
        tasks = list(self._connections)
        for task, writer in self._connections.items():
            # A close would wait for a peer that has stopped reading.
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                continue
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        try:
            request = await read_request(reader, writer)
        except Problem as problem:
            await self._send(writer, Response.of_problem(problem), keep_alive=False)
            return False
        if request is None:
            return False
        self._record(request)
        response = self._answer(request)
        if response.delay:
            await asyncio.sleep(response.delay)
        keep_alive = request.keeps_alive()
        await self._send(writer, response, keep_alive=keep_alive, bare=request.method == "HEAD")
        return keep_alive and response.cut is None

    def _record(self, request: Request) -> None:
        with self._lock:
            self._requests.append((request.method, request.path))

    def _answer(self, request: Request) -> Response:
        try:
            return router.dispatch(self._store, request, self.token)
        except Problem as problem:
            return Response.of_problem(problem)
        except Exception:
            _logger.exception("%s %s failed", request.method, request.path)
            return Response.of_problem(Problem(500, "The server has a defect."))

    async def _send(
        self,
        writer: asyncio.StreamWriter,
        response: Response,
        *,
        keep_alive: bool,
        bare: bool = False,
    ) -> None:
        head = response.head(f"req-{next(self._request_numbers):06}", keep_alive=keep_alive)
        body = b"" if bare or response.chunks is not None else response.body[: response.cut]
        # One write for head and body, so that they leave in one packet.
        writer.write(head + body)
        if response.chunks is not None and not bare:
            for chunk in (*response.chunks, b"")[: response.cut]:
                writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
                await writer.drain()
        await writer.drain()
