# Generated from _async/test_rate_limit_server.py by sdkbase.codegen. Do not edit.
# sha256: 2c3d8c8092ce8ead
"""What a server says about its limits, in the client: pauses, keys, costs and the adaptive rate."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import (
    BearerAuth,
    DeadlineExceededError,
    InvalidRequestError,
    RateLimiter,
    RateLimitStoreError,
    RequestOptions,
    RetryConfig,
    SyncClock,
    SyncHttpClient,
)
from tests.two_colour import SyncNursery, SyncVirtualClock

BASE = "https://api.example"
NO_RETRIES = RetryConfig(max_retries=0)
SLOW_DOWN = httpx.Response(429, headers={"retry-after": "30"})
EMPTY = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "0"}


class Script(httpx.MockTransport):
    """Answer with the responses given, then with 200; keep the moment of each request."""

    def __init__(self, clock: SyncVirtualClock, *responses: httpx.Response) -> None:
        super().__init__(self.answer)
        self.clock = clock
        self.responses = list(responses)
        self.start = clock.now
        self.moments: list[float] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.moments.append(round(self.clock.now - self.start, 6))
        return self.responses.pop(0) if self.responses else httpx.Response(200)


def limited(
    limiter: RateLimiter, *responses: httpx.Response, **settings: Any
) -> tuple[SyncHttpClient, Script]:
    clock = settings.pop("clock", None) or SyncVirtualClock()
    wire = Script(clock, *responses)
    settings = {"retry_config": NO_RETRIES, "transport": wire, "clock": clock} | settings
    return SyncHttpClient(BASE, rate_limiter=limiter, **settings), wire


def test_one_refusal_pauses_all_who_share_the_limiter() -> None:
    limiter = RateLimiter(5, 1.0)
    client, wire = limited(limiter, SLOW_DOWN)
    other = client.with_options(headers={"x-other": "1"})
    client.get("/")
    for caller in (other, client, other):
        caller.get("/")
    assert wire.moments == [0, 30, 30.2, 30.4]


def test_a_retry_takes_its_turn_after_the_pause() -> None:
    limiter = RateLimiter(5, 1.0)
    client, wire = limited(limiter, SLOW_DOWN, retry_config=RetryConfig(max_retries=1))
    assert (client.get("/")).status_code == 200
    assert wire.moments == [0, 30]


RESET = str(int(SyncVirtualClock().time()) + 2_000_000_000)
SAID: list[tuple[httpx.Response, float]] = [
    (httpx.Response(503, headers={"retry-after": "3"}), 3),
    (httpx.Response(403, headers={"retry-after": "3"}), 3),
    (httpx.Response(404, headers={"retry-after": "3"}), 0),
    (httpx.Response(200, headers={"ratelimit": '"default";r=0;t=7'}), 7),
    (httpx.Response(200, headers={"ratelimit": '"default";r=1;t=7'}), 0),
    (httpx.Response(403, headers=EMPTY | {"x-ratelimit-reset": "9"}), 9),
    (
        httpx.Response(
            403,
            headers=EMPTY
            | {"x-ratelimit-reset": "1700000050", "date": "Tue, 14 Nov 2023 22:13:20 GMT"},
        ),
        50,
    ),
    # A moment that is far away: not believed for longer than max_pause.
    (httpx.Response(200, headers=EMPTY | {"x-ratelimit-reset": RESET}), 60),
    (httpx.Response(429, headers=EMPTY | {"x-ratelimit-reset": "9", "retry-after": "2"}), 2),
]


@pytest.mark.parametrize(("response", "moment"), SAID)
def test_what_the_server_says(response: httpx.Response, moment: float) -> None:
    for follow, expected in ((True, moment), (False, 0)):
        client, wire = limited(RateLimiter(5, 1.0, follow_server=follow), response)
        client.get("/")
        client.get("/")
        assert wire.moments == [0, expected]


def test_a_call_whose_turn_a_pause_moves_behind_its_deadline_is_not_sent() -> None:
    limiter = RateLimiter(5, 1.0)
    client, wire = limited(limiter, SLOW_DOWN)
    client.get("/")
    with pytest.raises(DeadlineExceededError) as caught:
        client.get("/", options=RequestOptions(deadline=10))
    assert not caught.value.sent
    assert "the rate limiter would have let it go in 30 s" in caught.value.__notes__
    assert limiter.snapshot(wire.start).waiting == 0


class Interrupted(SyncVirtualClock):
    """A clock that has someone else's refusal come in while a caller sleeps."""

    def __init__(self, limiter: RateLimiter) -> None:
        super().__init__()
        self.limiter = limiter

    def sleep(self, seconds: float) -> None:
        if not self.sleeps:
            self.limiter.pause(20, now=self.now)
        super().sleep(seconds)


def test_a_pause_holds_those_who_sleep_already() -> None:
    limiter = RateLimiter(1, 1.0)
    client, wire = limited(limiter, clock=Interrupted(limiter))
    for _ in range(3):
        client.get("/")
    assert wire.moments == [0, 20, 21]


def test_each_host_has_a_limit_of_its_own() -> None:
    client, wire = limited(RateLimiter(1, 1.0, key="host"))
    for url in ("/", "https://other.example/", "/", "https://other.example/"):
        client.get(url)
    assert wire.moments == [0, 0, 1, 1]


def test_each_template_has_a_limit_of_its_own() -> None:
    limiter = RateLimiter(1, 1.0, key="template")
    client, wire = limited(limiter)
    for path in ("/a", "/b", "/a?page=2"):
        client.get(path)
    assert wire.moments == [0, 0, 1]
    assert [bucket.key for bucket in limiter.snapshot().buckets] == ["GET /b", "GET /a"]


def test_each_credential_has_a_limit_of_its_own() -> None:
    limiter = RateLimiter(1, 1.0, key="credential")
    client, wire = limited(limiter, auth=BearerAuth("token-of-the-client"))
    guest = RequestOptions(auth=BearerAuth("token-of-a-guest"))
    again = RequestOptions(auth=BearerAuth("token-of-a-guest"))
    for options in (None, guest, None, again):
        client.get("/", options=options)
    assert wire.moments == [0, 0, 1, 1]
    assert "token-of" not in repr(limiter.snapshot())


def test_a_call_may_count_for_more() -> None:
    client, wire = limited(RateLimiter(4, 4.0))
    for cost in (4, 3, 1):
        client.get("/", options=RequestOptions(rate_limit_cost=cost))
    assert wire.moments == [0, 3, 4]
    with pytest.raises(InvalidRequestError, match="counts for 5 requests never fits a rate limit"):
        client.get("/", options=RequestOptions(rate_limit_cost=5))
    assert len(wire.moments) == 3


def test_the_snapshot_tells_what_is_going_on() -> None:
    limiter = RateLimiter(4, 4.0, key="host")
    fields = {"ratelimit": '"burst";r=0;t=30', "ratelimit-policy": '"burst";q=100;w=60'}
    client, wire = limited(limiter, httpx.Response(200, headers=fields))
    client.get("/")
    (bucket,) = limiter.snapshot(wire.start + 10).buckets
    assert (bucket.key, bucket.waiting, bucket.available) == ("api.example", 0, 0.0)
    assert (bucket.paused_for, bucket.rate, bucket.adaptive_rate) == (20.0, 1.0, None)
    assert (bucket.server_policy, bucket.server_limit) == ("burst", 100)
    assert (bucket.server_remaining, bucket.server_reset_in) == (0, 20.0)
    (later,) = limiter.snapshot(wire.start + 40).buckets
    assert (later.available, later.server_reset_in) == (4.0, 0.0)
    assert limiter.snapshot().buckets


class Busy(httpx.MockTransport):
    """Serve so many requests in each second, refuse further ones."""

    def __init__(self, clock: SyncVirtualClock, per_second: int) -> None:
        super().__init__(self.answer)
        self.clock = clock
        self.per_second = per_second
        self.served: dict[int, int] = {}
        self.refused: list[float] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.clock.now += 0.001
        second = int(self.clock.now)
        self.served[second] = self.served.get(second, 0) + 1
        if self.served[second] <= self.per_second:
            return httpx.Response(200)
        self.refused.append(self.clock.now)
        return httpx.Response(429)


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("adaptive", [True, False])
def test_an_adaptive_limiter_finds_the_rate_that_the_server_bears(adaptive: bool) -> None:
    clock = SyncVirtualClock()
    wire = Busy(clock, 20)
    limiter = RateLimiter(1000, 1.0, adaptive=adaptive)
    client = SyncHttpClient(
        BASE, rate_limiter=limiter, transport=wire, clock=clock, retry_config=NO_RETRIES
    )
    for _ in range(600):
        client.get("/")
    share = len(wire.refused) / 600
    (bucket,) = limiter.snapshot(clock.now).buckets
    if adaptive:
        assert share < 0.25
        assert bucket.adaptive_rate is not None and 5 < bucket.adaptive_rate < 45
        assert bucket.rate == pytest.approx(bucket.adaptive_rate, rel=0.03)
    else:
        assert share > 0.9
        assert bucket.adaptive_rate is None


class Broken:
    """A store that is gone."""

    def acquire(self, key: str, cost: float, max_requests: int, time_window: float) -> float:
        raise RateLimitStoreError("gone")


class Counting:
    """A store of the user's own: a few requests at once, further ones after a wait."""

    def __init__(self, clock: SyncClock) -> None:
        self.clock = clock
        self.asked: list[tuple[str, float, int, float]] = []
        self.free_from = clock.monotonic()

    def acquire(self, key: str, cost: float, max_requests: int, time_window: float) -> float:
        self.asked.append((key, cost, max_requests, time_window))
        wait = self.free_from - self.clock.monotonic()
        if wait <= 0:
            self.free_from = self.clock.monotonic() + time_window
        return max(0.0, wait)


def test_a_store_of_the_users_own_decides() -> None:
    clock = SyncVirtualClock()
    store = Counting(clock)
    client, wire = limited(RateLimiter(4, 8.0, key="host", store=store), clock=clock)
    for _ in range(2):
        client.get("/", options=RequestOptions(rate_limit_cost=2))
    assert wire.moments == [0, 8]
    assert store.asked == [("api.example", 2, 4, 8.0)] * 3
    with pytest.raises(DeadlineExceededError):
        client.get("/", options=RequestOptions(deadline=1))
    assert len(wire.moments) == 2


class Slow:
    """A store that takes long to answer."""

    def __init__(self, clock: SyncVirtualClock) -> None:
        self.clock = clock

    def acquire(self, key: str, cost: float, max_requests: int, time_window: float) -> float:
        self.clock.now += 5.0
        return 0.0


def test_an_answer_of_the_store_after_the_deadline_is_too_late() -> None:
    clock = SyncVirtualClock()
    limiter = RateLimiter(4, 8.0, store=Slow(clock))
    client, wire = limited(limiter, clock=clock)
    with pytest.raises(DeadlineExceededError) as caught:
        client.get("/", options=RequestOptions(deadline=3))
    assert (wire.moments, caught.value.sent) == ([], False)
    client.get("/", options=RequestOptions(deadline=7))
    assert limiter.snapshot(clock.now).waiting == 0


def test_a_store_that_is_gone_ends_the_call() -> None:
    limiter = RateLimiter(4, 8.0, store=Broken())
    client, wire = limited(limiter)
    with pytest.raises(RateLimitStoreError, match="gone"):
        client.get("/")
    assert wire.moments == []
    assert limiter.snapshot(wire.start).waiting == 0


def test_callers_side_by_side_wait_for_the_end_of_a_pause() -> None:
    limiter = RateLimiter(5, 1.0)
    start = SyncVirtualClock().now
    limiter.pause(10, now=start)
    served: list[float] = []

    def call() -> None:
        # A clock for each caller: its own wait is all that moves it.
        client, wire = limited(limiter)
        client.get("/")
        served.extend(wire.moments)

    with SyncNursery() as nursery:
        for _ in range(10):
            nursery.start(call)
    assert sorted(served) == pytest.approx([10 + 0.2 * nth for nth in range(10)])
