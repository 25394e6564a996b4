"""The adaptive rate against the vectors that the AWS SDKs share (RELIABILITY.md, A1)."""

from __future__ import annotations

import pytest

from sdkbase import RateLimiter
from sdkbase._policy.adaptive_rate import AdaptiveRate, CubicCurve, MeasuredRate


def exactly(value: float) -> object:
    return pytest.approx(value, rel=0.0, abs=1e-9)


def test_the_curve_comes_back_to_its_peak() -> None:
    curve = CubicCurve(10.0, 0.0)
    assert curve.way == exactly(1.9574338205844317)
    assert curve.rate_at(curve.way) == exactly(10.0)
    assert curve.rate_at(0.0) == exactly(7.0)
    before = [curve.rate_at(curve.way / part) for part in (3.0, 2.0, 1.1)]
    assert before == sorted(before) and before[-1] < 10.0
    assert 10.0 < curve.rate_at(curve.way * 1.1) < curve.rate_at(curve.way * 2.0)


def test_a_refusal_cuts_the_rate() -> None:
    curve = CubicCurve(10.0, 0.0)
    assert curve.cut(8.0, 1.0) == exactly(5.6)
    assert (curve.peak, curve.since) == (8.0, 1.0)
    assert curve.way == exactly(1.8171205928321397)
    assert curve.rate_at(1.0) == exactly(5.6)


def test_another_beta() -> None:
    curve = CubicCurve(10.0, 0.0, beta=0.6)
    assert curve.cut(10.0, 1.0) == exactly(6.0)
    assert curve.rate_at(1.0) == exactly(6.0)


# Moments of the answers, and the rate after the last.
MEASURED: list[tuple[list[float], float]] = [
    ([], 0.0),
    ([1.0], 0.8),
    ([float(second) for second in range(1, 21)], 1.0),
    ([0.1, 0.2, 0.3, 0.4, 0.49], 0.0),
    ([0.1, 0.2, 0.3, 0.4, 0.49, 0.5], 12 * 0.8),
    ([1.0, 1.0, 1.0, 2.0, 3.0], 0.8 + 0.2 * (0.8 * 3 + 0.2 * 0.8)),
    # A clock that goes backwards counts, and measures nothing.
    ([5.0, 1.0, 2.0], 0.8 / 5),
]


@pytest.mark.parametrize(("moments", "rate"), MEASURED)
def test_the_measured_rate(moments: list[float], rate: float) -> None:
    measured = MeasuredRate(0.0)
    for moment in moments:
        measured.count(moment)
    assert measured.per_second == exactly(rate)


def test_recent_answers_weigh_more() -> None:
    measured = MeasuredRate(0.0)
    for moment in (1, 1.5, 2, 2.5, 3, 3.5, 4):
        measured.count(moment)
    assert 1.99 <= measured.per_second <= 2.0
    assert 0.1 <= measured.count(14.0) <= 2.0


def steady(rate: AdaptiveRate, start: float, seconds: float, per_second: int) -> float:
    """Give the limiter answers at an even pace, none of them a refusal; return the end."""
    for number in range(1, int(seconds * per_second) + 1):
        rate.observe(start + number / per_second, throttled=False)
    return start + seconds


def test_no_limit_before_the_first_refusal() -> None:
    rate = AdaptiveRate(0.0)
    steady(rate, 0.0, 10.0, 20)
    assert rate.per_second is None


def test_the_first_refusal_starts_from_the_measured_rate() -> None:
    rate = AdaptiveRate(0.0)
    now = steady(rate, 0.0, 20.0, 20)
    assert rate.observe(now, throttled=True) == pytest.approx(0.7 * 20, rel=0.01)


def test_later_refusals_start_from_the_lower_of_both() -> None:
    rate = AdaptiveRate(0.0)
    now = steady(rate, 0.0, 20.0, 20)
    rates: list[float] = []
    for _ in range(3):
        rate.observe(now, throttled=True)
        rates.append(rate.per_second or 0.0)
    assert rates[1:] == [exactly(0.7 * rates[0]), exactly(0.49 * rates[0])]


def test_never_more_than_twice_what_is_measured() -> None:
    rate = AdaptiveRate(0.0)
    now = steady(rate, 0.0, 20.0, 20)
    rate.observe(now, throttled=True)
    # Long after, the curve would allow thousands.
    now = steady(rate, now, 60.0, 20)
    assert rate.per_second == pytest.approx(2.0 * 20, rel=0.01)


def test_measured_20_and_a_curve_at_100_give_40() -> None:
    rate = AdaptiveRate(0.0)
    rate.observe(0.0, throttled=True)
    rate._measured.per_second = 20.0  # pyright: ignore[reportPrivateUsage]  # the vector's own
    rate._curve = CubicCurve(100.0, 0.0)  # pyright: ignore[reportPrivateUsage]  # as above
    moment = rate._curve.way  # pyright: ignore[reportPrivateUsage]  # as above
    rate._measured._begun = moment + 1  # pyright: ignore[reportPrivateUsage]  # no new span
    rate.observe(moment, throttled=False)
    assert rate.per_second == exactly(40.0)


def test_never_slower_than_one_in_two_seconds() -> None:
    rate = AdaptiveRate(0.0)
    assert [rate.observe(now, throttled=True) for now in (0.1, 0.2)] == [0.5, 0.5]
    # And no fewer than one at once.
    limiter = RateLimiter(10, 1.0, adaptive=True)
    limiter.observe(None, 0.1, throttled=True)
    assert [limiter.reserve(9.0).ready_at for _ in range(2)] == [9.0, 11.0]
