"""Clocks that move only when they are told to, so that retries and limits take no time in tests."""

from __future__ import annotations

from .._concurrency import AsyncClock, SyncClock

_START = 1_000.0


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

    def _slept(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.advance(seconds)


class AsyncVirtualClock(_VirtualTime, AsyncClock):
    """
    A clock for `clock=` of an async client: a sleep moves it on at once, and lets other tasks run.

    Tasks that sleep side by side wait one after the other.

    Args:
        now: Where it begins, in seconds.
    """

    async def sleep(self, seconds: float) -> None:
        """Move on by *seconds*."""
        self._slept(seconds)
        await AsyncClock.sleep(self, 0)


class SyncVirtualClock(_VirtualTime, SyncClock):
    """
    A clock for `clock=` of a sync client: a sleep moves it on at once.

    Threads that sleep side by side wait one after the other.

    Args:
        now: Where it begins, in seconds.
    """

    def sleep(self, seconds: float) -> None:
        """Move on by *seconds*."""
        self._slept(seconds)
