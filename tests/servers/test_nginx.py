"""What a client makes of a real nginx: its limits, its error pages, its way to end connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sdkbase import (
    BadGatewayError,
    ConnectionLostError,
    DeadlineExceededError,
    GatewayTimeoutError,
    PayloadTooLargeError,
    ProtocolError,
    RateLimiter,
    RateLimitError,
    RequestOptions,
    RetryConfig,
)
from tests.backends import trust_in
from tests.faults.driver import Outcome, ask, drive
from tests.servers.nginx import USERS, Nginx

# It repeats the same lines very often.
pytestmark = pytest.mark.usefixtures("uncovered")

ADA = "User(id=7, name='Ada')"
KEYED = RequestOptions(idempotency_key="k-1")
ONCE = RequestOptions(max_retries=0)


class User(msgspec.Struct):
    id: int
    name: str


def _results(outcomes: list[Outcome]) -> list[str]:
    return [outcome.result for outcome in outcomes]


# --- 429 and Retry-After -------------------------------------------------------------------------


def test_a_429_is_waited_out(nginx: Nginx, colours: tuple[str, ...]) -> None:
    """Typed or not; all at once, because nginx knows no wait of less than a second."""
    results = {ADA: {"cast_to": User}, "HTTP 200": {}}
    cases = [(colour, nginx.key(), result) for colour in colours for result in results]

    def run(case: tuple[str, str, str]) -> list[Outcome]:
        colour, key, result = case
        asks = [ask("GET", f"/limited?key={key}", **results[result])] * 2
        return drive(colour, asks, base_url=nginx.url)

    with ThreadPoolExecutor(len(cases)) as threads:
        sessions = list(threads.map(run, cases))
    for (_, key, result), (first, second) in zip(cases, sessions, strict=True):
        assert (first.trace, second.trace) == ((result, 1), (result, 2))
        assert second.seconds >= 1.0  # the backoff of these retries is about nothing
        assert [line.status for line in nginx.seen(key)] == [200, 429, 200]


def test_a_429_pauses_all_who_share_a_limiter(nginx: Nginx, colours: tuple[str, ...]) -> None:
    """After the 429 of one call, the others wait for the time that it told."""

    def run(colour: str) -> tuple[str, list[Outcome]]:
        key = nginx.key()
        limiter = RateLimiter(max_requests=1000, time_window=1.0)
        settings: dict[str, Any] = {"base_url": nginx.url, "rate_limiter": limiter}
        limited = ask("GET", f"/limited?key={key}")
        drive(colour, [limited, ask("GET", f"/limited?key={key}", options=ONCE)], **settings)
        return key, drive(colour, [limited, ask("GET", "/user")], **settings)

    with ThreadPoolExecutor(len(colours)) as threads:
        for key, outcomes in threads.map(run, colours):
            assert [outcome.trace for outcome in outcomes] == [("HTTP 200", 1)] * 2
            assert outcomes[0].seconds > 0.9
            assert [line.status for line in nginx.seen(key)] == [200, 429, 200]


def test_a_429_that_says_to_wait_for_too_long_ends_the_call(nginx: Nginx, colour: str) -> None:
    key = nginx.key()
    asks = [ask("GET", f"/limited?key={key}", cast_to=User)] * 2
    retries = RetryConfig(max_retry_after=0.5)
    _, refused = drive(colour, asks, base_url=nginx.url, retry_config=retries)
    assert isinstance(refused.error, RateLimitError)
    assert (refused.error.retry_after, refused.attempts) == (1.0, 1)
    assert [line.status for line in nginx.seen(key)] == [200, 429]


def test_a_429_that_says_to_wait_past_the_deadline_ends_the_call(nginx: Nginx, colour: str) -> None:
    key = nginx.key()
    asks = [ask("GET", f"/limited?key={key}", cast_to=User)] * 2
    _, refused = drive(colour, asks, base_url=nginx.url, deadline=0.8)
    assert refused.attempts == 1
    assert refused.seconds < 0.8
    assert [line.status for line in nginx.seen(key)] == [200, 429]


# --- no answer, or none from behind --------------------------------------------------------------


def test_a_connection_closed_without_an_answer(nginx: Nginx, colour: str) -> None:
    """A GET is repeated, a POST only with a key."""
    keys = [nginx.key() for _ in range(3)]
    get, post, keyed = (f"/nothing?key={key}" for key in keys)
    asks = [
        ask("GET", get),
        ask("POST", post, json_data={"n": 1}),
        ask("POST", keyed, json_data={"n": 1}, options=KEYED),
    ]
    outcomes = drive(colour, asks, base_url=nginx.url)
    for outcome in outcomes:
        assert isinstance(outcome.error, ConnectionLostError | ProtocolError)
    assert [outcome.attempts for outcome in outcomes] == [4, 1, 4]
    assert [len(nginx.seen(key)) for key in keys] == [4, 1, 4]


@pytest.mark.parametrize(
    ("path", "error", "status"),
    [("/dead", BadGatewayError, 502), ("/silent", GatewayTimeoutError, 504)],
)
def test_an_error_page_of_the_gateway(
    nginx: Nginx, colour: str, path: str, error: type[Exception], status: int
) -> None:
    keys = [nginx.key() for _ in range(3)]
    typed, raw, post = (f"{path}?key={key}" for key in keys)
    asks = [
        ask("GET", typed, cast_to=User),
        ask("GET", raw),
        ask("POST", post, json_data={"n": 1}, cast_to=User),
    ]
    retries = RetryConfig(max_retries=1, backoff_factor=0)
    outcomes = drive(colour, asks, base_url=nginx.url, retry_config=retries)
    assert [outcome.attempts for outcome in outcomes] == [2, 2, 1]
    assert [len(nginx.seen(key)) for key in keys] == [2, 2, 1]
    assert outcomes[1].result == f"HTTP {status}"
    for outcome in (outcomes[0], outcomes[2]):
        assert type(outcome.error) is error
        message = str(outcome.error)
        assert f"-> {status} " in message
        assert "<" not in message and len(message) < 120, message


def test_a_silent_gateway_and_a_deadline(nginx: Nginx, colour: str) -> None:
    key = nginx.key()
    asks = [ask("GET", f"/slow?key={key}", cast_to=User)]
    (outcome,) = drive(colour, asks, base_url=nginx.url, deadline=0.1)
    assert isinstance(outcome.error, DeadlineExceededError)
    # nginx notes what a client did that did not wait.
    assert [line.status for line in nginx.seen(key)] == [499]


def test_a_body_that_is_too_large(nginx: Nginx, colour: str) -> None:
    """The answer comes, and the connection ends, while the body is still on its way."""
    asks = [ask("POST", "/user", content=b"a" * 8_000_000, cast_to=User)]
    (outcome,) = drive(colour, asks, base_url=nginx.url)
    assert isinstance(outcome.error, PayloadTooLargeError), outcome
    assert outcome.attempts == 1


# --- connections ---------------------------------------------------------------------------------


def test_a_connection_serves_five_requests(nginx: Nginx, colour: str) -> None:
    key = nginx.key()
    methods = ["GET", "POST"] * 100
    asks = [ask(method, f"/?key={key}&n={n}") for n, method in enumerate(methods)]
    outcomes = drive(colour, asks, base_url=nginx.url_of("five"))
    assert {outcome.trace for outcome in outcomes} == {("HTTP 200", 1)}
    seen = nginx.seen(key)
    assert [(line.method, line.query) for line in seen] == [
        (method, f"key={key}&n={n}") for n, method in enumerate(methods)
    ]
    assert len({line.connection for line in seen}) == len(seen) / 5


def test_connections_that_nginx_closes_when_they_are_taken(nginx: Nginx, colour: str) -> None:
    """No GET fails, and no POST is seen twice."""
    key = nginx.key()
    methods = ["GET", "GET", "POST"] * 15
    asks = [ask(method, f"/?key={key}&n={n}") for n, method in enumerate(methods)]
    pace = RateLimiter(max_requests=1, time_window=0.007)
    outcomes = drive(colour, asks, base_url=nginx.url_of("brief"), rate_limiter=pace)
    seen = nginx.seen(key)
    assert len(seen) == len({line.query for line in seen})
    assert len({line.connection for line in seen}) > len(seen) / 4
    for outcome, method in zip(outcomes, methods, strict=True):
        assert outcome.result == "HTTP 200" or method == "POST"


def test_http2_connections_that_nginx_ends(
    nginx: Nginx, backend: str, colour: str, tmp_path: Path
) -> None:
    """Its GOAWAY comes after five requests: no GET fails, and no POST is seen twice."""
    key = nginx.key()
    methods = ["GET", "GET", "POST"] * 10
    asks = [ask(method, f"/?key={key}&n={n}") for n, method in enumerate(methods)]
    outcomes = drive(
        colour,
        asks,
        base_url=nginx.url_of("secure"),
        http2=True,
        verify=trust_in(nginx.authority, backend, tmp_path),
    )
    seen = nginx.seen(key)
    assert {line.protocol for line in seen} == {"HTTP/2.0"}
    assert len({line.connection for line in seen}) > 5
    posts = [line.query for line in seen if line.method == "POST"]
    assert len(posts) == len(set(posts)) == 10
    for outcome, method in zip(outcomes, methods, strict=True):
        assert outcome.result == "HTTP 200" or method == "POST", outcome


# --- what nginx does to bodies and places --------------------------------------------------------


def test_a_compressed_list(nginx: Nginx, colour: str) -> None:
    asks = [
        ask("GET", "/users.json", cast_to=list[User]),
        ask("STREAM", "/users.json"),
    ]
    typed, stream = drive(colour, asks, base_url=nginx.url)
    assert typed.trace == (repr([User(**user) for user in USERS]), 1)  # type: ignore[arg-type]
    assert stream.trace == ("HTTP 200", 1)
