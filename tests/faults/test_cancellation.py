"""Cancelled calls leak no connection and lose no place in the pool."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any

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


async def _get(client: AsyncHttpClient) -> None:
    await client.get("/ok")


async def _post(client: AsyncHttpClient) -> None:
    await client.post("/echo", json_data={"n": 1})


async def _stream(client: AsyncHttpClient) -> None:
    async with client.stream("GET", "/chunked") as response:
        async for _ in response.aiter_bytes():
            pass


async def _stream_left(client: AsyncHttpClient) -> None:
    async with client.stream("GET", "/stalled"):
        pass


async def _retried(client: AsyncHttpClient) -> None:
    await client.get("/503")


CALLS = (_get, _post, _stream, _stream_left, _retried)
# At which of its waits a call is cancelled. On the fast transport it may be over without one.
STEPS = {"httpx": range(200), "reqwest": (0, 1, 2, 3) * 3}
FEWEST_STRIKES = {"httpx": 4, "reqwest": 0}


class _CancelAt:
    """Run a coroutine and cancel its task at the *step*th time that it waits."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], step: int, cancels: int) -> None:
        self._coroutine = coroutine
        self._step = step
        self._cancels = cancels
        self.struck = False

    def __await__(self) -> Generator[Any, Any, None]:
        waits = self._coroutine.__await__()
        send: Callable[[], Any] = partial(next, waits)
        for step in itertools.count():
            try:
                waited_for = send()
            except StopIteration:
                return
            if step == self._step:
                self._strike()
            try:
                yield waited_for
                send = partial(next, waits)
            except BaseException as error:
                send = partial(waits.throw, error)

    def _strike(self) -> None:
        self.struck = True
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        for turns in range(1, self._cancels):
            later(turns, task.cancel)


def later(turns: int, function: Callable[[], object]) -> None:
    """Call *function* after so many turns of the event loop."""
    loop = asyncio.get_running_loop()
    if turns == 0:
        function()
    else:
        loop.call_soon(later, turns - 1, function)


@pytest.mark.parametrize("cancels", [1, 2, 3])
@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize("call", CALLS)
def test_a_cancel_at_every_await(
    server: FaultServer,
    call: Callable[[AsyncHttpClient], Coroutine[Any, Any, None]],
    warm: bool,
    cancels: int,
    backend: str,
) -> None:
    async def main() -> None:
        struck = 0
        for step in STEPS[backend]:
            async with _one_slot(server) as client:
                if warm:
                    await client.get("/ok")
                run = _CancelAt(call(client), step, cancels)
                await asyncio.wait([asyncio.ensure_future(_ignore(run))])
                with anyio.fail_after(1):
                    assert (await client.get("/ok")).status_code == 200, f"step {step}"
                assert await _settles_at(server, 1), f"step {step}"
            assert await _settles_at(server, 0), f"step {step}"
            struck += run.struck
            if backend == "httpx" and not run.struck:
                break
        assert struck >= FEWEST_STRIKES[backend]

    asyncio.run(main())


def _one_slot(server: FaultServer) -> AsyncHttpClient:
    return AsyncHttpClient(
        server.url,
        pool_config=PoolConfig(max_connections=1),
        timeout_config=TimeoutConfig(pool=0.5),
        retry_config=RetryConfig(max_retries=1, backoff_factor=0.001),
        trust_env=False,
    )


async def _ignore(run: Awaitable[None]) -> None:
    with suppress(Exception):
        await run
