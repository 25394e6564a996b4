"""The tables of the AWS SDKs' retry modes 2.0 and 2.1, and of gRPC's throttling (RELIABILITY A)."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from sdkbase import GrpcThrottle, RetryConfig, TokenQuota
from sdkbase._policy.deadline import Deadline
from sdkbase._policy.retry import Failure, RetryState, status_failure
from sdkbase._policy.retry_quota import FailureThrottle, Quota, RetryQuota, retry_quota

NO_END = Deadline(None, 0.0)
QUOTA_2_1 = TokenQuota(capacity=500, cost=14, timeout_cost=14, throttle_cost=5)


def config_2_0(max_backoff: float = 20.0) -> RetryConfig:
    return RetryConfig(
        backoff_factor=1.0,
        throttle_backoff_factor=1.0,
        max_backoff=max_backoff,
        retry_after_rule="cap",
        retry_quota=500,
    )


def config_2_1(max_backoff: float = 20.0) -> RetryConfig:
    return RetryConfig(
        backoff_factor=0.05,
        throttle_backoff_factor=1.0,
        max_backoff=max_backoff,
        retry_after_rule="clamp",
        retry_quota=QUOTA_2_1,
    )


def http(status: int, *, after: float | None = None) -> Failure:
    return status_failure(RetryConfig(), status, retry_after=after)


def call_on(
    quota: Quota, config: RetryConfig, attempts: int = 3, *, long_poll: bool = False
) -> RetryState:
    return RetryState(
        config,
        max_retries=attempts - 1,
        method="GET",
        repeatable=False,
        replayable=True,
        quota=quota,
        draw=lambda: 1.0,
        long_poll=long_poll,
    )


class Step(NamedTuple):
    """An answer, the delay before the retry or None if there is none, and the tokens left."""

    answer: Failure | None
    delay: float | None
    tokens: int


class Table(NamedTuple):
    config: RetryConfig
    max_attempts: int
    tokens: int
    calls: list[list[Step]]


E500, E502, E429, OK = http(500), http(502), http(429), None
TIMEOUT = Failure("ReadTimeoutError", timeout=True)
GIVE_UP = None
V20, V21 = config_2_0(), config_2_1()

TABLES = {
    "2.0-a eventually succeeds": Table(
        V20, 3, 500, [[Step(E500, 1, 495), Step(E500, 2, 490), Step(OK, None, 495)]]
    ),
    "2.0-b max attempts": Table(
        V20, 3, 500, [[Step(E502, 1, 495), Step(E502, 2, 490), Step(E502, GIVE_UP, 490)]]
    ),
    "2.0-c quota reached after one retry": Table(
        V20, 3, 5, [[Step(E500, 1, 0), Step(E502, GIVE_UP, 0)]]
    ),
    "2.0-d no retries without quota": Table(V20, 3, 0, [[Step(E500, GIVE_UP, 0)]]),
    "2.0-e exponential backoff": Table(
        V20,
        5,
        500,
        [
            [
                *(Step(E500, 2.0**i, 495 - 5 * i) for i in range(4)),
                Step(E500, GIVE_UP, 480),
            ]
        ],
    ),
    "2.0-f max backoff": Table(
        config_2_0(max_backoff=3.0),
        5,
        500,
        [
            [
                *(Step(E500, delay, 495 - 5 * i) for i, delay in enumerate((1, 2, 3, 3))),
                Step(E500, GIVE_UP, 480),
            ]
        ],
    ),
    "2.0-g timeouts cost 10": Table(V20, 3, 100, [[Step(TIMEOUT, 1, 90), Step(TIMEOUT, 2, 80)]]),
    "2.0-h a hint is capped": Table(V20, 3, 500, [[Step(http(503, after=30.0), 20, 495)]]),
    "2.0 success returns the cost of the last": Table(
        V20, 3, 100, [[Step(E500, 1, 95), Step(TIMEOUT, 2, 85), Step(OK, None, 95)]]
    ),
    "2.1-a eventually succeeds": Table(
        V21, 3, 500, [[Step(E500, 0.05, 486), Step(E500, 0.1, 472), Step(OK, None, 486)]]
    ),
    "2.1-b max attempts": Table(
        V21, 3, 500, [[Step(E500, 0.05, 486), Step(E500, 0.1, 472), Step(E500, GIVE_UP, 472)]]
    ),
    "2.1-c quota of one retry": Table(V21, 5, 14, [[Step(E500, 0.05, 0), Step(E500, GIVE_UP, 0)]]),
    "2.1-d no quota": Table(V21, 3, 0, [[Step(E500, GIVE_UP, 0)]]),
    "2.1-e not enough for a second": Table(
        V21, 5, 20, [[Step(E500, 0.05, 6), Step(E500, GIVE_UP, 6)]]
    ),
    "2.1-f the quota recovers": Table(
        V21,
        5,
        30,
        [
            [Step(E500, 0.05, 16), Step(E500, 0.1, 2), Step(OK, None, 16)],
            [Step(E500, 0.05, 2), Step(OK, None, 16)],
        ],
    ),
    "2.1-g throttling": Table(V21, 3, 500, [[Step(E429, 1.0, 495), Step(OK, None, 500)]]),
    "2.1-h max backoff": Table(
        config_2_1(max_backoff=0.2),
        5,
        500,
        [
            [
                *(Step(E500, delay, 486 - 14 * i) for i, delay in enumerate((0.05, 0.1, 0.2, 0.2))),
                Step(E500, GIVE_UP, 444),
            ]
        ],
    ),
    **{
        f"2.1-j a hint of {hint} s": Table(
            V21, 3, 500, [[Step(http(500, after=hint), delay, 486), Step(OK, None, 500)]]
        )
        # What can not be read, or is below zero, is no hint: test_retry_after.py has those.
        for hint, delay in ((1.5, 1.5), (0.0, 0.05), (10.0, 5.05), (3.0, 3.0), (0.01, 0.05))
    },
}


@pytest.mark.parametrize("case", TABLES)
def test_tables_of_the_aws_sdks(case: str) -> None:
    table = TABLES[case]
    quota = retry_quota(table.config.retry_quota)
    assert isinstance(quota, RetryQuota)
    quota.tokens = table.tokens
    for steps in table.calls:
        call = call_on(quota, table.config, table.max_attempts)
        for answer, delay, tokens in steps:
            if answer is None:
                call.succeeded()
            else:
                decision = call.after_failure(answer, NO_END, 0.0)
                assert decision.retry is (delay is not None)
                assert decision.delay == pytest.approx(delay or 0.0, abs=1e-9)
            assert quota.tokens == tokens


def test_the_whole_ladder() -> None:
    call = call_on(RetryQuota(None), V21, attempts=12)
    delays = [call.after_failure(E500, NO_END, 0.0).delay for _ in range(11)]
    expected = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 20, 20]
    assert delays == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("answer", "attempts", "delay"), [(E429, 3, 1.0), (E500, 3, 0.05), (E429, 1, 0.0)]
)
def test_a_long_poll_without_quota_waits_before_it_fails(
    answer: Failure, attempts: int, delay: float
) -> None:
    quota = RetryQuota(QUOTA_2_1)
    quota.tokens = 0
    decision = call_on(quota, V21, attempts, long_poll=True).after_failure(answer, NO_END, 0.0)
    assert (decision.retry, decision.delay) == (False, delay)


def test_a_long_poll_does_not_wait_past_its_deadline() -> None:
    quota = RetryQuota(0)
    deadline = Deadline(0.5, 0.0)
    decision = call_on(quota, V21, long_poll=True).after_failure(E429, deadline, 0.0)
    assert (decision.retry, decision.delay) == (False, 0.0)


def test_a_throttled_call_waits_longer_than_a_failed_one() -> None:
    config = RetryConfig(backoff_factor=0.5)
    assert call_on(RetryQuota(None), config).after_failure(E500, NO_END, 0.0).delay == 0.5
    assert call_on(RetryQuota(None), config).after_failure(E429, NO_END, 0.0).delay == 1.0


# --- gRPC, proposal A6 --------------------------------------------------------------------------


def failing_call(quota: Quota) -> bool:
    """Tell whether a call that fails once may be retried."""
    return call_on(quota, RetryConfig()).after_failure(E500, NO_END, 0.0).retry


def test_the_throttle_stops_at_half_and_opens_again_with_a_success() -> None:
    quota = retry_quota(GrpcThrottle(max_tokens=10, token_ratio=0.1))
    assert isinstance(quota, FailureThrottle)
    assert [failing_call(quota) for _ in range(5)] == [True, True, True, True, False]
    assert quota.tokens == 5.0
    call_on(quota, RetryConfig()).succeeded()
    assert quota.tokens == pytest.approx(5.1, abs=1e-9)
    assert quota.take(0)


@pytest.mark.parametrize("ratio", [0.1, 0.001, 0.333, 1.0])
def test_tokens_stay_between_none_and_all(ratio: float) -> None:
    throttle = FailureThrottle(GrpcThrottle(max_tokens=3, token_ratio=ratio))
    for _ in range(5):
        throttle.failed()
    assert throttle.tokens == 0.0
    for successes in range(1, 4):
        throttle.give_back()
        assert throttle.tokens == pytest.approx(min(3.0, successes * ratio), abs=1e-9)
    for _ in range(4000):
        throttle.give_back(999)
    assert throttle.tokens == 3.0


def test_failures_that_are_not_retried_take_no_token() -> None:
    throttle = FailureThrottle(GrpcThrottle())
    call = call_on(throttle, RetryConfig())
    assert not call.after_failure(http(404), NO_END, 0.0).retry
    assert throttle.tokens == 10.0
