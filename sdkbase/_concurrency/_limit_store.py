"""Limits that several processes share: what a store of them has to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, runtime_checkable

from .._exports import publish

V = TypeVar("V")


@runtime_checkable
class AsyncRateLimitStore(Protocol):
    """Counts the requests of all processes that share a limit."""

    async def acquire(self, key: str, cost: float, max_requests: int, time_window: float) -> float:
        """
        Take *cost* requests of the limit, or tell how long to wait before asking again.

        Args:
            key: What the limit is for, as `RateLimiter.key` has it; empty if there is one for all.
            cost: Requests that the call counts for, more than 0, at most *max_requests*.
            max_requests: Requests that the limit allows in any time window.
            time_window: Length of the window in seconds.

        Returns:
            0 if they were taken, else seconds.

        Raises:
            RateLimitStoreError: The store does not answer.
        """
        ...


@runtime_checkable
class SyncRateLimitStore(Protocol):
    """Counts the requests of all processes that share a limit."""

    def acquire(self, key: str, cost: float, max_requests: int, time_window: float) -> float:
        """
        Take *cost* requests of the limit, or tell how long to wait before asking again.

        Args:
            key: What the limit is for, as `RateLimiter.key` has it; empty if there is one for all.
            cost: Requests that the call counts for, more than 0, at most *max_requests*.
            max_requests: Requests that the limit allows in any time window.
            time_window: Length of the window in seconds.

        Returns:
            0 if they were taken, else seconds.

        Raises:
            RateLimitStoreError: The store does not answer.
        """
        ...


class AsyncInquiry:
    """Ask a server by way of a library that blocks."""

    @staticmethod
    async def ask(function: Callable[..., V], *args: Any) -> V:
        """Call *function* in a thread, which is left to itself if the caller is cancelled."""
        import anyio.to_thread

        return await anyio.to_thread.run_sync(function, *args, abandon_on_cancel=True)


class SyncInquiry:
    """Ask a server by way of a library that blocks."""

    @staticmethod
    def ask(function: Callable[..., V], *args: Any) -> V:
        """Call *function*."""
        return function(*args)


publish(AsyncRateLimitStore, SyncRateLimitStore)
