"""The fast transport: threads, event loops, interrupts, forks, and the end of a process."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sdkbase import PoolConfig, RequestOptions, TimeoutConfig
from tests.faults.answers import answer_of
from tests.faults.server import FaultServer
from tests.reqwest_client import AsyncFastClient, SyncFastClient

ROOT = Path(__file__).parents[2]


@pytest.fixture
def faults() -> Iterator[FaultServer]:
    with FaultServer(answer_of) as running:
        yield running
    assert running.errors == []


# --- threads and loops --------------------------------------------------------------------------


def test_thirty_two_threads_share_one_client(faults: FaultServer) -> None:
    pool = PoolConfig(max_connections=8)
    with SyncFastClient(faults.url, pool_config=pool, verify=False) as client:

        def calls(thread: int) -> int:
            limits = RequestOptions(timeout=TimeoutConfig(read=30.0 + thread % 20))
            for number in range(20):
                asked = f'["{thread}-{number}"]'
                options = limits if number % 5 == 0 else None
                assert client.post("/echo", content=asked, options=options).text == asked
            return thread

        with ThreadPoolExecutor(32) as threads:
            assert list(threads.map(calls, range(32))) == list(range(32))
        assert "engines=16" in client.pool
        assert "free=8 waiting=0" in client.pool
    assert len(faults.requests) == 640
    assert faults.settles(lambda: faults.open == 0)


def test_event_loops_in_threads_share_one_client(faults: FaultServer) -> None:
    client, together = AsyncFastClient(faults.url), threading.Barrier(4)

    async def calls() -> list[int]:
        await client.get("/ok")
        together.wait(5)
        hurried = RequestOptions(timeout=TimeoutConfig(read=0.2))
        doomed = asyncio.ensure_future(client.get("/black-hole", options=hurried))
        responses = [client.get("/after-0.002-ok") for _ in range(20)]
        statuses = [response.status_code for response in await asyncio.gather(*responses)]
        doomed.cancel()
        return statuses

    with ThreadPoolExecutor(4) as threads:
        results = [threads.submit(asyncio.run, calls()) for _ in range(4)]
    assert [result.result() for result in results] == [[200] * 20] * 4
    assert faults.settles(lambda: faults.open == 0)


# --- in a process of its own --------------------------------------------------------------------


def run_alone(*command: str, flags: tuple[str, ...] = ()) -> list[str]:
    """Run a command of `reqwest_alone.py`, which must say nothing to stderr; return its lines."""
    # Not measured: an interrupt inside coverage's own lock would leave that held for ever.
    unmeasured = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    arguments = [sys.executable, *flags, "-m", "tests.faults.reqwest_alone", *command]
    done = subprocess.run(
        arguments, cwd=ROOT, env=unmeasured, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr[-4000:]
    return done.stdout.splitlines()


def test_an_interrupt_arrives_and_the_place_comes_back() -> None:
    assert run_alone("interrupted") == ["interrupted /black-hole", "interrupted /stalled"]


def test_a_process_with_requests_left_hanging_ends_in_silence(faults: FaultServer) -> None:
    assert run_alone("left_hanging", faults.url, flags=("-W", "error")) == ["ended"] * 2
    assert faults.settles(lambda: len(faults.seen("/black-hole")) == 6)
    assert faults.settles(lambda: faults.open == 0)


def test_clients_that_were_not_used_yet_can_be_forked() -> None:
    assert run_alone("forked_before") == ["4 calls"]


def test_a_forked_child_is_told_what_it_can_not_do() -> None:
    *told, calls = run_alone("forked_after")
    assert len(told) == 3
    assert all("the fast transport can not start" in line and "fork" in line for line in told)
    assert calls == "2 calls"
