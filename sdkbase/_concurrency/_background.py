"""Work beside the caller, and waiting for what comes of it."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any, Generic, TypeVar, cast

from ._clock import AsyncClock, SyncClock
from ._flag import ThreadFlag
from ._limits import AsyncShield
from ._loop import asyncio_loop

V = TypeVar("V")
W = TypeVar("W")


class Outcome(Generic[V]):
    """
    What a piece of work will come to; threads and event loops may wait for it alike.

    It is settled once, by the work itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = False
        self._value: V | None = None
        self._error: BaseException | None = None
        self._callbacks: list[Callable[[], None]] = []

    @property
    def done(self) -> bool:
        """Whether it is settled."""
        return self._done

    def settle(self, value: V | None, error: BaseException | None = None) -> None:
        """Set the result, or the *error*, and wake all who wait; only the first time counts."""
        with self._lock:
            if self._done:
                return
            self._value, self._error, self._done = value, error, True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def when_done(self, callback: Callable[[], None]) -> None:
        """Call *callback* once it is settled, at once if it is, in whatever thread settles it."""
        with self._lock:
            if not self._done:
                self._callbacks.append(callback)
                return
        callback()

    def forget(self, callback: Callable[[], None]) -> None:
        """Take a callback back."""
        with self._lock, suppress(ValueError):
            self._callbacks.remove(callback)

    def get(self) -> V:
        """Return the result of settled work, or raise its error."""
        if self._error is not None:
            raise self._error
        return cast("V", self._value)


class AsyncBackground(Generic[V]):
    """
    A function that runs beside the caller, as a task of the same event loop.

    It ends with its loop. Whoever started it must `cancel` it or wait for its result.
    """

    def __init__(self, function: Callable[..., Awaitable[V]], *args: Any) -> None:
        self.outcome: Outcome[V] = Outcome()
        self._call = _caller()
        self._cancel = _spawn(partial(self._run, function, args), self._over)

    @staticmethod
    def start(function: Callable[..., Awaitable[W]], *args: Any) -> AsyncBackground[W]:
        """Start *function* with *args*."""
        return AsyncBackground(function, *args)

    async def _run(self, function: Callable[..., Awaitable[V]], args: tuple[Any, ...]) -> None:
        try:
            value = await function(*args)
        except Exception as error:
            self.outcome.settle(None, error)
        else:
            self.outcome.settle(value)

    def _over(self) -> None:
        self.outcome.settle(None, _stopped())

    @property
    def done(self) -> bool:
        """Whether it is over."""
        return self.outcome.done

    async def result(self) -> V:
        """Wait for its result; cancelling the one who waits does not stop it."""
        return await self.wait_for(self.outcome)

    def stop(self) -> None:
        """Ask it to end, from any thread, and do not wait. Safe to repeat."""
        if not self.done:
            self._call(self._cancel)

    async def cancel(self) -> None:
        """Stop it, and wait until it is over. Safe to repeat."""
        if not self.done:
            self._cancel()
            with AsyncShield(), suppress(Exception):
                await self.result()

    @staticmethod
    async def wait_for(
        outcome: Outcome[W], seconds: float | None = None, clock: AsyncClock | None = None
    ) -> W:
        """
        Wait for an outcome, whichever loop or thread works on it.

        Args:
            outcome: What to wait for.
            seconds: How long at most; None for as long as it takes.
            clock: Waits.

        Raises:
            TimeoutError: It was not settled in time.
        """
        if not outcome.done:
            import anyio

            event = anyio.Event()
            wake = partial(_caller(), event.set)
            outcome.when_done(wake)
            try:
                if not await (clock or AsyncClock()).wait(event, seconds):
                    raise TimeoutError
            finally:
                outcome.forget(wake)
        return outcome.get()


class SyncBackground(Generic[V]):
    """A function that runs beside the caller, in a thread of its own that no exit waits for."""

    def __init__(self) -> None:
        self.outcome: Outcome[V] = Outcome()

    @staticmethod
    def start(function: Callable[..., W], *args: Any) -> SyncBackground[W]:
        """Start *function* with *args*."""
        background: SyncBackground[W] = SyncBackground()
        threading.Thread(
            # In the caller's context, as a task is.
            target=copy_context().run,
            args=(background._run, function, args),
            name="sdkbase-background",
            daemon=True,
        ).start()
        return background

    def _run(self, function: Callable[..., V], args: tuple[Any, ...]) -> None:
        try:
            value = function(*args)
        except BaseException as error:
            self.outcome.settle(None, error)
        else:
            self.outcome.settle(value)

    @property
    def done(self) -> bool:
        """Whether it is over."""
        return self.outcome.done

    def result(self) -> V:
        """Wait for its result."""
        return self.wait_for(self.outcome)

    def stop(self) -> None:
        """Wait for it no longer; a thread can not be stopped. Safe to repeat."""
        self.outcome.settle(None, _stopped())

    def cancel(self) -> None:
        """Wait for it no longer; a thread can not be stopped. Safe to repeat."""
        self.stop()

    @staticmethod
    def wait_for(
        outcome: Outcome[W], seconds: float | None = None, clock: SyncClock | None = None
    ) -> W:
        """
        Wait for an outcome, whichever loop or thread works on it.

        Args:
            outcome: What to wait for.
            seconds: How long at most; None for as long as it takes.
            clock: Waits.

        Raises:
            TimeoutError: It was not settled in time.
        """
        if not outcome.done:
            flag = ThreadFlag()
            outcome.when_done(flag.set)
            try:
                if not (clock or SyncClock()).wait(flag, seconds):
                    raise TimeoutError
            finally:
                outcome.forget(flag.set)
        return outcome.get()


def _stopped() -> RuntimeError:
    return RuntimeError("the work in the background was stopped before it was over")


def _spawn(
    run: Callable[[], Coroutine[Any, Any, None]], over: Callable[[], None]
) -> Callable[[], object]:
    """Start a task that belongs to the loop and to no block of code; return what stops it."""
    loop = asyncio_loop()
    if loop is None:
        return _spawn_in_trio(run, over)
    task = loop.create_task(run())
    # Told by the task itself: one that is stopped before its first step never gets to its code.
    task.add_done_callback(lambda _: over())
    # The bound method keeps the task, which its loop holds only weakly.
    return task.cancel


def _spawn_in_trio(
    run: Callable[[], Awaitable[None]], over: Callable[[], None]
) -> Callable[[], object]:
    import trio

    scope = trio.CancelScope()

    async def scoped() -> None:
        try:
            with scope:
                await run()
        finally:
            over()

    trio.lowlevel.spawn_system_task(scoped, context=copy_context())
    return scope.cancel


def _caller() -> Callable[[Callable[[], object]], None]:
    """Return a function that makes the running loop call something soon, from any thread."""
    loop = asyncio_loop()
    if loop is None:
        return _caller_in_trio()

    def call(function: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            loop.call_soon_threadsafe(function)

    return call


def _caller_in_trio() -> Callable[[Callable[[], object]], None]:
    import trio

    token = trio.lowlevel.current_trio_token()

    def call(function: Callable[[], object]) -> None:
        with suppress(trio.RunFinishedError):
            token.run_sync_soon(function)

    return call
