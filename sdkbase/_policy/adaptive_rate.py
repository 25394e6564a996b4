"""
A rate that a client finds by itself: cut when the server throttles, then won back along a cubic.

The curve is that of CUBIC congestion control (RFC 9438), with the constants of the adaptive retry
mode of the AWS SDKs. Nothing here knows a clock: moments are passed in.
"""

from __future__ import annotations

import math

_BETA = 0.7
_SCALE = 0.4
_SMOOTHING = 0.8
_SPAN = 0.5
_SLOWEST = 0.5
_HEADROOM = 2.0


class MeasuredRate:
    """
    How many answers come in a second, smoothed, so that one burst does not decide.

    Args:
        now: When the count begins, on the monotonic clock.
        smoothing: Weight of the newest span, from 0 to 1.
        span: Seconds that are counted together.
    """

    def __init__(self, now: float, smoothing: float = _SMOOTHING, span: float = _SPAN) -> None:
        self.per_second: float = 0.0
        self._smoothing = smoothing
        self._span = span
        self._begun = float(math.floor(now))
        self._count = 0.0

    def count(self, now: float, answers: float = 1.0) -> float:
        """Note *answers* that came at *now*, and return the rate of the spans before."""
        self._count += answers
        span_start = math.floor(now / self._span) * self._span
        if span_start > self._begun:
            newest = self._count / (span_start - self._begun)
            self.per_second += self._smoothing * (newest - self.per_second)
            self._begun, self._count = span_start, 0.0
        return self.per_second


class CubicCurve:
    """
    The way back to a rate that was too much, slow around it and faster beyond.

    Args:
        peak: Requests in a second at which the server last said no.
        now: When that was, on the monotonic clock.
        beta: What is kept of a rate that was too much, from 0 to 1.
        scale: How steep the way is.
    """

    def __init__(
        self, peak: float, now: float, *, beta: float = _BETA, scale: float = _SCALE
    ) -> None:
        self._beta = beta
        self._scale = scale
        self._begin(peak, now)

    def _begin(self, peak: float, now: float) -> None:
        self.peak: float = peak
        self.since: float = now
        #: Seconds from `since` until the peak is reached again.
        self.way: float = (peak * (1 - self._beta) / self._scale) ** (1 / 3)

    def rate_at(self, now: float) -> float:
        """Return the requests in a second that the curve allows at *now*."""
        elapsed: float = now - self.since - self.way
        return self._scale * elapsed**3 + self.peak

    def cut(self, rate: float, now: float) -> float:
        """Begin anew below *rate*, which was too much, and return what is left of it."""
        self._begin(rate, now)
        return rate * self._beta


class AdaptiveRate:
    """
    The rate that a server seems to bear; none until it throttles for the first time.

    Args:
        now: The monotonic clock.
    """

    def __init__(self, now: float) -> None:
        self.per_second: float | None = None
        self._measured = MeasuredRate(now)
        self._curve = CubicCurve(0.0, now)

    def observe(self, now: float, *, throttled: bool) -> float | None:
        """Note an answer, and return the rate from now on."""
        measured = self._measured.count(now)
        before = self.per_second
        if throttled:
            wanted = self._curve.cut(measured if before is None else min(measured, before), now)
        elif before is not None:
            wanted = self._curve.rate_at(now)
        else:
            return None
        self.per_second = max(_SLOWEST, min(wanted, _HEADROOM * measured))
        return self.per_second
