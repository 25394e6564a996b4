"""Everything that waits takes the client's clock, and no wait goes by the clock on the wall."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import (
    AsyncHttpClient,
    AsyncPager,
    AsyncResource,
    OAuth2ClientCredentials,
    PageNumberPagination,
    RateLimiter,
    RetryConfig,
    ServerSentEvent,
)
from tests.two_colour import START, AsyncVirtualClock

BASE = "https://api.example"
HOUR = 3600.0


class AsyncJumpingClock(AsyncVirtualClock):
    """A virtual clock whose wall clock is an hour off at every look, to and fro."""

    _ahead = -HOUR

    def time(self) -> float:
        self._ahead = -self._ahead
        return self.now + self._ahead


class User(msgspec.Struct):
    id: int


class AsyncUsers(AsyncResource[User]):
    path = "/users"

    def everyone(self) -> AsyncPager[User]:
        return self._paginate("", PageNumberPagination(items="items", total_pages="pages"))


class Server:
    """Fails now and then, tells how long to wait, and gives tokens that soon expire."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.paths.append(path)
        seen = self.paths.count(path)
        if path == "/token":
            body = {"access_token": f"token-{seen}", "expires_in": 60}
            return httpx.Response(200, json=body)
        if path == "/failing" and seen % 3:
            wait = {"retry-after": "7"} if seen % 3 == 1 else {}
            return httpx.Response(503, headers=wait)
        if path == "/events":
            ending = "data: [DONE]\n\n" if seen == 3 else ""
            text = f"retry: 4000\nid: {seen}\ndata: {seen}\n\n{ending}"
            return httpx.Response(200, text=text, headers={"content-type": "text/event-stream"})
        return httpx.Response(200, json={"items": [{"id": seen}], "pages": 4})


async def waits(clock: AsyncVirtualClock) -> tuple[list[float], list[str]]:
    """Make calls of every kind that waits; return how long they did, and what was asked for."""
    server = Server()
    client = AsyncHttpClient(
        BASE,
        transport=httpx.MockTransport(server),
        clock=clock,
        rate_limiter=RateLimiter(2, 20.0),
        retry_config=RetryConfig(max_retries=3, backoff_factor=0.0),
        auth=OAuth2ClientCredentials(f"{BASE}/token", "me", "is-secret", margin=5),
        deadline=500.0,
    )
    async with client:
        for _ in range(2):
            assert (await client.get("/failing")).status_code == 200
        assert len(await AsyncUsers(client).everyone().collect()) == 4
        assert len(await AsyncUsers(client).everyone().prefetch(1).collect()) == 4
        events = client.stream_events(
            "GET", "/events", cast_to=ServerSentEvent, reconnect=True, done="[DONE]"
        )
        assert [event.data for event in await events.collect()] == ["1", "2", "3"]
    return clock.sleeps, server.paths


@pytest.fixture
def no_real_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("time", "anyio"):  # sync: keep
        module = sys.modules[name]
        monkeypatch.setattr(module, "sleep", refusing(module.sleep))


def refusing(sleep: Callable[[float], Any]) -> Callable[[float], Any]:
    def checked(seconds: float) -> Any:
        assert seconds == 0, "that slept in real time"
        return sleep(seconds)

    return checked


@pytest.mark.usefixtures("no_real_sleep")
async def test_nothing_sleeps_in_real_time() -> None:
    clock = AsyncVirtualClock()
    sleeps, paths = await waits(clock)
    assert 7.0 in sleeps
    assert 4.0 in sleeps
    # The limiter alone lets 17 calls, of which two are at once, take so long.
    asked = [path for path in paths if path != "/token"]
    assert clock.now - START >= 10.0 * (len(asked) - 2)
    assert paths.count("/token") > 2  # they expired on the way


@pytest.mark.usefixtures("no_real_sleep")
async def test_an_hour_more_or_less_on_the_wall_changes_no_wait() -> None:
    assert await waits(AsyncJumpingClock()) == await waits(AsyncVirtualClock())


@pytest.mark.parametrize("ahead", [-HOUR, HOUR])
async def test_a_date_to_wait_for_is_bounded_though_the_wall_clock_is_wrong(ahead: float) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        at = httpx.Headers({"retry-after": "Thu, 01 Jan 1970 00:16:45 GMT"})  # 5 s from the start
        return httpx.Response(503, headers=at)

    class AsyncWrongClock(AsyncVirtualClock):
        def time(self) -> float:
            return self.now + ahead

    clock = AsyncWrongClock()
    retries = RetryConfig(max_retries=1, max_retry_after=30.0)
    async with AsyncHttpClient(
        BASE, transport=httpx.MockTransport(handler), clock=clock, retry_config=retries
    ) as client:
        await client.get("/")
    # In the past: at once, or as without a date. Too far ahead: not at all.
    assert sum(clock.sleeps) <= 1.0
