"""Cancelled calls leak no connection and lose no place in the pool."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from random import Random

import anyio
import anyio.to_thread
import pytest

from sdkbase import AsyncHttpClient, PoolConfig, RetryConfig, TimeoutConfig
from tests.faults.driver import run_async
from tests.faults.server import FaultServer

SLOTS = 10
TASKS = 20
PATHS = ("/ok", "/ok", "/after-0.002-ok", "/ok-close", "/chunked", "/503", "/lost")


def _client(server: FaultServer) -> AsyncHttpClient:
    return AsyncHttpClient(
        server.url,
        pool_config=PoolConfig(max_connections=SLOTS),
        timeout_config=TimeoutConfig(pool=1.0),
        retry_config=RetryConfig(max_retries=1, backoff_factor=0.001, retry_quota=None),
        trust_env=False,
    )


async def _call(client: AsyncHttpClient, random: Random) -> None:
    path = random.choice(PATHS)
    if random.random() < 0.3:
        async with client.stream("GET", path) as response:
            await response.aread()
    else:
        await client.get(path)


async def _check_usable(client: AsyncHttpClient, server: FaultServer) -> None:
    """The next call answers within a second, and every place can be used at once."""
    started = time.monotonic()
    assert (await client.get("/ok")).status_code == 200
    assert time.monotonic() - started < 1.0
    server.meet(SLOTS)
    with anyio.fail_after(5):
        responses = await asyncio.gather(*(client.get("/meet") for _ in range(SLOTS)))
    assert [response.status_code for response in responses] == [200] * SLOTS


async def _settles_at(server: FaultServer, connections: int) -> bool:
    """Tell whether no more than so many are open soon, with the event loop free to close them."""
    return await anyio.to_thread.run_sync(server.settles, lambda: server.open <= connections)


async def _check_server(server: FaultServer) -> None:
    """Once the client is closed, no connection is left; it never had more than its share."""
    assert await _settles_at(server, 0), f"{server.open} connections leaked"


async def _cancel_at_random(client: AsyncHttpClient, random: Random, cancels: int) -> int:
    """Run calls, interrupt each at a random moment *cancels* times; return how many struck."""
    tasks = [asyncio.ensure_future(_call(client, random)) for _ in range(TASKS)]
    moments = sorted((random.random() * 0.012, index) for index in range(TASKS))
    started = time.monotonic()
    struck = 0
    for moment, index in moments:
        await asyncio.sleep(max(0.0, started + moment - time.monotonic()))
        struck += tasks[index].cancel()
        for _ in range(cancels - 1):
            for _ in range(random.randrange(4)):
                await asyncio.sleep(0)
            tasks[index].cancel()
    with suppress(asyncio.TimeoutError):
        async with asyncio.timeout(5):
            await asyncio.gather(*tasks, return_exceptions=True)
    assert all(task.done() for task in tasks)
    return struck


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("cancels", [1, 2])
def test_a_thousand_random_cancels(server: FaultServer, cancels: int) -> None:
    random = Random(cancels)

    async def main() -> None:
        async with _client(server) as client:
            struck = 0
            while struck < 1000:
                struck += await _cancel_at_random(client, random, cancels)
            assert await _settles_at(server, SLOTS)
            await _check_usable(client, server)
            assert server.open <= SLOTS
        await _check_server(server)

    asyncio.run(main())


@pytest.mark.parametrize("colour", ["asyncio", "trio"])
def test_random_cancel_scopes(server: FaultServer, colour: str) -> None:
    random = Random(3)

    async def main() -> None:
        async with _client(server) as client:
            struck = [0]

            async def scoped() -> None:
                with anyio.move_on_after(random.random() * 0.012) as scope:
                    with suppress(Exception):
                        await _call(client, random)
                struck[0] += scope.cancelled_caught

            while struck[0] < 300:
                async with anyio.create_task_group() as group:
                    for _ in range(TASKS):
                        group.start_soon(scoped)
            assert (await client.get("/ok")).status_code == 200
            assert await _settles_at(server, SLOTS)
            server.meet(SLOTS)
            with anyio.fail_after(5):
                async with anyio.create_task_group() as group:
                    for _ in range(SLOTS):
                        group.start_soon(client.get, "/meet")
        await _check_server(server)

    run_async(colour, main)
