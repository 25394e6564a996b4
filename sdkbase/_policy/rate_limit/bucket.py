"""One token bucket: who may go when, and how a pause or another rate moves those who wait."""

from __future__ import annotations

import math

import msgspec

from ..._wire.rate_limit_headers import ServerLimit
from ..adaptive_rate import AdaptiveRate


class Reservation(msgspec.Struct, eq=False):
    """
    A caller's turn: it may go at *ready_at* on the monotonic clock, and not before.

    A pause moves the moment of those who wait, so it has to be looked at again after a wait.
    """

    ready_at: float
    cost: float
    bucket: Bucket
    number: int
    """Place in the order in which turns were asked for."""

    def __repr__(self) -> str:
        return f"Reservation(ready_at={self.ready_at:g}, cost={self.cost:g})"


class Bucket:
    """
    Tokens for *capacity* at once and one more in each *interval*; its owner holds the lock.

    Args:
        capacity: Most tokens that it holds.
        interval: Seconds that bring one token.
    """

    __slots__ = (
        "_capacity",
        "_interval",
        "_issued",
        "_tokens",
        "_updated",
        "adaptive",
        "capacity",
        "interval",
        "paused_until",
        "pending",
        "server",
        "server_seen",
    )

    def __init__(self, capacity: float, interval: float) -> None:
        self._capacity = capacity
        self._interval = interval
        self.capacity: float = capacity
        self.interval: float = interval
        # Tokens are below zero while callers wait; the debt is what they wait for.
        self._tokens = capacity
        # The moment that the tokens are of: the end of a pause, as long as that lies ahead.
        self._updated = -math.inf
        self._issued = 0
        self.paused_until: float = -math.inf
        self.pending: dict[Reservation, None] = {}
        self.adaptive: AdaptiveRate | None = None
        self.server: ServerLimit | None = None
        self.server_seen: float = 0.0

    def reserve(self, now: float, cost: float) -> Reservation:
        """Take a turn for *cost* tokens."""
        self._refill(now)
        self._tokens -= cost
        start = self.paused_until if self.paused_until > now else now
        ready_at = start - self._tokens * self.interval if self._tokens < 0 else start
        if self.pending:
            # Behind the last in line, though turns given up before it have freed tokens:
            # first come, first served, and no burst at the moment where the line ends.
            last = next(reversed(self.pending)).ready_at
            ready_at = max(ready_at, last + cost * self.interval)
            self._tokens = min(self._tokens, (start - ready_at) / self.interval)
        self._issued += 1
        turn = Reservation(ready_at, cost, self, self._issued)
        if ready_at > now:
            self.pending[turn] = None
        return turn

    def cancel(self, turn: Reservation, now: float) -> None:
        """Return the tokens of a turn that waits."""
        self._refill(now)
        if self.pending.pop(turn, self) is None:
            self._tokens = min(self.capacity, self._tokens + turn.cost)

    def pause(self, until: float) -> None:
        """
        Let nobody go before *until*.

        Those who wait keep their order and go one after the other from then on; the bucket holds
        no more than one token at that moment, so that the pause does not end in a burst.
        """
        if until <= self.paused_until:
            return
        self._refill(until)
        self._tokens = min(1.0, self._tokens)
        self.paused_until = until
        self._line_up(until)

    def hold(self, turn: Reservation, until: float) -> None:
        """Put *turn*, which was not let through elsewhere, back into its place, and pause."""
        if turn not in self.pending:
            self.pending[turn] = None
            ordered = sorted(self.pending, key=lambda waiting: waiting.number)
            self.pending = dict.fromkeys(ordered)
        self.pause(until)
        self._line_up(self.paused_until)

    def _line_up(self, start: float) -> None:
        ready_at = -math.inf
        for turn in self.pending:
            ready_at = max(turn.ready_at, start, ready_at + turn.cost * self.interval)
            turn.ready_at = ready_at
        if self.pending:
            self._tokens = min(self._tokens, (start - ready_at) / self.interval)

    def adapt(self, rate: float, now: float) -> None:
        """Take over a *rate* in requests a second, where it is slower than the bucket's own."""
        interval = max(self._interval, 1 / rate)
        # Growth comes in small steps, and each one moves everybody who waits.
        if self.pending and self.interval * 0.98 < interval < self.interval:
            return
        self._refill(now)
        self.capacity = min(self._capacity, max(1.0, rate))
        self._tokens = min(self._tokens, self.capacity)
        start, ratio = max(now, self.paused_until), interval / self.interval
        for turn in self.pending:
            turn.ready_at = start + max(0.0, turn.ready_at - start) * ratio
        self.interval = interval

    def available(self, now: float) -> float:
        """Return the tokens that a caller can have at *now* without waiting."""
        self._refill(now)
        return 0.0 if self.pending or now < self.paused_until else max(0.0, self._tokens)

    def is_idle(self, now: float) -> bool:
        """Tell whether a new bucket would be the same: full, unpaused, nobody in line."""
        return (
            not self.pending
            and now >= self.paused_until
            and self.available(now) >= self._capacity
            and self.interval == self._interval
        )

    def _refill(self, now: float) -> None:
        if now > self._updated:
            gained = (now - self._updated) / self.interval
            self._tokens = min(self.capacity, self._tokens + gained)
            self._updated = now
