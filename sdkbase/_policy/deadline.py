"""The total time of a call: how much is left, and what that means for the next step."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import msgspec

from .._exports import publish
from ..config import Seconds, TimeoutConfig, as_float


class AttemptTimeout(msgspec.Struct, frozen=True):
    """Limits of one attempt in seconds: each step, and *total* for all of them."""

    connect: float | None
    read: float | None
    write: float | None
    pool: float | None
    total: float | None = None
    deadline: float | None = None
    """What the call as a whole was given, for the error."""
    max_bytes: int | None = None
    """Bytes that the body of the response may have, coded and decoded."""

    def steps(self) -> dict[str, float | None]:
        """Return the limits of the steps by the names that httpx gives them."""
        return {
            "connect": self.connect,
            "read": self.read,
            "write": self.write,
            "pool": self.pool,
        }


class Deadline:
    """
    The moment at which a call has to be over.

    Args:
        seconds: Time for the whole call; None for as long as it takes.
        now: The monotonic clock.
    """

    __slots__ = ("_end", "seconds")

    def __init__(self, seconds: float | None, now: float) -> None:
        self.seconds: float | None = seconds
        self._end = None if seconds is None else now + seconds

    def remaining(self, now: float) -> float | None:
        """Return the seconds left, at least 0; None if there is no end."""
        return None if self._end is None else max(0.0, self._end - now)

    def allows(self, wait: float, now: float) -> bool:
        """Tell whether a wait of *wait* seconds ends before the deadline."""
        return self._end is None or now + wait < self._end

    def limit(
        self,
        config: TimeoutConfig,
        clock: Callable[[], float],
        max_bytes: int | None = None,
    ) -> AttemptTimeout:
        """Return the limits of an attempt that begins now: no step may outlast the call."""
        if self._end is None:
            return _without_end(config, max_bytes)
        return _limits(config, self.remaining(clock()), self.seconds, max_bytes)


NO_DEADLINE = Deadline(None, 0.0)
"""The deadline of a call that may take as long as it takes."""


@lru_cache(maxsize=256)
def _without_end(config: TimeoutConfig, max_bytes: int | None) -> AttemptTimeout:
    return _limits(config, None, None, max_bytes)


def _limits(
    config: TimeoutConfig, left: float | None, deadline: float | None, max_bytes: int | None
) -> AttemptTimeout:
    steps = (config.connect, config.read, config.write, config.pool)
    connect, read, write, pool = (_shorter(step, left) for step in steps)
    return AttemptTimeout(connect, read, write, pool, left, deadline, max_bytes)


def _shorter(step: Seconds | None, left: float | None) -> float | None:
    if step is None:
        return left
    seconds = as_float(step)
    return seconds if left is None else min(seconds, left)


publish(AttemptTimeout)
