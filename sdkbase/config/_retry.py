"""Which failed attempts are repeated."""

import re
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import msgspec
from msgspec.structs import force_setattr

from ._failed_attempt import FailedAttempt
from ._values import Seconds, check_count, store_number, store_seconds, wrong

RetryAfterRule: TypeAlias = Literal["exact", "cap", "clamp"]
"""What a wait that the server asks for counts; see `RetryConfig.retry_after_rule`."""

_RULES = ("exact", "cap", "clamp")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class TokenQuota(msgspec.Struct, frozen=True):
    """
    Bound the retries of one client by tokens: a retry costs some, successes give back.

    A call that succeeds after retries returns what its last retry took; one that succeeds at once
    returns *refund*. Source: the retry quota of the AWS SDKs' standard mode.

    Args:
        capacity: Tokens at the start and at most.
        cost: Tokens that a retry takes.
        timeout_cost: The same after a timeout.
        throttle_cost: The same after the server said "too many requests".
        refund: Tokens that a success without a retry returns.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """

    capacity: int = 500
    cost: int = 5
    timeout_cost: int = 10
    throttle_cost: int = 5
    refund: int = 1

    def __post_init__(self) -> None:
        for field in self.__struct_fields__:
            check_count(self, field, minimum=0)


class GrpcThrottle(msgspec.Struct, frozen=True):
    """
    Bound the retries of one client by its share of failures.

    Each failure that may be retried takes one token, each success brings *token_ratio*; there are
    no retries while half of the tokens or more are gone. Source: gRPC proposal A6.

    Args:
        max_tokens: Tokens at the start and at most: from 1 to 1000.
        token_ratio: What a success brings; three decimals count.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """

    max_tokens: int = 10
    token_ratio: float = 0.1

    def __post_init__(self) -> None:
        check_count(self, "max_tokens", minimum=1)
        if self.max_tokens > 1000:
            raise wrong(self, "max_tokens", "must be 1000 at most")
        store_number(self, "token_ratio")


class RetryIndicated(msgspec.Struct, frozen=True):
    """
    Verdict of a classifier: another attempt may help.

    Args:
        throttle: Whether the server asked for fewer requests: other wait, other cost.
        safe: Whether the request may be repeated whatever its method: it was not processed.
        retry_after: Seconds to wait before it, as a `Retry-After` asks for.
    """

    throttle: bool = False
    safe: bool = False
    retry_after: float | None = None


class RetryForbidden(msgspec.Struct, frozen=True):
    """
    Verdict of a classifier: there must be no further attempt. It wins over all others.

    Args:
        reason: Why; stands in the note of the error.
    """

    reason: str = "a classifier forbids another attempt"


RetryVerdict: TypeAlias = RetryIndicated | RetryForbidden | None
"""What a classifier says of a failed attempt; None if it has nothing to say."""

RetryClassifier: TypeAlias = Callable[[FailedAttempt], RetryVerdict]
"""Says whether a failed attempt is worth another one. It must be quick, and must not block."""


class RetryConfig(msgspec.Struct, frozen=True):
    """
    Say which failed attempts are repeated, how often and after which wait.

    The wait before retry *n* is drawn evenly from 0 to `backoff_factor * 2 ** (n - 1)` seconds
    ("full jitter"), at most `max_backoff`. A `Retry-After` from the server wins over it. A safe
    call that finds its idle connection closed is sent once more at once, which is not counted.

    Args:
        max_retries: Further attempts after the first; 0 turns retries off.
        backoff_factor: Seconds that the wait before the first retry takes at most.
        retry_on_status: Statuses worth another attempt.
        max_backoff: Cap of the computed wait, in seconds.
        max_retry_after: Seconds; a `Retry-After` that is longer ends the call at once instead of
            being waited for.
        retry_quota: Tokens that the retries of one client share, so that an outage is not
            multiplied: a retry costs 5 (10 after a timeout), and successes give back, so 500 are
            good for 100 retries in a row. `TokenQuota` sets other costs, `GrpcThrottle` another
            rule; None switches the quota off.
        throttle_backoff_factor: Takes the place of `backoff_factor` after a 429, which a quick
            retry only makes worse; None for twice `backoff_factor`.
        retry_after_rule: What a `Retry-After` counts. "exact": it is waited for, or the call ends
            (`max_retry_after`). "cap": at most `max_backoff` is waited. "clamp": at least the
            computed wait, and at most 5 s more.
        classifiers: Functions that get a `FailedAttempt` of a status from 400 or a transport error
            and return `RetryIndicated`, `RetryForbidden` or None. They may add to what is retried,
            and forbid it; one that forbids wins.
        should_retry_header: Name of a response header by which the server says `true` or `false`
            of a retry, and is obeyed; None to ignore it.
        attempt_header: Name of a request header that tells the server `attempt=2; max=4`; None
            for none.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """

    max_retries: int = 3
    backoff_factor: Seconds = 0.5
    retry_on_status: Sequence[int] = (429, 500, 502, 503, 504)
    max_backoff: Seconds = 30.0
    max_retry_after: Seconds = 60.0
    retry_quota: int | TokenQuota | GrpcThrottle | None = 500
    throttle_backoff_factor: Seconds | None = None
    retry_after_rule: RetryAfterRule = "exact"
    classifiers: Sequence[RetryClassifier] = ()
    should_retry_header: str | None = "x-should-retry"
    attempt_header: str | None = None

    def __post_init__(self) -> None:
        check_count(self, "max_retries", minimum=0)
        for field in ("backoff_factor", "max_backoff", "max_retry_after"):
            store_seconds(self, field, zero=True, none=False)
        store_seconds(self, "throttle_backoff_factor", zero=True, none=True)
        _store_statuses(self)
        if not isinstance(self.retry_quota, TokenQuota | GrpcThrottle | None):
            check_count(self, "retry_quota", minimum=0)
        if self.retry_after_rule not in _RULES:
            raise wrong(self, "retry_after_rule", f"must be one of {', '.join(_RULES)}")
        _store_classifiers(self)
        for field in ("should_retry_header", "attempt_header"):
            _check_header_name(self, field)


def _store_statuses(owner: RetryConfig) -> None:
    given: object = owner.retry_on_status
    if isinstance(given, str | bytes | int) or not hasattr(given, "__iter__"):
        raise wrong(owner, "retry_on_status", "must be a list of HTTP statuses")
    statuses = tuple(owner.retry_on_status)
    for status in statuses:
        if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
            raise wrong(owner, "retry_on_status", "must hold HTTP statuses from 100 to 599")
    force_setattr(owner, "retry_on_status", statuses)


def _store_classifiers(owner: RetryConfig) -> None:
    given: object = owner.classifiers
    if not isinstance(given, Sequence) or not all(map(callable, owner.classifiers)):
        raise wrong(owner, "classifiers", "must be a list of functions")
    force_setattr(owner, "classifiers", tuple(owner.classifiers))


def _check_header_name(owner: RetryConfig, field: str) -> None:
    name: object = getattr(owner, field)
    if name is not None and not (isinstance(name, str) and _TOKEN.fullmatch(name)):
        raise wrong(owner, field, "must be the name of a header")
