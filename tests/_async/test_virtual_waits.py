"""Waits for others are on the clock of the client: they end when it has moved, not with time."""

from __future__ import annotations

from typing import Any

import pytest

from sdkbase import (
    AsyncClock,
    AsyncHttpClient,
    AttemptTimeout,
    Bulkhead,
    BulkheadFullError,
    Call,
    Hedging,
    PoolConfig,
    PoolTimeoutError,
    Reply,
    RetryConfig,
    TimeoutConfig,
)
from sdkbase._concurrency import ThreadLock
from sdkbase.testing import _clocks
from tests.faults.server import FaultServer
from tests.two_colour import AsyncNursery, AsyncVirtualClock

BASE = "https://api.example"
HOUR = 3600.0


class Clock(AsyncVirtualClock):
    """A clock that does not move by itself, and knows how many wait."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0

    async def wait(self, event: Any, seconds: float | None) -> bool:
        self.waiting += 1
        try:
            return await super().wait(event, seconds)
        finally:
            self.waiting -= 1

    async def has_waiters(self) -> None:
        """Return as soon as someone waits."""
        while not self.waiting:
            await AsyncClock().sleep(0.001)


def client_of(clock: Clock, **settings: Any) -> AsyncHttpClient:
    return AsyncHttpClient(
        clock=clock, retry_config=RetryConfig(max_retries=0), trust_env=False, **settings
    )


class Held:
    """A transport whose first call waits for the second, or for `go`."""

    def __init__(self) -> None:
        self.made = 0
        self.go = False
        self._lock = ThreadLock()

    async def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        with self._lock:
            self.made += 1
            number = self.made
        while number == 1 and not self.go:
            await AsyncClock().sleep(0.001)
        return Reply(200, [], b"%d" % number)

    async def aclose(self) -> None: ...


async def until(reached: Any) -> None:
    """Wait until *reached* says so."""
    while not reached():
        await AsyncClock().sleep(0.001)


@pytest.mark.wire
async def test_the_line_of_a_full_pool(faults: FaultServer) -> None:
    clock, refused = Clock(), list[PoolTimeoutError]()
    client = client_of(
        clock,
        base_url=faults.url,
        pool_config=PoolConfig(max_connections=1),
        timeout_config=TimeoutConfig(pool=HOUR),
    )

    async def in_line() -> None:
        with pytest.raises(PoolTimeoutError, match="within 3600 s") as caught:
            await client.get("/ok")
        refused.append(caught.value)

    async with client, AsyncNursery() as nursery:
        async with client.stream("GET", "/ok"):
            nursery.start(in_line)
            await clock.has_waiters()
            clock.advance(HOUR + 1)
            await until(lambda: refused)
        assert (await client.get("/ok")).status_code == 200


async def test_the_line_of_a_bulkhead() -> None:
    clock, wire, refused = Clock(), Held(), list[BulkheadFullError]()
    client = client_of(
        clock, base_url=BASE, transport=wire, bulkhead=Bulkhead(1, max_queue=1, max_wait=HOUR)
    )

    async def first() -> None:
        await client.get("/")

    async def in_line() -> None:
        with pytest.raises(BulkheadFullError) as caught:
            await client.get("/")
        refused.append(caught.value)

    async with client, AsyncNursery() as nursery:
        nursery.start(first)
        await until(lambda: wire.made)
        nursery.start(in_line)
        await clock.has_waiters()
        clock.advance(HOUR + 1)
        await until(lambda: refused)
        wire.go = True
    assert (refused[0].waited, refused[0].sent, wire.made) == (HOUR, False, 1)


async def test_the_delay_of_a_hedge() -> None:
    clock, wire, texts = Clock(), Held(), list[str]()
    client = client_of(clock, base_url=BASE, transport=wire, hedging=Hedging(HOUR))

    async def hedged() -> None:
        texts.append((await client.get("/")).text)

    async with client, AsyncNursery() as nursery:
        nursery.start(hedged)
        await clock.has_waiters()
        clock.advance(HOUR + 1)
        await until(lambda: texts)
        wire.go = True
    assert (texts, wire.made) == (["2"], 2)


async def test_a_wait_that_nobody_ends_is_over_after_a_second_at_most() -> None:
    clock, wire = AsyncVirtualClock(), Held()
    client = AsyncHttpClient(BASE, transport=wire, clock=clock, hedging=Hedging(0.05))
    async with client:
        assert (await client.get("/")).text == "2"
    assert clock.now == pytest.approx(1000.05)
    assert clock.sleeps == []


async def test_a_line_that_nobody_ends_is_over_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_clocks, "_PATIENCE", 0.05)
    clock, wire = AsyncVirtualClock(), Held()
    bulkhead = Bulkhead(1, max_queue=1, max_wait=HOUR)
    client = AsyncHttpClient(BASE, transport=wire, clock=clock, bulkhead=bulkhead)

    async def first() -> None:
        await client.get("/")

    async with client, AsyncNursery() as nursery:
        nursery.start(first)
        await until(lambda: wire.made)
        with pytest.raises(BulkheadFullError):
            await client.get("/")
        wire.go = True
    assert clock.now == 1000.0 + HOUR


async def test_a_wait_of_no_time_only_looks() -> None:
    clock, wire = AsyncVirtualClock(), Held()
    bulkhead = Bulkhead(1, max_queue=1, max_wait=0.0)
    client = AsyncHttpClient(BASE, transport=wire, clock=clock, bulkhead=bulkhead)

    async def first() -> None:
        await client.get("/")

    async with client, AsyncNursery() as nursery:
        nursery.start(first)
        await until(lambda: wire.made)
        with pytest.raises(BulkheadFullError):
            await client.get("/")
        wire.go = True
    assert clock.now == 1000.0
