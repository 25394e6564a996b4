"""Event streams: typed events, how they end, and what is told when they can not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import (
    AsyncHttpClient,
    ConfigurationError,
    DeadlineExceededError,
    DecodeError,
    NotFoundError,
    PoolConfig,
    ReadTimeoutError,
    RequestOptions,
    RetryConfig,
    StreamError,
    TimeoutConfig,
    TransportError,
)
from sdkbase._async.event_stream import AsyncEventStream
from sdkbase._async.opener import AsyncOpener
from sdkbase._wire.sse import EventReader, ServerSentEvent
from tests.stream_server import END, NO_CONTENT, PATH, chunk, head, plain, serving

BASE = "https://api.example"
SETTINGS: dict[str, Any] = {
    "retry_config": RetryConfig(max_retries=0),
    "pool_config": PoolConfig(max_connections=1),
    "timeout_config": TimeoutConfig(pool=1),
}


class Delta(msgspec.Struct):
    text: str


def events(
    client: AsyncHttpClient,
    reader: EventReader[Any] | None = None,
    *,
    method: str = "GET",
    reconnect: Any = False,
    options: RequestOptions | None = None,
    **args: Any,
) -> AsyncEventStream[Any]:
    sender = client._sender
    call = sender.prepare(method, PATH, options=options, **args)
    opener = AsyncOpener(sender, call, options)
    return AsyncEventStream(opener, reader or EventReader(Delta), reconnect=reconnect)


class Pieces(httpx.AsyncByteStream):
    """Yield pieces; tells whether it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.given = 0
        self.closed = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.given += 1
            yield piece

    async def aclose(self) -> None:
        self.closed += 1


def client_of(
    body: Pieces, status: int = 200, content_type: str = "text/event-stream", **settings: Any
) -> AsyncHttpClient:
    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(status, headers={"content-type": content_type}, stream=body)

    requests: list[httpx.Request] = []
    settings = {"retry_config": RetryConfig(max_retries=0), **settings}
    client = AsyncHttpClient(BASE, transport=httpx.MockTransport(handler), **settings)
    client.seen = requests  # type: ignore[attr-defined]  # for the tests
    return client


async def read_into(found: list[Any], items: AsyncEventStream[Any]) -> None:
    """Put the items into *found*, also those that come before an error."""
    async for item in items:
        found += [item]


# --- reading --------------------------------------------------------------------------------


async def test_events_are_decoded_while_they_come() -> None:
    body = Pieces(b'data: {"text":"a"}\n', b'\ndata: {"text":"b"}\n\n', b': bye\n\ndata: "lost"')
    async with client_of(body) as client, events(client) as deltas:
        assert deltas.response.status_code == 200
        assert await anext(deltas) == Delta("a")
        assert body.given == 2
        assert await deltas.collect() == [Delta("b")]
    assert body.closed >= 1


async def test_iterating_without_the_block() -> None:
    body = Pieces(b'data: {"text":"a"}\n\n')
    async with client_of(body) as client:
        assert [delta.text async for delta in events(client)] == ["a"]
    assert body.closed >= 1


async def test_what_is_sent() -> None:
    async with client_of(Pieces()) as client:
        assert await events(client, method="POST", json_data={"prompt": "hi"}).collect() == []
        options = RequestOptions(headers={"accept": "of/call", "last-event-id": "41"})
        found = events(client, EventReader(ServerSentEvent), options=options)
        assert found.last_event_id == "41"
        assert await found.collect() == []
        first, second = client.seen  # type: ignore[attr-defined]  # for the tests
    assert (first.method, first.content) == ("POST", b'{"prompt":"hi"}')
    assert first.headers["accept"] == "text/event-stream"
    assert first.headers["cache-control"] == "no-cache"
    assert "last-event-id" not in first.headers
    assert (second.headers["accept"], second.headers["last-event-id"]) == ("of/call", "41")


async def test_the_last_id_is_known() -> None:
    body = Pieces(b"id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\n\n")
    async with client_of(body) as client, events(client, EventReader(str)) as found:
        assert found.last_event_id == ""
        assert (await anext(found), found.last_event_id) == ("a", "1")
        assert (await anext(found), found.last_event_id) == ("b", "2")
        assert await found.collect() == []
        assert found.last_event_id == "3"


async def test_the_charset_is_utf_8_whatever_the_header_says() -> None:
    body = Pieces("data:ok…\n\n".encode())
    async with client_of(body, content_type="text/event-stream;charset=windows-1252") as client:
        assert await events(client, EventReader(str)).collect() == ["ok…"]


# --- how it ends ----------------------------------------------------------------------------


async def test_the_last_event_ends_the_stream() -> None:
    body = Pieces(b'data: {"text":"a"}\n\ndata: [DONE]\n\ndata: more\n\n', b"data: still\n\n")
    async with client_of(body) as client:
        assert await events(client, EventReader(Delta, done="[DONE]")).collect() == [Delta("a")]
    assert body.closed >= 1


async def test_a_stream_that_lacks_its_last_event_is_not_complete() -> None:
    body = Pieces(b'data: {"text":"a"}\n\n')
    found: list[Any] = []
    async with client_of(body) as client:
        with pytest.raises(StreamError, match=f"GET {PATH} -> 200: the stream ended before the"):
            await read_into(found, events(client, EventReader(Delta, done="[DONE]")))
    assert found == [Delta("a")]


@pytest.mark.wire
async def test_after_the_last_event_the_connection_is_used_again() -> None:
    last = 'data: {"text":"a"}\n\ndata: [DONE]\n\n'
    steps = [head(), chunk(last), 0.01, chunk(": bye\n\n"), END]
    with serving(steps) as server:
        async with AsyncHttpClient(server.url, **SETTINGS) as client:
            for _ in range(3):
                reader = EventReader(Delta, done="[DONE]")
                assert await events(client, reader).collect() == [Delta("a")]
    assert server.accepted == 1


@pytest.mark.wire
async def test_a_server_that_goes_on_after_the_last_event_is_left() -> None:
    first = [head(), chunk("data: [DONE]\n\n"), "hold"]
    with serving(first, [plain("200 OK", b"{}")]) as server:
        async with AsyncHttpClient(server.url, **SETTINGS) as client:
            assert await events(client, EventReader(Delta, done="[DONE]")).collect() == []
            assert (await client.get(PATH)).status_code == 200
    assert server.accepted == 2


@pytest.mark.wire
async def test_a_stream_that_is_cut_after_the_last_event_is_complete() -> None:
    with serving([head(), chunk("data: [DONE]\n\n"), 0.01, "reset"]) as server:
        async with AsyncHttpClient(server.url, **SETTINGS) as client:
            assert await events(client, EventReader(Delta, done="[DONE]")).collect() == []


@pytest.mark.wire
@pytest.mark.parametrize("reconnect", [False, True])
async def test_no_content_ends_the_stream_at_once(reconnect: bool) -> None:
    with serving([NO_CONTENT]) as server:
        async with AsyncHttpClient(server.url) as client:
            reader = EventReader(Delta, done="[DONE]")
            assert await events(client, reader, reconnect=reconnect).collect() == []
    assert len(server.requests) == 1


# --- what goes wrong ------------------------------------------------------------------------


@pytest.mark.parametrize("content_type", ["application/json", "text/x-bogus", ""])
async def test_what_is_no_event_stream_is_named(content_type: str) -> None:
    body = Pieces(b'{"error": "no streams today"}')
    async with client_of(body, content_type=content_type) as client:
        came = content_type or "no content type"
        with pytest.raises(DecodeError, match=f"expected text/event-stream, but {came} came") as c:
            await events(client, reconnect=True).collect()
        assert len(client.seen) == 1  # type: ignore[attr-defined]  # for the tests
    assert c.value.excerpt == '{"error": "no streams today"}'
    assert c.value.attempts == 1
    assert body.closed >= 1


async def test_a_wrong_type_is_told_when_the_block_is_entered() -> None:
    async with client_of(Pieces(), content_type="text/html") as client:
        with pytest.raises(DecodeError, match="but text/html came"):
            async with events(client):
                pytest.fail("the block was entered")


async def test_a_status_is_raised() -> None:
    async with client_of(Pieces(b'{"message":"no"}'), 404, "application/json") as client:
        with pytest.raises(NotFoundError, match="404 Not Found: no"):
            await events(client, reconnect=True).collect()
        assert len(client.seen) == 1  # type: ignore[attr-defined]  # for the tests


async def test_an_event_that_does_not_decode_is_named() -> None:
    body = Pieces(b'data: {"text":"a"}\n\nevent: delta\ndata: {"text":7}\n\n')
    found: list[Any] = []
    async with client_of(body) as client:
        with pytest.raises(DecodeError, match=r"event 2 \(delta\) is not a valid Delta") as caught:
            await read_into(found, events(client))
    assert found == [Delta("a")]
    assert (caught.value.path, caught.value.excerpt) == ("$.text", '{"text":7}')


async def test_an_event_of_an_error_is_raised_with_its_body() -> None:
    body = Pieces(
        b'data: {"text":"a"}\n\nevent: error\ndata: {"error":{"message":"overloaded"}}\n\n'
    )
    found: list[Any] = []
    async with client_of(body) as client:
        with pytest.raises(
            StreamError, match=r"-> 200: event 2 \(error\) tells of an error: overloaded$"
        ) as caught:
            await read_into(found, events(client, EventReader(Delta, error_event="error")))
    assert found == [Delta("a")]
    assert caught.value.body == {"error": {"message": "overloaded"}}
    assert caught.value.status_code == 200


async def test_an_event_that_is_too_long_is_told() -> None:
    async with client_of(Pieces(b"data: " + b"x" * 100)) as client:
        with pytest.raises(StreamError, match="longer than max_event_bytes=50"):
            await events(client, EventReader(str, max_event_bytes=50)).collect()


@pytest.mark.wire
async def test_a_cut_without_reconnecting_is_an_error() -> None:
    with serving([head(), chunk("data: a\n\ndata: b"), 0.02, "close"]) as server:
        async with AsyncHttpClient(server.url, **SETTINGS) as client:
            found: list[Any] = []
            with pytest.raises(TransportError) as caught:
                await read_into(found, events(client, EventReader(str)))
    assert found == ["a"]
    assert caught.value.attempts == 1
    assert not hasattr(caught.value, "__notes__")


@pytest.mark.wire
async def test_a_server_that_falls_silent_meets_the_idle_timeout() -> None:
    options = RequestOptions(timeout=TimeoutConfig(read=0.05))
    steps = [head(), *[chunk(": still here\n\n"), 0.02] * 4, "hold"]
    with serving(steps) as server:
        async with AsyncHttpClient(server.url, **SETTINGS) as client:
            with pytest.raises(ReadTimeoutError):
                await events(client, options=options).collect()


@pytest.mark.wire
async def test_heartbeats_do_not_lift_the_deadline() -> None:
    options = RequestOptions(deadline=0.1)
    with serving([head(), *[chunk(": still here\n\n"), 0.02] * 200]) as server:
        async with AsyncHttpClient(server.url, **SETTINGS) as client:
            with pytest.raises(DeadlineExceededError, match="deadline of 0.1 s"):
                await events(client, options=options).collect()


async def test_reconnecting_is_checked_before_anything_is_sent() -> None:
    async with client_of(Pieces()) as client:
        with pytest.raises(ConfigurationError, match=f"POST {PATH} is not safe to repeat"):
            events(client, method="POST", reconnect=True, options=RequestOptions(max_retries=1))
        with pytest.raises(ConfigurationError, match="reconnect must be True, False, a number"):
            events(client, reconnect="often")
