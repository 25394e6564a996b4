"""A connection lost after sending: a POST is never sent twice, a GET is sent again."""

from __future__ import annotations

import pytest

from sdkbase import ConnectError, RequestOptions
from tests.faults.driver import ask, drive
from tests.faults.server import FaultServer
from tests.scale import scaled

# It repeats the same lines very often.
pytestmark = pytest.mark.usefixtures("uncovered")

ROUNDS = scaled(full=250, ci=50)  # for each of two faults


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("fault", ["lost", "closed"])
@pytest.mark.parametrize("colour", ["asyncio", "sync"])
def test_a_post_without_key_is_sent_exactly_once(
    server: FaultServer, colour: str, fault: str
) -> None:
    asks = [ask("POST", f"/{fault}?n={n}", json_data={"n": n}) for n in range(ROUNDS)]
    outcomes = drive(colour, asks, base_url=server.url)
    sent = [request.body for request in server.requests]
    assert sent == [b'{"n":%d}' % n for n in range(ROUNDS)]
    assert {outcome.attempts for outcome in outcomes} == {1}
    assert {outcome.result for outcome in outcomes} <= {"ConnectionLostError", "ProtocolError"}


@pytest.mark.parametrize("fault", ["lost", "closed", "half-head", "short", "garbage"])
def test_a_post_on_a_reused_connection_is_sent_exactly_once(
    server: FaultServer, colour: str, fault: str
) -> None:
    asks = [ask("GET", "/ok"), ask("POST", f"/{fault}", json_data={})] * 10
    outcomes = drive(colour, asks, base_url=server.url)
    assert len(server.seen(f"/{fault}")) == 10
    assert len(server.seen("/ok")) == 10
    assert {outcome.attempts for outcome in outcomes} == {1}


def test_the_error_of_an_unrepeated_post_says_why(server: FaultServer, colour: str) -> None:
    (outcome,) = drive(colour, [ask("POST", "/lost", json_data={})], base_url=server.url)
    assert outcome.error is not None
    (note,) = outcome.error.__notes__
    assert "may have been processed and is not idempotent" in note


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_an_idempotent_request_is_sent_again(server: FaultServer, colour: str, method: str) -> None:
    path = server.script("lost", "closed", "ok")
    (outcome,) = drive(colour, [ask(method, path)], base_url=server.url)
    assert outcome.trace == ("HTTP 200", 3)
    assert [request.method for request in server.seen(path)] == [method] * 3


def test_a_get_is_given_up_after_its_retries(server: FaultServer, colour: str) -> None:
    (outcome,) = drive(colour, [ask("GET", "/lost")], base_url=server.url)
    assert outcome.trace == ("ConnectionLostError", 4)
    assert len(server.seen("/lost")) == 4


def test_a_post_with_a_key_is_sent_again_with_the_same_key(
    server: FaultServer, colour: str
) -> None:
    path = server.script("lost", "503", "ok")
    options = RequestOptions(idempotency_key="order-17")
    (outcome,) = drive(
        colour, [ask("POST", path, json_data={}, options=options)], base_url=server.url
    )
    assert outcome.trace == ("HTTP 200", 3)
    assert [r.headers["idempotency-key"] for r in server.seen(path)] == ["order-17"] * 3


def test_a_post_that_never_left_is_tried_again(colour: str, refused_url: str) -> None:
    (outcome,) = drive(colour, [ask("POST", "/x", json_data={})], base_url=refused_url)
    assert outcome.trace == ("ConnectError", 4)
    assert isinstance(outcome.error, ConnectError)
    assert not outcome.error.sent
