"""
Hedging: which calls are sent a second time while the first is still out, and after how long.

Pure: times are passed in. Sources: J. Dean, L. A. Barroso, "The Tail at Scale"; gRPC proposal A6.
"""

from __future__ import annotations

import math

import msgspec

from .._concurrency import LockOwner
from .._exports import publish
from .._observe.histogram import Series
from .._wire.call import Call
from .._wire.reply import Reply
from ..config import Seconds, as_float, to_count, to_seconds
from ..errors import (
    BulkheadFullError,
    CircuitOpenError,
    ConfigurationError,
    PoolTimeoutError,
    TransportError,
)
from .transport_errors import failure_of

# RFC 9110, section 9.2.1. Not the merely idempotent ones: of two DELETEs side by side, the one that
# answers first may be the one that found nothing left.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

OUTRUN = "cancelled: another attempt was faster"
"""Outcome of an attempt that lost against another one."""

_REFUSALS = (BulkheadFullError, CircuitOpenError, PoolTimeoutError)
_MAX_TEMPLATES = 256
_FEWEST_SAMPLES = 20
_GENERATION = 500


class Hedging(msgspec.Struct, frozen=True):
    """
    Send a slow call once more while its first attempt is still out; the first good answer wins.

    It cuts the longest waits at the price of some more requests. The attempt that lost is
    cancelled, and its connection closed. In sync that takes a thread for each attempt, of at most
    256; one whose transport can not be broken off (an `http_client=`, the fast transport) is left
    to its end.

    Hedged are only calls that change nothing (GET, HEAD, OPTIONS, TRACE, and those with
    `RequestOptions(idempotent=True)`), are not streamed and whose body is no stream. Each hedge
    takes what a retry takes of `RetryConfig.retry_quota`, and a turn of the rate limiter; without
    quota there is none. Interceptors and observers see it as an attempt of its own.

    Args:
        delay: Seconds after which the next attempt is sent.
        percentile: In place of *delay*: the share, above 0 and below 1, of the calls with the same
            template that are faster than the delay; 0.95 sends about 5 % more requests. It is
            learnt from the last 500 to 1,000 calls, and nothing is hedged before there are 20
            (100 for 0.99).
        max_hedges: Further attempts at most, each after another delay.

    Raises:
        ConfigurationError: A value is out of range, or not exactly one of *delay* and *percentile*
            is given; names it.
    """

    delay: Seconds | None = None
    percentile: float | None = None
    max_hedges: int = 1

    def __post_init__(self) -> None:
        if (self.delay is None) == (self.percentile is None):
            raise ConfigurationError(
                "Hedging needs one of delay and percentile, such as Hedging(percentile=0.95)"
            )
        if self.delay is not None:
            to_seconds(self.delay, "Hedging.delay", zero=True)
        share: object = self.percentile
        if share is not None and (
            isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share < 1
        ):
            raise ConfigurationError(
                f"Hedging.percentile must be a number above 0 and below 1, got {share!r}"
            )
        to_count(self.max_hedges, "Hedging.max_hedges", minimum=1)


def is_hedgeable(call: Call, *, stream: bool, idempotent: bool) -> bool:
    """
    Tell whether several attempts of *call* may be under way at once.

    Args:
        call: The request.
        stream: Whether its answer is streamed.
        idempotent: Whether the caller says that it changes nothing.
    """
    safe = call.method in SAFE_METHODS or idempotent
    # A stream can be sent again, but not twice at the same time.
    return safe and not stream and call.body.stream is None


def is_fatal(error: BaseException) -> bool:
    """Tell whether a failed attempt ends the race: no other one would fare better."""
    if isinstance(error, _REFUSALS):
        return False
    return not (isinstance(error, TransportError) and failure_of(error).retryable)


def is_refusal(error: BaseException | None) -> bool:
    """Tell whether *error* is of this side: an attempt that was not made at all."""
    return isinstance(error, _REFUSALS)


def outcome_of(reply: Reply | None, error: BaseException | None) -> str:
    """Return what the history tells of an attempt that did not win."""
    if error is not None:
        return type(error).__name__
    return OUTRUN if reply is None else f"HTTP {reply.status_code}"


class HedgeDelays(LockOwner):
    """
    The delays of one client, learnt from its calls if they go by a percentile.

    Args:
        hedging: The settings.
    """

    def __init__(self, hedging: Hedging) -> None:
        super().__init__()
        self._share = hedging.percentile
        self._fixed = None if hedging.delay is None else as_float(hedging.delay)
        self._templates: dict[tuple[str, str], _Latencies] = {}

    def delay(self, call: Call) -> float | None:
        """Return the seconds after which *call* is hedged; None if that is not known yet."""
        if self._share is None:
            return self._fixed
        latencies = self._templates.get((call.method, call.template))
        return None if latencies is None else latencies.quantile

    def learn(self, call: Call, seconds: float) -> None:
        """
        Take note of a call that went well.

        Args:
            call: The call.
            seconds: How long its first attempt took, or at least: until another one won.
        """
        if self._share is None:
            return
        key = (call.method, call.template)
        with self._lock:
            latencies = self._templates.get(key)
            if latencies is None:
                if len(self._templates) >= _MAX_TEMPLATES:
                    del self._templates[next(iter(self._templates))]
                latencies = self._templates[key] = _Latencies(self._share)
            latencies.add(seconds)


class _Latencies:
    """A quantile of the last latencies, in fixed memory: two generations of a histogram."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._step = max(_FEWEST_SAMPLES, math.ceil(round(1 / (1 - share), 6)))
        self._earlier = Series()
        self._recent = Series()
        self.quantile: float | None = None

    def add(self, seconds: float) -> None:
        recent = self._recent
        recent.add(seconds, 1, failed=False)
        if recent.count % self._step:
            return
        if recent.count >= max(_GENERATION, self._step):
            self._earlier, self._recent = recent, Series()
        both = Series()
        both.merge(self._earlier)
        both.merge(self._recent)
        self.quantile = both.quantile(self._share)


publish(Hedging)
