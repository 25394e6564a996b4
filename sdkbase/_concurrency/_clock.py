"""Clocks and sleeps."""

from __future__ import annotations

import time
from typing import Protocol

from .._exports import publish
from ._racer import current_racer


class AsyncEvent(Protocol):
    """What a task waits for, such as an `anyio.Event`."""

    async def wait(self) -> object:
        """Wait until it has come."""
        ...

    def is_set(self) -> bool:
        """Tell whether it has come."""
        ...


class SyncEvent(Protocol):
    """What a thread waits for, such as a `threading.Event`."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it has come, for *timeout* seconds at most, and tell whether it has."""
        ...


class AsyncClock:
    """
    Time for the async client: a monotonic clock, the wall clock, and all waits of its own choice.

    Waits for the network are the event loop's.
    """

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

    async def wait(self, event: AsyncEvent, seconds: float | None) -> bool:
        """
        Wait for what another task does: a place in line, an attempt that is slow, a token.

        Args:
            event: What is waited for.
            seconds: How long at most; None for as long as it takes.

        Returns:
            Whether it has come.
        """
        import anyio

        with anyio.move_on_after(seconds):
            await event.wait()
        return event.is_set()


class SyncClock:
    """
    Time for the sync client: a monotonic clock, the wall clock, and all waits of its own choice.

    Waits for the network are the sockets'.
    """

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

    def wait(self, event: SyncEvent, seconds: float | None) -> bool:
        """
        Wait for what another thread does: a place in line, an attempt that is slow, a token.

        Args:
            event: What is waited for.
            seconds: How long at most; None for as long as it takes.

        Returns:
            Whether it has come.
        """
        return event.wait(seconds)


publish(AsyncClock, SyncClock)
