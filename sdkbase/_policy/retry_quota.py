"""
What bounds the retries of all calls of a client together, so that an outage is not multiplied.

Sources: the quota of the AWS SDKs' standard mode; gRPC proposal A6, "Throttling Retry Attempts".
"""

from __future__ import annotations

from typing import TypeAlias

from .._concurrency import LockOwner
from ..config import GrpcThrottle, TokenQuota


class RetryQuota(LockOwner):
    """
    Tokens that the retries of one client share; a retry costs some, and successes give back.

    Args:
        capacity: Tokens at the start and at most, with costs of their own if a `TokenQuota` says
            so; None for no limit.
    """

    def __init__(self, capacity: int | TokenQuota | None) -> None:
        super().__init__()
        self.costs: TokenQuota = (
            capacity if isinstance(capacity, TokenQuota) else TokenQuota(capacity or 0)
        )
        self._limited = capacity is not None
        self.tokens: int = self.costs.capacity

    def take(self, cost: int) -> bool:
        """Take *cost* tokens, or none if there are fewer."""
        if not self._limited:
            return True
        with self._lock:
            if self.tokens < cost:
                return False
            self.tokens -= cost
            return True

    def give_back(self, amount: int | None = None) -> None:
        """Return *amount* tokens, by default those of a plain success, up to the capacity."""
        capacity = self.costs.capacity
        if self._limited and self.tokens < capacity:
            gained = self.costs.refund if amount is None else amount
            with self._lock:
                self.tokens = min(capacity, self.tokens + gained)

    def failed(self) -> None:
        """Take note of a failure that may be retried: what counts here are the retries alone."""


class FailureThrottle(LockOwner):
    """
    Tokens that failures cost and successes bring; retries stop while half of them are gone.

    Args:
        config: How many tokens there are, and what a success brings.
    """

    costs: TokenQuota = TokenQuota(0, cost=0, timeout_cost=0, throttle_cost=0)

    def __init__(self, config: GrpcThrottle) -> None:
        super().__init__()
        self._max = config.max_tokens * _SCALE
        self._ratio = round(config.token_ratio * _SCALE)
        # In thousandths, which the ratio has as well: sums of floats would drift.
        self._tokens = self._max

    @property
    def tokens(self) -> float:
        """Tokens that are left."""
        return self._tokens / _SCALE

    def take(self, cost: int) -> bool:
        """Tell whether retries are allowed now, whatever their *cost*."""
        return self._tokens > self._max // 2

    def give_back(self, amount: int | None = None) -> None:
        """Take note of a success; its *amount* is the throttle's own."""
        with self._lock:
            self._tokens = min(self._max, self._tokens + self._ratio)

    def failed(self) -> None:
        """Take note of a failure that may be retried, whether or not it is."""
        with self._lock:
            self._tokens = max(0, self._tokens - _SCALE)


_SCALE = 1000

Quota: TypeAlias = RetryQuota | FailureThrottle
"""What the retries of a client's calls share."""


def retry_quota(config: int | TokenQuota | GrpcThrottle | None) -> Quota:
    """Return the quota that `RetryConfig.retry_quota` asks for."""
    if isinstance(config, GrpcThrottle):
        return FailureThrottle(config)
    return RetryQuota(config)
