"""
Retries: whether a failed attempt is repeated, and after how long.

Pure: the clock and the randomness are handed in. Sources: RFC 9110 9.2.2 (idempotent methods) and
10.2.3 (Retry-After); full jitter and the quota of tokens as in the AWS SDKs' standard mode.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from .._concurrency import LockOwner
from ..config import RetryConfig, as_float
from .deadline import Deadline

IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})

_RETRY_COST = 5
_TIMEOUT_COST = 10
_SUCCESS_REFUND = 1


class RetryQuota(LockOwner):
    """
    Tokens that the retries of one client share.

    Retries stop when they are used up, so that an outage is not multiplied by every caller.

    Args:
        capacity: Tokens at the start and at most; None for no limit.
    """

    def __init__(self, capacity: int | None) -> None:
        super().__init__()
        self._capacity = capacity
        self.tokens: int = capacity or 0

    def take(self, cost: int) -> bool:
        """Take *cost* tokens, or none if there are fewer."""
        if self._capacity is None:
            return True
        with self._lock:
            if self.tokens < cost:
                return False
            self.tokens -= cost
            return True

    def give_back(self, amount: int = _SUCCESS_REFUND) -> None:
        """Return *amount* tokens, up to the capacity."""
        if self._capacity is not None and self.tokens < self._capacity:
            with self._lock:
                self.tokens = min(self._capacity, self.tokens + amount)


class Failure(msgspec.Struct, frozen=True):
    """What went wrong with an attempt, as far as a retry is concerned."""

    outcome: str
    """`HTTP 503`, or the name of the error class."""
    status_code: int | None = None
    sent: bool = True
    """False if the request certainly never reached the server."""
    retryable: bool = True
    """False for failures that another attempt can not mend, such as a refused certificate."""
    timeout: bool = False
    stale_connection: bool = False
    """True if an idle connection broke as it was used again: the fault of its age alone."""
    retry_after: float | None = None


class Decision(msgspec.Struct, frozen=True):
    """Retry after *delay* seconds, or give up because of *reason*."""

    retry: bool
    delay: float = 0.0
    reason: str = ""


class RetryState:
    """
    The retries of one call.

    Args:
        config: The rules.
        max_retries: Further attempts after the first.
        method: HTTP method.
        repeatable: Whether it may be repeated whatever its method: it has an idempotency key.
        replayable: Whether its body can be sent again.
        quota: Tokens shared with the client's other calls.
        draw: Returns a random number from 0 to 1.
    """

    __slots__ = (
        "_config",
        "_cost",
        "_draw",
        "_max_retries",
        "_quota",
        "_replayable",
        "_retries",
        "_safe",
        "_stale_retried",
    )

    def __init__(
        self,
        config: RetryConfig,
        *,
        max_retries: int,
        method: str,
        repeatable: bool,
        replayable: bool,
        quota: RetryQuota,
        draw: Callable[[], float],
    ) -> None:
        self._config = config
        self._max_retries = max_retries
        self._safe = method in IDEMPOTENT_METHODS or repeatable
        self._replayable = replayable
        self._quota = quota
        self._draw = draw
        self._retries = 0
        self._cost = 0
        self._stale_retried = False

    def succeeded(self) -> None:
        """Note that the call ended well: the cost of its last retry goes back to the quota."""
        self._quota.give_back(self._cost or _SUCCESS_REFUND)

    def after_failure(self, failure: Failure, deadline: Deadline, now: float) -> Decision:
        """
        Decide what to do after a failed attempt.

        Args:
            failure: What went wrong.
            deadline: The end of the call as a whole.
            now: The monotonic clock.
        """
        if reason := self._why_not(failure):
            return Decision(retry=False, reason=reason)
        if self._max_retries == 0:
            return Decision(retry=False)
        if failure.stale_connection and not self._stale_retried:
            self._stale_retried = True
            return Decision(retry=True, delay=0.0)
        return self._retry_after_wait(failure, deadline, now)

    def _why_not(self, failure: Failure) -> str:
        if not failure.retryable or (
            failure.status_code is not None
            and failure.status_code not in self._config.retry_on_status
        ):
            return "another attempt would not help"
        if not self._safe and failure.sent and failure.status_code != 429:
            return (
                "the request may have been processed and is not idempotent; "
                "pass RequestOptions(idempotency_key=...) if the API knows such keys"
            )
        if not self._replayable and failure.sent:
            return (
                "the body can not be sent again; pass bytes, a file, or a function that returns an "
                "iterator"
            )
        if self._retries >= self._max_retries > 0:
            return f"max_retries={self._max_retries} is used up"
        return ""

    def _retry_after_wait(self, failure: Failure, deadline: Deadline, now: float) -> Decision:
        delay = self._delay(failure.retry_after)
        if failure.retry_after is not None and delay > as_float(self._config.max_retry_after):
            return Decision(
                retry=False,
                reason=f"the server asks to wait {delay:g} s, more than max_retry_after",
            )
        if not deadline.allows(delay, now):
            return Decision(
                retry=False,
                reason=f"the next attempt would come in {delay:.3g} s, after the deadline",
            )
        cost = _TIMEOUT_COST if failure.timeout else _RETRY_COST
        if not self._quota.take(cost):
            return Decision(retry=False, reason="RetryConfig.retry_quota is used up")
        self._cost = cost
        self._retries += 1
        return Decision(retry=True, delay=delay)

    def _delay(self, retry_after: float | None) -> float:
        if retry_after is not None:
            return retry_after
        factor, cap = as_float(self._config.backoff_factor), as_float(self._config.max_backoff)
        # Past 2 ** 64 the cap holds anyway, and a float would overflow.
        return self._draw() * min(cap, factor * 2.0 ** min(self._retries, 64))
