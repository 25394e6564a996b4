"""Event streams that break and are opened again, against a server on a real socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sdkbase import (
    AsyncClock,
    AsyncHttpClient,
    ConnectError,
    DeadlineExceededError,
    DecodeError,
    InternalServerError,
    InvalidRequestError,
    NotFoundError,
    PoolConfig,
    RequestOptions,
    RetryConfig,
    SdkError,
    ServiceUnavailableError,
    StreamClosedError,
    StreamError,
    TimeoutConfig,
    TransportError,
)
from sdkbase._async.event_stream import AsyncEventStream
from sdkbase._async.opener import AsyncOpener
from sdkbase._wire.sse import EventReader, ServerSentEvent
from tests.faults.server import FaultServer
from tests.stream_server import END, NO_CONTENT, PATH, Steps, chunk, head, plain, serving
from tests.two_colour import AsyncNursery, AsyncVirtualClock

pytestmark = pytest.mark.wire


def open_stream(*events: str) -> Steps:
    """Return a response that gives events and stays open."""
    return [head(), *map(chunk, events), 0.02]


def settings(clock: AsyncVirtualClock | None = None, **config: Any) -> dict[str, Any]:
    retries = {"max_retries": 3, "backoff_factor": 0, **config}
    return {
        "retry_config": RetryConfig(**retries),
        "pool_config": PoolConfig(max_connections=1),
        "timeout_config": TimeoutConfig(pool=1),
        "clock": clock,
    }


def events(
    client: AsyncHttpClient,
    reader: EventReader[Any] | None = None,
    *,
    method: str = "GET",
    reconnect: Any = True,
    options: RequestOptions | None = None,
    **args: Any,
) -> AsyncEventStream[Any]:
    sender = client._sender
    call = sender.prepare(method, PATH, options=options, **args)
    opener = AsyncOpener(sender, call, options)
    reader = reader or EventReader(str)
    return AsyncEventStream(opener, reader, reconnect=reconnect, draw=lambda: 1.0)


class Closing(AsyncVirtualClock):
    """A clock that closes a stream while the stream waits."""

    stream: AsyncEventStream[Any]

    async def sleep(self, seconds: float) -> None:
        await self.stream.aclose()


async def wait_until(condition: Callable[[], bool]) -> None:
    """Let others run until the *condition* holds."""
    while not condition():
        await AsyncClock().sleep(0.002)


async def read_into(found: list[Any], items: AsyncEventStream[Any]) -> None:
    """Put the items into *found*, also those that come before an error."""
    async for item in items:
        found += [item]


def ids_sent(server: FaultServer) -> list[str | None]:
    return [request.headers.get("last-event-id") for request in server.requests]


# --- going on -------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", ["close", "reset"])
async def test_a_stream_cut_within_an_event_goes_on_after_the_last_one(cut: str) -> None:
    first = [*open_stream("id: 1\ndata: a\n\n", "id: 2\ndata: b"), cut]
    second = [*open_stream("id: 2\ndata: b\n\n"), END]
    with serving(first, second, [NO_CONTENT]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            assert await events(client).collect() == ["a", "b"]
    assert ids_sent(server) == [None, "1", "2"]


async def test_a_stream_that_ends_in_good_order_is_opened_again() -> None:
    first = [head(), chunk("id: 1\ndata: a\n\n"), END]
    second = [head(), chunk("data: b\n\n"), END]
    with serving(first, second, [NO_CONTENT]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            found = await events(client, EventReader(ServerSentEvent)).collect()
    # The id of the first stream holds until another one comes.
    assert [(event.data, event.id) for event in found] == [("a", "1"), ("b", "1")]
    assert ids_sent(server) == [None, "1", "1"]
    assert server.accepted == 1


async def test_a_server_that_falls_silent_is_asked_again() -> None:
    options = RequestOptions(timeout=TimeoutConfig(read=0.05))
    with serving([*open_stream("id: 1\ndata: a\n\n"), "hold"], [NO_CONTENT]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            assert await events(client, options=options).collect() == ["a"]
    assert ids_sent(server) == [None, "1"]


async def test_the_last_event_ends_all() -> None:
    first = [*open_stream("data: a\n\n"), "close"]
    second = [*open_stream("data: b\n\ndata: [DONE]\n\n"), END]
    with serving(first, second) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            assert await events(client, EventReader(str, done="[DONE]")).collect() == ["a", "b"]
    assert len(server.requests) == 2


async def test_an_id_that_the_server_takes_back_is_not_sent_again() -> None:
    options = RequestOptions(headers={"last-event-id": "41"})
    first = [*open_stream("id: 42\ndata: a\n\n"), "close"]
    second = [*open_stream("id\ndata: b\n\n"), "close"]
    with serving(first, second, [NO_CONTENT]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            assert await events(client, options=options).collect() == ["a", "b"]
    assert ids_sent(server) == ["41", "42", None]


async def test_a_stream_that_is_closed_while_someone_reads_it_is_not_opened_again() -> None:
    async def read() -> None:
        with pytest.raises(StreamClosedError):
            await read_into(found, items)

    found: list[Any] = []
    with serving([*open_stream("data: a\n\n"), "hold"]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            items = events(client)
            async with AsyncNursery() as nursery:
                nursery.start(read)
                await wait_until(lambda: found == ["a"])
                await items.aclose()
    assert len(server.requests) == 1


async def test_a_stream_that_is_closed_while_it_waits_is_not_opened_again() -> None:
    clock = Closing()
    with serving([*open_stream("data: a\n\n"), "close"]) as server:
        async with AsyncHttpClient(server.url, **settings(clock)) as client:
            clock.stream = items = events(client)
            with pytest.raises(StreamClosedError):
                await read_into([], items)
    assert len(server.requests) == 1


async def test_a_stream_that_is_closed_while_it_is_opened_is_left() -> None:
    async def read() -> None:
        with pytest.raises(StreamClosedError):
            await read_into([], items)

    with serving([0.1, head(), "hold"]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            items = events(client)
            async with AsyncNursery() as nursery:
                nursery.start(read)
                await wait_until(lambda: len(server.requests) == 1)
                await items.aclose()
            assert server.settles(lambda: server.open == 0)


async def test_ids_beyond_ascii_are_sent_as_utf_8(backend: str) -> None:
    first = [*open_stream("id: …\ndata: a\n\n"), "close"]
    with serving(first, [NO_CONTENT]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            if backend == "reqwest":  # which can't
                with pytest.raises(InvalidRequestError, match="'last-event-id' is not ASCII"):
                    await events(client).collect()
            else:
                assert await events(client).collect() == ["a"]
                assert ids_sent(server) == [None, "…".encode().decode("latin-1")]


async def test_an_id_that_no_header_can_hold_is_told() -> None:
    with serving([*open_stream("id: \x01\ndata: a\n\n"), "close"]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            with pytest.raises(InvalidRequestError, match="'last-event-id' holds"):
                await events(client).collect()


async def test_a_post_goes_on_if_asked() -> None:
    first = [*open_stream("id: 1\ndata: a\n\n"), "close"]
    with serving(first, [NO_CONTENT]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            found = events(client, method="POST", reconnect="always", json_data={"q": 1})
            assert await found.collect() == ["a"]
    assert [request.body for request in server.requests] == [b'{"q":1}'] * 2


# --- waits ----------------------------------------------------------------------------------


async def test_the_servers_retry_is_honoured() -> None:
    first = [*open_stream("retry: 2500\nid: 1\ndata: a\n\n"), "close"]
    second = [*open_stream("data: b\n\nretry: 700\ndata: half"), "close"]
    clock = AsyncVirtualClock()
    with serving(first, second, [NO_CONTENT]) as server:
        async with AsyncHttpClient(server.url, **settings(clock)) as client:
            assert await events(client).collect() == ["a", "b"]
    # The second one counts though its event never came whole.
    assert clock.sleeps == [2.5, 0.7]


async def test_without_it_the_waits_back_off() -> None:
    clock = AsyncVirtualClock()
    with serving([*open_stream("data: a\n\n"), "close"], ["close"]) as server:
        config = settings(clock, backoff_factor=1, max_retries=4, max_backoff=3)
        async with AsyncHttpClient(server.url, **config) as client:
            found: list[Any] = []
            with pytest.raises(TransportError) as caught:
                await read_into(found, events(client))
    assert found == ["a"]
    assert clock.sleeps == [1, 2, 3, 3]
    assert "did not reconnect: 4 in a row brought no event" in caught.value.__notes__[-1]
    assert len(server.requests) == 5


async def test_events_begin_the_count_anew() -> None:
    clock = AsyncVirtualClock()
    streams = [[*open_stream(f"data: {n}\n\n"), "close"] for n in range(6)]
    with serving(*streams, [NO_CONTENT]) as server:
        config = settings(clock, backoff_factor=1)
        async with AsyncHttpClient(server.url, **config) as client:
            assert await events(client, reconnect=1).collect() == list("012345")
    assert clock.sleeps == [1] * 6


async def test_comments_alone_do_not_begin_the_count_anew() -> None:
    with serving([*open_stream(": hello\n\n"), END]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            with pytest.raises(StreamError, match="opened again: 2 in a row brought no event"):
                await events(client, reconnect=2).collect()
    assert len(server.requests) == 3


# --- statuses -------------------------------------------------------------------------------


async def test_a_busy_server_is_asked_again() -> None:
    first = [*open_stream("id: 1\ndata: a\n\n"), "close"]
    third = [*open_stream("data: b\n\n"), END]
    clock = AsyncVirtualClock()
    busy: Steps = [plain("503 Busy", b"{}", "retry-after: 4")]
    with serving(first, busy, third, [NO_CONTENT]) as server:
        async with AsyncHttpClient(server.url, **settings(clock)) as client:
            assert await events(client).collect() == ["a", "b"]
    assert ids_sent(server) == [None, "1", "1", "1"]
    assert clock.sleeps == [0, 4, 0]


async def test_a_server_that_stays_busy_is_told() -> None:
    first = [*open_stream("data: a\n\n"), "close"]
    with serving(first, [plain("503 Busy", b'{"detail":"later"}')]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            with pytest.raises(ServiceUnavailableError, match="later") as caught:
                await events(client).collect()
    # Three reconnections, and no retries on top of each.
    assert len(server.requests) == 4
    assert "did not reconnect: 3 in a row" in caught.value.__notes__[-1]


@pytest.mark.parametrize(
    ("status", "kind"), [("404 Not Found", NotFoundError), ("500 Oh", InternalServerError)]
)
async def test_a_status_that_is_not_worth_it_ends_the_stream(
    status: str, kind: type[SdkError]
) -> None:
    first = [*open_stream("data: a\n\n"), "close"]
    with serving(first, [plain(status, b'{"detail":"no"}')]) as server:
        config = settings(retry_on_status=[503])
        async with AsyncHttpClient(server.url, **config) as client:
            with pytest.raises(kind, match="no"):
                await events(client).collect()
    assert len(server.requests) == 2


async def test_what_is_no_event_stream_ends_it() -> None:
    first = [*open_stream("data: a\n\n"), "close"]
    login: Steps = [plain("200 OK", b"<html>", "content-type: text/html")]
    with serving(first, login) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            with pytest.raises(DecodeError, match="but text/html came"):
                await events(client).collect()
    assert len(server.requests) == 2


async def test_a_server_that_is_gone_is_told() -> None:
    with serving([*open_stream("data: a\n\n"), 0.05, "close"]) as server:
        client = AsyncHttpClient(server.url, **settings())
        found = events(client)
        assert await anext(found) == "a"
    async with client:
        with pytest.raises(ConnectError):
            await anext(found)


# --- the deadline ---------------------------------------------------------------------------


async def test_a_deadline_covers_all_connections_together() -> None:
    clock = AsyncVirtualClock()
    options = RequestOptions(deadline=10)
    with serving([*open_stream("retry: 3000\ndata: a\n\n"), END]) as server:
        async with AsyncHttpClient(server.url, **settings(clock)) as client:
            found: list[Any] = []
            with pytest.raises(StreamError, match="opened again: the next connection would come"):
                await read_into(found, events(client, options=options))
    assert found == ["a"] * 4
    assert clock.sleeps == [3.0] * 3


async def test_a_deadline_that_passes_in_a_later_connection_names_the_whole() -> None:
    options = RequestOptions(deadline=0.6)
    first = [head(), chunk("data: a\n\n"), 0.05, END]
    second = [head(), *[chunk(": still here\n\n"), 0.02] * 200]
    with serving(first, second) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            with pytest.raises(DeadlineExceededError, match=r"deadline of 0\.6 s"):
                await events(client, options=options).collect()
    assert len(server.requests) == 2


async def test_a_wait_that_takes_longer_than_it_should_meets_the_deadline() -> None:
    class Oversleeping(AsyncVirtualClock):
        async def sleep(self, seconds: float) -> None:
            self.now += seconds + 100

    options = RequestOptions(deadline=10)
    with serving([*open_stream("data: a\n\n"), "close"]) as server:
        async with AsyncHttpClient(server.url, **settings(Oversleeping())) as client:
            with pytest.raises(DeadlineExceededError, match="deadline of 10 s"):
                await events(client, options=options).collect()
    assert len(server.requests) == 1


async def test_the_limit_of_the_call_is_the_limit_of_the_stream() -> None:
    options = RequestOptions(max_retries=1)
    with serving([*open_stream("data: a\n\n"), "close"], ["close"]) as server:
        async with AsyncHttpClient(server.url, **settings()) as client:
            with pytest.raises(TransportError, match=f"GET {PATH}"):
                await events(client, options=options).collect()
    assert len(server.requests) == 2
