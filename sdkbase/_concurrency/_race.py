"""Attempts side by side: whoever ends first is looked at first, and those still out are ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context, copy_context
from functools import partial
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from ._clock import AsyncClock, SyncClock
from ._racer import BrokenOff, Racer, set_racer
from ._workers import workers

if TYPE_CHECKING:
    import anyio

V = TypeVar("V")


class Finish(Generic[V]):
    """
    How an attempt ended.

    Args:
        value: What it returned, or None if it raised.
        error: What it raised.
    """

    __slots__ = ("error", "value")

    def __init__(self, value: V | None, error: BaseException | None) -> None:
        self.value: V | None = value
        self.error: BaseException | None = error


class AsyncRace(Generic[V]):
    """
    Run attempts as tasks; leaving the block cancels those still out, and waits until they are over.

    Args:
        clock: Waits.

    Attributes:
        running: How many were started and not returned by `next`.
    """

    def __init__(self, clock: AsyncClock | None = None) -> None:
        import anyio

        self._clock = clock or AsyncClock()
        self._group = anyio.create_task_group()
        self._finished: deque[Finish[V]] = deque()
        self._news: anyio.Event = anyio.Event()
        self.running: int = 0

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        import anyio

        self._group.cancel_scope.cancel()
        try:
            if isinstance(error, anyio.get_cancelled_exc_class()):
                await self._group.__aexit__(kind, error, traceback)
            else:  # which the group would put into an ExceptionGroup
                await self._group.__aexit__(None, None, None)
        finally:
            self._finished.clear()

    def start(self, function: Callable[..., Awaitable[V]], *args: Any) -> bool:
        """Start an attempt, and tell whether that was possible."""
        self.running += 1
        self._group.start_soon(self._run, function, args)
        return True

    async def _run(self, function: Callable[..., Awaitable[V]], args: tuple[Any, ...]) -> None:
        finish = Finish[V](None, None)
        try:
            finish.value = await function(*args)
        except BaseException as error:
            finish.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            self._finished.append(finish)
            self._news.set()
            # The frame that the error's traceback leads to must not lead back to it.
            del finish

    async def next(self, seconds: float | None) -> Finish[V] | None:
        """
        Wait for the next attempt to end.

        Args:
            seconds: How long at most; None for as long as it takes.

        Returns:
            How it ended, or None if none did in time.
        """
        if not self._finished:
            import anyio

            self._news = anyio.Event()
            await self._clock.wait(self._news, seconds)
        if not self._finished:
            return None
        self.running -= 1
        return self._finished.popleft()


class _Arrivals(Generic[V]):
    """A queue that one thread waits at."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[V] = SimpleQueue()
        self._here: deque[V] = deque()

    def put(self, item: V) -> None:
        self._queue.put(item)

    def wait(self, timeout: float | None = None) -> bool:
        if not self._here:
            with suppress(Empty):
                self._here.append(self._queue.get(timeout=timeout))
        return bool(self._here)

    def take(self) -> V:
        return self._here.popleft()


class SyncRace(Generic[V]):
    """
    Run attempts in threads; leaving the block breaks off those still out, and waits for none.

    Args:
        clock: Waits.

    Attributes:
        running: How many were started and not returned by `next`.
    """

    def __init__(self, clock: SyncClock | None = None) -> None:
        self._clock = clock or SyncClock()
        self._finished: _Arrivals[Finish[V]] = _Arrivals()
        self._racers: list[Racer] = []
        self.running: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for racer in self._racers:
            racer.break_off()

    def start(self, function: Callable[..., V], *args: Any) -> bool:
        """Start an attempt, and tell whether that was possible: whether a thread was free."""
        racer = Racer()
        # In the caller's context, as a task is.
        context, attempt = copy_context(), partial(function, *args)
        self._racers.append(racer)
        if not workers.run(partial(self._run, racer, context, attempt)):
            return False
        self.running += 1
        return True

    def _run(self, racer: Racer, context: Context, attempt: Callable[[], V]) -> None:
        if racer.is_broken_off:
            return
        set_racer(racer)
        finish = Finish[V](None, None)
        try:
            finish.value = context.run(attempt)
        except BrokenOff:
            return
        except BaseException as error:
            finish.error = error
        finally:
            set_racer(None)
        self._finished.put(finish)
        # The frame that the error's traceback leads to must not lead back to it.
        del finish

    def next(self, seconds: float | None) -> Finish[V] | None:
        """
        Wait for the next attempt to end.

        Args:
            seconds: How long at most; None for as long as it takes.

        Returns:
            How it ended, or None if none did in time.
        """
        if not self._clock.wait(self._finished, seconds):
            return None
        self.running -= 1
        return self._finished.take()
