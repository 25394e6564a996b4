"""Counts and latencies of one label in fixed memory, and what is read off them."""

from __future__ import annotations

from array import array
from bisect import bisect_left

import msgspec

from .._exports import publish

_PER_DECADE = 16
_DECADES = 6
#: Upper bounds of the buckets in seconds: 100 µs to 100 s, each 15.5 % above the one before.
BOUNDS = tuple(10 ** (step / _PER_DECADE - 4) for step in range(_PER_DECADE * _DECADES + 1))


class TemplateSummary(msgspec.Struct, frozen=True, gc=False):
    """
    The figures of all calls with one label.

    Times are in seconds and cover whole calls, retries included. Percentiles come from a histogram
    whose buckets are 15.5 % wide; mean and max are exact.
    """

    count: int = 0
    """Calls that came to an end of their own, well or badly."""
    cancelled: int = 0
    """Calls that were cut off from outside; they are in no other figure."""
    errors: int = 0
    error_rate: float = 0.0
    """Share of calls that failed or got a status from 400, between 0 and 1."""
    attempts: int = 0
    retries: int = 0
    mean: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    max: float = 0.0


class Series:
    """Counts and a latency histogram; its size does not depend on what it counts."""

    __slots__ = (
        "attempts",
        "buckets",
        "cancelled",
        "count",
        "errors",
        "high",
        "low",
        "retries",
        "seconds",
    )

    def __init__(self) -> None:
        self.count = 0
        self.cancelled = 0
        self.errors = 0
        self.attempts = 0
        self.retries = 0
        self.seconds = 0.0
        self.low = float("inf")
        self.high = 0.0
        self.buckets = array("Q", bytes(8 * (len(BOUNDS) + 1)))

    def add(self, seconds: float, attempts: int, failed: bool) -> None:
        """Count one call."""
        self.count += 1
        self.attempts += attempts
        self.seconds += seconds
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        if failed:
            self.errors += 1
        if attempts > 1:
            self.retries += attempts - 1
        if seconds < self.low:
            self.low = seconds
        if seconds > self.high:
            self.high = seconds

    def merge(self, other: Series) -> None:
        """Add all that *other* counted."""
        self.count += other.count
        self.cancelled += other.cancelled
        self.errors += other.errors
        self.attempts += other.attempts
        self.retries += other.retries
        self.seconds += other.seconds
        self.low = min(self.low, other.low)
        self.high = max(self.high, other.high)
        for index, number in enumerate(other.buckets):
            self.buckets[index] += number

    def quantile(self, share: float) -> float:
        """
        Estimate the time within which a share of the calls ended.

        The answer lies in the same bucket as the exact one, and never outside what was observed.

        Args:
            share: Between 0 and 1.
        """
        rank = share * self.count
        seen = 0
        for index, number in enumerate(self.buckets):
            if number and seen + number >= rank:
                return self._within(index, (rank - seen) / number)
            seen += number
        return self.high

    def _within(self, index: int, fraction: float) -> float:
        lower = max(BOUNDS[index - 1], self.low) if index else self.low
        upper = min(BOUNDS[index], self.high) if index < len(BOUNDS) else self.high
        return lower + (upper - lower) * fraction

    def summary(self) -> TemplateSummary:
        """Return the figures so far."""
        if not self.count:
            return TemplateSummary(cancelled=self.cancelled)
        return TemplateSummary(
            count=self.count,
            cancelled=self.cancelled,
            errors=self.errors,
            error_rate=self.errors / self.count,
            attempts=self.attempts,
            retries=self.retries,
            mean=self.seconds / self.count,
            p50=self.quantile(0.50),
            p95=self.quantile(0.95),
            p99=self.quantile(0.99),
            max=self.high,
        )


publish(TemplateSummary)
