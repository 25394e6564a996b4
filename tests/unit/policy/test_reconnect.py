"""Reconnecting: when, after which wait, and for which calls at all."""

from __future__ import annotations

from typing import Any

import pytest

from sdkbase import ConfigurationError, InvalidRequestError, RetryConfig
from sdkbase._policy.deadline import Deadline
from sdkbase._policy.reconnect import Reconnects, reconnect_limit
from sdkbase._policy.retry import Failure
from sdkbase._wire.body import Body
from sdkbase._wire.call import Call

ENDLESS = Deadline(None, 0.0)
LOST = Failure(outcome="ConnectionLostError")


def reconnects(limit: int = 3, draw: float = 1.0, **config: Any) -> Reconnects:
    return Reconnects(RetryConfig(**config), limit=limit, draw=lambda: draw)


def delays(state: Reconnects, count: int, failure: Failure | None = LOST) -> list[float]:
    return [state.after_break(failure, ENDLESS, 0.0).delay for _ in range(count)]


# --- how often ------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [LOST, None])
def test_failures_in_a_row_are_counted(failure: Failure | None) -> None:
    state = reconnects(2)
    assert state.after_break(failure, ENDLESS, 0.0).retry
    assert state.after_break(failure, ENDLESS, 0.0).retry
    decision = state.after_break(failure, ENDLESS, 0.0)
    assert (decision.retry, decision.reason) == (False, "2 in a row brought no event")


def test_an_event_begins_the_count_anew() -> None:
    state = reconnects(1)
    for _ in range(5):
        assert state.after_break(LOST, ENDLESS, 0.0).retry
        state.event_came()
    assert state.after_break(LOST, ENDLESS, 0.0).retry
    assert not state.after_break(LOST, ENDLESS, 0.0).retry


def test_a_stream_that_does_not_reconnect_gives_no_reason() -> None:
    state = reconnects(0)
    assert not state.enabled
    decision = state.after_break(LOST, ENDLESS, 0.0)
    assert (decision.retry, decision.reason) == (False, "")


@pytest.mark.parametrize(
    ("failure", "again"),
    [
        (Failure(outcome="HTTP 503", status_code=503), True),
        (Failure(outcome="HTTP 429", status_code=429), True),
        (Failure(outcome="HTTP 404", status_code=404), False),
        (Failure(outcome="TlsError", retryable=False), False),
        (Failure(outcome="ReadTimeoutError", timeout=True), True),
    ],
)
def test_what_another_connection_may_mend(failure: Failure, again: bool) -> None:
    decision = reconnects().after_break(failure, ENDLESS, 0.0)
    assert decision.retry is again
    assert decision.reason == ("" if again else "another connection would not help")


# --- how long -------------------------------------------------------------------------------


def test_waits_double_up_to_the_cap_with_jitter() -> None:
    assert delays(reconnects(9, backoff_factor=1, max_backoff=5), 5) == [1, 2, 4, 5, 5]
    assert delays(reconnects(9, draw=0.25, backoff_factor=1, max_backoff=5), 3) == [0.25, 0.5, 1]


def test_an_endless_row_of_failures_does_not_overflow() -> None:
    assert delays(reconnects(3000, max_backoff=5), 2000)[-1] == 5


def test_waits_begin_anew_after_an_event() -> None:
    state = reconnects(9, backoff_factor=1)
    assert delays(state, 3) == [1, 2, 4]
    state.event_came()
    assert delays(state, 1) == [1]


def test_the_servers_wish_is_kept_and_grows_with_further_failures() -> None:
    state = reconnects(9, backoff_factor=1)
    state.asked = 2.5
    assert delays(state, 4) == [2.5, 3.5, 4.5, 6.5]


def test_a_wish_of_no_wait_is_kept() -> None:
    state = reconnects()
    state.asked = 0.0
    assert delays(state, 1) == [0.0]


def test_the_servers_wish_is_capped() -> None:
    state = reconnects(max_retry_after=7)
    state.asked = 1e12
    assert delays(state, 1) == [7]


def test_retry_after_wins() -> None:
    state = reconnects()
    state.asked = 2.0
    busy = Failure(outcome="HTTP 503", status_code=503, retry_after=4.0)
    assert delays(state, 1, busy) == [4.0]


def test_a_retry_after_that_is_too_long_ends_the_stream() -> None:
    busy = Failure(outcome="HTTP 503", status_code=503, retry_after=61.0)
    decision = reconnects().after_break(busy, ENDLESS, 0.0)
    assert not decision.retry
    assert decision.reason == "the server asks to wait 61 s, more than max_retry_after"


def test_a_wait_beyond_the_deadline_ends_the_stream() -> None:
    state = reconnects(backoff_factor=2)
    deadline = Deadline(10.0, 100.0)
    assert state.after_break(LOST, deadline, 100.0).retry
    decision = state.after_break(LOST, deadline, 106.5)
    assert not decision.retry
    assert decision.reason == "the next connection would come in 4 s, after the deadline"


# --- for which calls ------------------------------------------------------------------------


def call(method: str = "GET", *, replayable: bool = True, key: str | None = None) -> Call:
    headers = {} if key is None else {"idempotency-key": key}
    body = Body(None if not replayable else b"", {}, replayable=replayable)
    return Call(method, "https://api.example/feed", "/feed", headers, body)


@pytest.mark.parametrize(
    ("reconnect", "limit"),
    [(False, 0), (True, 3), (0, 0), (1, 1), (7, 7), ("always", 3)],
)
def test_the_limit(reconnect: Any, limit: int) -> None:
    assert reconnect_limit(reconnect, call(), 3) == limit


@pytest.mark.parametrize("reconnect", [-1, 1.5, "yes", None])
def test_a_wrong_value_is_named(reconnect: Any) -> None:
    with pytest.raises(ConfigurationError, match="reconnect must be True, False, a number or"):
        reconnect_limit(reconnect, call(), 3)


@pytest.mark.parametrize("reconnect", [True, 2])
def test_a_call_that_is_not_safe_does_not_reconnect(reconnect: Any) -> None:
    with pytest.raises(ConfigurationError, match="POST /feed is not safe to repeat"):
        reconnect_limit(reconnect, call("POST"), 3)


def test_a_call_that_is_not_safe_reconnects_if_asked_or_known_by_a_key() -> None:
    assert reconnect_limit("always", call("POST"), 3) == 3
    assert reconnect_limit(True, call("POST", key="k"), 3) == 3
    assert reconnect_limit(True, call("POST"), 3, idempotent=True) == 3
    assert reconnect_limit(False, call("POST"), 3) == 0
    assert reconnect_limit(True, call("POST"), 0) == 0


def test_a_body_that_can_not_be_sent_again_is_told() -> None:
    with pytest.raises(InvalidRequestError, match="its body can not be sent again"):
        reconnect_limit("always", call("POST", replayable=False), 3)
    assert reconnect_limit(False, call("POST", replayable=False), 3) == 0
