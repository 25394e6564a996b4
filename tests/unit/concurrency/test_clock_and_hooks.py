from __future__ import annotations

import time
from collections.abc import Awaitable

import pytest

from sdkbase._concurrency import AsyncClock, AsyncHooks, SyncClock, SyncHooks


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("clock", [AsyncClock(), SyncClock()])
def test_the_clocks_are_the_system_s(
    clock: AsyncClock | SyncClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)
    monkeypatch.setattr(time, "time", lambda: 7.0)
    assert (clock.monotonic(), clock.time()) == (5.0, 7.0)


def test_sync_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    SyncClock().sleep(1.5)
    assert slept == [1.5]


@pytest.mark.anyio
async def test_async_sleep_waits_at_least_that_long() -> None:
    before = time.monotonic()
    await AsyncClock().sleep(0.01)
    assert time.monotonic() - before >= 0.009


def plain(a: int, b: int) -> int:
    return a + b


async def coroutine(a: int, b: int) -> int:
    return a + b


def awaitable(a: int, b: int) -> Awaitable[int]:
    return coroutine(a, b)


@pytest.mark.anyio
@pytest.mark.parametrize("function", [plain, coroutine, awaitable])
async def test_async_hooks_may_be_plain_or_async(function: object) -> None:
    assert callable(function)
    assert await AsyncHooks.call(function, 1, 2) == 3


def test_sync_hooks_are_plain() -> None:
    assert SyncHooks.call(plain, 1, 2) == 3
    assert (AsyncHooks.EVENT_LOOP, SyncHooks.EVENT_LOOP) == (True, False)
