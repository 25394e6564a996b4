"""Rate limiting: a token bucket that hands out moments instead of letting callers compete."""

from __future__ import annotations

import msgspec

from .._concurrency import LockOwner
from .._exports import publish
from ..config import Seconds, to_count, to_seconds


class Reservation(msgspec.Struct, frozen=True, eq=False):
    """A caller's turn: it may go at *ready_at* on the monotonic clock, and not before."""

    ready_at: float


class RateLimiter(LockOwner):
    """
    Allow *max_requests* at once and, over time, that many in each *time_window*.

    A token bucket: by time t never more than `max_requests + max_requests / time_window * t`
    requests have begun. Turns are given in the order they were asked for. A caller that gives up
    while it waits returns its token, for those who ask after it.

    Each attempt takes a turn; the further requests of an `httpx.Auth` flow do not. One limiter may
    be shared by any number of clients, async and sync, threads and event loops.

    Args:
        max_requests: Requests in one window, 1 or more.
        time_window: Length of the window in seconds, or a timedelta.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """

    def __init__(self, max_requests: int = 10, time_window: Seconds = 1.0) -> None:
        self.max_requests: int = to_count(max_requests, "RateLimiter.max_requests", minimum=1)
        self.time_window: float = to_seconds(time_window, "RateLimiter.time_window")
        self._interval = self.time_window / self.max_requests
        super().__init__()
        # Tokens are below zero while callers wait; the debt is what they wait for.
        self._tokens = float(self.max_requests)
        self._updated: float | None = None
        self._pending: dict[Reservation, None] = {}

    def reserve(self, now: float) -> Reservation:
        """
        Take a turn.

        Args:
            now: The monotonic clock.

        Returns:
            The turn: wait until its `ready_at`, then `begin` it, or `cancel` it.
        """
        with self._lock:
            self._refill(now)
            self._tokens -= 1
            ready_at = now - min(0.0, self._tokens) * self._interval
            if self._pending:
                # Behind the last in line, though turns given up before it have freed tokens:
                # first come, first served, and no burst at the moment where the line ends.
                ready_at = max(ready_at, next(reversed(self._pending)).ready_at + self._interval)
                self._tokens = min(self._tokens, (now - ready_at) / self._interval)
            reservation = Reservation(ready_at)
            if ready_at > now:
                self._pending[reservation] = None
            return reservation

    def begin(self, reservation: Reservation) -> None:
        """Note that the holder of *reservation* has waited and goes ahead."""
        with self._lock:
            self._pending.pop(reservation, None)

    def cancel(self, reservation: Reservation, now: float) -> None:
        """Return the token of a turn that will not be used."""
        with self._lock:
            self._refill(now)
            if self._pending.pop(reservation, self) is None:
                self._tokens = min(float(self.max_requests), self._tokens + 1)

    def _refill(self, now: float) -> None:
        if self._updated is not None and now > self._updated:
            gained = (now - self._updated) / self._interval
            self._tokens = min(float(self.max_requests), self._tokens + gained)
        self._updated = now if self._updated is None else max(now, self._updated)

    def __repr__(self) -> str:
        return f"RateLimiter(max_requests={self.max_requests}, time_window={self.time_window:g})"


publish(RateLimiter)
