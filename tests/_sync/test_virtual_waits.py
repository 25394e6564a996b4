# Generated from _async/test_virtual_waits.py by sdkbase.codegen. Do not edit.
# sha256: c22e70dcafca5436
"""Waits for others are on the clock of the client: they end when it has moved, not with time."""

from __future__ import annotations

from typing import Any

import pytest

from sdkbase import (
    AttemptTimeout,
    Bulkhead,
    BulkheadFullError,
    Call,
    Hedging,
    PoolConfig,
    PoolTimeoutError,
    Reply,
    RetryConfig,
    SyncClock,
    SyncHttpClient,
    TimeoutConfig,
)
from sdkbase._concurrency import ThreadLock
from sdkbase.testing import _clocks
from tests.faults.server import FaultServer
from tests.two_colour import SyncNursery, SyncVirtualClock

BASE = "https://api.example"
HOUR = 3600.0


class Clock(SyncVirtualClock):
    """A clock that does not move by itself, and knows how many wait."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0

    def wait(self, event: Any, seconds: float | None) -> bool:
        self.waiting += 1
        try:
            return super().wait(event, seconds)
        finally:
            self.waiting -= 1

    def has_waiters(self) -> None:
        """Return as soon as someone waits."""
        while not self.waiting:
            SyncClock().sleep(0.001)


def client_of(clock: Clock, **settings: Any) -> SyncHttpClient:
    return SyncHttpClient(
        clock=clock, retry_config=RetryConfig(max_retries=0), trust_env=False, **settings
    )


class Held:
    """A transport whose first call waits for the second, or for `go`."""

    def __init__(self) -> None:
        self.made = 0
        self.go = False
        self._lock = ThreadLock()

    def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        with self._lock:
            self.made += 1
            number = self.made
        while number == 1 and not self.go:
            SyncClock().sleep(0.001)
        return Reply(200, [], b"%d" % number)

    def close(self) -> None: ...


def until(reached: Any) -> None:
    """Wait until *reached* says so."""
    while not reached():
        SyncClock().sleep(0.001)


@pytest.mark.wire
def test_the_line_of_a_full_pool(faults: FaultServer) -> None:
    clock, refused = Clock(), list[PoolTimeoutError]()
    client = client_of(
        clock,
        base_url=faults.url,
        pool_config=PoolConfig(max_connections=1),
        timeout_config=TimeoutConfig(pool=HOUR),
    )

    def in_line() -> None:
        with pytest.raises(PoolTimeoutError, match="within 3600 s") as caught:
            client.get("/ok")
        refused.append(caught.value)

    with client, SyncNursery() as nursery:
        with client.stream("GET", "/ok"):
            nursery.start(in_line)
            clock.has_waiters()
            clock.advance(HOUR + 1)
            until(lambda: refused)
        assert (client.get("/ok")).status_code == 200


def test_the_line_of_a_bulkhead() -> None:
    clock, wire, refused = Clock(), Held(), list[BulkheadFullError]()
    client = client_of(
        clock, base_url=BASE, transport=wire, bulkhead=Bulkhead(1, max_queue=1, max_wait=HOUR)
    )

    def first() -> None:
        client.get("/")

    def in_line() -> None:
        with pytest.raises(BulkheadFullError) as caught:
            client.get("/")
        refused.append(caught.value)

    with client, SyncNursery() as nursery:
        nursery.start(first)
        until(lambda: wire.made)
        nursery.start(in_line)
        clock.has_waiters()
        clock.advance(HOUR + 1)
        until(lambda: refused)
        wire.go = True
    assert (refused[0].waited, refused[0].sent, wire.made) == (HOUR, False, 1)


def test_the_delay_of_a_hedge() -> None:
    clock, wire, texts = Clock(), Held(), list[str]()
    client = client_of(clock, base_url=BASE, transport=wire, hedging=Hedging(HOUR))

    def hedged() -> None:
        texts.append((client.get("/")).text)

    with client, SyncNursery() as nursery:
        nursery.start(hedged)
        clock.has_waiters()
        clock.advance(HOUR + 1)
        until(lambda: texts)
        wire.go = True
    assert (texts, wire.made) == (["2"], 2)


def test_a_wait_that_nobody_ends_is_over_after_a_second_at_most() -> None:
    clock, wire = SyncVirtualClock(), Held()
    client = SyncHttpClient(BASE, transport=wire, clock=clock, hedging=Hedging(0.05))
    with client:
        assert (client.get("/")).text == "2"
    assert clock.now == pytest.approx(1000.05)
    assert clock.sleeps == []


def test_a_line_that_nobody_ends_is_over_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_clocks, "_PATIENCE", 0.05)
    clock, wire = SyncVirtualClock(), Held()
    bulkhead = Bulkhead(1, max_queue=1, max_wait=HOUR)
    client = SyncHttpClient(BASE, transport=wire, clock=clock, bulkhead=bulkhead)

    def first() -> None:
        client.get("/")

    with client, SyncNursery() as nursery:
        nursery.start(first)
        until(lambda: wire.made)
        with pytest.raises(BulkheadFullError):
            client.get("/")
        wire.go = True
    assert clock.now == 1000.0 + HOUR


def test_a_wait_of_no_time_only_looks() -> None:
    clock, wire = SyncVirtualClock(), Held()
    bulkhead = Bulkhead(1, max_queue=1, max_wait=0.0)
    client = SyncHttpClient(BASE, transport=wire, clock=clock, bulkhead=bulkhead)

    def first() -> None:
        client.get("/")

    with client, SyncNursery() as nursery:
        nursery.start(first)
        until(lambda: wire.made)
        with pytest.raises(BulkheadFullError):
            client.get("/")
        wire.go = True
    assert clock.now == 1000.0
