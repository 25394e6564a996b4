"""The retries of several calls that share a quota, as a state machine; and the jitter of all."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sdkbase import RetryConfig
from sdkbase._policy.deadline import NO_DEADLINE, Deadline
from sdkbase._policy.retry import Failure, RetryState
from sdkbase._policy.retry_quota import RetryQuota
from sdkbase.config import RetryAfterRule, TokenQuota, as_float
from tests.scale import scaled
from tests.unit.wire.messages import fixed

CAP, LONGEST = 3.0, 8.0
PLAIN = (
    Failure("HTTP 503"),
    Failure("ReadTimeoutError", timeout=True),
    Failure("HTTP 429", throttle=True),
    Failure("ConnectError", sent=False),
    Failure("ConnectionLostError", stale_connection=True),
    Failure("HTTP 503", retry_after=2.5),
    Failure("HTTP 429", throttle=True, retry_after=5.0),
)
FAILURES = st.sampled_from(PLAIN) | st.builds(
    Failure,
    st.just("HTTP 503"),
    sent=st.booleans(),
    retryable=st.sampled_from([True, True, True, False]),
    forbidden=st.sampled_from(["", "", "", "no"]),
    safe=st.sampled_from([False, False, True]),
    throttle=st.booleans(),
    timeout=st.booleans(),
    stale_connection=st.sampled_from([False, False, True]),
    retry_after=st.none() | st.sampled_from([0.0, 0.01, 2.5, 5.0, LONGEST, 8.5, 1e9]),
)
RUNS = st.lists(FAILURES, min_size=1, max_size=8)
CAPACITIES = st.sampled_from([40, None, 18, 10, 5, 0])
SHARES = st.sampled_from([1.0, 0.3, 0.0]) | st.floats(0, 1)


class Flight(msgspec.Struct, eq=False):
    """A call under way, with what is known of it apart from its `RetryState`."""

    state: RetryState
    limit: int
    repeatable: bool
    replayable: bool
    end: float | None
    deadline: Deadline
    attempts: int = 1
    paid: int = 0
    cost: int = 0
    stale_used: bool = False

    def may_repeat(self, failure: Failure) -> bool:
        """Whether another attempt is allowed at all, however long it takes."""
        if failure.forbidden or not failure.retryable or self.limit == 0:
            return False
        harmless = self.repeatable or failure.safe or failure.throttle
        return not failure.sent or (harmless and self.replayable)

    def is_free(self, failure: Failure) -> bool:
        """Whether the fault lies with the age of the connection, for the first time."""
        return failure.stale_connection and not self.stale_used


class Retries(RuleBasedStateMachine):
    """Any calls that fail and succeed in any order."""

    @initialize(
        capacity=CAPACITIES,
        factor=st.sampled_from([0.0, 0.5, 2.0, 1e6]),
        own=st.none() | st.just(1.0),
        after=st.sampled_from(["exact", "cap", "clamp"]),
    )
    def begin(
        self, capacity: int | None, factor: float, own: float | None, after: RetryAfterRule
    ) -> None:
        self.costs = TokenQuota(capacity or 0, cost=5, timeout_cost=10, throttle_cost=3)
        self.capacity = capacity
        self.quota = RetryQuota(None if capacity is None else self.costs)
        self.tokens = capacity or 0
        self.config = RetryConfig(
            backoff_factor=factor,
            throttle_backoff_factor=own,
            max_backoff=CAP,
            max_retry_after=LONGEST,
            retry_after_rule=after,
        )
        self.now = 1_000.0
        self.flights: list[Flight] = []
        self.share = 0.5

    @rule(
        limit=st.sampled_from([4, 2, 1, 0]),
        method=st.sampled_from(["GET", "POST", "PUT", "PATCH"]),
        key=st.sampled_from([False, False, True]),
        replayable=st.sampled_from([True, True, False]),
        seconds=st.sampled_from([None, None, 0.0, 1.0, 20.0]),
        failures=RUNS,
    )
    def call(
        self,
        limit: int,
        method: str,
        key: bool,
        replayable: bool,
        seconds: float | None,
        failures: list[Failure],
    ) -> None:
        state = RetryState(
            self.config,
            max_retries=limit,
            method=method,
            repeatable=key,
            replayable=replayable,
            quota=self.quota,
            draw=lambda: self.share,
        )
        deadline = NO_DEADLINE if seconds is None else Deadline(seconds, self.now)
        end = None if seconds is None else self.now + seconds
        repeatable = key or method in ("GET", "PUT")
        self.flights.append(Flight(state, limit, repeatable, replayable, end, deadline))
        self.fail_each(self.flights[-1], failures)

    @precondition(lambda self: self.flights)
    @rule(failures=RUNS, share=SHARES, data=st.data())
    def fail(self, failures: list[Failure], share: float, data: st.DataObject) -> None:
        self.share = share
        self.fail_each(data.draw(st.sampled_from(self.flights)), failures)

    def fail_each(self, flight: Flight, failures: list[Failure]) -> None:
        while failures and flight in self.flights:
            self.fail_once(flight, failures.pop())

    def fail_once(self, flight: Flight, failure: Failure) -> None:
        decision = flight.state.after_failure(failure, flight.deadline, self.now)
        if not flight.may_repeat(failure):
            assert not decision.retry
        elif flight.is_free(failure):
            flight.stale_used = True
            assert decision.retry and decision.delay == 0.0
        elif not decision.retry:
            self.check_end(flight, failure, decision.reason)
        else:
            self.check_delay(failure, decision.delay, flight.paid)
            assert flight.end is None or self.now + decision.delay < flight.end
            flight.paid += 1
            flight.cost = self.price(failure)
            self.tokens -= flight.cost if self.capacity is not None else 0
        if not decision.retry:
            assert decision.delay == 0.0
            self.flights.remove(flight)
            return
        flight.attempts += 1
        assert flight.attempts <= 1 + flight.limit + flight.stale_used
        self.now += decision.delay

    def check_end(self, flight: Flight, failure: Failure, reason: str) -> None:
        """A call that might be repeated ends for one of four reasons, and that one is told."""
        if "max_retries" in reason:
            assert flight.paid == flight.limit
        elif "quota" in reason:
            assert self.capacity is not None and self.tokens < self.price(failure)
        elif "max_retry_after" in reason:
            assert failure.retry_after is not None and failure.retry_after > LONGEST
            assert self.config.retry_after_rule == "exact"
        else:
            assert "deadline" in reason and flight.end is not None
            longest = max(failure.retry_after or 0.0, CAP)
            assert self.now + longest >= flight.end

    def check_delay(self, failure: Failure, delay: float, retries: int) -> None:
        asked, after = failure.retry_after, self.config.retry_after_rule
        most = self.ladder(failure, retries)
        if asked is None:
            assert 0 <= delay <= most
            assert delay == pytest.approx(self.share * most)
        elif after == "exact":
            assert delay == asked <= LONGEST
        elif after == "cap":
            assert delay == min(asked, CAP)
        else:
            assert 0 <= delay <= most + 5
            assert delay <= asked or delay == pytest.approx(self.share * most)

    def ladder(self, failure: Failure, retries: int) -> float:
        factor = as_float(self.config.backoff_factor)
        if failure.throttle:
            own = self.config.throttle_backoff_factor
            factor = 2 * factor if own is None else 1.0
        return min(CAP, factor * 2.0**retries)

    def price(self, failure: Failure) -> int:
        if failure.throttle:
            return self.costs.throttle_cost
        return self.costs.timeout_cost if failure.timeout else self.costs.cost

    @precondition(lambda self: self.flights)
    @rule(good=st.booleans(), data=st.data())
    def end(self, good: bool, data: st.DataObject) -> None:
        flight = data.draw(st.sampled_from(self.flights))
        if good:
            flight.state.succeeded()
            self.flights.remove(flight)
            self.refund(flight.cost or self.costs.refund)
        else:
            flight.state.withdraw()
            self.refund(flight.cost)
            flight.cost = 0

    def refund(self, tokens: int) -> None:
        if self.capacity is not None:
            self.tokens = min(self.capacity, self.tokens + tokens)

    @rule(seconds=st.floats(0, 5))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def the_quota_is_exact(self) -> None:
        assert self.quota.tokens == self.tokens
        assert 0 <= self.tokens <= (self.capacity or 0)


TestRetries = pytest.mark.usefixtures("uncovered")(Retries.TestCase)
TestRetries.settings = settings(
    fixed, max_examples=scaled(full=3_000, ci=150), stateful_step_count=15
)


@pytest.mark.parametrize("retries", [0, 3, 70])
def test_the_jitter_is_even(retries: int) -> None:
    draws, bins = 10_000, 20
    config = RetryConfig(backoff_factor=0.5, max_backoff=7.0)
    state = RetryState(
        config,
        max_retries=10**6,
        method="GET",
        repeatable=False,
        replayable=True,
        quota=RetryQuota(None),
        draw=random.Random(20260203).random,
    )
    most = min(7.0, 0.5 * 2**retries)
    counts = [0] * bins
    for _ in range(draws):
        state._retries = retries
        delay = state.after_failure(Failure("HTTP 503"), NO_DEADLINE, 0.0).delay
        assert 0 <= delay <= most
        counts[min(bins - 1, int(delay / most * bins))] += 1
    expected = draws / bins
    chi_square = sum((count - expected) ** 2 / expected for count in counts)
    assert chi_square < 43.82  # of 19 degrees of freedom at p = .001
    assert max(counts) > min(counts), "more even than chance is"
