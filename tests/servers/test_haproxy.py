"""What a client makes of a real HAProxy before servers that are slow, broken or down."""

from __future__ import annotations

import threading

import msgspec
import pytest

from sdkbase import (
    BadGatewayError,
    DecodeError,
    GatewayTimeoutError,
    RateLimitError,
    RetryConfig,
    ServiceUnavailableError,
    StatusError,
    TransportError,
)
from tests.faults.driver import ask, drive
from tests.servers.haproxy import HaProxy

# It repeats the same lines very often.
pytestmark = pytest.mark.usefixtures("uncovered")

ADA = "User(id=7, name='Ada')"
TWICE = RetryConfig(max_retries=1, backoff_factor=0)


class User(msgspec.Struct):
    id: int
    name: str


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/faults/black-hole", GatewayTimeoutError),
        ("/faults/garbage", BadGatewayError),
        ("/faults/huge-header", BadGatewayError),
        ("/down", ServiceUnavailableError),
    ],
)
def test_an_error_page_in_place_of_an_answer(
    haproxy: HaProxy, colour: str, path: str, error: type[StatusError]
) -> None:
    """It is an error of its status, repeated for a GET and not for a POST, and told in short."""
    keys = [haproxy.key() for _ in range(3)]
    typed, raw, post = (f"{path}?key={key}" for key in keys)
    asks = [
        ask("GET", typed, cast_to=User),
        ask("GET", raw),
        ask("POST", post, json_data={"n": 1}, cast_to=User),
    ]
    outcomes = drive(colour, asks, base_url=haproxy.url, retry_config=TWICE)
    assert [outcome.attempts for outcome in outcomes] == [2, 2, 1]
    reached = [0, 0, 0] if path == "/down" else [2, 2, 1]
    assert [len(haproxy.seen(key)) for key in keys] == reached
    for outcome in (outcomes[0], outcomes[2]):
        failed = outcome.error
        assert type(failed) is error
        assert outcomes[1].result == f"HTTP {failed.status_code}"
        assert failed.response.text.startswith("<html>")
        assert "<" not in str(failed) and len(str(failed)) < 120, failed


def test_a_body_that_is_cut_off(haproxy: HaProxy, colour: str) -> None:
    """It is no success; what came in part is asked for again unless someone has read it."""
    faults = ("stalled", "short", "chunk-cut", "gzip-cut")
    cases = [(method, fault) for method in ("GET", "POST", "STREAM") for fault in faults]
    keys = [haproxy.key() for _ in cases]
    asks = [
        ask(method, f"/faults/{fault}?key={key}")
        for (method, fault), key in zip(cases, keys, strict=True)
    ]
    outcomes = drive(colour, asks, base_url=haproxy.url, retry_config=TWICE)
    for (method, fault), key, outcome in zip(cases, keys, outcomes, strict=True):
        assert isinstance(outcome.error, TransportError), (method, fault, outcome)
        # A reset may overtake the head of an answer, so that a stream can be opened again.
        allowed = {"GET": {2}, "POST": {1}, "STREAM": {1, 2}}[method]
        assert outcome.attempts in allowed, (method, fault)
        assert len(haproxy.seen(key)) == outcome.attempts


def test_a_connection_closed_so_that_the_request_comes_again(
    haproxy: HaProxy, backend: str, colour: str
) -> None:
    """HAProxy says nothing when a server fails on a request that came on a kept connection."""
    keys = [haproxy.key() for _ in range(2)]
    get, post = (f"/faults/lost?key={key}" for key in keys)
    asks = [ask("GET", get, cast_to=User), ask("GET", "/ok"), ask("POST", post, json_data={})]
    got, _, posted = drive(colour, asks, base_url=haproxy.url, retry_config=TWICE)
    # It costs no retry, where the transport tells that a connection was kept.
    expected = ("BadGatewayError", 3) if backend != "reqwest" else ("ProtocolError", 2)
    assert got.trace == expected
    assert isinstance(posted.error, TransportError)
    assert [len(haproxy.seen(key)) for key in keys] == [got.attempts, 1]


def test_a_page_in_place_of_json(haproxy: HaProxy, colour: str) -> None:
    """As the network of a hotel answers: with 200. Asking again would not help."""
    asks = [ask("GET", "/portal", cast_to=User)]
    (outcome,) = drive(colour, asks, base_url=haproxy.url)
    assert outcome.trace == ("DecodeError", 1)
    assert isinstance(outcome.error, DecodeError)
    assert "text/html" in str(outcome.error)


def test_a_limit_that_tells_why(haproxy: HaProxy, colour: str) -> None:
    asks = [ask("POST", f"/limited?key={haproxy.key()}", cast_to=User)] * 2
    retries = RetryConfig(max_retry_after=0.5)
    first, second = drive(colour, asks, base_url=haproxy.url, retry_config=retries)
    assert first.trace == (ADA, 1)
    assert isinstance(second.error, RateLimitError)
    assert second.error.retry_after == 1.0
    assert str(second.error) == "POST /limited -> 429 Too Many Requests: too many calls"


def test_a_server_that_comes_back(haproxy: HaProxy, colour: str) -> None:
    """As in a deployment: one call lasts from before the pause until after it."""
    retries = RetryConfig(max_retries=200, backoff_factor=0.01, max_backoff=0.01, retry_quota=None)
    haproxy.tell("disable server switched/s1")
    back = threading.Timer(0.2, haproxy.tell, ["enable server switched/s1"])
    back.start()
    try:
        asks = [ask("GET", "/switched", cast_to=User)] * 2
        during, after = drive(colour, asks, base_url=haproxy.url, retry_config=retries)
    finally:
        back.join()
    assert during.result == ADA and during.attempts > 1
    assert after.trace == (ADA, 1)
