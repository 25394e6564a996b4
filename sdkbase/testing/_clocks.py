"""Clocks that move only when they are told to, so that retries and limits take no time in tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .._concurrency import AsyncClock, SyncClock

if TYPE_CHECKING:
    from .._concurrency._clock import AsyncEvent, SyncEvent

_REAL = SyncClock()
_START = 1_000.0
_LOOK_SECONDS = 0.002
_PATIENCE = 1.0


class _VirtualTime:
    """
    Time that stands still.

    Attributes:
        now: What both clocks show, in seconds.
        sleeps: Every wait, in seconds, in the order in which they began.
    """

    def __init__(self, now: float = _START) -> None:
        self.now: float = now
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        """Return `now`."""
        return self.now

    def time(self) -> float:
        """Return `now`."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass."""
        self.now += seconds

    def _real_waits(self, seconds: float | None) -> Iterator[float | None]:
        """
        Give the real seconds to wait, again and again, until virtual *seconds* are over.

        Who moves the clock ends the wait; if nobody does for as long as the wait or for a second,
        it moves on by itself.
        """
        if seconds is None:
            yield None
            return
        end, began = self.now + seconds, _REAL.monotonic()
        while self.now < end:
            yield _LOOK_SECONDS
            if _REAL.monotonic() - began >= min(seconds, _PATIENCE):
                self.advance(max(0.0, end - self.now))
        yield 0.0

    def _slept(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.advance(seconds)


class AsyncVirtualClock(_VirtualTime, AsyncClock):
    """
    A clock for `clock=` of an async client: a sleep moves it on at once, and lets other tasks run.

    Tasks that sleep side by side wait one after the other. Waits for other tasks, as for a place in
    a full pool, are over when the clock was moved far enough; where nobody moves it, after as long
    as they take, or a second.

    Args:
        now: Where it begins, in seconds.
    """

    async def sleep(self, seconds: float) -> None:
        """Move on by *seconds*."""
        self._slept(seconds)
        await AsyncClock.sleep(self, 0)

    async def wait(self, event: AsyncEvent, seconds: float | None) -> bool:
        """Wait for *event* until the clock has moved by *seconds*."""
        for real in self._real_waits(seconds):
            if await AsyncClock.wait(self, event, real):
                break
        return event.is_set()


class SyncVirtualClock(_VirtualTime, SyncClock):
    """
    A clock for `clock=` of a sync client: a sleep moves it on at once.

    Threads that sleep side by side wait one after the other. Waits for other threads, as for a
    place in a full pool, are over when the clock was moved far enough; where nobody moves it, after
    as long as they take, or a second.

    Args:
        now: Where it begins, in seconds.
    """

    def sleep(self, seconds: float) -> None:
        """Move on by *seconds*."""
        self._slept(seconds)

    def wait(self, event: SyncEvent, seconds: float | None) -> bool:
        """Wait for *event* until the clock has moved by *seconds*."""
        return any(SyncClock.wait(self, event, real) for real in self._real_waits(seconds))
