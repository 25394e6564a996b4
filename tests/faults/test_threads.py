"""Very many threads share one client: no error, no hang, no place lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sdkbase import PoolConfig, RateLimiter, SyncHttpClient
from tests.faults.quick_server import QuickServer, quick_server
from tests.scale import scaled

HANGS_AFTER = 60.0
PLACES = 8

pytestmark = [pytest.mark.wire, pytest.mark.usefixtures("uncovered")]


@pytest.fixture
def quick() -> Iterator[QuickServer]:
    with quick_server() as running:
        yield running


def client_of(quick: QuickServer, **settings: Any) -> SyncHttpClient:
    pool = PoolConfig(max_connections=PLACES)
    return SyncHttpClient(quick.url, pool_config=pool, trust_env=False, **settings)


def in_threads(count: int, function: Callable[[int], None]) -> None:
    """Run a function in so many threads that begin together; raise the first of their errors."""
    together, errors = threading.Barrier(count), list[BaseException]()

    def run(number: int) -> None:
        try:
            together.wait(HANGS_AFTER)
            function(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANGS_AFTER)
    assert not any(thread.is_alive() for thread in threads), "a thread hangs"
    if errors:
        raise errors[0]


def check(client: SyncHttpClient, quick: QuickServer, backend: str) -> None:
    """Every place is free, and no more were ever taken."""
    if backend != "httpx2":  # whose pool is its own
        transport: Any = client._transport
        assert f"free={PLACES} waiting=0" in repr(transport._pools._value)
    if backend != "reqwest":  # whose engine may open one more while one is closing
        assert quick.counts().peak <= PLACES


def test_thirty_two_threads(quick: QuickServer, backend: str) -> None:
    calls = scaled(full=500, ci=40)

    def run(thread: int) -> None:
        for number in range(calls):
            asked = f'"{thread}-{number}"'
            assert client.post("/", content=asked).text == asked

    before = quick.counts().requests
    with client_of(quick) as client:
        in_threads(32, run)
        check(client, quick, backend)
    assert quick.counts().requests - before == 32 * calls
    assert quick.settles_at(0)


def test_three_hundred_threads(quick: QuickServer, backend: str) -> None:
    limiter = RateLimiter(1000, 0.1)

    def run(thread: int) -> None:
        for number in range(4):
            with client.stream("POST", "/", content=f'"{thread}-{number}"') as response:
                assert response.read() == f'"{thread}-{number}"'.encode()

    with client_of(quick, rate_limiter=limiter) as client:
        in_threads(300, run)
        check(client, quick, backend)
    assert quick.settles_at(0)
