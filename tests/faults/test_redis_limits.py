"""Limits that processes share, in a real Redis: never exceeded, and clear when it is gone."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from sdkbase import (
    AsyncClock,
    AsyncRedisRateLimitStore,
    DeadlineExceededError,
    RateLimiter,
    RateLimitStoreError,
    SyncClock,
    SyncRedisRateLimitStore,
)
from sdkbase._async import redis_limits as async_limits
from sdkbase._async.turns import AsyncTurns
from sdkbase._policy.deadline import NO_DEADLINE, Deadline
from sdkbase._sync import redis_limits as sync_limits
from sdkbase._sync.turns import SyncTurns
from sdkbase.errors import ConfigurationError, InvalidRequestError
from tests.faults.redis_caller import CALL
from tests.servers.process import free_port, program

ROOT = Path(__file__).parents[2]
PASSWORD = "canary-canary-canary"


class Redis:
    """A Redis server of the test's own, on a port of this machine."""

    def __init__(self, folder: Path) -> None:
        server = program("REDIS_SERVER_BINARY", "redis-server")
        self.port: int = free_port()
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"
        self._command = [server, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._command += ["--dir", str(folder), "--requirepass", PASSWORD]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.monotonic() < end and self._process.poll() is None
                time.sleep(0.02)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    server = Redis(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@contextmanager
def black_hole() -> Generator[str]:
    """Give the URL of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}"


def in_loop(backend: str, function: Callable[[], Any]) -> Any:
    return anyio.run(function, backend=backend)


COLOURS = ["sync", "asyncio", "trio"]


def ask(
    colour: str, url: str, *costs: float, name: str = "n", window: float = 60.0, **options: Any
) -> list[float]:
    """Ask a store of that colour for calls that cost so much, of a limit of one in a window."""
    if colour == "sync":
        store = SyncRedisRateLimitStore(url, name, **options)
        return [store.acquire("", cost, 1, window) for cost in costs]

    async def asked() -> list[float]:
        store = AsyncRedisRateLimitStore(url, name, **options)
        return [await store.acquire("", cost, 1, window) for cost in costs]

    return list(in_loop(colour, asked))


# --- what is promised -----------------------------------------------------------------------


def over_the_limit(grants: list[tuple[float, float]], requests: int) -> bool:
    """Tell whether more were granted in some second than the limit allows, beyond all doubt."""
    return any(
        sum(start <= before and after < start + 1.0 for before, after in grants) > requests
        for start, _ in grants
    )


def test_four_processes_never_exceed_a_limit_that_they_share(redis: Redis) -> None:
    requests, seconds = 10, 2.5
    command = [sys.executable, "-m", "tests.faults.redis_caller", redis.url, str(requests)]
    callers = [
        subprocess.Popen(
            [*command, str(seconds)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    for caller in callers:  # all begin together
        assert caller.stdout is not None and caller.stdout.readline() == b"ready\n"
    for caller in callers:
        assert caller.stdin is not None
        caller.stdin.write(b"go\n")
        caller.stdin.flush()
    answers = [caller.communicate(timeout=60)[0] for caller in callers]
    granted = [[(float(a), float(b)) for a, b in json.loads(answer)] for answer in answers]
    together = sorted(grant for grants in granted for grant in grants)
    assert not over_the_limit(together, requests)
    # And it is used: more than one window's worth, by all of them at the same time.
    assert len(together) > requests
    assert max(grants[0][0] for grants in granted) < min(grants[-1][1] for grants in granted)


def test_the_check_above_can_fail() -> None:
    grants = [(0.1 * number, 0.1 * number + 0.01) for number in range(20)]
    assert not over_the_limit(grants, 10)
    assert over_the_limit([*grants, (0.55, 0.56)], 10)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_both_colours_share_what_they_count(redis: Redis, backend: str) -> None:
    one, other = SyncRedisRateLimitStore(redis.url, backend), AsyncRedisRateLimitStore
    assert [one.acquire("k", 1, 3, 60) for _ in range(2)] == [0.0, 0.0]

    async def ask() -> list[float]:
        store = other(redis.url, backend)
        costs = (2, 1, 1)
        return [await store.acquire("k", cost, 3, 60) for cost in costs]

    refused, granted, late = in_loop(backend, ask)
    assert granted == 0.0
    assert 0 < refused <= 60 and 0 < late <= 60
    # Another key, another name and other numbers are other limits.
    assert one.acquire("other", 1, 3, 60) == 0.0
    assert one.acquire("k", 1, 4, 60) == 0.0
    assert SyncRedisRateLimitStore(redis.url, f"{backend}-2").acquire("k", 1, 3, 60) == 0.0


@pytest.mark.parametrize("colour", COLOURS)
def test_callers_of_one_process_go_in_order(redis: Redis, colour: str) -> None:
    order: list[int] = []

    def sync() -> None:
        store = SyncRedisRateLimitStore(redis.url, colour)
        turns = SyncTurns(RateLimiter(2, 1.0, store=store), SyncClock())
        order.extend(number for number in range(4) if turns.wait(CALL, NO_DEADLINE) is None)

    async def both() -> None:
        store = AsyncRedisRateLimitStore(redis.url, colour)
        turns = AsyncTurns(RateLimiter(2, 1.0, store=store), AsyncClock())

        async def one(number: int) -> None:
            await turns.wait(CALL, NO_DEADLINE)
            order.append(number)

        async with anyio.create_task_group() as group:
            for number in range(4):
                group.start_soon(one, number)
                await anyio.sleep(0.02)

    start = time.monotonic()
    sync() if colour == "sync" else in_loop(colour, both)
    assert time.monotonic() - start >= 1.0
    assert order == list(range(4))


# --- Redis is gone --------------------------------------------------------------------------


def test_the_error_names_the_store_and_no_secret(redis: Redis) -> None:
    store = SyncRedisRateLimitStore(redis.url, "gone")
    limiter = RateLimiter(2, 1.0, store=store)
    turns = SyncTurns(limiter, SyncClock())
    turns.wait(CALL, NO_DEADLINE)
    redis.stop()
    try:
        with pytest.raises(RateLimitStoreError, match=r"'gone', redis://.*127\.0\.0\.1") as caught:
            turns.wait(CALL, NO_DEADLINE)
        assert "does not answer: Error" in str(caught.value)
        assert PASSWORD not in f"{caught.value!r}{caught.value.__cause__!r}{store!r}{limiter!r}"
        assert limiter.snapshot().waiting == 0
    finally:
        redis.start()
    # The connection that broke is replaced by itself.
    turns.wait(CALL, NO_DEADLINE)


@pytest.mark.parametrize("colour", COLOURS)
def test_a_wrong_password_is_not_shown(redis: Redis, colour: str) -> None:
    wrong = f"redis://:wrong-{PASSWORD}@127.0.0.1:{redis.port}"
    with pytest.raises(RateLimitStoreError, match=r"(?i)password|auth") as caught:
        ask(colour, wrong, 1)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(("left_alone", "told"), [(60.0, 1), (0.0, 3)])
def test_without_the_store_calls_go_on_and_ask_again_later(
    colour: str, left_alone: float, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors: list[RateLimitStoreError] = []
    for module in (async_limits, sync_limits):
        monkeypatch.setattr(module, "_LEFT_ALONE", left_alone)
    with socket.socket() as reserved:  # bound and not listening: refuses
        reserved.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{reserved.getsockname()[1]}"
        assert ask(colour, url, 1, 1, 1, on_failure=errors.append) == [0.0, 0.0, 0.0]
    assert len(errors) == told


def test_without_the_store_each_process_keeps_its_own_pace(redis: Redis) -> None:
    errors: list[RateLimitStoreError] = []
    store = SyncRedisRateLimitStore(redis.url, "pace", on_failure=errors.append)
    turns = SyncTurns(RateLimiter(2, 1.0, store=store), SyncClock())
    redis.stop()
    try:
        start = time.monotonic()
        for _ in range(3):
            turns.wait(CALL, NO_DEADLINE)
        assert time.monotonic() - start >= 0.5
    finally:
        redis.start()
    assert len(errors) == 1


def test_a_store_that_never_answers_has_its_own_limit() -> None:
    with black_hole() as url:
        turns = SyncTurns(
            RateLimiter(2, 1.0, store=SyncRedisRateLimitStore(url, "x", timeout=0.2)), SyncClock()
        )
        with pytest.raises(RateLimitStoreError, match="does not answer: Timeout"):
            turns.wait(CALL, NO_DEADLINE)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_deadline_and_cancellation_do_not_wait_for_the_store(backend: str) -> None:
    async def scenario(url: str) -> None:
        limiter = RateLimiter(1, 60.0, store=AsyncRedisRateLimitStore(url, "x", timeout=5))
        turns, clock = AsyncTurns(limiter, AsyncClock()), AsyncClock()
        start = clock.monotonic()
        with pytest.raises(DeadlineExceededError) as caught:
            await turns.wait(CALL, Deadline(0.2, start))
        assert not caught.value.sent
        with anyio.move_on_after(0.2) as scope:
            await turns.wait(CALL, NO_DEADLINE)
        assert scope.cancelled_caught
        assert clock.monotonic() - start < 4
        assert limiter.snapshot().waiting == 0

    with black_hole() as url:
        anyio.run(scenario, url, backend=backend)


# --- wrong use ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"url": "memcached://:secret-secret@h"}, "url must be a string that begins with redis://"),
        ({"url": None}, "url must be a string"),
        ({"url": "redis://:secret-secret@h:port/0"}, "url of Redis: "),
        ({"name": ""}, "name must be a string that is not empty, got ''"),
        ({"timeout": 0}, "timeout must be a finite number"),
        ({"on_failure": "log"}, "on_failure must be a function"),
    ],
)
@pytest.mark.parametrize("store", [SyncRedisRateLimitStore, AsyncRedisRateLimitStore])
def test_wrong_arguments(store: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        store(**{"url": "redis://127.0.0.1", "name": "n"} | arguments)
    assert "secret-secret" not in str(caught.value)


@pytest.mark.parametrize("colour", COLOURS)
def test_windows_and_costs_that_redis_can_not_count(colour: str) -> None:
    with pytest.raises(ConfigurationError, match=r"time_window must be whole seconds.*got 0\.5"):
        ask(colour, "redis://127.0.0.1", 1, window=0.5)
    with pytest.raises(InvalidRequestError, match=r"cost of a call must be whole.*got 1\.5"):
        ask(colour, "redis://127.0.0.1", 1.5)


@pytest.mark.parametrize("store", [SyncRedisRateLimitStore, AsyncRedisRateLimitStore])
def test_without_the_extra(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "limits.storage", None)
    with pytest.raises(ConfigurationError, match=r"needs the extra 'redis': pip install"):
        store("redis://127.0.0.1", "n")


def test_the_extra_is_loaded_by_those_who_use_it_only() -> None:
    code = (
        "import sys, sdkbase; sdkbase.RateLimiter(); sdkbase.SyncRedisRateLimitStore; "
        "sdkbase.SyncHttpClient('https://a.example', rate_limiter=sdkbase.RateLimiter()); "
        "print(sorted({'limits', 'redis'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_store_of_the_other_colour_is_refused() -> None:
    url = "redis://127.0.0.1"
    for_async = RateLimiter(store=AsyncRedisRateLimitStore(url, "n"))
    assert repr(for_async.store) == "AsyncRedisRateLimitStore('redis://127.0.0.1', 'n')"
    for_sync = RateLimiter(store=SyncRedisRateLimitStore(url, "n"))
    with pytest.raises(ConfigurationError, match="AsyncRedisRateLimitStore does not serve sync"):
        SyncTurns(for_async, SyncClock())
    with pytest.raises(ConfigurationError, match="SyncRedisRateLimitStore does not serve async"):
        AsyncTurns(for_sync, AsyncClock())
    with pytest.raises(ConfigurationError, match=r"store must have the method acquire\(key"):
        RateLimiter(store="redis://")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
