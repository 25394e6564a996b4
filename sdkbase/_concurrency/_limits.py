"""Time limits, and blocks that a cancellation must not cut short."""

from __future__ import annotations

import itertools
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from ._racer import current_racer

if TYPE_CHECKING:
    from queue import SimpleQueue

_PRUNE_FROM = 1024


class AsyncTimeLimit:
    """
    Stop the block after *seconds*, and say so in `expired`; None never stops it.

    Args:
        seconds: Time for the block.
        abort: A bound method, called when the time is up; the sync twin needs it to wake a
            blocked read.
    """

    #: Whether `abort` has to be given for the limit to hold.
    NEEDS_ABORT = False

    def __init__(self, seconds: float | None, abort: Callable[[], object]) -> None:
        self.expired = False
        self._scope = None if seconds is None else _move_on_after(max(0.0, seconds))

    def __enter__(self) -> AsyncTimeLimit:
        if self._scope is not None:
            self._scope.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if self._scope is None:
            return False
        suppressed = bool(self._scope.__exit__(kind, error, traceback))
        self.expired = self._scope.cancelled_caught
        return suppressed


class SyncTimeLimit:
    """
    Stop the block after *seconds*, and say so in `expired`; None never stops it.

    Args:
        seconds: Time for the block.
        abort: A bound method, called from another thread when the time is up; it must wake
            whatever blocks.
    """

    #: Whether `abort` has to be given for the limit to hold.
    NEEDS_ABORT = True

    def __init__(self, seconds: float | None, abort: Callable[[], object]) -> None:
        self.expired = False
        self._seconds = seconds
        # A race with other attempts may end the block too.
        self._racer = current_racer()
        if self._racer is not None:
            self._racer_abort = weakref.WeakMethod(abort)
        if seconds is not None:
            # Weakly: the watchdog must not keep a connection from coming back.
            self._abort = weakref.WeakMethod(abort)
            self._open = True
            self._lock = threading.Lock()

    def expire(self) -> None:
        """Note that the time is up, and abort the block if it still runs."""
        with self._lock:
            if self._open:
                self.expired = True
                if abort := self._abort():
                    abort()

    def __enter__(self) -> SyncTimeLimit:
        if self._racer is not None:
            self._racer.enter(self._racer_abort)
        if self._seconds is not None:
            _watchdog().watch(self, time.monotonic() + self._seconds)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if self._seconds is not None:
            with self._lock:
                self._open = False
        if self._racer is not None:
            self._racer.leave()
        return self.expired and isinstance(error, Exception)


class _Watchdog:
    """
    One thread that ends the time limits of all others.

    New limits reach it through a queue, whose `put` is one atomic step: a KeyboardInterrupt can
    strike between any two, and must not leave a lock held.
    """

    def __init__(self) -> None:
        from queue import SimpleQueue  # late: few calls have a deadline

        self._new: SimpleQueue[tuple[float, int, weakref.ref[SyncTimeLimit]]] = SimpleQueue()
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=self._run, name="sdkbase-deadlines", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether its thread runs, which it does not in a forked child."""
        return self._thread.is_alive()

    def watch(self, limit: SyncTimeLimit, when: float) -> None:
        """Expire *limit* at the time *when* of the monotonic clock, if it is still there."""
        self._new.put((when, next(self._numbers), weakref.ref(limit)))

    def _run(self) -> None:
        import heapq
        from queue import Empty

        heap: list[tuple[float, int, weakref.ref[SyncTimeLimit]]] = []
        prune_at = _PRUNE_FROM
        while True:
            with suppress(Empty):
                wait = heap[0][0] - time.monotonic() if heap else None
                heapq.heappush(heap, self._new.get(timeout=wait and max(0.0, wait)))
            while heap and heap[0][0] <= time.monotonic():
                if limit := heapq.heappop(heap)[2]():
                    limit.expire()
            if len(heap) > prune_at:
                # Most limits are over long before their time.
                heap = [entry for entry in heap if entry[2]() is not None]
                heapq.heapify(heap)
                prune_at = max(_PRUNE_FROM, 2 * len(heap))


_current_watchdog: _Watchdog | None = None


def _watchdog() -> _Watchdog:
    global _current_watchdog
    watchdog = _current_watchdog
    if watchdog is None or not watchdog.is_alive:
        watchdog = _current_watchdog = _Watchdog()
    return watchdog


class AsyncShield:
    """Let the block finish though its task is cancelled; for closing, never for waiting."""

    def __init__(self) -> None:
        import anyio

        self._scope = anyio.CancelScope(shield=True)

    def __enter__(self) -> None:
        self._scope.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        return bool(self._scope.__exit__(kind, error, traceback))


class SyncShield:
    """Do nothing: threads are not cancelled."""

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        return False


def _move_on_after(seconds: float) -> Any:
    import anyio  # late: the sync client never needs it

    return anyio.move_on_after(seconds)
