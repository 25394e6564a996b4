# Generated from _async/test_bulkhead.py by sdkbase.codegen. Do not edit.
# sha256: 89db65fc733a4db9
"""The bulkhead in the client: places, the line, streams, what is never sent."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import (
    AttemptTimeout,
    Bulkhead,
    BulkheadFullError,
    Call,
    DeadlineExceededError,
    Reply,
    RequestInterceptor,
    RetryConfig,
    ServiceUnavailableError,
    SyncClock,
    SyncHttpClient,
)
from sdkbase._concurrency import ThreadLock
from tests.faults.answers import answer_of
from tests.faults.server import FaultServer
from tests.two_colour import SyncNursery

BASE = "https://api.example"
NO_RETRIES = RetryConfig(max_retries=0)


class Held:
    """A transport whose calls stay under way until `go` is set; counts them."""

    def __init__(self, *, go: bool = False, status: int = 200) -> None:
        self.go = go
        self.status = status
        self.paths: list[str] = []
        self.inside = 0
        self.peak = 0
        self._lock = ThreadLock()

    def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        with self._lock:
            self.paths.append(httpx.URL(call.url).path)
            self.inside += 1
            self.peak = max(self.peak, self.inside)
        try:
            while not self.go:
                SyncClock().sleep(0.001)
        finally:
            with self._lock:
                self.inside -= 1
        return Reply(self.status, [], b"")

    def close(self) -> None: ...

    def reach(self, number: int) -> None:
        """Wait until so many calls have come."""
        while len(self.paths) < number:
            SyncClock().sleep(0.001)


def client_of(bulkhead: Bulkhead, wire: Any, **settings: Any) -> Any:
    settings.setdefault("retry_config", NO_RETRIES)
    return SyncHttpClient(BASE, bulkhead=bulkhead, transport=wire, **settings)


def inside(client: Any) -> str:
    return repr(client._bulkhead).partition(" ")[2]


def test_never_more_than_so_many_are_under_way() -> None:
    wire = Held()
    client = client_of(Bulkhead(3, max_queue=20), wire)
    with SyncNursery() as nursery:
        for number in range(20):
            nursery.start(client.get, f"/{number}")
        wire.reach(3)
        SyncClock().sleep(0.02)
        assert len(wire.paths) == 3
        wire.go = True
    assert wire.peak == 3 and len(wire.paths) == 20
    assert inside(client) == "inside=0 in_use=0>"


def test_those_in_line_are_served_in_their_order() -> None:
    wire = Held()
    client = client_of(Bulkhead(1), wire)
    with SyncNursery() as nursery:
        for number in range(6):
            nursery.start(client.get, f"/{number}")
            while inside(client) != f"inside={number + 1} in_use=1>":
                SyncClock().sleep(0.001)
        wire.go = True
    assert wire.paths == [f"/{number}" for number in range(6)]


def test_a_full_line_refuses_at_once_and_sends_nothing() -> None:
    wire = Held()
    client = client_of(Bulkhead(2, max_queue=1, max_wait=None), wire)
    outcomes: list[Any] = []

    def call(number: int) -> None:
        try:
            outcomes.append((client.get(f"/{number}")).status_code)
        except BulkheadFullError as error:
            outcomes.append((error.sent, error.attempts, error.max_concurrent, error.max_queue))
            wire.go = wire.go or len(outcomes) == 5

    with SyncNursery() as nursery:
        for number in range(8):
            nursery.start(call, number)
    assert outcomes[:5] == [(False, 0, 2, 1)] * 5
    assert outcomes[5:] == [200] * 3 and len(wire.paths) == 3
    assert inside(client) == "inside=0 in_use=0>"


def test_a_wait_that_is_too_long_ends_the_call() -> None:
    wire = Held()
    client = client_of(Bulkhead(1, max_wait=0.02), wire)
    with SyncNursery() as nursery:
        nursery.start(client.get, "/first")
        wire.reach(1)
        with pytest.raises(BulkheadFullError, match=r"none came free within 0\.02 s") as caught:
            client.get("/second")
        assert caught.value.waited == 0.02
        wire.go = True
    assert wire.paths == ["/first"]
    assert (client.get("/third")).status_code == 200


def test_a_deadline_that_comes_first_is_what_is_raised() -> None:
    wire = Held()
    client = client_of(Bulkhead(1, max_wait=30), wire)
    with SyncNursery() as nursery:
        nursery.start(client.get, "/first")
        wire.reach(1)
        with pytest.raises(DeadlineExceededError) as caught:
            client.with_options(deadline=0.02).get("/second")
        assert not caught.value.sent
        assert "no place in the bulkhead came free before" in caught.value.__notes__
        wire.go = True
    assert inside(client) == "inside=0 in_use=0>"


def test_a_retry_gives_its_place_back_while_it_waits() -> None:
    wire = Held(go=True, status=503)
    client = client_of(
        Bulkhead(1, max_queue=0), wire, retry_config=RetryConfig(max_retries=3, backoff_factor=0)
    )
    with pytest.raises(ServiceUnavailableError) as caught:
        client.get("/", cast_to=dict)
    assert caught.value.attempts == 4
    assert inside(client) == "inside=0 in_use=0>"


def test_options_share_the_places_of_their_client_and_other_clients_have_their_own() -> None:
    wire, settings = Held(), Bulkhead(1, max_queue=0)
    client, other = client_of(settings, wire), client_of(settings, wire)
    with SyncNursery() as nursery:
        nursery.start(client.get, "/first")
        wire.reach(1)
        with pytest.raises(BulkheadFullError):
            client.with_options(headers={"x": "y"}).get("/")
        nursery.start(other.get, "/other")
        wire.reach(2)
        wire.go = True


class Broken(httpx.MockTransport):
    def __init__(self) -> None:
        super().__init__(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("lost", request=request)


def test_an_attempt_that_fails_gives_its_place_back() -> None:
    client = client_of(Bulkhead(1, max_queue=0), Broken())
    for _ in range(5):
        with pytest.raises(httpx.ReadError):
            client.get("/")
    assert inside(client) == "inside=0 in_use=0>"


# --- streams, on the wire ---------------------------------------------------------------------


@pytest.fixture
def server() -> Any:
    with FaultServer(answer_of) as running:
        yield running


def streaming(server: FaultServer) -> Any:
    return SyncHttpClient(
        server.url,
        bulkhead=Bulkhead(1, max_queue=0),
        retry_config=NO_RETRIES,
        trust_env=False,
    )


def test_a_stream_keeps_its_place_until_it_is_closed(server: FaultServer) -> None:
    with streaming(server) as client:
        for _ in range(3):
            with client.stream("GET", "/chunked") as response:
                with pytest.raises(BulkheadFullError):
                    client.get("/ok")
                assert response.read()
            assert (client.get("/ok")).status_code == 200
        assert inside(client) == "inside=0 in_use=0>"
    assert server.accepted == 1


def test_a_stream_that_is_left_half_way_gives_its_place_back(server: FaultServer) -> None:
    with streaming(server) as client:
        with pytest.raises(ValueError, match="of the user's"):
            with client.stream("GET", "/stalled"):
                raise ValueError("of the user's")
        assert inside(client) == "inside=0 in_use=0>"
        with client.stream("GET", "/chunk-cut") as response:
            with pytest.raises(httpx.TransportError):
                response.read()
        assert inside(client) == "inside=0 in_use=0>"
    assert server.settles(lambda: server.open == 0)


def test_a_stream_that_an_interceptor_saw_keeps_its_place_too(server: FaultServer) -> None:
    class Seeing(RequestInterceptor):
        def after_response(self, response: httpx.Response) -> None:
            assert response.status_code == 200

    with SyncHttpClient(
        server.url,
        bulkhead=Bulkhead(1, max_queue=0),
        interceptors=[Seeing()],
        trust_env=False,
    ) as client:
        with client.stream("GET", "/chunked") as response:
            with pytest.raises(BulkheadFullError):
                client.get("/ok")
            assert response.read()
        assert inside(client) == "inside=0 in_use=0>"


def test_an_interceptor_may_answer_a_stream_itself(server: FaultServer) -> None:
    class Answering(RequestInterceptor):
        def after_response(self, response: httpx.Response) -> httpx.Response:
            return httpx.Response(200, content=b"mine", request=response.request)

    with SyncHttpClient(
        server.url,
        bulkhead=Bulkhead(1, max_queue=0),
        interceptors=[Answering()],
        trust_env=False,
    ) as client:
        for _ in range(3):
            with client.stream("GET", "/stalled") as response:
                assert response.read() == b"mine"
        assert inside(client) == "inside=0 in_use=0>"
