"""Broken answers through the whole client, over memory: only `SdkError`s come out, and all end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from random import Random

import pytest

from tests.two_colour import AsyncVirtualClock, SyncVirtualClock
from tests.unit.fuzz_calls import (
    BASE,
    CANARY,
    AsyncApi,
    SyncApi,
    check,
    outcome,
    outcome_async,
    settings,
)
from tests.unit.fuzz_cases import broken_response, case, numbers
from tests.unit.memory_wire import AsyncMemoryTransport, SyncMemoryTransport, Wire

pytestmark = [
    pytest.mark.usefixtures("uncovered"),
    pytest.mark.filterwarnings("ignore::sdkbase.ApiDeprecationWarning"),
    pytest.mark.filterwarnings("ignore::sdkbase.PaginationWarning"),
    # Python's word for a Set-Cookie that it can not read, which it then passes over.
    pytest.mark.filterwarnings("ignore:http.cookiejar bug!:UserWarning"),
]


def cases(part: int) -> Iterator[int]:
    return numbers(full=100_000, ci=2_000, part=part, parts=2)


def load(wire: Wire, rng: Random) -> None:
    wire.load([broken_response(rng) for _ in range(rng.choice((1, 1, 1, 2, 4)))], rng)


def check_wire(wire: Wire) -> None:
    """Nothing is left open but one idle connection, and no other host has seen the key."""
    assert wire.open <= 1
    away = [data for host, data in wire.written if host != "api.example"]
    assert not [data for data in away if CANARY.encode() in data]


def test_async() -> None:
    async def run() -> None:
        wire, clock = Wire(), AsyncVirtualClock()
        transport = AsyncMemoryTransport(wire)
        async with AsyncApi(BASE, **settings(transport=transport, clock=clock)) as client:
            for number in cases(0):
                with case(number) as rng:
                    client.cookies.clear()
                    load(wire, rng)
                    check(await outcome_async(client, rng))
                    check_wire(wire)

    asyncio.run(run())


def test_sync() -> None:
    wire, clock = Wire(), SyncVirtualClock()
    transport = SyncMemoryTransport(wire)
    with SyncApi(BASE, **settings(transport=transport, clock=clock)) as client:
        for number in cases(1):
            with case(number) as rng:
                client.cookies.clear()
                load(wire, rng)
                check(outcome(client, rng))
                check_wire(wire)
