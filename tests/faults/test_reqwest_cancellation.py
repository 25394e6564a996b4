"""The fast transport: cancelled calls give their place back, and leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine, Iterator
from pathlib import Path
from random import Random
from typing import Any

import anyio
import httpx
import pytest

from sdkbase import ConnectionLostError, PoolConfig, RequestOptions, TimeoutConfig
from tests.faults.answers import USER, answer_of
from tests.faults.server import FaultServer
from tests.reqwest_client import AsyncEventually, AsyncFastClient
from tests.stream_server import PATH, serving

ROOT = Path(__file__).parents[2]
holds = AsyncEventually.holds


@pytest.fixture
def faults() -> Iterator[FaultServer]:
    with FaultServer(answer_of) as running:
        yield running
    assert running.errors == []


def client_of(faults: FaultServer, places: int = 1, read: float | None = 0.2) -> AsyncFastClient:
    return AsyncFastClient(
        faults.url,
        pool_config=PoolConfig(max_connections=places),
        timeout_config=TimeoutConfig(read=read),
    )


async def begun(
    faults: FaultServer, client: AsyncFastClient, path: str, **options: Any
) -> asyncio.Task[httpx.Response]:
    """Start a call, and return its task when the server has the request."""
    before = len(faults.seen(path))
    task = asyncio.ensure_future(client.get(path, options=RequestOptions(**options)))
    assert await holds(lambda: len(faults.seen(path)) > before)
    return task


async def cancelled(task: asyncio.Task[Any], times: int = 1) -> None:
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task


async def check_usable(faults: FaultServer, client: AsyncFastClient, places: int) -> None:
    """Every place can be used at once."""
    faults.meet(places)
    async with asyncio.timeout(5):
        responses = await asyncio.gather(*(client.get("/meet") for _ in range(places)))
    assert [response.status_code for response in responses] == [200] * places


# --- while it waits for its headers -------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 3])
def test_a_call_that_waits_for_its_headers(faults: FaultServer, times: int) -> None:
    async def main() -> None:
        async with client_of(faults) as client:
            await cancelled(await begun(faults, client, "/black-hole"), times)
            # The caller is free before the request has ended, which keeps its place.
            assert "free=0" in client.pool
            assert faults.busy == 1
            assert await holds(lambda: "free=1" in client.pool)
            assert await holds(lambda: faults.open == 0)
            assert (await client.get("/ok")).status_code == 200
        assert len(faults.requests) == 2

    asyncio.run(main())


def test_its_place_comes_back_with_its_headers(faults: FaultServer) -> None:
    async def main() -> None:
        async with client_of(faults, read=None) as client:
            await cancelled(await begun(faults, client, "/after-0.1-drip"))
            assert "free=0" in client.pool
            assert await holds(lambda: "free=1" in client.pool)
            # The body is not waited for.
            assert await holds(lambda: faults.open == 0)
            assert (await client.get("/ok")).status_code == 200

    asyncio.run(main())


def test_its_place_comes_back_at_its_deadline(faults: FaultServer) -> None:
    async def main() -> None:
        async with client_of(faults, read=None) as client:
            await cancelled(await begun(faults, client, "/black-hole", deadline=0.2))
            assert "free=0" in client.pool
            assert await holds(lambda: "free=1" in client.pool)
            assert await holds(lambda: faults.open == 0)

    asyncio.run(main())


def test_a_call_that_is_cancelled_in_line_is_never_sent(faults: FaultServer) -> None:
    async def main() -> None:
        async with client_of(faults) as client:
            first = await begun(faults, client, "/after-0.1-ok")
            second = asyncio.ensure_future(client.get("/404"))
            third = asyncio.ensure_future(client.get("/ok"))
            assert await holds(lambda: "waiting=2" in client.pool)
            await cancelled(second)
            assert "waiting=1" in client.pool
            assert [(await task).status_code for task in (first, third)] == [200, 200]
            assert "free=1 waiting=0" in client.pool
        assert [seen.path for seen in faults.requests] == ["/after-0.1-ok", "/ok"]

    asyncio.run(main())


def test_other_calls_go_on_beside_it(faults: FaultServer) -> None:
    async def main() -> None:
        async with client_of(faults, places=2) as client:
            await cancelled(await begun(faults, client, "/black-hole"))
            for _ in range(3):
                assert (await client.get("/ok")).content == USER
            assert "free=1" in client.pool
            assert await holds(lambda: "free=2" in client.pool)
            await check_usable(faults, client, 2)

    asyncio.run(main())


def test_a_client_is_closed_beside_it(faults: FaultServer) -> None:
    async def main() -> None:
        async with client_of(faults) as client:
            await cancelled(await begun(faults, client, "/black-hole"))
        assert faults.open == 1
        assert await holds(lambda: faults.open == 0)

    asyncio.run(main())


def test_timeouts_of_the_callers_own(faults: FaultServer) -> None:
    async def main() -> None:
        async with client_of(faults, places=2) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await client.get("/black-hole")
            with anyio.move_on_after(0.05) as scope:
                await client.get("/black-hole")
            assert scope.cancelled_caught
            assert await holds(lambda: "free=2" in client.pool)
            assert (await client.get("/ok")).status_code == 200

    asyncio.run(main())


# --- in its body --------------------------------------------------------------------------------


async def stream(client: AsyncFastClient, path: str, reads: asyncio.Event) -> None:
    async with client.stream("GET", path) as response:
        async for _ in response.aiter_bytes():
            reads.set()


@pytest.mark.parametrize("path", ["/stalled", "/drip"])
def test_a_stream_gives_its_place_back_at_once(faults: FaultServer, path: str) -> None:
    async def main() -> None:
        async with client_of(faults, read=None) as client:
            reads = asyncio.Event()
            task = asyncio.ensure_future(stream(client, path, reads))
            await reads.wait()
            await cancelled(task)
            assert "free=1" in client.pool
            assert await holds(lambda: faults.open == 0)
            assert (await client.get("/ok")).status_code == 200

    asyncio.run(main())


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK", b"HTTP/1.1 500 Oh"])
def test_a_body_that_is_read_as_a_whole(first: bytes) -> None:
    async def main(server: FaultServer) -> None:
        async with client_of(server, read=None) as client:
            task = await begun(server, client, PATH)
            await asyncio.sleep(0.05)  # its headers are there
            await cancelled(task)
            assert "free=1" in client.pool
            assert await holds(lambda: server.open == 0)

    with serving([first + b"\r\ncontent-length: 100\r\n\r\nbegun", "hold"]) as server:
        asyncio.run(main(server))


def test_a_scope_around_a_stream(faults: FaultServer) -> None:
    async def main() -> None:
        async with client_of(faults, read=None) as client:
            with anyio.move_on_after(0.05) as scope:
                await stream(client, "/drip", asyncio.Event())
            assert scope.cancelled_caught
            assert "free=1" in client.pool

    asyncio.run(main())


def test_a_stream_that_another_task_closes(faults: FaultServer) -> None:
    async def main() -> None:
        async with client_of(faults, read=None) as client:
            async with client.stream("GET", "/stalled") as response:
                chunks = response.aiter_bytes()
                assert await anext(chunks) == b"begun"
                reading = asyncio.ensure_future(anext(chunks, b""))
                await asyncio.sleep(0.01)
                await response.aclose()
                with pytest.raises(ConnectionLostError, match="closed while it was read"):
                    await reading
            assert "free=1" in client.pool
            assert await holds(lambda: faults.open == 0)

    asyncio.run(main())


# --- many ---------------------------------------------------------------------------------------

PATHS = ("/ok", "/after-0.002-ok", "/after-0.02-ok", "/drip", "/ok-close", "/chunked", "/lost")


async def any_call(client: AsyncFastClient, random: Random) -> None:
    path = random.choice(PATHS)
    if random.random() < 0.3:
        await stream(client, path, asyncio.Event())
    else:
        await client.get(path)


def test_two_hundred_cancels_lose_no_place(faults: FaultServer) -> None:
    random = Random(7)

    async def main() -> None:
        async with client_of(faults, places=5, read=1.0) as client:
            struck = 0
            while struck < 200:
                tasks = [asyncio.ensure_future(any_call(client, random)) for _ in range(20)]
                for task in tasks:
                    await asyncio.sleep(random.random() * 0.001)
                    struck += task.cancel()
                await asyncio.wait(tasks, timeout=5)
                assert all(task.done() for task in tasks)
                for task in tasks:
                    _ = task.cancelled() or task.exception()
            assert await holds(lambda: "free=5 waiting=0" in client.pool)
            await check_usable(faults, client, 5)
        assert await holds(lambda: faults.open == 0)

    asyncio.run(main())


def test_an_event_loop_ends_while_requests_hang(faults: FaultServer) -> None:
    async def main() -> None:
        client = client_of(faults, places=3, read=None)
        await cancelled(await begun(faults, client, "/black-hole"))
        (await begun(faults, client, "/black-hole")).cancel()
        await begun(faults, client, "/black-hole")

    # What is left over would be an error: a task that is destroyed, a coroutine never awaited.
    asyncio.run(main())
    gc.collect()


def test_a_call_that_outlives_its_event_loop(faults: FaultServer) -> None:
    client = client_of(faults, read=None)

    async def begin() -> Coroutine[Any, Any, httpx.Response]:
        call = client.get("/black-hole")
        call.send(None)
        assert "free=0" in client.pool
        return call

    asyncio.run(begin()).close()
    asyncio.run(client.aclose())
