"""What a rate limiter shows of its state."""

from __future__ import annotations

import msgspec

from ..._exports import publish


class BucketSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one key of a rate limiter at one moment."""

    key: str | None
    """What the bucket is for; None if there is one for all. Credentials show as a hash."""
    available: float
    """Tokens that a caller can have without waiting."""
    waiting: int
    """Callers in line."""
    paused_for: float
    """Seconds until anybody may go, 0 if there is no pause."""
    rate: float
    """Requests in a second at present; less than the limiter's own where `adaptive` cut it."""
    adaptive_rate: float | None
    """What `adaptive` has found; None as long as the server did not throttle."""
    server_policy: str | None
    """Name of the policy that the server told of."""
    server_limit: int | None
    """Requests in the server's window, as it last said."""
    server_remaining: int | None
    """Requests that were left of them."""
    server_reset_in: float | None
    """Seconds until the server begins a new window."""


class LimiterSnapshot(msgspec.Struct, frozen=True):
    """The state of a rate limiter at one moment."""

    buckets: tuple[BucketSnapshot, ...]
    """One for each key in use, the least recently used first."""

    @property
    def waiting(self) -> int:
        """Callers in line, all keys together."""
        return sum(bucket.waiting for bucket in self.buckets)


publish(BucketSnapshot, LimiterSnapshot)
