from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import RetryConfig
from sdkbase._policy.deadline import Deadline
from sdkbase._policy.retry import Decision, Failure, RetryState, status_failure
from sdkbase._policy.retry_quota import RetryQuota
from tests.unit.wire.messages import fixed

NO_END = Deadline(None, 0.0)
IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]
UNSAFE = ["POST", "PATCH", "CONNECT", "PURGE"]


def http(
    status: int, *, retry_after: float | None = None, config: RetryConfig | None = None
) -> Failure:
    return status_failure(config or RetryConfig(), status, retry_after=retry_after)


LOST = Failure("ConnectionLostError")
NOT_SENT = Failure("ConnectError", sent=False)
TIMEOUT = Failure("ReadTimeoutError", timeout=True)
STALE = Failure("ConnectionLostError", stale_connection=True)
HOPELESS = Failure("TlsError", sent=False, retryable=False)


def state(
    config: RetryConfig | None = None,
    *,
    max_retries: int = 3,
    method: str = "GET",
    key: bool = False,
    replayable: bool = True,
    quota: RetryQuota | None = None,
    draw: Callable[[], float] = lambda: 1.0,
) -> RetryState:
    return RetryState(
        config or RetryConfig(),
        max_retries=max_retries,
        method=method,
        repeatable=key,
        replayable=replayable,
        quota=quota or RetryQuota(500),
        draw=draw,
    )


E500 = http(500)


def test_a_first_try_that_succeeds_returns_one_token() -> None:
    quota = RetryQuota(500)
    quota.tokens = 450
    state(quota=quota).succeeded()
    assert quota.tokens == 451


def test_a_call_that_fails_for_good_returns_nothing() -> None:
    quota = RetryQuota(500)
    quota.tokens = 450
    assert not state(quota=quota).after_failure(http(400), NO_END, 0.0).retry
    assert quota.tokens == 450


def test_the_quota_never_passes_its_capacity() -> None:
    quota = RetryQuota(10)
    quota.give_back(5)
    assert quota.tokens == 10
    assert quota.take(4) and quota.tokens == 6
    quota.give_back(5)
    assert quota.tokens == 10
    assert quota.take(10) and not quota.take(1) and quota.tokens == 0


def test_without_quota_there_is_no_bound() -> None:
    quota = RetryQuota(None)
    assert all(quota.take(1000) for _ in range(100))
    quota.give_back(5)
    assert quota.tokens == 0


def test_threads_share_the_quota_exactly() -> None:
    quota, taken = RetryQuota(4000), []

    def work() -> None:
        taken.append(sum(quota.take(1) for _ in range(1000)))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert sum(taken) == 4000 and quota.tokens == 0


def test_jitter_is_even_and_within_bounds() -> None:
    draw = random.Random(20260203).random
    config = RetryConfig(backoff_factor=10.0, max_backoff=10.0)
    delays = [
        state(config, draw=draw).after_failure(E500, NO_END, 0.0).delay for _ in range(10_000)
    ]
    assert min(delays) >= 0 and max(delays) <= 10
    counts = [sum(int(delay) == second for delay in delays) for second in range(10)]
    assert all(800 <= count <= 1200 for count in counts)


@pytest.mark.parametrize("retries", [0, 1, 63, 64, 65, 1023, 1024, 10**6])
def test_no_number_of_retries_overflows(retries: int) -> None:
    call = state(RetryConfig(backoff_factor=1e6, max_backoff=30), max_retries=10**7)
    call._retries = retries
    assert call.after_failure(E500, NO_END, 0.0) == Decision(retry=True, delay=30.0)


def test_no_backoff_means_no_wait() -> None:
    assert state(RetryConfig(backoff_factor=0)).after_failure(E500, NO_END, 0.0).delay == 0


@pytest.mark.parametrize("status", range(100, 600))
def test_the_statuses_that_are_retried(status: int) -> None:
    expected = status in (429, 500, 502, 503, 504)
    assert state().after_failure(http(status), NO_END, 0.0).retry is expected
    never = RetryConfig(retry_on_status=[])
    assert not state(never).after_failure(http(status, config=never), NO_END, 0).retry


def test_the_list_of_statuses_is_the_users() -> None:
    config = RetryConfig(retry_on_status=[404])
    assert state(config).after_failure(http(404, config=config), NO_END, 0.0).retry
    assert not state(config).after_failure(http(503, config=config), NO_END, 0.0).retry


NOT_SAFE, NO_REPLAY, HELPLESS = "is not idempotent", "can not be sent again", "would not help"
YES = ""


@pytest.mark.parametrize(
    ("failure", "safe", "unsafe", "streamed"),
    [
        (http(503), YES, NOT_SAFE, NO_REPLAY),
        (http(429), YES, YES, NO_REPLAY),
        (http(404), HELPLESS, HELPLESS, HELPLESS),
        (LOST, YES, NOT_SAFE, NO_REPLAY),
        (TIMEOUT, YES, NOT_SAFE, NO_REPLAY),
        (STALE, YES, NOT_SAFE, NO_REPLAY),
        (NOT_SENT, YES, YES, YES),
        (HOPELESS, HELPLESS, HELPLESS, HELPLESS),
    ],
)
def test_what_may_be_repeated(failure: Failure, safe: str, unsafe: str, streamed: str) -> None:
    def check(call: RetryState, expected: str) -> None:
        decision = call.after_failure(failure, NO_END, 0.0)
        assert decision.retry is (expected == YES)
        assert expected in decision.reason and (decision.reason == "") is decision.retry

    for method in IDEMPOTENT:
        check(state(method=method), safe)
        check(state(method=method, replayable=False), streamed)
    for method in UNSAFE:
        check(state(method=method), unsafe)
        check(state(method=method, key=True), safe)
        check(state(method=method, key=True, replayable=False), streamed)


@pytest.mark.parametrize("failure", [E500, LOST, TIMEOUT, NOT_SENT, STALE])
def test_zero_turns_retries_off(failure: Failure) -> None:
    quota = RetryQuota(500)
    decision = state(max_retries=0, quota=quota).after_failure(failure, NO_END, 0.0)
    assert decision == Decision(retry=False, reason="")
    assert quota.tokens == 500


def test_the_last_retry_says_that_it_was_the_last() -> None:
    call = state(max_retries=2)
    assert [call.after_failure(E500, NO_END, 0.0).retry for _ in range(2)] == [True, True]
    assert call.after_failure(E500, NO_END, 0.0).reason == "max_retries=2 is used up"


def test_a_stale_connection_is_replaced_once_at_once_and_for_nothing() -> None:
    quota = RetryQuota(500)
    call = state(max_retries=1, quota=quota)
    assert call.after_failure(STALE, NO_END, 0.0) == Decision(retry=True, delay=0.0)
    assert quota.tokens == 500
    assert call.after_failure(STALE, NO_END, 0.0) == Decision(retry=True, delay=0.5)
    assert quota.tokens == 495
    assert not call.after_failure(STALE, NO_END, 0.0).retry


@pytest.mark.parametrize("wait", [0.0, 0.5, 59.9, 60.0])
def test_retry_after_wins_over_the_backoff(wait: float) -> None:
    decision = state().after_failure(http(503, retry_after=wait), NO_END, 0.0)
    assert decision == Decision(retry=True, delay=wait)


def test_a_retry_after_beyond_the_cap_ends_the_call() -> None:
    quota = RetryQuota(500)
    decision = state(quota=quota).after_failure(http(429, retry_after=60.5), NO_END, 0.0)
    assert decision.reason == "the server asks to wait 60.5 s, more than max_retry_after"
    assert not decision.retry and quota.tokens == 500


def test_a_wait_beyond_the_deadline_ends_the_call() -> None:
    deadline, quota = Deadline(10.0, now=100.0), RetryQuota(500)
    late = state(quota=quota).after_failure(http(503, retry_after=5), deadline, 105.0)
    assert late.reason == "the next attempt would come in 5 s, after the deadline"
    assert not late.retry and quota.tokens == 500
    assert state().after_failure(http(503, retry_after=4.9), deadline, 105.0).retry


def test_an_empty_quota_is_the_reason_that_is_given() -> None:
    decision = state(quota=RetryQuota(4)).after_failure(E500, NO_END, 0.0)
    assert decision == Decision(retry=False, reason="RetryConfig.retry_quota is used up")


FAILURES = st.sampled_from([E500, LOST, TIMEOUT, NOT_SENT, STALE, http(429), http(404), HOPELESS])


@given(
    st.lists(FAILURES, min_size=1, max_size=12), st.integers(0, 5), st.sampled_from(["GET", "POST"])
)
@fixed
def test_any_run_of_failures_is_bounded(failures: list[Failure], limit: int, method: str) -> None:
    quota = RetryQuota(30)
    call = state(max_retries=limit, method=method, quota=quota)
    retries = 0
    for failure in failures:
        decision = call.after_failure(failure, NO_END, 0.0)
        if not decision.retry:
            break
        retries += 1
        assert 0 <= decision.delay <= 30
    assert retries <= (limit + 1 if limit else 0)
    assert 0 <= quota.tokens <= 30
