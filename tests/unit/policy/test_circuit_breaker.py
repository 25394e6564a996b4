"""The circuit breaker alone: when it opens, whom it lets through, what it counts."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sdkbase import CircuitBreaker, CircuitSnapshot
from sdkbase._policy.circuit import Admission
from sdkbase.errors import (
    BulkheadFullError,
    CircuitOpenError,
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    DeadlineExceededError,
    PoolTimeoutError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    ServiceUnavailableError,
    TlsError,
    TransportError,
    WriteTimeoutError,
)
from tests.unit.wire.messages import make_call

CALL = make_call()
ORIGIN = "https://api.example:443"


def error_of(cls: type[TransportError], url: str = CALL.url) -> TransportError:
    return cls("it broke", request=httpx.Request("GET", url))


def fail(breaker: CircuitBreaker, times: int, now: float = 0.0) -> None:
    for _ in range(times):
        breaker.answered(breaker.admit(CALL, now), 503, now)


def state(breaker: CircuitBreaker) -> str:
    return breaker.snapshot()[ORIGIN].state


# --- opening ----------------------------------------------------------------------------------


def test_failures_in_a_row_open_it() -> None:
    breaker = CircuitBreaker(consecutive_failures=3)
    fail(breaker, 2)
    breaker.answered(breaker.admit(CALL, 0.0), 200, 0.0)
    fail(breaker, 2)
    assert breaker.snapshot() == {ORIGIN: CircuitSnapshot("closed", consecutive_failures=2)}
    fail(breaker, 1, now=7.0)
    assert breaker.snapshot() == {ORIGIN: CircuitSnapshot("open", probe_at=37.0)}
    with pytest.raises(CircuitOpenError) as caught:
        breaker.admit(CALL, 10.0)
    assert caught.value.origin == ORIGIN and caught.value.retry_in == 27.0
    assert not caught.value.sent
    assert str(caught.value) == (
        "GET /users/{user_id}: not sent, as https://api.example:443 failed too often; "
        "next probe in 27 s"
    )


def test_the_rate_opens_it_from_the_minimum_of_calls_on() -> None:
    breaker = CircuitBreaker(consecutive_failures=None, failure_rate=0.5, minimum_calls=10)
    for number in range(9):
        breaker.answered(breaker.admit(CALL, 0.0), 500 if number % 2 else 200, 0.0)
    assert breaker.snapshot()[ORIGIN] == CircuitSnapshot("closed", 0, calls=9, failures=4)
    fail(breaker, 1)
    assert state(breaker) == "open"


def test_a_rate_below_the_limit_never_opens_it() -> None:
    breaker = CircuitBreaker(consecutive_failures=None, failure_rate=0.5, minimum_calls=1)
    for number in range(1000):
        breaker.answered(breaker.admit(CALL, number), 500 if number % 3 == 2 else 200, number)
    assert state(breaker) == "closed"


def test_failures_that_are_older_than_the_window_do_not_count() -> None:
    breaker = CircuitBreaker(
        consecutive_failures=None, failure_rate=0.5, minimum_calls=4, window=10.0
    )
    fail(breaker, 3, now=0.0)
    fail(breaker, 3, now=10.0)
    assert breaker.snapshot()[ORIGIN].calls == 3
    fail(breaker, 1, now=19.9)
    assert state(breaker) == "open"


def test_an_open_circuit_begins_anew_when_it_closes() -> None:
    breaker = CircuitBreaker(
        consecutive_failures=5, failure_rate=0.5, minimum_calls=3, open_seconds=1
    )
    fail(breaker, 3)
    breaker.answered(breaker.admit(CALL, 1.0), 200, 1.0)
    assert breaker.snapshot()[ORIGIN] == CircuitSnapshot("closed")
    fail(breaker, 2, now=1.0)
    assert state(breaker) == "closed"


# --- probes -----------------------------------------------------------------------------------


def opened(**settings: Any) -> CircuitBreaker:
    breaker = CircuitBreaker(consecutive_failures=1, open_seconds=10.0, **settings)
    fail(breaker, 1)
    return breaker


def test_so_many_probes_go_through_and_no_other() -> None:
    breaker = opened(half_open_probes=2)
    first, second = breaker.admit(CALL, 10.0), breaker.admit(CALL, 10.0)
    with pytest.raises(CircuitOpenError, match="its probes are under way") as caught:
        breaker.admit(CALL, 10.0)
    assert caught.value.retry_in is None
    breaker.answered(first, 200, 11.0)
    with pytest.raises(CircuitOpenError):
        breaker.admit(CALL, 11.0)
    breaker.answered(second, 404, 12.0)
    assert state(breaker) == "closed"
    breaker.admit(CALL, 12.0)


def test_a_probe_that_fails_opens_it_again() -> None:
    breaker = opened(half_open_probes=2)
    first, second = breaker.admit(CALL, 10.0), breaker.admit(CALL, 10.0)
    breaker.answered(first, 500, 11.0)
    assert breaker.snapshot()[ORIGIN] == CircuitSnapshot("open", probe_at=21.0)
    breaker.answered(second, 200, 12.0)
    assert state(breaker) == "open"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), error_of(PoolTimeoutError)])
def test_a_probe_that_says_nothing_gives_its_place_back(error: BaseException) -> None:
    breaker = opened()
    breaker.failed(breaker.admit(CALL, 10.0), CALL, error, 10.5)
    assert state(breaker) == "half-open"
    breaker.answered(breaker.admit(CALL, 10.5), 200, 11.0)
    assert state(breaker) == "closed"


def test_a_probe_that_never_comes_back_does_not_block_it_for_ever() -> None:
    breaker = opened()
    lost = breaker.admit(CALL, 10.0)
    with pytest.raises(CircuitOpenError):
        breaker.admit(CALL, 19.9)
    probe = breaker.admit(CALL, 20.0)
    breaker.answered(lost, 500, 20.0)
    assert state(breaker) == "half-open"
    breaker.answered(probe, 200, 20.0)
    assert state(breaker) == "closed"


def test_an_outcome_counts_only_for_the_state_that_let_it_through() -> None:
    breaker = CircuitBreaker(consecutive_failures=2, open_seconds=10.0)
    slow = [breaker.admit(CALL, 0.0) for _ in range(4)]
    fail(breaker, 2)
    breaker.answered(slow.pop(), 200, 5.0)
    assert state(breaker) == "open"
    breaker.answered(breaker.admit(CALL, 10.0), 200, 10.0)
    for admission in slow:
        breaker.answered(admission, 500, 11.0)
    assert breaker.snapshot()[ORIGIN] == CircuitSnapshot("closed")


def test_a_retry_is_told_that_it_would_be_refused() -> None:
    breaker = CircuitBreaker(consecutive_failures=1, open_seconds=10.0)
    assert breaker.refusal(CALL, 0.0) == ""
    fail(breaker, 1)
    assert breaker.refusal(CALL, 4.0) == (
        "the circuit of https://api.example:443 is open, and lets nothing through for another 6 s "
        "after the wait for the next attempt"
    )
    assert breaker.refusal(CALL, 10.0) == ""
    breaker.answered(breaker.admit(CALL, 10.0), 200, 10.0)
    assert breaker.refusal(CALL, 4.0) == ""


# --- what is a failure ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (200, False),
        (304, False),
        (404, False),
        (429, False),
        (499, False),
        (500, True),
        (599, True),
    ],
)
def test_which_answers_are_failures(status: int, failure: bool) -> None:
    breaker = CircuitBreaker(consecutive_failures=2)
    fail(breaker, 1)
    breaker.answered(breaker.admit(CALL, 0.0), status, 0.0)
    assert breaker.snapshot()[ORIGIN].consecutive_failures == 0
    assert (state(breaker) == "open") is failure


def ours(cls: type[TransportError]) -> TransportError:
    error = error_of(cls)
    error.__cause__ = httpx.LocalProtocolError("our mistake")
    return error


def stale() -> TransportError:
    error = error_of(ConnectionLostError)
    error.connection_reused = True
    return error


TOKEN_ERROR = ServiceUnavailableError(
    "no token", request=httpx.Request("POST", CALL.url), response=httpx.Response(503)
)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        *(
            (error_of(cls), True)
            for cls in (ConnectError, TlsError, ProxyError, ConnectionLostError, ProtocolError,
                        ConnectTimeoutError, ReadTimeoutError, WriteTimeoutError, TransportError)
        ),
        *(
            (error_of(cls), False)
            for cls in (DeadlineExceededError, PoolTimeoutError, BulkheadFullError)
        ),
        (stale(), False),
        (ours(TransportError), False),
        (error_of(ConnectError, "https://login.example/token"), False),
        (TOKEN_ERROR, False),
        (ValueError("of an interceptor"), False),
        (KeyboardInterrupt(), False),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_which_errors_are_failures(error: BaseException, failure: bool) -> None:
    breaker = CircuitBreaker(consecutive_failures=2)
    fail(breaker, 1)
    breaker.failed(breaker.admit(CALL, 0.0), CALL, error, 0.0)
    assert (state(breaker) == "open") is failure
    assert failure or breaker.snapshot()[ORIGIN].consecutive_failures == 1


def test_a_limit_that_the_deadline_cut_short_says_nothing() -> None:
    breaker = CircuitBreaker(consecutive_failures=1)
    breaker.failed(breaker.admit(CALL, 0.0), CALL, error_of(ReadTimeoutError), 0.0, overdue=True)
    assert state(breaker) == "closed"
    breaker.failed(breaker.admit(CALL, 0.0), CALL, error_of(ConnectError), 0.0, overdue=True)
    assert state(breaker) == "open"


# --- keys, listeners, sharing -----------------------------------------------------------------


def test_each_origin_has_a_circuit_of_its_own() -> None:
    breaker = CircuitBreaker(consecutive_failures=1)
    fail(breaker, 1)
    for url in ("https://[::1]:8080/a", "http://api.example/a"):
        breaker.admit(make_call(url=url), 0.0)
    states = {key: circuit.state for key, circuit in breaker.snapshot().items()}
    assert states == {
        ORIGIN: "open",
        "https://[::1]:8080": "closed",
        "http://api.example:80": "closed",
    }


def test_a_key_of_the_users_own() -> None:
    breaker = CircuitBreaker(consecutive_failures=1, key=lambda call: call.template)
    fail(breaker, 1)
    breaker.admit(make_call(template="/posts"), 0.0)
    assert {key: c.state for key, c in breaker.snapshot().items()} == {
        "/users/{user_id}": "open",
        "/posts": "closed",
    }


def test_the_number_of_circuits_is_bounded_and_open_ones_stay() -> None:
    breaker = CircuitBreaker(consecutive_failures=1, key=lambda call: call.template)
    fail(breaker, 1)
    for number in range(2000):
        breaker.admit(make_call(template=f"/{number}"), 0.0)
    circuits = breaker.snapshot()
    assert len(circuits) == 1024
    assert circuits[CALL.template].state == "open" and "/0" not in circuits
    for number in range(2000, 4000):
        other = make_call(template=f"/{number}")
        breaker.answered(breaker.admit(other, 0.0), 500, 0.0)
    assert len(breaker.snapshot()) == 1024 and "/3999" in breaker.snapshot()


def test_changes_are_told() -> None:
    told: list[tuple[Any, ...]] = []

    def listen(*change: Any) -> None:
        breaker.snapshot()  # a listener may look
        told.append(change)

    breaker = CircuitBreaker(consecutive_failures=1, open_seconds=10.0, on_change=listen)
    fail(breaker, 1)
    breaker.answered(breaker.admit(CALL, 10.0), 500, 10.0)
    breaker.answered(breaker.admit(CALL, 20.0), 200, 20.0)
    assert told == [
        (ORIGIN, "closed", "open"),
        (ORIGIN, "open", "half-open"),
        (ORIGIN, "half-open", "open"),
        (ORIGIN, "open", "half-open"),
        (ORIGIN, "half-open", "closed"),
    ]


def test_a_listener_that_fails_breaks_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    lost: list[Any] = []

    def keep(info: Any) -> None:
        lost.append(info.exc_value)

    monkeypatch.setattr("sys.unraisablehook", keep)

    def listen(*_: object) -> None:
        raise ValueError("it broke")

    breaker = opened(on_change=listen)
    assert state(breaker) == "open" and str(lost[0]) == "it broke"


def test_threads_that_share_it_probe_once() -> None:
    breaker = opened(half_open_probes=3)
    admitted: list[Admission] = []
    barrier = threading.Barrier(16)

    def call() -> None:
        barrier.wait()
        with suppress(CircuitOpenError):
            admitted.append(breaker.admit(CALL, 10.0))

    threads = [threading.Thread(target=call) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"consecutive_failures": 0}, "consecutive_failures must be a whole number, 1 or more"),
        ({"consecutive_failures": None}, "needs consecutive_failures or failure_rate"),
        ({"failure_rate": 0}, "failure_rate must be a number above 0 and up to 1, got 0"),
        ({"failure_rate": 50}, "up to 1, got 50"),
        ({"failure_rate": True}, "up to 1, got True"),
        ({"failure_rate": "0.5"}, "up to 1, got '0.5'"),
        ({"window": 0}, "CircuitBreaker.window"),
        ({"minimum_calls": 0}, "CircuitBreaker.minimum_calls"),
        ({"open_seconds": -1}, "CircuitBreaker.open_seconds"),
        ({"half_open_probes": 0}, "CircuitBreaker.half_open_probes"),
        ({"key": "host"}, "CircuitBreaker.key must be a plain function"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        CircuitBreaker(**settings)


def test_a_listener_must_be_a_plain_function() -> None:
    async def listen(*_: object) -> None: ...

    wrong: Any = listen
    with pytest.raises(ConfigurationError, match="on_change must be a plain function"):
        CircuitBreaker(on_change=wrong)


def test_it_shows_its_settings() -> None:
    assert repr(CircuitBreaker(failure_rate=0.5, open_seconds=1)) == (
        "CircuitBreaker(consecutive_failures=5, failure_rate=0.5, window=60.0, minimum_calls=20, "
        "open_seconds=1.0, half_open_probes=1)"
    )
    assert "window" not in repr(CircuitBreaker())


# --- a model of it ----------------------------------------------------------------------------


class Model(RuleBasedStateMachine):
    """Hold the breaker against the words of its docstring, one action after the other."""

    @initialize(row=st.integers(1, 3), probes=st.integers(1, 3))
    def begin(self, row: int, probes: int) -> None:
        self.changes: list[tuple[str, str]] = []
        self.breaker = CircuitBreaker(
            consecutive_failures=row,
            half_open_probes=probes,
            open_seconds=10.0,
            on_change=lambda _key, old, new: self.changes.append((old, new)),
        )
        self.row, self.probes = row, probes
        self.now = 0.0
        self.state, self.failures, self.passed, self.opened_at = "closed", 0, 0, 0.0
        self.epoch = 0
        self.flying: list[tuple[Admission, int, float]] = []

    def probing(self) -> int:
        """Probes of this time half-open that are out and not lost."""
        return sum(e == self.epoch and at > self.now - 10.0 for _, e, at in self.flying)

    def become(self, state: str) -> None:
        self.state, self.failures, self.passed = state, 0, 0
        self.opened_at = self.now
        self.epoch += 1

    @rule(seconds=st.sampled_from([0.0, 1.0, 4.0, 10.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def admit(self) -> None:
        if self.state == "open" and self.now >= self.opened_at + 10.0:
            self.become("half-open")
        let = self.state == "closed" or (
            self.state == "half-open" and self.probing() + self.passed < self.probes
        )
        try:
            admission = self.breaker.admit(CALL, self.now)
        except CircuitOpenError as error:
            assert not let
            left = self.opened_at + 10.0 - self.now if self.state == "open" else None
            assert error.retry_in == left
        else:
            assert let
            if self.state == "half-open":
                # Those that are lost stay so, whatever comes of them.
                lost = [(a, -1 if at <= self.now - 10.0 else e, at) for a, e, at in self.flying]
                self.flying = lost
            self.flying.append((admission, self.epoch, self.now))

    @precondition(lambda self: self.flying)
    @rule(data=st.data(), outcome=st.sampled_from([200, 404, 429, 500, "lost", "cancelled"]))
    def end(self, data: st.DataObject, outcome: int | str) -> None:
        index = data.draw(st.integers(0, len(self.flying) - 1))
        admission, epoch, _ = self.flying.pop(index)
        if isinstance(outcome, int):
            self.breaker.answered(admission, outcome, self.now)
        else:
            error = error_of(ConnectionLostError) if outcome == "lost" else KeyboardInterrupt()
            self.breaker.failed(admission, CALL, error, self.now)
        if epoch != self.epoch or outcome == "cancelled":
            return
        failed = outcome in (500, "lost")
        if self.state == "closed":
            self.failures = self.failures + 1 if failed else 0
            if self.failures >= self.row:
                self.become("open")
        elif failed:
            self.become("open")
        else:
            self.passed += 1
            if self.passed >= self.probes:
                self.become("closed")

    @invariant()
    def agrees(self) -> None:
        circuit = self.breaker.snapshot().get(ORIGIN)
        if circuit is not None:
            assert (circuit.state, circuit.consecutive_failures) == (self.state, self.failures)
        for (_, new), (old, _) in zip(self.changes, self.changes[1:], strict=False):
            assert new == old


@pytest.mark.usefixtures("uncovered")
def test_the_breaker_does_what_its_model_does() -> None:
    fixed = settings(
        derandomize=True, deadline=None, max_examples=150, stateful_step_count=40, database=None
    )
    run_state_machine_as_test(Model, settings=fixed)
