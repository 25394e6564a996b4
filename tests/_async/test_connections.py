"""Which connection a call goes by, as the server sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sdkbase import AsyncHttpClient, PoolConfig
from tests._async.test_streaming import Peers, serving
from tests.two_colour import AsyncNursery, AsyncVirtualClock


@pytest.fixture
def peers() -> Iterator[Peers]:
    with serving() as server:
        yield server


async def test_calls_one_after_the_other_share_a_connection(peers: Peers) -> None:
    async with AsyncHttpClient(peers.url) as client:
        for _ in range(5):
            await client.get("/")
    assert len(set(peers.peers)) == 1


async def test_a_connection_idle_for_too_long_is_not_used_again(peers: Peers) -> None:
    clock = AsyncVirtualClock()
    pool = PoolConfig(keepalive_expiry=4)
    async with AsyncHttpClient(peers.url, pool_config=pool, clock=clock) as client:
        await client.get("/")
        clock.now += 3
        await client.get("/")
        assert len(set(peers.peers)) == 1
        clock.now += 5
        await client.get("/")
    assert len(set(peers.peers)) == 2


async def test_without_an_expiry_it_is_kept(peers: Peers) -> None:
    clock = AsyncVirtualClock()
    pool = PoolConfig(keepalive_expiry=None)
    async with AsyncHttpClient(peers.url, pool_config=pool, clock=clock) as client:
        await client.get("/")
        clock.now += 3600
        await client.get("/")
    assert len(set(peers.peers)) == 1


async def test_no_idle_connection_is_kept_if_none_may_be(peers: Peers) -> None:
    pool = PoolConfig(max_keepalive_connections=0)
    async with AsyncHttpClient(peers.url, pool_config=pool) as client:
        for _ in range(3):
            await client.get("/")
    assert len(set(peers.peers)) == 3


async def test_never_more_connections_than_allowed(peers: Peers) -> None:
    async def call() -> None:
        for _ in range(3):
            statuses.append((await client.get("/")).status_code)  # noqa: PERF401  # not a list

    statuses: list[int] = []
    pool = PoolConfig(max_connections=3)
    async with AsyncHttpClient(peers.url, pool_config=pool) as client:
        async with AsyncNursery() as nursery:
            for _ in range(10):
                nursery.start(call)
        assert statuses == [200] * 30
    assert len(set(peers.peers)) <= 3


async def test_an_idle_connection_makes_room_for_another_origin(peers: Peers, backend: str) -> None:
    pool = PoolConfig(max_connections=1)
    with serving() as other:
        async with AsyncHttpClient(pool_config=pool) as client:
            for url in (peers.url, other.url, peers.url):
                assert (await client.get(url)).status_code == 200
    # The fast transport bounds the requests under way; it keeps idle connections beside them.
    assert len(set(peers.peers)) == {"httpx": 2, "reqwest": 1}[backend]
    assert len(set(other.peers)) == 1


async def test_closing_closes_the_connections(peers: Peers) -> None:
    client = AsyncHttpClient(peers.url)
    await client.get("/")
    # Left open, the socket would be reported by Python as the test ends.
    await client.aclose()
    assert client.is_closed
