"""Clocks and sleeps."""

from __future__ import annotations

import time

from .._exports import publish
from ._racer import current_racer


class AsyncClock:
    """Time for the async client: a monotonic clock, the wall clock and a sleep."""

    def monotonic(self) -> float:
        """Return seconds on a clock that never jumps; every duration is measured on it."""
        return time.monotonic()

    def time(self) -> float:
        """Return seconds since the epoch; only for dates that a server sent."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""
        import anyio  # late: the sync client never needs it

        await anyio.sleep(seconds)


class SyncClock:
    """Time for the sync client: a monotonic clock, the wall clock and a sleep."""

    def monotonic(self) -> float:
        """Return seconds on a clock that never jumps; every duration is measured on it."""
        return time.monotonic()

    def time(self) -> float:
        """Return seconds since the epoch; only for dates that a server sent."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""
        racer = current_racer()
        if racer is None:
            time.sleep(seconds)
        else:
            racer.sleep(seconds)


publish(AsyncClock, SyncClock)
