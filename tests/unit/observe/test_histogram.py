from __future__ import annotations

import math
import random

import pytest

from sdkbase._observe.histogram import BOUNDS, Series, TemplateSummary

# The ratio of neighbouring bounds.
WIDTH = BOUNDS[1] / BOUNDS[0]


def filled(times: list[float]) -> Series:
    series = Series()
    for seconds in times:
        series.add(seconds, 1, False)
    return series


def exact(times: list[float], share: float) -> float:
    return sorted(times)[max(0, math.ceil(share * len(times)) - 1)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [1, 2, 10, 1000])
def test_percentiles_are_exact_within_a_bucket(seed: int, size: int) -> None:
    rng = random.Random(seed)
    times = [min(rng.lognormvariate(-3, 1.5), 99.0) for _ in range(size)]
    series = filled(times)
    for share in (0.01, 0.5, 0.95, 0.99, 1.0):
        estimate, truth = series.quantile(share), exact(times, share)
        assert truth / WIDTH <= estimate <= truth * WIDTH
        assert min(times) <= estimate <= max(times)


def test_bounds_reach_from_100_microseconds_to_100_seconds() -> None:
    assert BOUNDS[0] == pytest.approx(1e-4)
    assert BOUNDS[-1] == pytest.approx(100)


@pytest.mark.parametrize("seconds", [0.0, 1e-9, 1e-4, 0.01, 100.0, 5000.0])
def test_one_value_is_all_percentiles(seconds: float) -> None:
    summary = filled([seconds] * 3).summary()
    assert summary.p50 == summary.p95 == summary.p99 == pytest.approx(seconds)
    assert summary.max == seconds


def test_percentiles_never_decrease() -> None:
    rng = random.Random(1)
    series = filled([rng.expovariate(10) for _ in range(500)])
    values = [series.quantile(share / 100) for share in range(101)]
    assert values == sorted(values)


def test_nothing_recorded_is_all_zero() -> None:
    assert Series().summary() == TemplateSummary()
    assert Series().quantile(0.5) == 0.0


def test_merging_is_the_same_as_adding_everything_to_one() -> None:
    first, second = filled([0.1, 0.2]), filled([0.3, 7.0])
    first.merge(second)
    assert first.summary() == filled([0.1, 0.2, 0.3, 7.0]).summary()
