"""The rate limiter in virtual time: its bound, its order, and what cancelled callers give back."""

from __future__ import annotations

import math
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
KEYS = ("a", "b")
COSTS = (0.5, 1.0, 1.0, 3.0)
LONGEST = 10.0


class Line:
    """What the test knows of one key: who waits, who has begun, and the last pause."""

    def __init__(self) -> None:
        self.waiting: deque[Reservation] = deque()
        self.begun: list[tuple[float, Reservation]] = []
        self.asked = 0.0
        self.slack = 0.0
        self.paused_until = -math.inf
        self.since_pause = 0.0
        self.jumped = 0.0

    def pauses(self, now: float) -> float:
        return max(0.0, self.paused_until - now)


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
    """
    Callers of several keys ask, wait, begin and cancel in any order; servers ask for pauses.

    `now` is the limiter's clock, which may jump back; `real` is the time that really went by.
    """

    def __init__(self) -> None:
        super().__init__()
        self.limiter = RateLimiter(RATE, 1.0, key="host", max_pause=LONGEST)
        self.now = self.real = self.jumped = 0.0
        self.lines: dict[str, Line] = {key: Line() for key in KEYS}

    def begin(self, line: Line, turn: Reservation) -> None:
        line.begun.append((self.real, turn))
        assert self.now >= line.paused_until - EPSILON
        # After a pause there is the rate, for all but the first in line, and no full bucket.
        line.since_pause += turn.cost
        allowed = max(COSTS) + RATE * (self.now + line.jumped - line.paused_until)
        assert line.since_pause <= allowed + line.slack + EPSILON

    def run_until(self, real: float) -> None:
        """Let everybody begin whose moment comes, each at that moment."""
        while True:
            heads = [
                (line.waiting[0].ready_at, key) for key, line in self.lines.items() if line.waiting
            ]
            if not heads or (moment := min(heads))[0] > self.now + (real - self.real):
                break
            wait = max(0.0, moment[0] - self.now)
            self.now, self.real = self.now + wait, self.real + wait
            line = self.lines[moment[1]]
            turn = line.waiting.popleft()
            self.limiter.begin(turn)
            self.begin(line, turn)
        self.now, self.real = self.now + (real - self.real), real

    @rule(seconds=st.floats(0.0, 2.0))
    def time_passes(self, seconds: float) -> None:
        self.run_until(self.real + seconds)

    @rule(seconds=st.sampled_from([0.1, 1.0]))
    def the_clock_jumps_back(self, seconds: float) -> None:
        self.now -= seconds
        self.jumped += seconds
        for line in self.lines.values():
            line.jumped += seconds

    @rule(key=st.sampled_from(KEYS), costs=st.lists(st.sampled_from(COSTS), min_size=1, max_size=8))
    def callers_ask(self, key: str, costs: list[float]) -> None:
        line = self.lines[key]
        for cost in costs:
            turn = self.limiter.reserve(self.now, key=key, cost=cost)
            line.asked += cost
            assert turn.ready_at >= self.now
            assert not line.waiting or turn.ready_at >= line.waiting[-1].ready_at
            if turn.ready_at == self.now:
                self.begin(line, turn)
            else:
                line.waiting.append(turn)

    @rule(key=st.sampled_from(KEYS), data=st.data())
    def one_cancels(self, key: str, data: st.DataObject) -> None:
        line = self.lines[key]
        if line.waiting:
            place = data.draw(st.integers(0, len(line.waiting) - 1))
            turn = line.waiting[place]
            del line.waiting[place]
            self.limiter.cancel(turn, self.now)
            # Its moment is free at once, and so is that of one who asks next.
            line.slack = max(COSTS)

    @rule(key=st.sampled_from(KEYS), seconds=st.sampled_from([0.05, 0.5, 3.0, 1e6]))
    def the_server_asks_for_a_pause(self, key: str, seconds: float) -> None:
        self.limiter.observe(key, self.now, throttled=True, retry_after=seconds)
        line = self.lines[key]
        until = self.now + min(seconds, LONGEST)
        if until > line.paused_until:
            line.paused_until, line.since_pause, line.jumped = until, 0.0, 0.0

    @invariant()
    def never_more_than_the_bound(self) -> None:
        for line in self.lines.values():
            begun = 0.0
            for moment, turn in line.begun:
                begun += turn.cost
                assert begun <= RATE + RATE * moment + EPSILON

    @invariant()
    def first_come_first_served(self) -> None:
        for line in self.lines.values():
            numbers = [turn.number for _, turn in line.begun] + [t.number for t in line.waiting]
            assert numbers == sorted(numbers)

    @invariant()
    def nobody_waits_for_ever(self) -> None:
        # Whoever waits goes ahead before as many turns have passed as were ever asked for.
        for line in self.lines.values():
            for turn in line.waiting:
                latest = self.now + self.jumped + line.pauses(self.now) + line.asked / RATE
                assert turn.ready_at <= latest + EPSILON

    @invariant()
    def the_snapshot_agrees(self) -> None:
        for bucket in self.limiter.snapshot(self.now).buckets:
            line = self.lines[str(bucket.key)]
            assert bucket.waiting == len(line.waiting)
            assert 0 <= bucket.available <= RATE
            assert not (bucket.waiting and bucket.available)

    def teardown(self) -> None:
        # Once all have gone or given up, every bucket is full again: no token was lost.
        for line in self.lines.values():
            for turn in line.waiting:
                self.limiter.cancel(turn, self.now)
        late = self.now + self.jumped + 100.0
        for key in KEYS:
            moments = [self.limiter.reserve(late, key=key).ready_at for _ in range(RATE)]
            assert moments == [late] * RATE
            assert self.limiter.reserve(late, key=key).ready_at == pytest.approx(late + 1 / RATE)


TestLimiterMachine = pytest.mark.usefixtures("uncovered")(LimiterMachine.TestCase)
TestLimiterMachine.settings = settings(
    max_examples=80, stateful_step_count=40, deadline=None, derandomize=True
)
