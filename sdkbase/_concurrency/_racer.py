"""One of several attempts that run side by side in threads, and how it is broken off."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any


class BrokenOff(BaseException):
    """Ends the attempt of a racer that has lost; nobody but its own thread sees it."""


class Racer:
    """One attempt of a race. Whatever blocks in it registers what wakes it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._aborts: list[weakref.WeakMethod[Callable[[], Any]]] = []
        self.is_broken_off: bool = False

    def enter(self, abort: weakref.WeakMethod[Callable[[], Any]]) -> None:
        """
        Note that a block begins, which *abort* ends.

        Raises:
            BrokenOff: The race is over.
        """
        with self._lock:
            if self.is_broken_off:
                raise BrokenOff
            self._aborts.append(abort)

    def leave(self) -> None:
        """
        Note that the last block that began is over.

        Raises:
            BrokenOff: The race is over.
        """
        with self._lock:
            self._aborts.pop()
            if self.is_broken_off:
                raise BrokenOff

    def check(self) -> None:
        """Raise `BrokenOff` if the race is over."""
        if self.is_broken_off:
            raise BrokenOff

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*; raise `BrokenOff` as soon as the race is over."""
        woken = threading.Event()
        self.enter(weakref.WeakMethod(woken.set))
        woken.wait(seconds)
        self.leave()

    def break_off(self) -> None:
        """Wake the thread, which then ends by itself. Safe to repeat."""
        # With the lock, so that no connection is shut down that has gone on to another call.
        with self._lock:
            self.is_broken_off = True
            for reference in self._aborts:
                if abort := reference():
                    abort()


class _Current(threading.local):
    racer: Racer | None = None


_current = _Current()


def current_racer() -> Racer | None:
    """Return the racer of this thread; None outside of a race."""
    return _current.racer


def set_racer(racer: Racer | None) -> None:
    """Make *racer* the one of this thread."""
    _current.racer = racer
