"""The life of an access token, with a clock that is passed in; and who renews it."""

from __future__ import annotations

import copy
import pickle
import traceback
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sdkbase._policy.token import Flight, SharedToken, Token, TokenState, own_copy
from sdkbase._wire.redaction import Secret
from sdkbase.errors import ConfigurationError, ConnectError

SECONDS = st.floats(0, 1e6)


def secret(number: int = 1) -> Secret:
    return Secret(f"access-token-{number}")


# --- one token -------------------------------------------------------------------------------


@given(margin=SECONDS, lifetime=SECONDS, now=SECONDS)
def test_a_token_is_renewed_before_its_end_but_lives_most_of_its_life(
    margin: float, lifetime: float, now: float
) -> None:
    token = TokenState(margin).renew(secret(), lifetime, now)
    assert token.renew_at is not None
    age = token.renew_at - now
    assert age == pytest.approx(max(lifetime - margin, lifetime * 0.8), abs=1e-3)
    assert not token.is_fresh(token.renew_at)
    assert token.is_fresh(now) == (lifetime > 0 and token.renew_at > now)


def test_a_token_without_an_end() -> None:
    state = TokenState(60.0)
    token = state.renew(secret(), None, 5.0)
    assert token.renew_at is None
    assert state.current(1e12) is token


def test_no_token_yet() -> None:
    assert TokenState(60.0).current(0.0) is None


def test_a_token_from_earlier_lives_from_its_first_use() -> None:
    state = TokenState(0.0, (secret(), 100.0))
    token = state.current(50.0)
    assert token is not None
    assert token.renew_at == 150.0
    assert state.current(149.0) is token
    assert state.current(150.0) is None


def test_only_the_current_token_can_be_rejected() -> None:
    state = TokenState(0.0)
    old = state.renew(secret(1), None, 0.0)
    new = state.renew(secret(2), None, 0.0)
    state.reject(old)
    assert state.current(0.0) is new
    state.reject(new)
    assert state.current(0.0) is None


# --- one flight for all ----------------------------------------------------------------------


def shared() -> SharedToken:
    return SharedToken(TokenState(0.0))


def test_who_comes_first_flies_and_the_others_wait_for_him() -> None:
    tokens = shared()
    first, second = Flight(10.0), Flight(10.0)
    assert tokens.current(0.0) is None
    assert tokens.board(first, 0.0) is first
    assert tokens.board(second, 1.0) is first
    token = tokens.land(secret(), 100.0, 1.0)
    assert tokens.board(second, 2.0) is token is tokens.current(2.0)
    assert tokens.current(101.0) is None
    assert tokens.board(second, 101.0) is second


def test_a_flight_that_failed_is_not_waited_for() -> None:
    tokens = shared()
    first, second = Flight(10.0), Flight(10.0)
    tokens.board(first, 0.0)
    first.outcome.settle(KeyError())
    assert tokens.board(second, 1.0) is second


def test_a_flight_that_was_given_up_is_not_waited_for() -> None:
    tokens = shared()
    first, second = Flight(10.0), Flight(10.0)
    tokens.board(first, 0.0)
    first.abandon()
    assert first.outcome.get() is None
    assert tokens.board(second, 1.0) is second
    second.outcome.settle(tokens.land(secret(), None, 0.0))
    second.abandon()
    assert isinstance(second.outcome.get(), Token)


def test_a_flight_is_not_waited_for_for_ever() -> None:
    tokens = shared()
    first, second = Flight(10.0), Flight(20.0)
    tokens.board(first, 0.0)
    assert tokens.board(second, 9.9) is first
    assert tokens.board(second, 10.0) is second
    # What it brings late is good all the same.
    late = tokens.land(secret(), None, 0.0)
    assert tokens.current(11.0) is late


def test_a_token_that_was_refused_is_renewed_by_the_next_who_comes() -> None:
    tokens = shared()
    tokens.board(Flight(10.0), 0.0)
    token = tokens.land(secret(), None, 0.0)
    tokens.reject(token)
    flight = Flight(10.0)
    assert tokens.board(flight, 1.0) is flight
    new = tokens.land(secret(2), None, 1.0)
    tokens.reject(token)
    assert tokens.current(1.0) is new


def test_a_forked_child_waits_for_no_flight_of_its_parent() -> None:
    tokens = shared()
    tokens.board(Flight(1e9), 0.0)
    with tokens._lock:
        tokens.reset_lock()
    flight = Flight(1e9)
    assert tokens.board(flight, 0.0) is flight


def test_a_copy_is_the_same_token() -> None:
    tokens = shared()
    assert copy.copy(tokens) is tokens
    assert copy.deepcopy(tokens) is tokens


def test_a_pickle_holds_no_token() -> None:
    tokens = SharedToken(TokenState(60.0, (Secret("canary-first"), 10.0)))
    tokens.board(Flight(10.0), 0.0)
    tokens.land(Secret("canary-second"), None, 0.0)
    data = pickle.dumps(tokens)
    assert b"canary" not in data
    restored = pickle.loads(data)
    token = restored.current(0.0)
    with pytest.raises(ConfigurationError):
        token.value.reveal()


class Sharing(RuleBasedStateMachine):
    """Callers come, flights end well or badly, tokens run out and are refused, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.tokens = shared()
        self.flying: list[Flight] = []
        self.sent: list[Token] = []

    @rule(seconds=st.sampled_from([0.5, 3.0, 12.0]))
    def time_goes_on(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def somebody_comes(self) -> None:
        flight = Flight(self.now + 10.0)
        boarded = self.tokens.board(flight, self.now)
        if isinstance(boarded, Token):
            assert boarded.is_fresh(self.now)
            self.sent.append(boarded)
        else:
            assert not boarded.is_over(self.now)
            if boarded is flight:
                self.flying.append(flight)

    @precondition(lambda self: self.flying)
    @rule(lifetime=st.sampled_from([None, 5.0, 100.0]))
    def it_lands(self, lifetime: float | None) -> None:
        flight = self.flying.pop()
        token = self.tokens.land(secret(), lifetime, self.now)
        flight.outcome.settle(token)
        assert self.tokens.current(self.now) is token

    @precondition(lambda self: self.flying)
    @rule(error=st.sampled_from([None, KeyError()]))
    def it_fails(self, error: Exception | None) -> None:
        self.flying.pop().outcome.settle(error)

    @precondition(lambda self: self.sent)
    @rule()
    def a_token_is_refused(self) -> None:
        token = self.sent.pop()
        current = self.tokens.current(self.now)
        self.tokens.reject(token)
        assert self.tokens.current(self.now) is (None if current is token else current)

    @invariant()
    def one_at_a_time(self) -> None:
        waited_for = [flight for flight in self.flying if not flight.is_over(self.now)]
        assert len(waited_for) <= 1


TestSharing = pytest.mark.usefixtures("uncovered")(Sharing.TestCase)


# --- errors for several ----------------------------------------------------------------------


def raised(error: Exception) -> Exception:
    try:
        raise error from ValueError("the reason")
    except Exception as caught:
        return caught


def test_everyone_gets_an_error_of_his_own() -> None:
    request = httpx.Request("POST", "https://login.example/token")
    error = raised(ConnectError("no connection", request=request, template="/token"))
    error.add_note("first")
    twins = [own_copy(error) for _ in range(3)]
    assert len({id(twin) for twin in [error, *twins]}) == 4
    for number, twin in enumerate(twins):
        assert isinstance(twin, ConnectError)
        assert str(twin) == "no connection"
        assert twin.template == "/token"
        assert twin.request is request
        assert twin.__cause__ is error.__cause__
        assert twin.__traceback__ is error.__traceback__
        twin.add_note(f"mine {number}")
        assert twin.__notes__ == ["first", f"mine {number}"]
    assert error.__notes__ == ["first"]


def test_tracebacks_do_not_pile_up() -> None:
    error = raised(KeyError("x"))
    before = len(traceback.extract_tb(error.__traceback__))
    for _ in range(10):
        raised(own_copy(error))
    assert len(traceback.extract_tb(error.__traceback__)) == before


def test_an_error_that_can_not_be_copied_is_raised_as_it_is() -> None:
    class Odd(Exception):
        def __init__(self, *, code: int) -> None:
            super().__init__("odd", code)

    error = Odd(code=5)
    assert own_copy(error) is error


def test_an_error_without_a_cause_keeps_what_hides_its_context() -> None:
    try:
        raise KeyError from None
    except KeyError as caught:
        error: Any = caught
    assert own_copy(error).__suppress_context__
