# Generated from _async/test_rate_limit.py by sdkbase.codegen. Do not edit.
# sha256: 390abd306ae29f24
"""The rate limiter in the client: pace, order, deadline, sharing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import (
    DeadlineExceededError,
    RateLimiter,
    RetryConfig,
    SyncHttpClient,
)
from tests.two_colour import SyncNursery, SyncVirtualClock

BASE = "https://api.example"


class Timed(httpx.MockTransport):
    """Keep the moment at which each request came."""

    def __init__(self, clock: SyncVirtualClock, status: int = 200) -> None:
        super().__init__(self.answer)
        self.clock = clock
        self.status = status
        self.start = clock.now
        self.moments: list[float] = []
        self.paths: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.moments.append(round(self.clock.now - self.start, 6))
        self.paths.append(request.url.path)
        return httpx.Response(self.status)


def limited(limiter: RateLimiter, status: int = 200, **settings: Any) -> tuple[Any, Timed]:
    clock = SyncVirtualClock()
    wire = Timed(clock, status)
    settings |= {"transport": wire, "clock": clock, "rate_limiter": limiter}
    return SyncHttpClient(BASE, **settings), wire


def test_calls_beyond_the_burst_wait_their_turn() -> None:
    client, wire = limited(RateLimiter(2, 1.0))
    for _ in range(6):
        client.get("/")
    assert wire.moments == [0, 0, 0.5, 1.0, 1.5, 2.0]


def test_every_attempt_counts_not_every_call() -> None:
    retries = RetryConfig(max_retries=3, backoff_factor=0)
    client, wire = limited(RateLimiter(1, 1.0), 503, retry_config=retries)
    client.get("/")
    assert wire.moments == [0, 1, 2, 3]


def test_redirects_count_too() -> None:
    client, wire = limited(RateLimiter(1, 1.0))
    wire.handler = lambda request: httpx.Response(
        302 if request.url.path == "/old" else 200, headers={"location": "/new"}
    )
    client.get("/old")
    assert client._clock.sleeps == [1.0]


def test_a_turn_after_the_deadline_ends_the_call_before_it_is_sent() -> None:
    client, wire = limited(RateLimiter(1, 10.0), deadline=5)
    client.get("/")
    with pytest.raises(DeadlineExceededError) as caught:
        client.get("/late")
    assert wire.paths == ["/"]
    assert not caught.value.sent
    assert caught.value.attempts == 0
    assert "the rate limiter would have let it go in 10 s" in caught.value.__notes__


def test_a_call_that_gave_up_returns_its_turn() -> None:
    client, wire = limited(RateLimiter(1, 10.0))
    client.get("/")
    hurried = client.with_options(deadline=5)
    for _ in range(3):
        with pytest.raises(DeadlineExceededError):
            hurried.get("/")
    client.get("/")
    assert wire.moments == [0, 10]


def test_one_limiter_paces_clients_of_both_colours() -> None:
    limiter = RateLimiter(2, 1.0)
    client, wire = limited(limiter)
    other = SyncHttpClient(
        BASE, transport=httpx.MockTransport(lambda request: httpx.Response(200))
    ).with_options(rate_limiter=limiter)
    # Both read the same monotonic clock in real life; here only the first one's is virtual.
    client.get("/")
    client.get("/")
    assert limiter.reserve(wire.start).ready_at == wire.start + 0.5
    other.close()


def test_callers_side_by_side_are_served_in_order_at_the_agreed_pace() -> None:
    limiter = RateLimiter(5, 1.0)
    served: list[float] = []

    def call() -> None:
        # A clock for each caller: its own wait is all that moves it.
        client, wire = limited(limiter)
        client.get("/")
        served.extend(wire.moments)

    with SyncNursery() as nursery:
        for _ in range(20):
            nursery.start(call)
    expected = [0.0] * 5 + [0.2 * nth for nth in range(1, 16)]
    assert sorted(served) == pytest.approx(expected)
