"""Hedging without I/O: its settings, which calls it takes, and what it learns of their times."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sdkbase import ConfigurationError, Hedging
from sdkbase._policy.hedging import (
    HedgeDelays,
    is_fatal,
    is_hedgeable,
    is_refusal,
    outcome_of,
)
from sdkbase._wire.body import Body
from sdkbase.errors import (
    BulkheadFullError,
    CircuitOpenError,
    ConnectionLostError,
    DeadlineExceededError,
    InvalidRequestError,
    PoolTimeoutError,
    ReadTimeoutError,
    TlsError,
    TransportError,
)
from tests.unit.wire.messages import make_call, make_reply

STREAMED = Body(None, {}, stream=httpx.ByteStream(b"x"))
IN_MEMORY = Body(b"x", {})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "needs one of delay and percentile"),
        ({"delay": 1, "percentile": 0.9}, "needs one of delay and percentile"),
        ({"delay": -1}, "Hedging.delay"),
        ({"percentile": 0}, "Hedging.percentile must be a number above 0 and below 1, got 0"),
        ({"percentile": 1.0}, "below 1, got 1.0"),
        ({"percentile": 95}, "below 1, got 95"),
        ({"percentile": True}, "below 1, got True"),
        ({"percentile": "p95"}, "below 1, got 'p95'"),
        ({"delay": 1, "max_hedges": 0}, "Hedging.max_hedges"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Hedging(**settings)


@pytest.mark.parametrize(
    ("method", "body", "stream", "idempotent", "expected"),
    [
        ("GET", None, False, False, True),
        ("HEAD", None, False, False, True),
        ("GET", None, True, False, False),
        ("DELETE", None, False, False, False),
        ("PUT", IN_MEMORY, False, False, False),
        ("POST", IN_MEMORY, False, False, False),
        ("POST", IN_MEMORY, False, True, True),
        ("POST", STREAMED, False, True, False),
    ],
)
def test_which_calls_are_hedged(
    method: str, body: Body | None, stream: bool, idempotent: bool, expected: bool
) -> None:
    call = make_call(method) if body is None else make_call(method, body=body)
    assert is_hedgeable(call, stream=stream, idempotent=idempotent) is expected


def test_an_idempotency_key_is_not_enough() -> None:
    # Of two requests with one key at the same time, one is answered with a conflict.
    call = make_call("POST", headers={"idempotency-key": "k"}, body=IN_MEMORY)
    assert not is_hedgeable(call, stream=False, idempotent=False)


def error_of(cls: type[TransportError]) -> TransportError:
    return cls("it broke", request=httpx.Request("GET", "https://api.example"))


@pytest.mark.parametrize(
    ("error", "fatal"),
    [
        (error_of(ConnectionLostError), False),
        (error_of(ReadTimeoutError), False),
        (error_of(PoolTimeoutError), False),
        (error_of(CircuitOpenError), False),
        (error_of(BulkheadFullError), False),
        (error_of(TlsError), True),
        (error_of(DeadlineExceededError), True),
        (InvalidRequestError("of an interceptor"), True),
        (KeyboardInterrupt(), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_which_errors_end_the_race(error: BaseException, fatal: bool) -> None:
    assert is_fatal(error) is fatal
    refusals = PoolTimeoutError | CircuitOpenError | BulkheadFullError
    assert is_refusal(error) is isinstance(error, refusals)


def test_what_the_history_tells() -> None:
    assert outcome_of(make_reply(503), None) == "HTTP 503"
    assert outcome_of(None, error_of(ReadTimeoutError)) == "ReadTimeoutError"
    assert outcome_of(None, None) == "cancelled: another attempt was faster"


# --- delays -----------------------------------------------------------------------------------


def test_a_fixed_delay_needs_no_samples() -> None:
    delays = HedgeDelays(Hedging(delay=timedelta(milliseconds=200)))
    delays.learn(make_call(), 5.0)
    assert delays.delay(make_call()) == 0.2


@pytest.mark.parametrize(("share", "needed"), [(0.5, 20), (0.95, 20), (0.99, 100)])
def test_nothing_is_hedged_before_there_are_enough_samples(share: float, needed: int) -> None:
    delays, call = HedgeDelays(Hedging(percentile=share)), make_call()
    for _ in range(needed - 1):
        delays.learn(call, 1.0)
    assert delays.delay(call) is None
    delays.learn(call, 1.0)
    assert delays.delay(call) == 1.0


def test_the_percentile_is_that_of_the_calls_with_the_same_template() -> None:
    delays = HedgeDelays(Hedging(percentile=0.95))
    quick, slow = make_call(template="/quick"), make_call(template="/slow")
    draw = random.Random(1)
    quick_times = [draw.uniform(0.01, 0.02) for _ in range(400)]
    for seconds in quick_times:
        delays.learn(quick, seconds)
        delays.learn(slow, 100 * seconds)
    exact = sorted(quick_times)[379]
    assert delays.delay(quick) == pytest.approx(exact, rel=0.16)
    assert delays.delay(slow) == pytest.approx(100 * exact, rel=0.16)
    assert delays.delay(make_call("HEAD", template="/slow")) is None


def test_old_times_are_forgotten() -> None:
    delays, call = HedgeDelays(Hedging(percentile=0.95)), make_call()
    for seconds in [9.0] * 3000 + [0.1] * 1000:
        delays.learn(call, seconds)
    assert delays.delay(call) == pytest.approx(0.1, rel=0.16)


def test_hedging_does_not_shorten_its_own_delay() -> None:
    # What is learnt of a hedged call is how long it took, never less than the delay.
    delays, call = HedgeDelays(Hedging(percentile=0.9)), make_call()
    draw = random.Random(2)
    hedged = 0
    for number in range(5000):
        alone = draw.expovariate(10.0)
        delay = delays.delay(call)
        if delay is None or alone <= delay:
            delays.learn(call, alone)
        else:
            hedged += number >= 1000
            delays.learn(call, min(alone, delay + draw.expovariate(10.0)))
    assert hedged / 4000 == pytest.approx(0.1, abs=0.03)


def test_the_number_of_templates_is_bounded() -> None:
    delays = HedgeDelays(Hedging(percentile=0.5))
    calls = [make_call(template=f"/{number}") for number in range(1000)]
    for call in calls:
        for _ in range(20):
            delays.learn(call, 1.0)
    assert sum(delays.delay(call) is not None for call in calls) == 256
