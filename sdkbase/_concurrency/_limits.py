"""Time limits, and blocks that a cancellation must not cut short."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal


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
        # Weakly: the timer's thread outlives the block for a moment, and must not keep a
        # connection from coming back.
        self._abort = weakref.WeakMethod(abort)
        self._open = True
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        if seconds is not None:
            self._timer = threading.Timer(max(0.0, seconds), self._expire)
            self._timer.daemon = True

    def _expire(self) -> None:
        with self._lock:
            if self._open:
                self.expired = True
                if abort := self._abort():
                    abort()

    def __enter__(self) -> SyncTimeLimit:
        if self._timer is not None:
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if self._timer is None:
            return False
        self._timer.cancel()
        self._timer = None
        with self._lock:
            self._open = False
        return self.expired and isinstance(error, Exception)


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
