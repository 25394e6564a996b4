"""Very many calls: memory, file descriptors, threads and series of metrics stay as they are."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sdkbase import (
    AsyncHttpClient,
    AsyncResource,
    MetricsInterceptor,
    PoolConfig,
    RateLimiter,
    SyncHttpClient,
    SyncResource,
)
from sdkbase._wire.reply import Reply
from tests.faults.quick_server import QuickServer, quick_server
from tests.scale import scaled

CALLS = scaled(full=1_000_000, ci=30_000)
REAL_CALLS = scaled(full=10_000, ci=1_000)
REAL_WARM = 300
WARM = scaled(full=20_000, ci=12_000)
IDS = 10_000
PLACES = 10
MIB = 2**20
STATM = Path("/proc/self/statm")

pytestmark = [
    pytest.mark.skipif(not STATM.exists(), reason="reads /proc"),
    pytest.mark.usefixtures("uncovered"),
]


class User(msgspec.Struct):
    id: int


class Users(SyncResource[User]):
    path = "/users"

    def retrieve(self, number: int) -> User:
        return self._get("/{user_id}", number)


class AsyncUsers(AsyncResource[User]):
    path = "/users"

    async def retrieve(self, number: int) -> User:
        return await self._get("/{user_id}", number)


def reply() -> Reply:
    return Reply(200, [(b"content-type", b"application/json")], b'{"id": 1}')


class Memory:
    """Answers without a wire."""

    def send(self, call: Any, timeout: Any, *, stream: bool = False) -> Reply:
        return reply()

    def close(self) -> None: ...


class AsyncMemory:
    """Answers without a wire."""

    async def send(self, call: Any, timeout: Any, *, stream: bool = False) -> Reply:
        return reply()

    async def aclose(self) -> None: ...


class State:
    """What must not grow."""

    def __init__(self) -> None:
        gc.collect()
        self.memory = int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        self.files = len(os.listdir("/proc/self/fd"))
        self.threads = threading.active_count()

    def check(self) -> None:
        """Compare with now."""
        now = State()
        assert now.memory - self.memory < 5 * MIB, f"{(now.memory - self.memory) / MIB:.1f} MiB"
        assert (now.files, now.threads) == (self.files, self.threads)


def settings(**given: Any) -> dict[str, Any]:
    limiter = RateLimiter(10**9, 1.0)
    return {
        "interceptors": [MetricsInterceptor(100)],
        "rate_limiter": limiter,
        "trust_env": False,
        **given,
    }


def soak(call: Callable[[int], object], calls: int, warm: int) -> None:
    for number in range(warm):
        call(number % IDS)
    before = State()
    for number in range(calls):
        call(number % IDS)
    before.check()


async def soak_async(call: Callable[[int], Any], calls: int, warm: int) -> None:
    async def worker(first: int, many: int) -> None:
        for number in range(first, many, PLACES):
            await call(number % IDS)

    async def run(many: int) -> None:
        async with asyncio.TaskGroup() as group:
            for first in range(PLACES):
                group.create_task(worker(first, many))

    await run(warm)
    before = State()
    await run(calls)
    before.check()


def check_series(client: SyncHttpClient | AsyncHttpClient, calls: int) -> None:
    assert len(client.metrics.summary()) == 1
    assert client.metrics.total().count == calls
    assert len(client.get_metrics()) == 100


def test_a_million_calls() -> None:
    with SyncHttpClient("https://api.example", **settings(transport=Memory())) as client:
        soak(Users(client).retrieve, CALLS, WARM)
        check_series(client, CALLS + WARM)


def test_a_million_async_calls() -> None:
    async def main() -> None:
        args = settings(transport=AsyncMemory())
        async with AsyncHttpClient("https://api.example", **args) as client:
            await soak_async(AsyncUsers(client).retrieve, CALLS, WARM)
            check_series(client, CALLS + WARM)

    asyncio.run(main())


@pytest.fixture
def quick() -> Iterator[QuickServer]:
    with quick_server() as running:
        yield running


POOL = PoolConfig(max_connections=PLACES)


def test_ten_thousand_calls_over_sockets(quick: QuickServer) -> None:
    with SyncHttpClient(quick.url, **settings(pool_config=POOL)) as client:
        soak(lambda number: client.post("/", content=b"%d" % number), REAL_CALLS, REAL_WARM)
        check_series(client, REAL_CALLS + REAL_WARM)
        assert quick.counts().accepted == 1
    assert quick.settles_at(0)


def test_ten_thousand_async_calls_over_sockets(quick: QuickServer) -> None:
    async def main() -> None:
        async with AsyncHttpClient(quick.url, **settings(pool_config=POOL)) as client:
            call = AsyncUsers(client)
            await soak_async(
                lambda number: call._post("/{user_id}", number, json_data={"id": number}),
                REAL_CALLS,
                REAL_WARM,
            )
            check_series(client, REAL_CALLS + REAL_WARM)
            assert quick.counts().peak == PLACES

    asyncio.run(main())
    assert quick.settles_at(0)
