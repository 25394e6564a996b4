"""The fast transport: places for its requests, time limits, and closing."""

from __future__ import annotations

from typing import Any

import pytest

from sdkbase import (
    AsyncHttpClient,
    AsyncReqwestTransport,
    ClientClosedError,
    ConnectTimeoutError,
    DeadlineExceededError,
    PoolConfig,
    PoolTimeoutError,
    ReadTimeoutError,
    RequestOptions,
    TimeoutConfig,
)
from tests.faults.server import FaultServer
from tests.reqwest_client import ONE_PLACE, AsyncEventually, AsyncFastClient
from tests.stream_server import PATH, serving
from tests.two_colour import AsyncNursery


@pytest.fixture
def anyio_backend() -> str:  # sync: keep
    # The engine knows no other event loop.
    return "asyncio"  # sync: keep


async def test_never_more_requests_than_places(faults: FaultServer) -> None:
    async def call() -> None:
        assert (await client.get("/after-0.01-ok")).status_code == 200

    pool = PoolConfig(max_connections=2)
    async with AsyncFastClient(faults.url, pool_config=pool) as client:
        async with AsyncNursery() as nursery:
            for _ in range(8):
                nursery.start(call)
        assert "free=2 waiting=0" in client.pool
    assert len(faults.requests) == 8
    assert faults.peak == 2


async def test_a_call_that_waits_too_long_for_a_place(faults: FaultServer) -> None:
    timeouts = TimeoutConfig(pool=0.05)
    async with AsyncFastClient(
        faults.url, pool_config=ONE_PLACE, timeout_config=timeouts
    ) as client:
        async with client.stream("GET", "/stalled"):
            with pytest.raises(PoolTimeoutError, match="none of the 1 connections") as caught:
                await client.get("/ok")
        assert not caught.value.sent
        assert (await client.get("/ok")).status_code == 200
    assert len(faults.seen("/ok")) == 1


@pytest.mark.parametrize("path", ["/black-hole", "/loris", "/drip", "/stalled", "/chunk-loris"])
async def test_the_deadline_ends_every_step(faults: FaultServer, path: str) -> None:
    async with AsyncFastClient(faults.url, pool_config=ONE_PLACE, deadline=0.08) as client:
        with pytest.raises(DeadlineExceededError, match=r"its deadline of 0.08 s"):
            await client.get(path)
        assert await AsyncEventually.holds(lambda: faults.busy == 0)
        assert (await client.get("/ok")).status_code == 200


async def test_the_deadline_ends_a_stream(faults: FaultServer) -> None:
    async with AsyncFastClient(faults.url, pool_config=ONE_PLACE, deadline=0.08) as client:
        with pytest.raises(DeadlineExceededError):
            async with client.stream("GET", "/drip") as response:
                await response.aread()
        assert (await client.get("/ok")).status_code == 200


async def test_the_deadline_ends_the_body_of_an_error() -> None:
    with serving([b"HTTP/1.1 500 Oh\r\ncontent-length: 100\r\n\r\nbegun", "hold"]) as server:
        async with AsyncFastClient(server.url, deadline=0.08) as client:
            with pytest.raises(DeadlineExceededError):
                await client.get(PATH, cast_to=dict)


@pytest.mark.parametrize("path", ["/black-hole", "/stalled"])
async def test_a_read_limit_of_one_call(faults: FaultServer, path: str) -> None:
    hurried = RequestOptions(timeout=TimeoutConfig(read=0.05))
    async with AsyncFastClient(faults.url, pool_config=ONE_PLACE) as client:
        with pytest.raises(ReadTimeoutError, match=r"nothing for 0.05 s \(TimeoutConfig.read\)"):
            await client.get(path, options=hurried)
        assert (await client.get("/after-0.08-ok")).status_code == 200


@pytest.mark.parametrize("read", [5.0, 0.3])
async def test_a_connect_limit_of_one_call(full_url: str, read: float) -> None:
    hurried = RequestOptions(timeout=TimeoutConfig(connect=0.3, read=read))
    async with AsyncFastClient(full_url) as client:
        with pytest.raises(
            ConnectTimeoutError, match=r"no connection to .* within 0.3 s"
        ) as caught:
            await client.get("/ok", options=hurried)
    assert not caught.value.sent


async def test_so_many_engines_are_kept(faults: FaultServer) -> None:
    async with AsyncFastClient(faults.url, verify=False) as client:
        for number in range(20):
            limits = TimeoutConfig(read=5.0 + number)
            await client.get("/ok", options=RequestOptions(timeout=limits))
        assert "engines=16" in client.pool
        # Those that had to go closed their connections.
        assert await AsyncEventually.holds(lambda: faults.open == 16)
        assert faults.accepted == 20
    assert await AsyncEventually.holds(lambda: faults.open == 0)


async def test_calls_with_a_deadline_share_an_engine(faults: FaultServer) -> None:
    async with AsyncFastClient(faults.url, verify=False) as client:
        for number in range(20):
            await client.get("/ok", options=RequestOptions(deadline=3.0 + number / 20))
        assert "engines=1 " in client.pool
        assert faults.accepted == 1


# --- closing ------------------------------------------------------------------------------------


async def test_closing_lets_calls_under_way_end_and_those_in_line_fail(faults: FaultServer) -> None:
    outcomes: list[Any] = []

    async def call(path: str) -> None:
        try:
            outcomes.append((await client.get(path)).status_code)
        except ClientClosedError as error:
            outcomes.append(str(error))

    client = AsyncFastClient(faults.url, pool_config=ONE_PLACE)
    async with AsyncNursery() as nursery:
        nursery.start(call, "/after-0.1-ok")
        assert await AsyncEventually.holds(lambda: faults.busy == 1)
        nursery.start(call, "/ok")
        assert await AsyncEventually.holds(lambda: "waiting=1" in client.pool)
        await client.fast.aclose()
    assert outcomes == [200, "the client was closed; make a new one"]
    assert faults.seen("/ok") == []
    assert await AsyncEventually.holds(lambda: faults.open == 0)


async def test_a_closed_transport_says_so(faults: FaultServer) -> None:
    transport = AsyncReqwestTransport(trust_env=False)
    async with AsyncHttpClient(faults.url, transport=transport) as client:
        assert (await client.get("/ok")).status_code == 200
        await transport.aclose()
        await transport.aclose()
        for content in (None, b"x", [b"x"]):
            with pytest.raises(ClientClosedError, match="the client was closed; make a new one"):
                await client.post("/echo", content=content)
    assert len(faults.requests) == 1


async def test_an_unused_transport_can_be_closed() -> None:
    await AsyncReqwestTransport().aclose()
