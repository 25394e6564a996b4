# sync: skip
"""A cancelled stream: its connection is thrown away and nothing leaks."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from sdkbase import AsyncHttpClient, PoolConfig, RetryConfig, TimeoutConfig
from sdkbase._async.event_stream import AsyncEventStream
from sdkbase._async.item_stream import AsyncItemStream
from sdkbase._async.opener import AsyncOpener
from sdkbase._wire.codec import decoder_for
from sdkbase._wire.lines import JsonLines, TextLines
from sdkbase._wire.sse import EventReader
from tests.stream_server import PATH, Steps, chunk, head, plain, serving

pytestmark = pytest.mark.wire

SETTINGS: dict[str, Any] = {
    "retry_config": RetryConfig(max_retries=0),
    "pool_config": PoolConfig(max_connections=1),
    # What is cancelled before its headers keeps its place on the fast transport, until they come or
    # the server was silent for too long.
    "timeout_config": TimeoutConfig(read=0.3, pool=1),
}


def opener(client: AsyncHttpClient) -> AsyncOpener:
    return AsyncOpener(client._sender, client._sender.prepare("GET", PATH))


def numbers(client: AsyncHttpClient) -> AsyncItemStream[int]:
    return AsyncItemStream(opener(client), JsonLines(decoder_for(int)))


def lines(client: AsyncHttpClient) -> AsyncItemStream[Any]:
    return AsyncItemStream(opener(client), TextLines())


def events(client: AsyncHttpClient) -> AsyncItemStream[int]:
    return AsyncEventStream(opener(client), EventReader(int), reconnect=5)


Make = Callable[[AsyncHttpClient], AsyncItemStream[int]]
OPEN: Steps = [head("text/event-stream"), chunk("1\n\n"), chunk("data: 1\n\n"), "hold"]


async def read(found: AsyncItemStream[int], *, block: bool) -> None:
    if block:
        async with found:
            await consume(found)
    else:
        await consume(found)


async def consume(found: AsyncIterator[int]) -> None:
    async for _ in found:
        pass


@pytest.mark.parametrize("make", [lines, events])
@pytest.mark.parametrize("block", [True, False])
@pytest.mark.parametrize("first", [OPEN, ["hold"]])
async def test_a_cancelled_stream_leaks_nothing(make: Make, block: bool, first: Steps) -> None:
    with serving(first, [plain("200 OK", b"{}")]) as server:
        async with AsyncHttpClient(server.url, **SETTINGS) as client:
            found = make(client)
            with anyio.move_on_after(0.05) as scope:
                await read(found, block=block)
            assert scope.cancelled_caught
            assert (await client.get(PATH)).status_code == 200
            assert server.settles(lambda: server.open == 1)
            assert repr(found).endswith(" closed>")
    gc.collect()


async def test_a_stream_cancelled_at_every_step_leaks_nothing() -> None:
    steps: Steps = [head("application/x-ndjson"), *[chunk("1\n")] * 5, chunk("")]
    with serving(steps) as server:
        async with AsyncHttpClient(server.url, **SETTINGS) as client:
            for step in range(1, 40):
                await cancelled_at(step, numbers(client))
            assert await numbers(client).collect() == [1] * 5
            assert server.settles(lambda: server.open <= 1)
    gc.collect()


async def cancelled_at(step: int, found: AsyncItemStream[int]) -> None:
    """Cancel the reader after *step* turns of the loop."""
    async with anyio.create_task_group() as group:
        group.start_soon(found.collect)
        for _ in range(step):
            await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()


async def test_a_stream_cancelled_while_it_waits_to_reconnect_leaks_nothing() -> None:
    first: Steps = [head(), chunk("retry: 60000\ndata: 1\n\n"), chunk("")]
    with serving(first, [plain("200 OK", b"{}")]) as server:
        async with AsyncHttpClient(server.url, **SETTINGS) as client:
            with anyio.move_on_after(0.1) as scope:
                await events(client).collect()
            assert scope.cancelled_caught
            assert (await client.get(PATH)).status_code == 200
            assert len(server.requests) == 2
    gc.collect()
