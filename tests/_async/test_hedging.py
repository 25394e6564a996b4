"""Hedging: which attempt wins, what the others cost, and that nothing is left of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sdkbase import (
    AsyncClock,
    AsyncHttpClient,
    AttemptTimeout,
    Bulkhead,
    Call,
    CircuitBreaker,
    ConnectionLostError,
    Hedging,
    NotFoundError,
    PoolConfig,
    RateLimiter,
    Reply,
    RequestInterceptor,
    RequestOptions,
    RetryConfig,
    TimeoutConfig,
)
from sdkbase._concurrency import ThreadLock
from sdkbase._concurrency._workers import Workers, workers
from tests.faults.answers import answer_of
from tests.faults.server import FaultServer

BASE = "https://api.example"
NO_RETRIES = RetryConfig(max_retries=0)
OUTRUN = "cancelled: another attempt was faster"
Step = int | str


class Steps:
    """
    A transport that does what each attempt is told: a status, at once or after another attempt.

    `hold` waits until it is cancelled; `slow` takes 30 ms; `after-503` does so once a later attempt
    has been made; `lost` loses the connection.
    """

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.made = 0
        self.ended = 0
        self.calls: list[Call] = []
        self._lock = ThreadLock()

    async def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        with self._lock:
            number = self.made
            self.made += 1
            self.calls.append(call)
            step = self.steps[min(number, len(self.steps) - 1)]
        try:
            return await self._answer(step, number, call)
        finally:
            with self._lock:
                self.ended += 1

    async def _answer(self, step: Step, number: int, call: Call) -> Reply:
        if step == "hold":
            await AsyncClock().sleep(60)
        if step == "slow":
            await AsyncClock().sleep(0.03)
        if isinstance(step, str) and step.startswith("after-"):
            while self.made <= number + 1:
                await AsyncClock().sleep(0.001)
            await AsyncClock().sleep(0.02)
        if isinstance(step, str) and step.endswith("lost"):
            raise ConnectionLostError("lost", request=call.redacted_request())
        return Reply(503 if step in (503, "after-503") else 404 if step == 404 else 200, [], b"{}")

    async def aclose(self) -> None: ...

    async def rests(self) -> None:
        """Wait until every attempt is over."""
        await rests(lambda: self.ended == self.made)


def client_of(wire: Any, hedging: Hedging | None = None, **settings: Any) -> Any:
    settings.setdefault("retry_config", NO_RETRIES)
    hedging = hedging or Hedging(delay=0.005)
    return AsyncHttpClient(BASE, hedging=hedging, transport=wire, **settings)


async def test_a_quick_call_is_not_hedged() -> None:
    wire = Steps(200)
    client = client_of(wire, Hedging(delay=30))
    assert (await client.get("/")).status_code == 200
    assert wire.made == 1


async def test_the_second_attempt_wins_and_the_first_is_cancelled() -> None:
    wire = Steps("hold", 200)
    client = client_of(wire)
    assert (await client.get("/users/7")).status_code == 200
    await wire.rests()
    assert wire.made == 2 and client.get_metrics()[-1].attempts == 2
    assert wire.calls[0] is not wire.calls[1]
    assert {call.url for call in wire.calls} == {f"{BASE}/users/7"}


async def test_the_first_attempt_may_still_win() -> None:
    wire = Steps("after-200", "hold")
    assert (await client_of(wire).get("/")).status_code == 200
    await wire.rests()
    assert wire.made == 2


async def test_there_are_no_more_hedges_than_allowed() -> None:
    wire = Steps("hold", "hold", "after-200", "hold")
    assert (await client_of(wire, Hedging(delay=0.005, max_hedges=3)).get("/")).status_code == 200
    await wire.rests()
    assert wire.made == 4


@pytest.mark.parametrize("failed", [503, "lost"])
async def test_a_failure_waits_for_the_attempt_that_is_still_out(failed: Step) -> None:
    wire = Steps("after-200", failed)
    assert (await client_of(wire).get("/")).status_code == 200
    await wire.rests()


async def test_an_answer_that_no_other_attempt_would_mend_ends_it() -> None:
    wire = Steps("hold", 404)
    assert (await client_of(wire).get("/")).status_code == 404
    await wire.rests()


async def test_what_fails_before_the_delay_is_left_to_the_retries() -> None:
    wire = Steps(503, 200)
    retries = RetryConfig(max_retries=1, backoff_factor=0)
    client = client_of(wire, Hedging(delay=30), retry_config=retries)
    assert (await client.get("/")).status_code == 200
    assert wire.made == 2 and client.get_metrics()[-1].attempts == 2


async def test_when_all_fail_the_last_failure_is_what_the_retries_see() -> None:
    wire = Steps("after-503", "lost")
    assert (await client_of(wire).get("/")).status_code == 503
    wire = Steps("after-503", "lost", 200)
    retries = RetryConfig(max_retries=1, backoff_factor=0)
    assert (await client_of(wire, retry_config=retries).get("/")).status_code == 200
    assert wire.made == 3


async def test_an_error_tells_of_every_attempt() -> None:
    wire = Steps("after-lost", 503)
    with pytest.raises(ConnectionLostError) as caught:
        await client_of(wire).get("/")
    outcomes = [attempt.outcome for attempt in caught.value.history]
    assert outcomes == ["HTTP 503", "ConnectionLostError"]
    wire = Steps("hold", 404)
    with pytest.raises(NotFoundError) as missing:
        await client_of(wire).get("/", cast_to=dict)
    assert [attempt.outcome for attempt in missing.value.history] == [OUTRUN, "HTTP 404"]
    await wire.rests()


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("POST", {"json_data": {}}),
        ("PUT", {"json_data": {}}),
        ("DELETE", {}),
        ("POST", {"json_data": {}, "options": RequestOptions(idempotency_key="k")}),
        (
            "POST",
            {"content": lambda: iter([b"x"]), "options": RequestOptions(idempotent=True)},
        ),
    ],
)
async def test_what_may_change_something_is_not_hedged(method: str, args: dict[str, Any]) -> None:
    wire = Steps("slow")
    client = client_of(wire, Hedging(delay=0))
    assert (await client.request(method, "/", **args)).status_code == 200
    assert wire.made == 1


async def test_a_post_that_changes_nothing_is_hedged() -> None:
    wire = Steps("hold", 200)
    options = RequestOptions(idempotent=True)
    assert (await client_of(wire).post("/", json_data={}, options=options)).status_code == 200
    await wire.rests()
    assert wire.made == 2


async def test_hedges_take_from_the_retry_quota() -> None:
    wire = Steps("hold", 200, "slow")
    client = client_of(wire, retry_config=RetryConfig(max_retries=0, retry_quota=5))
    await client.get("/")
    await client.get("/")
    await wire.rests()
    assert wire.made == 3


async def test_a_hedge_takes_a_place_and_a_turn() -> None:
    wire = Steps("slow")
    client = client_of(wire, bulkhead=Bulkhead(1, max_queue=0))
    assert (await client.get("/")).status_code == 200
    assert wire.made == 1  # there was no place for the hedge
    assert is_empty(client)
    limited = client_of(wire, rate_limiter=RateLimiter(1, 60.0))
    assert (await limited.get("/")).status_code == 200
    assert wire.made == 2  # its turn comes in a minute


async def test_a_hedge_asks_the_breaker() -> None:
    wire, breaker = Steps(503, "slow"), CircuitBreaker(consecutive_failures=1, open_seconds=0.2)
    client = client_of(wire, circuit_breaker=breaker)
    await client.get("/")
    await AsyncClock().sleep(0.21)
    assert (await client.get("/")).status_code == 200
    assert wire.made == 2  # a half-open circuit lets one probe through


async def test_where_no_thread_is_free_calls_are_not_hedged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sdkbase._concurrency._race.workers", Workers(most=0))
    wire = Steps("slow")
    assert (await client_of(wire).get("/")).status_code == 200
    await wire.rests()


class Counting(RequestInterceptor):
    def __init__(self) -> None:
        self.before = 0
        self.after = 0

    def before_request(self, request: httpx.Request) -> None:
        self.before += 1

    def after_response(self, response: httpx.Response) -> None:
        self.after += 1


async def test_interceptors_see_each_attempt() -> None:
    wire, counting = Steps("hold", 200), Counting()
    await client_of(wire, interceptors=[counting]).get("/")
    await wire.rests()
    assert (counting.before, counting.after) == (2, 1)


async def test_the_delay_is_learnt() -> None:
    wire = Steps(200)
    client = client_of(wire, Hedging(percentile=0.9))
    for _ in range(20):
        await client.get("/")
    assert wire.made == 20
    wire.steps = [*["hold"] * 21, 200]
    assert (await client.get("/")).status_code == 200
    await wire.rests()
    assert wire.made == 22


# --- on the wire ------------------------------------------------------------------------------


@pytest.fixture
def server() -> Any:
    with FaultServer(answer_of) as running:
        yield running


def is_empty(client: Any) -> bool:
    return repr(client._bulkhead).endswith("inside=0 in_use=0>")


async def rests(condition: Callable[[], bool]) -> None:
    """Wait until *condition* holds: in sync, threads that lost end a moment later."""
    for _ in range(1000):
        if condition():
            return
        await AsyncClock().sleep(0.002)
    raise AssertionError("it never rests")


@pytest.mark.parametrize("first", ["black-hole", "loris", "after-0.05-ok"])
async def test_nothing_is_left_of_hedged_calls(
    server: FaultServer, first: str, backend: str
) -> None:
    # The fast transport can not call a request back: there, a loser stays until a limit ends it.
    room, read, calls = (40, 0.5, 20) if backend == "reqwest" else (4, 30.0, 70)
    async with AsyncHttpClient(
        server.url,
        hedging=Hedging(delay=0.002),
        retry_config=RetryConfig(max_retries=0, retry_quota=None),
        timeout_config=TimeoutConfig(read=read),
        pool_config=PoolConfig(max_connections=room),
        bulkhead=Bulkhead(room),
        trust_env=False,
    ) as client:
        for _ in range(calls):
            assert (await client.get(server.script(first, "ok"))).status_code == 200
        await rests(lambda: server.busy == 0)
        await rests(lambda: is_empty(client))
    await rests(lambda: server.open == 0)
    assert len(workers.alive) <= 2 * room
