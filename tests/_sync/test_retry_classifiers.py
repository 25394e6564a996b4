# Generated from _async/test_retry_classifiers.py by sdkbase.codegen. Do not edit.
# sha256: f258f6110510c6c2
"""Classifiers, the server's own word, and what the server is told of attempts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sdkbase import (
    ConfigurationError,
    ConnectionLostError,
    FailedAttempt,
    RequestOptions,
    RetryConfig,
    RetryForbidden,
    RetryIndicated,
    ServiceUnavailableError,
    SyncHttpClient,
)
from tests.two_colour import SyncVirtualClock

Answer = httpx.Response | Exception


class Api:
    """A client whose server gives the answers in order, the last one for ever."""

    def __init__(self, *answers: Answer, **retries: Any) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.clock = SyncVirtualClock()
        self.client = SyncHttpClient(
            "https://api.example",
            transport=httpx.MockTransport(self.answer),
            retry_config=RetryConfig(**{"backoff_factor": 0, **retries}),
            clock=self.clock,
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def says(status: int, word: str, name: str = "x-should-retry") -> httpx.Response:
    return httpx.Response(status, headers={name: word})


OK = httpx.Response(200)


@pytest.mark.parametrize("word", ["false", "False", " false "])
def test_the_server_can_forbid_a_retry(word: str) -> None:
    api = Api(says(503, word), OK)
    with pytest.raises(ServiceUnavailableError) as caught:
        api.client.get("/", cast_to=dict)
    assert len(api.requests) == 1
    assert "the server forbids it (x-should-retry)" in caught.value.__notes__[0]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [400, 409, 500])
def test_the_server_can_ask_for_a_retry(method: str, status: int) -> None:
    api = Api(says(status, "true"), OK)
    assert (api.client.request(method, "/")).status_code == 200
    assert len(api.requests) == 2


@pytest.mark.parametrize("word", ["", "maybe", "1", "true, false"])
def test_any_other_word_says_nothing(word: str) -> None:
    assert (Api(says(503, word), OK).client.get("/")).status_code == 200
    assert (Api(says(409, word), OK).client.get("/")).status_code == 409


def test_the_header_can_have_another_name_or_none() -> None:
    own = Api(says(503, "false", "stripe-should-retry"), should_retry_header="Stripe-Should-Retry")
    assert (own.client.get("/")).status_code == 503
    assert len(own.requests) == 1
    ignored = Api(says(503, "false"), OK, should_retry_header=None)
    assert (ignored.client.get("/")).status_code == 200


def test_a_word_with_a_success_is_no_matter() -> None:
    api = Api(says(200, "true"))
    assert (api.client.get("/")).status_code == 200
    assert len(api.requests) == 1


def on_code(code: str, verdict: Any) -> Callable[[FailedAttempt], Any]:
    """Return a classifier that reads the code in an error's body."""

    def classify(failed: FailedAttempt) -> Any:
        response = failed.response
        return verdict if response is not None and response.json()["code"] == code else None

    return classify


BUSY = httpx.Response(400, json={"code": "busy"})


def test_a_classifier_sees_the_body_and_adds_to_what_is_retried() -> None:
    api = Api(BUSY, OK, classifiers=[on_code("busy", RetryIndicated())])
    assert (api.client.get("/")).status_code == 200
    other = Api(BUSY, OK, classifiers=[on_code("broken", RetryIndicated())])
    assert (other.client.get("/")).status_code == 400


def test_a_retry_that_is_indicated_still_has_to_be_safe() -> None:
    api = Api(BUSY, OK, classifiers=[on_code("busy", RetryIndicated())])
    assert (api.client.post("/")).status_code == 400
    safe = Api(BUSY, OK, classifiers=[on_code("busy", RetryIndicated(safe=True))])
    assert (safe.client.post("/")).status_code == 200


def test_a_classifier_can_call_it_throttling_and_say_how_long() -> None:
    waits = RetryIndicated(throttle=True, retry_after=7.0)
    api = Api(BUSY, OK, classifiers=[on_code("busy", waits)])
    assert (api.client.post("/")).status_code == 200
    assert api.clock.sleeps == [7.0]


@pytest.mark.parametrize("order", [1, -1])
def test_one_that_forbids_wins(order: int) -> None:
    indicated = on_code("busy", RetryIndicated())
    forbidden = on_code("busy", RetryForbidden("the account is closed"))
    api = Api(BUSY, OK, classifiers=[indicated, forbidden][::order])
    with pytest.raises(Exception, match="400") as caught:
        api.client.get("/", cast_to=dict)
    assert len(api.requests) == 1
    assert not any("closed" in str(note) for note in caught.value.args)


def test_a_server_that_asks_for_a_retry_can_be_overruled() -> None:
    api = Api(says(503, "true"), OK, classifiers=[lambda failed: RetryForbidden("not now")])
    with pytest.raises(ServiceUnavailableError) as caught:
        api.client.get("/", cast_to=dict)
    assert caught.value.__notes__ == ["sdkbase gave up after 1 attempt: not now"]


def test_classifiers_see_transport_errors_and_the_number_of_the_attempt() -> None:
    seen: list[tuple[int, str, str, Any, bool]] = []

    def classify(failed: FailedAttempt) -> RetryForbidden | None:
        error = type(failed.error) if failed.error else failed.status_code
        seen.append(
            (failed.attempt, failed.method, failed.template, error, failed.response is None)
        )
        return RetryForbidden() if failed.attempt == 2 else None

    api = Api(httpx.Response(503), httpx.ReadError("gone"), OK, classifiers=[classify])
    with pytest.raises(ConnectionLostError) as caught:
        api.client.get("/users/7")
    assert seen == [
        (1, "GET", "/users/7", 503, False),
        (2, "GET", "/users/7", ConnectionLostError, True),
    ]
    assert "a classifier forbids another attempt" in caught.value.__notes__[0]
    assert [attempt.outcome for attempt in caught.value.history] == [
        "HTTP 503",
        "ConnectionLostError",
    ]


def test_a_verdict_that_is_none_of_them_is_refused() -> None:
    api = Api(httpx.Response(503), classifiers=[lambda failed: True])
    with pytest.raises(ConfigurationError, match="RetryForbidden or None, got bool"):
        api.client.get("/")


def test_the_server_is_told_which_attempt_it_is() -> None:
    api = Api(httpx.Response(503), OK, attempt_header="amz-sdk-request", max_retries=2)
    api.client.get("/")
    told = [request.headers["amz-sdk-request"] for request in api.requests]
    assert told == ["attempt=1; max=3", "attempt=2; max=3"]


def test_a_long_poll_waits_before_it_fails_for_want_of_quota() -> None:
    api = Api(httpx.Response(429), backoff_factor=4, retry_quota=0)
    poll = RequestOptions(long_poll=True)
    assert (api.client.get("/", options=poll)).status_code == 429
    assert len(api.requests) == 1
    assert len(api.clock.sleeps) == 1 and 0 <= api.clock.sleeps[0] <= 8
    api.client.get("/")
    assert len(api.clock.sleeps) == 1
