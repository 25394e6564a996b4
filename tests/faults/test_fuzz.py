"""Broken answers over real sockets, on every backend: only `SdkError`s come out, and all end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from sdkbase import PoolConfig, RetryConfig
from tests.faults.server import Connection, FaultServer, Request
from tests.scale import scaled
from tests.unit.fuzz_calls import AsyncApi, SyncApi, check, outcome, outcome_async, settings
from tests.unit.fuzz_cases import broken_response, case, numbers

pytestmark = [
    pytest.mark.wire,
    pytest.mark.usefixtures("uncovered"),
    pytest.mark.filterwarnings("ignore::sdkbase.ApiDeprecationWarning"),
    pytest.mark.filterwarnings("ignore::sdkbase.PaginationWarning"),
    pytest.mark.filterwarnings("ignore:http.cookiejar bug!:UserWarning"),
]

# It stays in the jar of a client of httpx2, which can not send it, nor anything else after it.
FOREIGN_COOKIE = re.compile(rb"(?i)set-cookie[^\n]*[\x80-\xff]")
QUICK = RetryConfig(max_retries=2, backoff_factor=0, max_retry_after=0.001, retry_quota=None)


class Noise:
    """A server that gives every request the next of its answers, and closes the connection."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.server = FaultServer(lambda _: self.answer)

    def load(self, rng: Random) -> None:
        """Begin a case."""
        answers = [broken_response(rng) for _ in range(3)]
        self.answers[:] = [answer for answer in answers if not FOREIGN_COOKIE.search(answer)]

    async def answer(self, _: FaultServer, connection: Connection, __: Request) -> None:
        if self.answers:
            await connection.send(self.answers.pop(0))
        connection.close()


@pytest.fixture
def noise() -> Iterator[Noise]:
    """Give a test a server of its own."""
    noise = Noise()
    with noise.server:
        yield noise
    assert noise.server.errors == []
    assert noise.server.accepted >= scaled(full=2_000, ci=50)


def settings_of(noise: Noise) -> dict[str, Any]:
    return settings(
        base_url=noise.server.url,
        retry_config=QUICK,
        pool_config=PoolConfig(max_connections=2),
        # Redirects lead to hosts that are none.
        follow_redirects=False,
        trust_env=False,
    )


async def run_async(noise: Noise) -> None:
    async with AsyncApi(**settings_of(noise)) as client:
        for number in numbers(full=3_000, ci=100):
            with case(number) as rng:
                client.cookies.clear()
                noise.load(rng)
                check(await outcome_async(client, rng))


def run(noise: Noise) -> None:
    with SyncApi(**settings_of(noise)) as client:
        for number in numbers(full=3_000, ci=100):
            with case(number) as rng:
                client.cookies.clear()
                noise.load(rng)
                check(outcome(client, rng))


def test_async(noise: Noise) -> None:
    asyncio.run(run_async(noise))


def test_sync(noise: Noise) -> None:
    run(noise)
