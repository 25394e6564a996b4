# Generated from _async/test_retries.py by sdkbase.codegen. Do not edit.
# sha256: f74f5db7aa90cd21
"""Retries: what is repeated, after which wait, and what is said when it is not."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import (
    ConnectionLostError,
    Observer,
    PoolTimeoutError,
    RequestOptions,
    RetryConfig,
    ServiceUnavailableError,
    SyncHttpClient,
    TlsError,
    TransportError,
)
from tests.two_colour import SyncVirtualClock

BASE = "https://api.example"
SAFE = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]
UNSAFE = ["POST", "PATCH"]
RETRIED = [429, 500, 502, 503, 504]

Answer = httpx.Response | Exception | int


class Script(httpx.MockTransport):
    """Give the answers in order, the last one for ever, and keep what was asked."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__(self.answer)
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer) if isinstance(answer, int) else answer


def after(**headers: str) -> httpx.Response:
    return httpx.Response(
        503, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


class Bench:
    """A client over a script, on a clock that only its own waits move."""

    def __init__(self, *answers: Answer, **settings: Any) -> None:
        self.wire = Script(*answers)
        self.clock = SyncVirtualClock()
        settings.setdefault("retry_config", RetryConfig(backoff_factor=0))
        self.client = SyncHttpClient(BASE, transport=self.wire, clock=self.clock, **settings)

    @property
    def sent(self) -> int:
        return len(self.wire.requests)


# --- which statuses -------------------------------------------------------------------------


@pytest.mark.parametrize("status", RETRIED)
@pytest.mark.parametrize("method", SAFE)
def test_an_idempotent_method_is_repeated_on_a_transient_status(method: str, status: int) -> None:
    bench = Bench(status, status, 200)
    response = bench.client.request(method, "/")
    assert (response.status_code, bench.sent) == (200, 3)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 422, 501, 505])
def test_another_status_is_not_repeated(status: int) -> None:
    bench = Bench(status, 200)
    assert (bench.client.get("/")).status_code == status
    assert bench.sent == 1


def test_the_statuses_can_be_chosen() -> None:
    bench = Bench(409, 200, retry_config=RetryConfig(retry_on_status=[409], backoff_factor=0))
    assert (bench.client.get("/")).status_code == 200
    bench = Bench(503, 200, retry_config=RetryConfig(retry_on_status=[409], backoff_factor=0))
    assert (bench.client.get("/")).status_code == 503


@pytest.mark.parametrize("method", UNSAFE)
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_what_is_not_idempotent_is_not_repeated(method: str, status: int) -> None:
    bench = Bench(status, 200)
    assert (bench.client.request(method, "/")).status_code == status
    assert bench.sent == 1


@pytest.mark.parametrize("method", UNSAFE)
def test_too_many_requests_is_repeated_whatever_the_method(method: str) -> None:
    bench = Bench(429, 200)
    assert (bench.client.request(method, "/", json_data={})).status_code == 200
    assert bench.sent == 2


@pytest.mark.parametrize("method", UNSAFE)
def test_an_idempotency_key_makes_it_safe(method: str) -> None:
    bench = Bench(httpx.ReadError("reset"), 503, 200)
    options = RequestOptions(idempotency_key="key-1")
    bench.client.request(method, "/", json_data={"a": 1}, options=options)
    assert [request.headers["idempotency-key"] for request in bench.wire.requests] == ["key-1"] * 3
    assert {request.content for request in bench.wire.requests} == {b'{"a":1}'}


def test_an_idempotency_key_of_the_users_own_headers_counts() -> None:
    bench = Bench(503, 200)
    response = bench.client.post("/", headers={"Idempotency-Key": "mine"})
    assert response.status_code == 200


# --- transport errors -----------------------------------------------------------------------

BROKEN: list[Exception] = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.ReadTimeout("slow"),
    httpx.WriteError("pipe"),
    httpx.RemoteProtocolError("cut"),
    httpx.ProxyError("407"),
]
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.PoolTimeout)


@pytest.mark.parametrize("error", BROKEN, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_broken_transport_is_tried_again(method: str, error: Exception) -> None:
    bench = Bench(error, error, 200)
    assert (bench.client.request(method, "/")).status_code == 200
    assert bench.sent == 3


@pytest.mark.parametrize("error", BROKEN, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("method", UNSAFE)
def test_what_is_not_idempotent_is_tried_again_only_if_never_sent(
    method: str, error: Exception
) -> None:
    bench = Bench(error, 200)
    if isinstance(error, NEVER_SENT):
        assert (bench.client.request(method, "/")).status_code == 200
        assert bench.sent == 2
        return
    with pytest.raises(TransportError) as caught:
        bench.client.request(method, "/")
    assert bench.sent == 1
    assert "may have been processed and is not idempotent" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    "error", [httpx.LocalProtocolError("bad"), httpx.UnsupportedProtocol("gopher")]
)
def test_mistakes_of_this_side_are_not_repeated(error: Exception) -> None:
    bench = Bench(error, 200)
    with pytest.raises(TransportError) as caught:
        bench.client.get("/")
    assert bench.sent == 1
    assert caught.value.__notes__ == [
        "sdkbase gave up after 1 attempt: another attempt would not help"
    ]


def test_a_refused_certificate_is_not_tried_again() -> None:
    import ssl

    refused = httpx.ConnectError("handshake")
    refused.__cause__ = ssl.SSLCertVerificationError("self-signed")
    bench = Bench(refused, 200)
    with pytest.raises(TlsError):
        bench.client.get("/")
    assert bench.sent == 1


# --- observers, resources, real servers -----------------------------------------------------


class Listener(Observer):
    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []

    def attempt_started(self, method: str, url: str, template: str, attempt: int) -> None:
        self.events.append(("attempt", method, template, attempt))

    def retry_scheduled(
        self, method: str, url: str, template: str, attempt: int, delay: float, reason: str
    ) -> None:
        self.events.append(("retry", attempt, delay, reason))

    def call_finished(self, record: Any) -> None:
        self.events.append(("end", record.status_code, record.attempts, record.error))


def test_observers_hear_of_every_attempt() -> None:
    listener = Listener()
    bench = Bench(after(retry_after="2"), httpx.ReadError("reset"), 200, interceptors=[listener])
    bench.client.get("/users?a=1")
    assert listener.events == [
        ("attempt", "GET", "/users", 1),
        ("retry", 1, 2.0, "HTTP 503"),
        ("attempt", "GET", "/users", 2),
        ("retry", 2, 0.0, "ConnectionLostError"),
        ("attempt", "GET", "/users", 3),
        ("end", 200, 3, None),
    ]


def test_observers_hear_of_the_failure() -> None:
    listener = Listener()
    bench = Bench(httpx.ReadError("reset"), interceptors=[listener])
    with pytest.raises(ConnectionLostError):
        bench.client.post("/users")
    assert listener.events == [
        ("attempt", "POST", "/users", 1),
        ("end", None, 1, "ConnectionLostError: POST /users: reset"),
    ]


def test_a_flaky_route_of_a_real_server(api: DemoApi) -> None:
    class Calls(msgspec.Struct):
        key: str
        calls: int

    config = RetryConfig(backoff_factor=0)
    with SyncHttpClient(api.base_url, retry_config=config) as client:
        assert client.get("/flaky/a", cast_to=Calls) == Calls("a", 3)
        with pytest.raises(ServiceUnavailableError):
            client.post("/flaky/b", cast_to=Calls)
        options = RequestOptions(idempotency_key="k")
        assert client.post("/flaky/b", cast_to=Calls, options=options) == Calls("b", 3)


def test_a_retried_post_with_a_key_creates_one_user(api: DemoApi) -> None:
    new = {"name": "Ada", "email": "ada@demo-api.example"}
    options = RequestOptions(
        idempotency_key="create-ada", headers={"authorization": "Bearer demo-token"}
    )
    with SyncHttpClient(api.base_url) as client:
        first = client.post("/users", json_data=new, options=options)
        second = client.post("/users", json_data=new, options=options)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"


def test_a_pool_timeout_is_not_repeated_at_the_end_of_the_line() -> None:
    bench = Bench(httpx.PoolTimeout("full"), 200)
    with pytest.raises(PoolTimeoutError) as caught:
        bench.client.post("/")
    assert caught.value.attempts == 1
    assert not caught.value.sent
