"""The rate limiter in virtual time: its bound, its order, and what cancelled callers give back."""

from __future__ import annotations

import threading
from collections import deque
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sdkbase import RateLimiter
from sdkbase._policy.rate_limit import Reservation

RATE = 5
CALLERS = 60
# Sums of 0.2 are not exact in floating point.
EPSILON = 1e-6


def test_sixty_callers_at_once() -> None:
    limiter = RateLimiter(RATE, 1.0)
    moments = [limiter.reserve(0.0).ready_at for _ in range(CALLERS)]
    assert moments == sorted(moments)
    assert moments[:RATE] == [0.0] * RATE
    for begun, moment in enumerate(moments, 1):
        assert begun <= RATE + RATE * moment + EPSILON
    assert moments[-1] == pytest.approx((CALLERS - RATE) / RATE)


@pytest.mark.parametrize("seed", range(5))
def test_callers_at_random_times(seed: int) -> None:
    random = Random(seed)
    limiter = RateLimiter(RATE, 1.0)
    asked = sorted(random.uniform(0, 8) for _ in range(CALLERS))
    turns = [(now, limiter.reserve(now)) for now in asked]
    begun = [turn.ready_at for _, turn in turns]
    assert begun == sorted(begun)
    assert all(moment >= now for moment, (now, _) in zip(begun, turns, strict=True))
    for count, moment in enumerate(begun, 1):
        assert count <= RATE + RATE * moment + EPSILON


def test_cancelled_callers_return_their_tokens() -> None:
    limiter = RateLimiter(RATE, 1.0)
    turns = [limiter.reserve(0.0) for _ in range(CALLERS)]
    for turn in turns[RATE:]:
        limiter.cancel(turn, 0.0)
    # All who waited are gone: after a second, five may begin at once again.
    moments = [limiter.reserve(1.0).ready_at for _ in range(RATE)]
    assert moments == pytest.approx([1.0] * RATE)
    assert limiter.reserve(1.0).ready_at == pytest.approx(1.2)


def test_a_token_is_returned_only_once() -> None:
    limiter = RateLimiter(1, 1.0)
    limiter.reserve(0.0)
    waiting = limiter.reserve(0.0)
    limiter.cancel(waiting, 0.0)
    limiter.cancel(waiting, 0.0)
    assert limiter.reserve(0.0).ready_at == pytest.approx(1.0)


def test_half_of_ten_thousand_waiters_cancel() -> None:
    random = Random(22)
    limiter = RateLimiter(RATE, 1.0)
    turns = [limiter.reserve(0.0) for _ in range(10_000)]
    kept = 0
    for turn in turns:
        if turn.ready_at > 0 and random.random() < 0.5:
            limiter.cancel(turn, 0.0)
        else:
            kept += 1
    last = turns[-1].ready_at
    for turn in turns:
        limiter.begin(turn)
    # The tokens in the bucket: what time brought, less what was kept, at most a full bucket.
    at = (kept - RATE) / RATE
    assert at < last
    assert limiter.reserve(at).ready_at == pytest.approx(at + 1 / RATE, abs=1e-3)


def test_many_threads_never_share_a_turn() -> None:
    limiter = RateLimiter(RATE, 1.0)
    moments: list[float] = []

    def reserve() -> None:
        moments.extend(limiter.reserve(0.0).ready_at for _ in range(200))

    threads = [threading.Thread(target=reserve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ordered = sorted(moments)
    assert ordered[:RATE] == [0.0] * RATE
    steps = [later - earlier for earlier, later in zip(ordered[4:], ordered[5:], strict=False)]
    assert steps == pytest.approx([1 / RATE] * (1600 - RATE))


class LimiterMachine(RuleBasedStateMachine):
    """Callers ask, wait, begin and cancel in any order while the clock runs."""

    def __init__(self) -> None:
        super().__init__()
        self.limiter = RateLimiter(RATE, 1.0)
        self.now = 0.0
        self.waiting: deque[tuple[int, Reservation]] = deque()
        self.begun: list[tuple[float, int]] = []
        self.asked = 0

    @rule(seconds=st.floats(0.0, 2.0))
    def time_passes(self, seconds: float) -> None:
        end = self.now + seconds
        while self.waiting and self.waiting[0][1].ready_at <= end:
            number, turn = self.waiting.popleft()
            self.now = max(self.now, turn.ready_at)
            self.limiter.begin(turn)
            self.begun.append((self.now, number))
        self.now = end

    @rule(callers=st.integers(1, 12))
    def callers_ask(self, callers: int) -> None:
        for _ in range(callers):
            turn = self.limiter.reserve(self.now)
            assert turn.ready_at >= self.now
            self.asked += 1
            if turn.ready_at == self.now:
                self.begun.append((self.now, self.asked))
            else:
                self.waiting.append((self.asked, turn))

    @rule(data=st.data())
    def one_cancels(self, data: st.DataObject) -> None:
        if self.waiting:
            place = data.draw(st.integers(0, len(self.waiting) - 1))
            _, turn = self.waiting[place]
            del self.waiting[place]
            self.limiter.cancel(turn, self.now)

    @invariant()
    def never_more_than_the_bound(self) -> None:
        for count, (moment, _) in enumerate(self.begun, 1):
            assert count <= RATE + RATE * moment + EPSILON

    @invariant()
    def first_come_first_served(self) -> None:
        numbers = [number for _, number in self.begun]
        assert numbers == sorted(numbers)

    @invariant()
    def nobody_waits_for_ever(self) -> None:
        # Whoever waits goes ahead before as many turns have passed as were ever asked for.
        for _, turn in self.waiting:
            assert turn.ready_at <= self.now + self.asked / RATE + EPSILON


TestLimiterMachine = LimiterMachine.TestCase
TestLimiterMachine.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, derandomize=True
)
