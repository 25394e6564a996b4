from __future__ import annotations

import math
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sdkbase import RateLimiter
from sdkbase._policy.rate_limit import Reservation
from sdkbase.errors import ConfigurationError

TINY = 1e-6


def over_the_limit(starts: list[float], limiter: RateLimiter, slack: float = 0.0) -> bool:
    """Tell whether any window of time saw more starts than the bucket may let through."""
    times = sorted(starts)
    rate = limiter.max_requests / limiter.time_window
    return any(
        last - first + 1 > limiter.max_requests + slack + rate * (times[last] - times[first]) + TINY
        for first in range(len(times))
        for last in range(first, len(times))
    )


def test_sixty_callers_at_once() -> None:
    limiter = RateLimiter(5, 1.0)
    ready = [limiter.reserve(0.0).ready_at for _ in range(60)]
    assert ready[:5] == [0.0] * 5
    assert ready[5:] == pytest.approx([number / 5 for number in range(1, 56)])


@pytest.mark.parametrize(("capacity", "window"), [(1, 1.0), (3, 0.7), (10, 60.0)])
def test_callers_that_keep_coming_get_the_rate(capacity: int, window: float) -> None:
    limiter = RateLimiter(capacity, window)
    ready = [limiter.reserve(step * window / capacity / 3).ready_at for step in range(300)]
    assert not over_the_limit(ready, limiter)
    assert ready == sorted(ready)
    assert ready[-1] == pytest.approx((300 - capacity) * window / capacity)


def test_an_idle_bucket_fills_to_its_capacity_and_no_further() -> None:
    limiter = RateLimiter(2, 1.0)
    assert [limiter.reserve(0.0).ready_at for _ in range(2)] == [0.0, 0.0]
    ready = [limiter.reserve(1000.0).ready_at for _ in range(4)]
    assert ready == pytest.approx([1000.0, 1000.0, 1000.5, 1001.0])


def test_waiters_that_give_up_return_their_tokens() -> None:
    limiter = RateLimiter(1, 1.0)
    limiter.reserve(0.0)
    for waiter in [limiter.reserve(0.0) for _ in range(10_000)]:
        limiter.cancel(waiter, 0.0)
    assert limiter.reserve(0.0).ready_at == pytest.approx(1.0)


def test_half_of_ten_thousand_give_up_and_the_bucket_is_whole_again() -> None:
    limiter = RateLimiter(5, 1.0)
    waiters = [limiter.reserve(0.0) for _ in range(10_000)]
    for waiter in waiters[5::2]:
        limiter.cancel(waiter, 0.0)
    for waiter in waiters[6::2]:
        limiter.begin(waiter)
    ready = [limiter.reserve(5000.0).ready_at for _ in range(7)]
    assert ready == pytest.approx([5000.0] * 5 + [5000.2, 5000.4])


def test_the_last_in_line_gives_its_moment_to_the_next() -> None:
    limiter = RateLimiter(1, 1.0)
    _, second, third = (limiter.reserve(0.0) for _ in range(3))
    limiter.cancel(third, 0.5)
    assert limiter.reserve(0.5).ready_at == pytest.approx(2.0)
    assert second.ready_at == pytest.approx(1.0)


def test_a_turn_is_returned_once_and_only_before_it_began() -> None:
    limiter = RateLimiter(1, 1.0)
    first, waiter = limiter.reserve(0.0), limiter.reserve(0.0)
    limiter.cancel(first, 0.0)
    limiter.cancel(waiter, 0.0)
    limiter.cancel(waiter, 0.0)
    assert limiter.reserve(0.0).ready_at == pytest.approx(1.0)


def test_a_turn_that_began_is_not_returned() -> None:
    limiter = RateLimiter(1, 1.0)
    limiter.reserve(0.0)
    begun = limiter.reserve(0.0)
    limiter.begin(begun)
    limiter.cancel(begun, 1.0)
    assert limiter.reserve(1.0).ready_at == pytest.approx(2.0)


def test_a_turn_that_begins_before_an_earlier_one_still_counts() -> None:
    limiter = RateLimiter(1, 1.0)
    _, _, third = (limiter.reserve(0.0) for _ in range(3))
    limiter.begin(third)  # the thread that holds the second has not woken yet
    assert limiter.reserve(2.0).ready_at == pytest.approx(3.0)


def test_cancelled_waiters_never_become_a_burst() -> None:
    limiter = RateLimiter(5, 1.0)
    waiters = [limiter.reserve(0.0) for _ in range(105)]
    for waiter in waiters[5:-1]:
        limiter.cancel(waiter, 0.0)
    ready = [limiter.reserve(0.0).ready_at for _ in range(99)]
    assert not over_the_limit([0.0] * 5 + [waiters[-1].ready_at, *ready], limiter, slack=1)
    assert ready == sorted(ready)


def test_a_waiter_that_is_late_does_not_open_the_gate() -> None:
    limiter = RateLimiter(1, 1.0)
    limiter.reserve(0.0)
    limiter.reserve(0.0)  # ready at 1, and never begun
    ready = [limiter.reserve(1000.0).ready_at for _ in range(4)]
    assert ready == pytest.approx([1000.0, 1001.0, 1002.0, 1003.0])


def test_a_clock_that_goes_backwards_gives_no_tokens() -> None:
    limiter = RateLimiter(1, 1.0)
    assert limiter.reserve(100.0).ready_at == 100.0
    assert limiter.reserve(40.0).ready_at == pytest.approx(41.0)
    ready = [limiter.reserve(now).ready_at for now in (100.0, 40.0, 100.0)]
    assert ready == sorted(ready) and ready[-1] >= 104.0 - TINY


def test_threads_share_one_limiter() -> None:
    limiter, lock = RateLimiter(5, 1.0), threading.Lock()
    ready: list[float] = []

    def work() -> None:
        own = [limiter.reserve(0.0).ready_at for _ in range(250)]
        assert own == sorted(own)
        with lock:
            ready.extend(own)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert sorted(ready) == pytest.approx([0.0] * 5 + [number / 5 for number in range(1, 1996)])


@pytest.mark.parametrize("value", [0, -1, 1.5, "5", None, True, math.inf])
def test_bad_max_requests(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^RateLimiter\.max_requests must be"):
        RateLimiter(value)


@pytest.mark.parametrize("value", [0, -1.0, math.nan, math.inf, "1", None, True, timedelta(0)])
def test_bad_time_window(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^RateLimiter\.time_window must be"):
        RateLimiter(1, value)


def test_repr_and_timedelta() -> None:
    limiter = RateLimiter(3, timedelta(minutes=1))
    assert repr(limiter) == "RateLimiter(max_requests=3, time_window=60)"
    assert repr(RateLimiter()) == "RateLimiter(max_requests=10, time_window=1)"


class Bucket(RuleBasedStateMachine):
    """Any order of asking, waiting, beginning late and giving up."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.waiting: list[Reservation] = []
        self.starts: list[float] = []
        self.cancelled = 0

    @initialize(capacity=st.integers(1, 4), window=st.sampled_from([0.5, 1.0, 3.0]))
    def start(self, capacity: int, window: float) -> None:
        self.limiter = RateLimiter(capacity, window)

    @rule(callers=st.integers(1, 6))
    def ask(self, callers: int) -> None:
        for _ in range(callers):
            turn = self.limiter.reserve(self.now)
            later = [other.ready_at for other in self.waiting]
            assert turn.ready_at >= max(later, default=0.0) - TINY or turn.ready_at >= self.now
            if turn.ready_at > self.now:
                self.waiting.append(turn)
            else:
                self.starts.append(self.now)

    @rule(seconds=st.sampled_from([0.0, 0.1, 0.25, 1.0, 7.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: any(turn.ready_at <= self.now for turn in self.waiting))
    @rule()
    def begin(self) -> None:
        turn = self.waiting.pop(0)
        self.limiter.begin(turn)
        self.starts.append(turn.ready_at)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        turn = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
        self.limiter.cancel(turn, self.now)
        self.cancelled += 1

    @invariant()
    def moments_are_in_order(self) -> None:
        ready = [turn.ready_at for turn in self.waiting]
        assert ready == sorted(ready)

    @invariant()
    def never_over_the_limit(self) -> None:
        if self.starts or self.waiting:
            times = self.starts + [turn.ready_at for turn in self.waiting]
            assert not over_the_limit(times, self.limiter, slack=1 if self.cancelled else 0)

    @invariant()
    def never_more_than_promised_since_the_start(self) -> None:
        times = sorted(self.starts + [turn.ready_at for turn in self.waiting])
        for count, moment in enumerate(times, 1):
            rate = self.limiter.max_requests / self.limiter.time_window
            assert count <= self.limiter.max_requests + rate * moment + TINY


TestBucket: Any = pytest.mark.usefixtures("uncovered")(Bucket.TestCase)
TestBucket.settings = settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    stateful_step_count=30,
    database=None,
    suppress_health_check=[HealthCheck.filter_too_much],
)
