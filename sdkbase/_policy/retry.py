"""
Retries: whether a failed attempt is repeated, and after how long.

Pure: the clock and the randomness are handed in. Sources: RFC 9110 9.2.2 (idempotent methods) and
10.2.3 (Retry-After); full jitter as in the AWS SDKs' standard mode.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ..config import RetryConfig, as_float
from .deadline import Deadline
from .retry_quota import Quota

IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})

# How far the "clamp" rule lets a server's wish go beyond the computed wait.
_CLAMP_SECONDS = 5.0

_TOO_MANY_REQUESTS = 429


class Failure(msgspec.Struct, frozen=True):
    """What went wrong with an attempt, as far as a retry is concerned."""

    outcome: str
    """`HTTP 503`, or the name of the error class."""
    status_code: int | None = None
    sent: bool = True
    """False if the request certainly never reached the server."""
    retryable: bool = True
    """False for failures that another attempt can not mend, such as a refused certificate."""
    forbidden: str = ""
    """Why there must be no other attempt: the server's word, or a classifier's."""
    safe: bool = False
    """True if the server says that the request may be repeated whatever its method."""
    throttle: bool = False
    """True if the server asks for fewer requests."""
    timeout: bool = False
    stale_connection: bool = False
    """True if an idle connection broke as it was used again: the fault of its age alone."""
    retry_after: float | None = None


def status_failure(
    config: RetryConfig, status: int, *, retry_after: float | None = None, sent: bool = True
) -> Failure:
    """Return what a *status* means for a retry, before anyone else is asked."""
    return Failure(
        outcome=f"HTTP {status}",
        status_code=status,
        sent=sent,
        retryable=status in config.retry_on_status,
        throttle=status == _TOO_MANY_REQUESTS,
        retry_after=retry_after,
    )


class Decision(msgspec.Struct, frozen=True):
    """Retry after *delay* seconds, or give up after them because of *reason*."""

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
        long_poll: Whether the call waits before it fails for want of quota.
    """

    __slots__ = (
        "_config",
        "_cost",
        "_draw",
        "_long_poll",
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
        quota: Quota,
        draw: Callable[[], float],
        long_poll: bool = False,
    ) -> None:
        self._config = config
        self._max_retries = max_retries
        self._safe = method in IDEMPOTENT_METHODS or repeatable
        self._replayable = replayable
        self._quota = quota
        self._draw = draw
        self._long_poll = long_poll
        self._retries = 0
        self._cost = 0
        self._stale_retried = False

    def succeeded(self) -> None:
        """Note that the call ended well: the cost of its last retry goes back to the quota."""
        self._quota.give_back(self._cost or None)

    def withdraw(self) -> None:
        """Return what the retry that was just decided took: it is not made after all."""
        if self._cost:
            self._quota.give_back(self._cost)
        self._cost = 0

    def after_failure(self, failure: Failure, deadline: Deadline, now: float) -> Decision:
        """
        Decide what to do after a failed attempt.

        Args:
            failure: What went wrong.
            deadline: The end of the call as a whole.
            now: The monotonic clock.
        """
        if failure.retryable:
            self._quota.failed()
        if reason := self._why_not(failure):
            return Decision(retry=False, reason=reason)
        if self._max_retries == 0:
            return Decision(retry=False)
        if failure.stale_connection and not self._stale_retried:
            self._stale_retried = True
            return Decision(retry=True, delay=0.0)
        return self._retry_after_wait(failure, deadline, now)

    def _why_not(self, failure: Failure) -> str:
        if failure.forbidden:
            return failure.forbidden
        if not failure.retryable:
            return "another attempt would not help"
        if not (self._safe or failure.safe or failure.throttle) and failure.sent:
            return (
                "the request may have been processed and is not idempotent; "
                "pass RequestOptions(idempotency_key=...) if the API knows such keys"
            )
        if not self._replayable and failure.sent:
            return (
                "the body can not be sent again; pass bytes, a file, or a function that returns an "
                "iterator"
            )
        free = failure.stale_connection and not self._stale_retried
        if self._retries >= self._max_retries > 0 and not free:
            return f"max_retries={self._max_retries} is used up"
        return ""

    def _retry_after_wait(self, failure: Failure, deadline: Deadline, now: float) -> Decision:
        delay = self._delay(failure)
        if reason := self._too_long(delay, failure.retry_after, deadline, now):
            return Decision(retry=False, reason=reason)
        cost = self._cost_of(failure)
        if not self._quota.take(cost):
            wait = delay if self._long_poll else 0.0
            return Decision(retry=False, delay=wait, reason="RetryConfig.retry_quota is used up")
        self._cost = cost
        self._retries += 1
        return Decision(retry=True, delay=delay)

    def _too_long(
        self, delay: float, asked: float | None, deadline: Deadline, now: float
    ) -> str | None:
        exact = asked is not None and self._config.retry_after_rule == "exact"
        if exact and delay > as_float(self._config.max_retry_after):
            return f"the server asks to wait {delay:g} s, more than max_retry_after"
        if not deadline.allows(delay, now):
            return f"the next attempt would come in {delay:.3g} s, after the deadline"
        return None

    def _cost_of(self, failure: Failure) -> int:
        costs = self._quota.costs
        if failure.throttle:
            return costs.throttle_cost
        return costs.timeout_cost if failure.timeout else costs.cost

    def _delay(self, failure: Failure) -> float:
        asked, rule, cap = (
            failure.retry_after,
            self._config.retry_after_rule,
            as_float(self._config.max_backoff),
        )
        if asked is not None and rule == "exact":
            return asked
        if asked is not None and rule == "cap":
            return min(asked, cap)
        # Past 2 ** 64 the cap holds anyway, and a float would overflow.
        step = self._base(throttle=failure.throttle) * 2.0 ** min(self._retries, 64)
        computed = self._draw() * min(cap, step)
        if asked is None:
            return computed
        return min(max(asked, computed), computed + _CLAMP_SECONDS)

    def _base(self, *, throttle: bool) -> float:
        base = as_float(self._config.backoff_factor)
        if not throttle:
            return base
        own = self._config.throttle_backoff_factor
        return 2 * base if own is None else as_float(own)
