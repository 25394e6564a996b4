"""One client over several event loops, many threads, and forks."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import sdkbase
from sdkbase import AsyncHttpClient, PoolConfig, RateLimiter, SyncHttpClient
from tests.backends import command_on
from tests.faults.server import FaultServer

ROOT = Path(__file__).parents[2]


@pytest.mark.wire
def test_a_fork_opens_connections_of_its_own(backend: str) -> None:
    command = command_on(backend, "-m", "tests.faults.forked")
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("50 forks")


def test_one_client_over_four_event_loops(server: FaultServer) -> None:
    client = AsyncHttpClient(server.url, trust_env=False)

    async def calls() -> list[int]:
        responses = await asyncio.gather(*(client.get("/ok") for _ in range(3)))
        return [response.status_code for response in responses]

    async def last_calls() -> list[int]:
        async with client:
            return await calls()

    runs = [asyncio.run(calls()) for _ in range(3)] + [asyncio.run(last_calls())]
    assert runs == [[200] * 3] * 4
    assert server.settles(lambda: server.open == 0)


def test_the_global_client_over_four_event_loops(server: FaultServer) -> None:
    async def call() -> int:
        return (await sdkbase.get(f"{server.url}/ok")).status_code

    assert [asyncio.run(call()) for _ in range(4)] == [200] * 4
    assert server.settles(lambda: server.open == 0)


def test_one_client_in_two_event_loops_at_once(server: FaultServer) -> None:
    client = AsyncHttpClient(server.url, trust_env=False)
    both = threading.Barrier(2)

    def loop() -> list[int]:
        async def calls() -> list[int]:
            await client.get("/ok")
            both.wait(5)
            responses = await asyncio.gather(*(client.get("/after-0.002-ok") for _ in range(50)))
            return [response.status_code for response in responses]

        return asyncio.run(calls())

    with ThreadPoolExecutor(2) as threads:
        results = [threads.submit(loop) for _ in range(2)]
    assert [result.result() for result in results] == [[200] * 50] * 2
    asyncio.run(client.aclose())


@pytest.mark.usefixtures("uncovered")
def test_sixteen_threads_share_one_client(server: FaultServer) -> None:
    pool = PoolConfig(max_connections=8)
    with SyncHttpClient(server.url, pool_config=pool, trust_env=False) as client:

        def calls(thread: int) -> list[str]:
            texts = []
            for number in range(50):
                asked = f'["{thread}-{number}"]'
                texts.append(client.post("/echo", content=asked).text)
                assert texts[-1] == asked
            return texts

        with ThreadPoolExecutor(16) as threads:
            results = list(threads.map(calls, range(16)))
        assert sum(map(len, results)) == 800
        assert server.peak <= 8
    assert server.settles(lambda: server.open == 0)


def test_closing_while_threads_call(server: FaultServer) -> None:
    """Calls under way end well or with ClientClosedError, and no connection stays open."""
    for _ in range(20):
        client = SyncHttpClient(server.url, trust_env=False)
        started = threading.Barrier(5)

        def calls(client: SyncHttpClient = client, started: threading.Barrier = started) -> str:
            started.wait(5)
            try:
                while True:
                    client.get("/ok")
            except sdkbase.SdkError as error:
                return type(error).__name__

        with ThreadPoolExecutor(4) as threads:
            ends = [threads.submit(calls) for _ in range(4)]
            started.wait(5)
            client.get("/ok")
            client.close()
        assert {end.result() for end in ends} == {"ClientClosedError"}
        assert server.settles(lambda: server.open == 0)


def test_one_limiter_for_threads_and_loops(server: FaultServer) -> None:
    limiter = RateLimiter(1000, 1.0)

    def sync_calls() -> list[int]:
        with SyncHttpClient(server.url, rate_limiter=limiter, trust_env=False) as client:
            return [client.get("/ok").status_code for _ in range(30)]

    def async_calls() -> list[int]:
        async def calls() -> list[int]:
            async with AsyncHttpClient(server.url, rate_limiter=limiter, trust_env=False) as client:
                responses = await asyncio.gather(*(client.get("/ok") for _ in range(30)))
            return [response.status_code for response in responses]

        return asyncio.run(calls())

    with ThreadPoolExecutor(4) as threads:
        results = [threads.submit(run) for run in (sync_calls, async_calls) * 2]
    assert [result.result() for result in results] == [[200] * 30] * 4
