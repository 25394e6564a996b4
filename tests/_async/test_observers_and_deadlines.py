"""Observers change no call, and time spent in hooks counts for the deadline."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import (
    AsyncHttpClient,
    CallRecord,
    DeadlineExceededError,
    Observer,
    PoolConfig,
    RequestInterceptor,
    TimeoutConfig,
)
from tests.two_colour import AsyncVirtualClock

BASE = "https://api.example"


class Broken(Observer):
    def call_finished(self, record: CallRecord) -> None:
        raise RuntimeError("broken observer")


async def test_an_observer_that_raises_loses_no_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr("sys.unraisablehook", told.append)
    wire = httpx.MockTransport(lambda request: httpx.Response(201, json={"id": 1}))
    async with AsyncHttpClient(BASE, transport=wire, interceptors=[Broken()]) as client:
        assert (await client.post("/orders")).json() == {"id": 1}
    assert [str(report.exc_value) for report in told] == ["broken observer"]
    assert isinstance(told[0].object, Broken)


async def test_an_observer_that_raises_loses_no_place(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.unraisablehook", lambda report: None)
    settings: dict[str, Any] = {
        "pool_config": PoolConfig(max_connections=1),
        "timeout_config": TimeoutConfig(pool=0.5),
        "interceptors": [Broken()],
    }
    async with AsyncHttpClient(api.base_url, **settings) as client:
        for _ in range(3):
            async with client.stream("GET", "/health") as response:
                assert await response.aread()


async def test_time_in_a_hook_counts_for_the_deadline() -> None:
    clock = AsyncVirtualClock()
    sent: list[httpx.Request] = []

    class Slow(RequestInterceptor):
        def before_request(self, request: httpx.Request) -> None:
            clock.now += 5

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    settings: dict[str, Any] = {"transport": httpx.MockTransport(answer), "clock": clock}
    async with AsyncHttpClient(BASE, interceptors=[Slow()], deadline=3, **settings) as client:
        with pytest.raises(DeadlineExceededError, match="deadline of 3 s") as caught:
            await client.post("/orders")
    assert not sent
    assert not caught.value.sent
