"""How often an attempt is repeated, after which wait, and until when."""

from __future__ import annotations

import httpx
import pytest

from sdkbase import (
    AsyncHttpClient,
    ConnectError,
    DeadlineExceededError,
    RateLimitError,
    RequestOptions,
    RetryConfig,
    ServiceUnavailableError,
)
from tests._async.test_retries import BASE, Bench, Script, after
from tests.two_colour import AsyncVirtualClock

# --- how often, how long --------------------------------------------------------------------


async def test_the_error_tells_every_attempt_and_why_there_is_no_other() -> None:
    bench = Bench(503, httpx.ReadTimeout("slow"), 502, 503)
    with pytest.raises(ServiceUnavailableError) as caught:
        await bench.client.get("/", cast_to=None)
    error = caught.value
    outcomes = [(attempt.number, attempt.outcome, attempt.delay) for attempt in error.history]
    assert outcomes == [
        (1, "HTTP 503", 0.0),
        (2, "ReadTimeoutError", 0.0),
        (3, "HTTP 502", 0.0),
        (4, "HTTP 503", None),
    ]
    assert error.attempts == 4
    assert error.__notes__ == ["sdkbase gave up after 4 attempts: max_retries=3 is used up"]


async def test_a_transport_error_tells_it_too() -> None:
    error = httpx.ConnectError("refused")
    bench = Bench(error, retry_config=RetryConfig(max_retries=1, backoff_factor=0))
    with pytest.raises(ConnectError) as caught:
        await bench.client.post("/")
    assert caught.value.attempts == 2
    assert caught.value.__notes__ == ["sdkbase gave up after 2 attempts: max_retries=1 is used up"]


async def test_a_raw_call_returns_the_last_response() -> None:
    bench = Bench(503, 503, 502, 504)
    assert (await bench.client.get("/")).status_code == 504
    assert bench.sent == 4


@pytest.mark.parametrize("own", [True, False])
async def test_no_retries_means_one_attempt_and_no_note(own: bool) -> None:
    settings = {} if own else {"retry_config": RetryConfig(max_retries=0)}
    bench = Bench(503, 200, **settings)
    options = RequestOptions(max_retries=0) if own else None
    with pytest.raises(ServiceUnavailableError) as caught:
        await bench.client.get("/", cast_to=None, options=options)
    assert bench.sent == 1
    assert not hasattr(caught.value, "__notes__")


async def test_the_call_may_have_more_retries_than_the_client() -> None:
    bench = Bench(*[503] * 6, 200)
    options = RequestOptions(max_retries=6)
    assert (await bench.client.get("/", options=options)).status_code == 200


async def test_the_wait_doubles_and_is_drawn_from_zero_to_its_bound() -> None:
    bounds = [0.5, 1.0, 2.0, 3.0, 3.0]
    draws: list[list[float]] = []
    for _ in range(20):
        retries = RetryConfig(max_retries=5, backoff_factor=0.5, max_backoff=3.0)
        bench = Bench(503, retry_config=retries)
        await bench.client.get("/")
        assert len(bench.clock.sleeps) == 5
        draws.append(bench.clock.sleeps)
    for nth, bound in enumerate(bounds):
        column = [sleeps[nth] for sleeps in draws]
        assert 0 <= min(column) <= max(column) <= bound
        # Full jitter, not a fixed wait: 20 draws do not all fall into one half.
        assert min(column) < bound / 2 < max(column)


# --- Retry-After ----------------------------------------------------------------------------

AT_0728 = "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (after(retry_after="7"), 7.0),
        (after(retry_after="0.25"), 0.25),
        (after(retry_after_ms="1500", retry_after="9"), 1.5),
        (after(retry_after="Wed, 21 Oct 2015 07:28:12 GMT", date=AT_0728), 12.0),
        # Without the server's own date, the wall clock counts; a virtual one begins at 1000 s.
        (after(retry_after="Thu, 01 Jan 1970 00:17:10 GMT"), 30.0),
    ],
)
async def test_retry_after_wins_over_the_backoff(answer: httpx.Response, wait: float) -> None:
    bench = Bench(answer, 200, retry_config=RetryConfig(backoff_factor=0.001))
    assert (await bench.client.get("/")).status_code == 200
    assert bench.clock.sleeps == [wait]


@pytest.mark.parametrize("seconds", ["0", AT_0728])
async def test_retry_after_now_waits_for_nothing(seconds: str) -> None:
    bench = Bench(after(retry_after=seconds, date=AT_0728), 200)
    assert (await bench.client.get("/")).status_code == 200
    assert sum(bench.clock.sleeps) == 0


async def test_retry_after_that_can_not_be_read_is_ignored() -> None:
    bench = Bench(after(retry_after="later"), 200)
    assert (await bench.client.get("/")).status_code == 200
    assert sum(bench.clock.sleeps) == 0


async def test_retry_after_longer_than_its_cap_ends_the_call_at_once() -> None:
    bench = Bench(httpx.Response(429, headers={"retry-after": "3600"}))
    with pytest.raises(RateLimitError) as caught:
        await bench.client.get("/", cast_to=None)
    assert (bench.sent, bench.clock.sleeps) == (1, [])
    assert caught.value.retry_after == 3600
    (note,) = caught.value.__notes__
    assert note == (
        "sdkbase gave up after 1 attempt: the server asks to wait 3600 s, more than max_retry_after"
    )


async def test_retry_after_longer_than_the_deadline_ends_the_call_at_once() -> None:
    bench = Bench(after(retry_after="20"), deadline=10)
    with pytest.raises(ServiceUnavailableError) as caught:
        await bench.client.get("/", cast_to=None)
    assert (bench.sent, bench.clock.sleeps) == (1, [])
    assert caught.value.__notes__ == [
        "sdkbase gave up after 1 attempt: the next attempt would come in 20 s, after the deadline"
    ]


# --- deadline -------------------------------------------------------------------------------


async def test_waits_count_towards_the_deadline() -> None:
    bench = Bench(after(retry_after="4"), deadline=10)
    with pytest.raises(ServiceUnavailableError) as caught:
        await bench.client.get("/", cast_to=None)
    # Attempts at 0, 4 and 8 seconds; the one at 12 would be too late.
    assert (bench.sent, bench.clock.sleeps) == (3, [4.0, 4.0])
    assert caught.value.attempts == 3


async def test_the_deadline_of_the_call_wins() -> None:
    bench = Bench(after(retry_after="4"), 200, deadline=1)
    options = RequestOptions(deadline=None)
    assert (await bench.client.get("/", options=options)).status_code == 200


async def test_a_deadline_that_passes_in_an_attempt_is_told_as_such() -> None:
    class Slow(Script):
        def answer(self, request: httpx.Request) -> httpx.Response:
            clock.now += 3
            raise httpx.ReadTimeout("slow")

    clock, wire = AsyncVirtualClock(), Slow(200)
    async with AsyncHttpClient(BASE, transport=wire, clock=clock, deadline=2) as client:
        with pytest.raises(DeadlineExceededError) as caught:
            await client.get("/")
    assert isinstance(caught.value, httpx.TimeoutException)
    assert caught.value.attempts == 1
