# Generated from _async/test_circuit_breaker.py by sdkbase.codegen. Do not edit.
# sha256: edbdcfe86f26ff00
"""The circuit breaker in the client: what it refuses, what it counts, who shares it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import (
    Bulkhead,
    CircuitBreaker,
    CircuitOpenError,
    CircuitSnapshot,
    ConnectError,
    OAuth2ClientCredentials,
    RateLimiter,
    RequestInterceptor,
    RetryConfig,
    ServiceUnavailableError,
    SyncHttpClient,
)
from tests.faults.answers import answer_of
from tests.faults.server import FaultServer
from tests.two_colour import SyncVirtualClock

BASE = "https://api.example"
ORIGIN = "https://api.example:443"
NO_RETRIES = RetryConfig(max_retries=0)


class Wire(httpx.MockTransport):
    """Answer with the statuses, one after the other; the last one repeats. None refuses."""

    def __init__(self, *statuses: int | None, headers: dict[str, str] | None = None) -> None:
        super().__init__(self.answer)
        self.statuses = list(statuses)
        self.headers = headers
        self.requests: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status is None:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(status, headers=self.headers)


def client_of(breaker: CircuitBreaker, wire: httpx.MockTransport, **settings: Any) -> Any:
    settings.setdefault("retry_config", NO_RETRIES)
    settings.setdefault("clock", SyncVirtualClock())
    return SyncHttpClient(BASE, circuit_breaker=breaker, transport=wire, **settings)


def test_calls_are_refused_until_a_probe_finds_the_server_well() -> None:
    breaker, wire = CircuitBreaker(consecutive_failures=2), Wire(503, 503, 500, 200)
    client = client_of(breaker, wire)
    for _ in range(2):
        assert (client.get("/")).status_code == 503
    with pytest.raises(CircuitOpenError) as caught:
        client.get("/users")
    assert len(wire.requests) == 2
    assert (caught.value.attempts, caught.value.sent, caught.value.retry_in) == (0, False, 30.0)
    assert client.get_metrics()[-1].attempts == 0
    client._clock.sleep(30)
    assert (client.get("/")).status_code == 500
    assert breaker.snapshot()[ORIGIN].state == "open"
    client._clock.sleep(30)
    for _ in range(2):
        assert (client.get("/")).status_code == 200
    assert breaker.snapshot() == {ORIGIN: CircuitSnapshot("closed")}


def test_a_retry_is_not_waited_for_when_it_would_be_refused() -> None:
    wire = Wire(503)
    client = client_of(
        CircuitBreaker(consecutive_failures=2), wire, retry_config=RetryConfig(max_retries=5)
    )
    response = client.get("/")
    assert response.status_code == 503 and len(wire.requests) == 2
    assert len(client._clock.sleeps) == 1
    client._clock.sleep(60)
    with pytest.raises(ServiceUnavailableError) as caught:
        client.get("/", cast_to=dict)
    assert "the circuit of https://api.example:443 is open" in caught.value.__notes__[0]
    assert caught.value.attempts == 1 and len(wire.requests) == 3


def test_an_error_that_opens_it_is_the_one_that_is_raised() -> None:
    wire = Wire(None)
    client = client_of(
        CircuitBreaker(consecutive_failures=1), wire, retry_config=RetryConfig(max_retries=5)
    )
    with pytest.raises(ConnectError) as caught:
        client.get("/")
    assert len(wire.requests) == 1 and client._clock.sleeps == []
    assert "lets nothing through for another" in caught.value.__notes__[0]


def test_a_retry_that_comes_after_the_circuit_probes_is_made() -> None:
    wire = Wire(503, 200, headers={"retry-after": "40"})
    client = client_of(
        CircuitBreaker(consecutive_failures=1), wire, retry_config=RetryConfig(max_retries=1)
    )
    assert (client.get("/")).status_code == 200
    assert client._clock.sleeps == [40.0]


@pytest.mark.parametrize("status", [200, 404, 429])
def test_what_the_server_answers_below_500_is_no_failure(status: int) -> None:
    breaker, wire = CircuitBreaker(consecutive_failures=1), Wire(status)
    client = client_of(breaker, wire)
    for _ in range(5):
        assert (client.get("/")).status_code == status
    assert breaker.snapshot()[ORIGIN].state == "closed"


def test_clients_of_both_colours_may_share_it() -> None:
    breaker, wire = CircuitBreaker(consecutive_failures=1), Wire(503)
    client_of(breaker, wire, clock=None).get("/")
    with (
        SyncHttpClient(BASE, circuit_breaker=breaker, transport=wire) as other,
        pytest.raises(CircuitOpenError),
    ):
        other.get("/")
    assert len(wire.requests) == 1


def test_a_redirect_asks_the_circuit_of_where_it_leads() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "api.example":
            return httpx.Response(302, headers={"location": "https://other.example/"})
        return httpx.Response(503)

    breaker = CircuitBreaker(consecutive_failures=1)
    client = client_of(breaker, httpx.MockTransport(answer))
    client.get("/")
    with pytest.raises(CircuitOpenError, match=r"other\.example"):
        client.get("/")
    states = {key: circuit.state for key, circuit in breaker.snapshot().items()}
    assert states == {ORIGIN: "closed", "https://other.example:443": "open"}


def test_a_token_endpoint_that_is_down_opens_no_circuit_of_the_api() -> None:
    breaker = CircuitBreaker(consecutive_failures=1)
    auth = OAuth2ClientCredentials("https://login.example/token", "id", "secret")
    client = client_of(breaker, Wire(None), auth=auth)
    for _ in range(2):
        with pytest.raises(ConnectError):
            client.get("/")
    assert breaker.snapshot()[ORIGIN].state == "closed"


class Failing(RequestInterceptor):
    def before_request(self, request: httpx.Request) -> None:
        raise ValueError("of the user's")


def test_what_fails_on_this_side_gives_a_probe_back() -> None:
    breaker, wire = CircuitBreaker(consecutive_failures=1), Wire(503, 200)
    client = client_of(breaker, wire)
    client.get("/")
    client._clock.sleep(30)
    broken = client.with_options(interceptors=[Failing()])
    for _ in range(2):
        with pytest.raises(ValueError, match="of the user's"):
            broken.get("/")
    assert breaker.snapshot()[ORIGIN].state == "half-open"
    assert (client.get("/")).status_code == 200


def test_a_refused_call_takes_no_turn_and_no_place() -> None:
    breaker = CircuitBreaker(consecutive_failures=1, open_seconds=60)
    wire = Wire(503, 200)
    client = client_of(
        breaker,
        wire,
        rate_limiter=RateLimiter(1, 10.0),
        bulkhead=Bulkhead(1, max_queue=0),
    )
    client.get("/")
    for _ in range(5):
        with pytest.raises(CircuitOpenError):
            client.get("/")
    assert client._clock.sleeps == []
    client._clock.sleep(60)
    assert (client.get("/")).status_code == 200
    assert client._clock.sleeps == [60]


def test_it_can_be_taken_away_for_some_calls() -> None:
    breaker, wire = CircuitBreaker(consecutive_failures=1), Wire(503)
    client = client_of(breaker, wire)
    for _ in range(3):
        client.with_options(circuit_breaker=None).get("/")
    assert breaker.snapshot() == {} and len(wire.requests) == 3


@pytest.fixture
def server() -> Any:
    with FaultServer(answer_of) as running:
        yield running


@pytest.mark.parametrize("fault", ["lost", "closed", "garbage", "half-head"])
def test_faults_of_a_real_server_open_it(server: FaultServer, fault: str) -> None:
    breaker = CircuitBreaker(consecutive_failures=3, open_seconds=0.01)
    path = server.script(fault, fault, fault, "ok")
    clock = SyncVirtualClock()
    with SyncHttpClient(
        server.url, circuit_breaker=breaker, retry_config=NO_RETRIES, clock=clock, trust_env=False
    ) as client:
        for _ in range(3):
            with pytest.raises(httpx.TransportError):
                client.get(path)
        with pytest.raises(CircuitOpenError):
            client.get(path)
        assert len(server.seen(path)) == 3
        clock.now += 1
        assert (client.get(path)).status_code == 200
    assert server.settles(lambda: server.open == 0)
