"""A status error survives a body that breaks off, or that lies about its length."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import (
    AsyncHttpClient,
    ConnectionLostError,
    DeadlineExceededError,
    InternalServerError,
    NotFoundError,
    ProtocolError,
    ReadTimeoutError,
    RequestInterceptor,
    RequestOptions,
    RetryConfig,
    ServiceUnavailableError,
    StatusError,
    TimeoutConfig,
    TransportError,
)
from tests.cut_answers import BODY, answer_of
from tests.faults.server import FaultServer

NO_RETRIES = RetryConfig(max_retries=0)
AT_ONCE = RetryConfig(max_retries=1, backoff_factor=0.0)
SHORT = TimeoutConfig(read=0.1)

BREAKS: dict[str, type[TransportError]] = {
    "length": ProtocolError,
    "early": ProtocolError,
    "empty": ProtocolError,
    "chunk": ProtocolError,
    "no-chunk": ProtocolError,
    "reset": ConnectionLostError,
    "stall": ReadTimeoutError,
}
WHOLE = {"length", "chunk", "no-chunk", "reset", "stall"}


class Refusal(msgspec.Struct):
    code: str
    detail: str


class AsyncRefusing(AsyncHttpClient):
    error_model = Refusal


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(answer_of) as running:
        yield running
    assert running.errors == []


def a_client(server: FaultServer, **settings: Any) -> AsyncRefusing:
    settings = {"retry_config": NO_RETRIES, "timeout_config": SHORT, "trust_env": False, **settings}
    return AsyncRefusing(server.url, **settings)


@pytest.mark.parametrize("fault", BREAKS)
@pytest.mark.parametrize(("status", "kind"), [(404, NotFoundError), (500, InternalServerError)])
async def test_a_typed_call_raises_the_status_error(
    server: FaultServer, status: int, kind: type[StatusError], fault: str
) -> None:
    async with a_client(server) as client:
        with pytest.raises(StatusError) as caught:
            await client.get(f"/{status}-{fault}", cast_to=dict)
        error = caught.value
        assert type(error) is kind
        assert error.body == (Refusal("gone", "no user 7") if fault in WHOLE else error.body)
        assert error.code == ("gone" if fault in WHOLE else None)
        assert isinstance(error.body, Refusal if fault in WHOLE else str | None)
        assert [attempt.outcome for attempt in error.history] == [f"HTTP {status}"]
        (note,) = error.__notes__
        assert note.startswith(f"its body is not whole: {BREAKS[fault].__name__}: GET /{status}-")
        # The connection is not used again.
        assert server.settles(lambda: server.open == 0)
        assert (await client.get("/200", cast_to=Refusal)).code == "gone"
        assert server.accepted == 2


@pytest.mark.parametrize("fault", BREAKS)
async def test_a_call_for_the_response_raises_what_broke_it(
    server: FaultServer, fault: str
) -> None:
    async with a_client(server) as client:
        with pytest.raises(BREAKS[fault]) as caught:
            await client.get(f"/500-{fault}")
        assert not isinstance(caught.value, StatusError)
        assert [attempt.outcome for attempt in caught.value.history] == ["HTTP 500"]


@pytest.mark.parametrize("fault", BREAKS)
@pytest.mark.parametrize("status", [200, 302])
async def test_a_success_or_a_redirect_that_breaks_off_is_no_success(
    server: FaultServer, status: int, fault: str
) -> None:
    async with a_client(server) as client:
        with pytest.raises(BREAKS[fault]):
            await client.get(f"/{status}-{fault}", cast_to=dict)
        with pytest.raises(BREAKS[fault]):
            await client.get(f"/{status}-{fault}")


async def test_a_broken_coding_of_an_error_is_no_other_error(server: FaultServer) -> None:
    async with a_client(server) as client:
        with pytest.raises(NotFoundError) as caught:
            await client.get("/404-gzip", cast_to=dict)
    assert type(caught.value) is NotFoundError


@pytest.mark.parametrize("fault", BREAKS)
async def test_it_is_retried_by_its_status(server: FaultServer, fault: str) -> None:
    async with a_client(server, retry_config=AT_ONCE) as client:
        path = server.script(f"503-{fault}", "200")
        assert (await client.get(path, cast_to=Refusal)).code == "gone"
        assert (await client.get(server.script(f"503-{fault}", "200"))).status_code == 200
    assert len(server.seen(path)) == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_last_attempt_s_error_is_raised(server: FaultServer, method: str) -> None:
    tries = 2 if method == "GET" else 1
    path = server.script("503-length")
    async with a_client(server, retry_config=AT_ONCE) as client:
        with pytest.raises(ServiceUnavailableError) as caught:
            await client.request(method, path, cast_to=dict)
    assert caught.value.attempts == len(server.seen(path)) == tries
    assert any(note.startswith("its body is not whole") for note in caught.value.__notes__)


async def test_the_deadline_still_ends_the_call(server: FaultServer) -> None:
    patient = TimeoutConfig(read=30.0)
    async with a_client(server, timeout_config=patient) as client:
        in_time = RequestOptions(deadline=0.2)
        with pytest.raises(DeadlineExceededError):
            await client.get("/404-stall", options=in_time, cast_to=dict)
        with pytest.raises(DeadlineExceededError):
            await client.get("/404-stall", options=in_time)
        assert server.settles(lambda: server.open == 0)


class Looking(RequestInterceptor):
    def __init__(self) -> None:
        self.seen: list[bytes] = []

    def after_response(self, response: httpx.Response) -> httpx.Response:
        self.seen.append(response.content)
        return response


async def test_interceptors_see_what_came(server: FaultServer) -> None:
    looking = Looking()
    async with a_client(server, interceptors=[looking]) as client:
        with pytest.raises(NotFoundError) as caught:
            await client.get("/404-length", cast_to=dict)
        with pytest.raises(ProtocolError):
            await client.get("/404-length")
    assert looking.seen == [BODY, BODY]
    assert caught.value.__notes__


async def test_a_client_of_the_users_own_does_the_same(server: FaultServer) -> None:
    own = httpx.AsyncClient(trust_env=False)
    async with own, a_client(server, http_client=own) as client:
        with pytest.raises(NotFoundError) as caught:
            await client.get("/404-length", cast_to=dict)
    assert caught.value.body == Refusal("gone", "no user 7")


async def test_a_stream_is_read_by_its_user_and_tells_of_it(server: FaultServer) -> None:
    async with a_client(server) as client:
        with pytest.raises(ProtocolError):
            async with client.stream("GET", "/404-length") as response:
                await response.aread()


class BreakingBody(httpx.AsyncByteStream):
    """A body that breaks off with *error* after *content*."""

    def __init__(self, content: bytes, error: Exception) -> None:
        self.content = content
        self.error = error
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.content
        raise self.error

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    "error", [httpx.ReadError("cut"), httpx.ReadTimeout("late"), OSError("gone"), EOFError("x")]
)
async def test_only_what_a_transport_raises_is_taken_for_a_broken_body(error: Exception) -> None:
    body = BreakingBody(BODY, error)
    wire = httpx.MockTransport(lambda request: httpx.Response(404, stream=body))
    async with AsyncHttpClient("https://api.example", transport=wire) as client:
        with pytest.raises((StatusError, EOFError)) as caught:
            await client.get("/", cast_to=dict)
    assert isinstance(caught.value, EOFError) is isinstance(error, EOFError)
    assert body.closed
    if isinstance(caught.value, StatusError):
        assert caught.value.response.content == BODY
        assert isinstance(caught.value.__cause__, TransportError)
