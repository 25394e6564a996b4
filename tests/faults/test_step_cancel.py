"""A call that is cancelled at any of its waits leaks no connection, place, token or task."""

from __future__ import annotations

import asyncio
import gc
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from typing import Any, Generic, TypeVar

import anyio
import msgspec
import pytest
import trio.lowlevel

from sdkbase import (
    AsyncHttpClient,
    AsyncPager,
    AsyncResource,
    OAuth2ClientCredentials,
    Observer,
    PageNumberPagination,
    PoolConfig,
    RateLimiter,
    RetryConfig,
    TimeoutConfig,
)
from sdkbase._async import prefetch
from sdkbase._async.token_source import AsyncTokens
from tests.faults.answers import answer_of, response
from tests.faults.driver import run_async
from tests.faults.server import Answer, Connection, FaultServer, Request
from tests.two_colour import START, AsyncVirtualClock

# It repeats the same lines very often.
pytestmark = pytest.mark.usefixtures("uncovered")

TOKENS = 10
HOUR = 3600.0
"""In virtual time: a token comes back in so long, and nothing else takes nearly as long."""


# --- what is cancelled --------------------------------------------------------------------------


class Item(msgspec.Struct):
    id: int


class Items(AsyncResource[Item]):
    path = "/pages"

    def list(self) -> AsyncPager[Item]:
        return self._paginate("", PageNumberPagination(items="items", total_pages="pages"))


async def get(client: AsyncHttpClient) -> None:
    await client.get("/ok")


async def post(client: AsyncHttpClient) -> None:
    await client.post("/echo", json_data={"n": 1})


async def stream(client: AsyncHttpClient) -> None:
    async with client.stream("GET", "/chunked") as response:
        async for _ in response.aiter_bytes():
            pass


async def stream_left(client: AsyncHttpClient) -> None:
    async with client.stream("GET", "/stalled"):
        pass


async def lines(client: AsyncHttpClient) -> None:
    async for _ in client.stream_lines("GET", "/chunked"):
        pass


async def retried(client: AsyncHttpClient) -> None:
    await client.get("/503")


async def pages(client: AsyncHttpClient) -> None:
    assert len(await Items(client).list().collect()) == 6


async def pages_ahead(client: AsyncHttpClient) -> None:
    assert len(await Items(client).list().prefetch(2).collect()) == 6


async def with_token(client: AsyncHttpClient) -> None:
    auth = OAuth2ClientCredentials(f"{client.base_url}/token", "me", "is-secret")
    await client.with_options(auth=auth).get("/ok")


async def in_line(client: AsyncHttpClient) -> None:
    limiter = client._settings.rate_limiter
    assert limiter is not None
    for _ in range(TOKENS):  # none is left at once
        limiter.begin(limiter.reserve(client._clock.monotonic()))
    await client.get("/ok")


Run = Callable[[AsyncHttpClient], Coroutine[Any, Any, None]]
CALLS: tuple[Run, ...] = (
    get,
    post,
    stream,
    stream_left,
    lines,
    retried,
    pages,
    pages_ahead,
    with_token,
    in_line,
)


async def page(_server: FaultServer, connection: Connection, request: Request) -> None:
    number = int((request.target.partition("page=")[2] or "1").partition("&")[0])
    items = [{"id": 2 * number}, {"id": 2 * number + 1}]
    await connection.send(response(msgspec.json.encode({"items": items, "pages": 3})))


async def token(_server: FaultServer, connection: Connection, _request: Request) -> None:
    await connection.send(response(b'{"access_token": "a-token", "expires_in": 9000}'))


def answer(name: str) -> Answer:
    return {"pages": page, "token": token}.get(name) or answer_of(name)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(answer) as running:
        yield running
    assert running.errors == []


@pytest.fixture(autouse=True, scope="module")
def quick_collections() -> Iterator[None]:
    """What is there already never becomes garbage, and need not be looked at each time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


T = TypeVar("T")
CURRENT: ContextVar[Strike] = ContextVar("CURRENT")


# --- how ----------------------------------------------------------------------------------------


class Strike:
    """Calls *strike* at the *step*th time that someone waits, just before."""

    def __init__(self, step: int) -> None:
        self._left = step
        self.strike: Callable[[], object] = int
        self.struck = False

    def tick(self) -> None:
        self.struck = self.struck or self._left == 0
        if self._left == 0:
            self.strike()
        self._left -= 1

    def counting(self, coroutine: Coroutine[Any, Any, T]) -> Counted[T]:
        """Return the same coroutine, with each of its waits counted."""
        return Counted(coroutine, self)


class Counted(Generic[T]):
    def __init__(self, coroutine: Coroutine[Any, Any, T], strike: Strike) -> None:
        self._coroutine = coroutine
        self._strike = strike

    def __await__(self) -> Generator[Any, Any, T]:
        waits = self._coroutine.__await__()
        go_on: Callable[[], Any] = partial(next, waits)
        while True:
            try:
                waited_for = go_on()
            except StopIteration as end:
                value: T = end.value
                return value
            self._strike.tick()
            try:
                go_on = partial(waits.send, (yield waited_for))
            except BaseException as error:
                go_on = partial(waits.throw, error)


@pytest.fixture(autouse=True)
def waits_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count also the waits of what a call starts beside itself."""

    def counted(function: Callable[..., Coroutine[Any, Any, T]]) -> Callable[..., Any]:
        async def run(*args: Any) -> T:
            return await CURRENT.get().counting(function(*args))

        return run

    monkeypatch.setattr(prefetch, "_step", counted(prefetch._step))
    monkeypatch.setattr(AsyncTokens, "_fly", counted(AsyncTokens._fly))


async def cancelled(times: int, coroutine: Coroutine[Any, Any, None], strike: Strike) -> None:
    """Cancel the task of a coroutine so often, in as many turns of the event loop."""

    def cancel() -> None:
        for turns in range(times):
            later(turns, task.cancel)

    async def run() -> None:
        await strike.counting(coroutine)

    strike.strike = cancel
    task = asyncio.ensure_future(run())
    with suppress(asyncio.CancelledError):
        await task


async def scoped(coroutine: Coroutine[Any, Any, None], strike: Strike) -> None:
    """Cancel a scope around a coroutine, which stays cancelled."""
    with anyio.CancelScope() as scope:
        strike.strike = scope.cancel
        await strike.counting(coroutine)


def later(turns: int, function: Callable[[], object]) -> None:
    """Call *function* after so many turns of the event loop."""
    if turns == 0:
        function()
    else:
        asyncio.get_running_loop().call_soon(later, turns - 1, function)


Way = Callable[[Coroutine[Any, Any, None], Strike], Awaitable[None]]
WAYS: list[tuple[str, Way]] = [
    ("asyncio", partial(cancelled, 1)),
    ("asyncio", partial(cancelled, 2)),
    ("asyncio", partial(cancelled, 3)),
    ("asyncio", scoped),
    ("trio", scoped),
]
NAMES = ["once", "twice", "thrice", "scope", "trio"]
# On the fast transport a call may be over without one wait, and a step is not the same twice.
STEPS = {"httpx": range(200), "httpx2": range(200), "reqwest": range(5)}
FEWEST_STRIKES = {"httpx": 3, "httpx2": 2, "reqwest": 0}


# --- what must not be left ----------------------------------------------------------------------


class Attempts(Observer):
    """Counts the attempts that began."""

    def __init__(self) -> None:
        self.begun = 0

    def attempt_started(self, method: str, url: str, template: str, attempt: int) -> None:
        self.begun += 1


class Trial:
    """A client with one place, and so *connections* at most, and what its calls took."""

    def __init__(self, server: FaultServer, connections: int) -> None:
        self._server = server
        self._connections = connections
        self._clock = AsyncVirtualClock()
        self._attempts = Attempts()
        self.limiter = RateLimiter(TOKENS, TOKENS * HOUR)
        self.client = AsyncHttpClient(
            server.url,
            pool_config=PoolConfig(max_connections=1),
            timeout_config=TimeoutConfig(pool=0.5),
            retry_config=RetryConfig(max_retries=1, retry_quota=None),
            rate_limiter=self.limiter,
            interceptors=[self._attempts],
            clock=self._clock,
            trust_env=False,
        )

    async def check(self, call: Run) -> None:
        """Nothing is left but one connection, and the next call works."""
        with anyio.fail_after(1):
            assert (await self.client.get("/ok")).status_code == 200
        assert await holds(lambda: self._server.open <= self._connections)
        assert await holds(lambda: tasks() == 1)
        taken = self._attempts.begun + (TOKENS if call is in_line else 0)
        come_back = (self._clock.now - START) / HOUR
        assert self._free_tokens() == int(TOKENS + come_back - taken)

    def _free_tokens(self) -> int:
        turns = (self.limiter.reserve(self._clock.now) for _ in itertools.count())
        free = itertools.takewhile(lambda turn: turn.ready_at <= self._clock.now, turns)
        return sum(1 for _ in free)


def tasks() -> int:
    """Return how many tasks there are that are not the event loop's own."""
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:
        return trio.lowlevel.current_statistics().tasks_living - TASKS_OF_TRIO


TASKS_OF_TRIO = 2


async def holds(condition: Callable[[], bool]) -> bool:
    for _ in range(1000):
        if condition():
            return True
        await anyio.sleep(0.001)
    return False


@pytest.mark.parametrize(("colour", "way"), WAYS, ids=NAMES)
@pytest.mark.parametrize("call", CALLS)
def test_a_cancel_at_every_wait(
    server: FaultServer, call: Run, colour: str, way: Way, backend: str
) -> None:
    # On the fast transport, limits of their own mean connections of their own.
    connections = 2 if backend == "reqwest" and call is with_token else 1

    async def struck(step: int, *, warm: bool) -> bool:
        trial = Trial(server, connections)
        async with trial.client as client:
            if warm:
                await client.get("/ok")
            strike = Strike(step)
            CURRENT.set(strike)
            await way(call(client), strike)
            await trial.check(call)
        assert await holds(lambda: server.open == 0)
        return strike.struck

    async def main() -> None:
        for warm in (False, True):
            strikes = 0
            for step in STEPS[backend]:
                hit = await struck(step, warm=warm)
                strikes += hit
                if backend != "reqwest" and not hit:
                    break
            assert strikes >= FEWEST_STRIKES[backend]
        gc.collect()

    run_async(colour, main)
