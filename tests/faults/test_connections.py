"""Connections: kept alive, dropped when stale, never trusted when an answer was cut short."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from sdkbase import (
    AsyncHttpClient,
    PoolConfig,
    PoolTimeoutError,
    RetryConfig,
    SyncHttpClient,
    TimeoutConfig,
    TransportError,
)
from tests.backend_differences import LEFTOVERS
from tests.faults.driver import ask, drive, in_thread, run_async
from tests.faults.server import FaultServer
from tests.scale import scaled

NO_RETRIES = RetryConfig(max_retries=0)


def test_a_connection_is_used_again(server: FaultServer, colour: str) -> None:
    paths = ("/ok", "/empty", "/chunked", "/503", "/early-hints")
    outcomes = drive(
        colour,
        [ask("GET", path) for path in paths] * 4,
        base_url=server.url,
        retry_config=NO_RETRIES,
    )
    assert server.accepted == 1
    assert [outcome.result for outcome in outcomes[:3]] == ["HTTP 200", "HTTP 204", "HTTP 200"]


@pytest.mark.parametrize("path", ["/ok-close", "/until-close", "/ok-then-close"])
def test_a_closed_connection_is_replaced(server: FaultServer, colour: str, path: str) -> None:
    outcomes = drive(colour, [ask("GET", path)] * 5, base_url=server.url)
    assert [outcome.result for outcome in outcomes] == ["HTTP 200"] * 5
    assert server.accepted == 5


@pytest.mark.parametrize(
    "fault",
    ["short", "short-500", "chunk-cut", "chunk-no-end", "chunk-bad", "gzip-cut", "half-head"],
)
@pytest.mark.parametrize("method", ["GET", "STREAM"])
def test_an_answer_cut_short_is_never_a_success(
    server: FaultServer, colour: str, method: str, fault: str
) -> None:
    def discarded() -> None:
        if fault != "gzip-cut":
            assert server.settles(lambda: server.open == 0)

    (outcome,) = drive(
        colour,
        [ask(method, f"/{fault}")],
        at_end=discarded,
        base_url=server.url,
        retry_config=NO_RETRIES,
    )
    assert isinstance(outcome.error, TransportError), outcome


def test_every_cut_of_a_response_is_an_error(server: FaultServer, colour: str) -> None:
    """An answer that ends early, wherever, is an error; only the whole one is a success."""
    whole = len(CUT_WHOLE)
    asks = [ask("GET", f"/cut-{length}") for length in range(whole + 1)]
    outcomes = drive(colour, asks, base_url=server.url, retry_config=NO_RETRIES)
    assert [outcome.result == "HTTP 200" for outcome in outcomes] == [False] * whole + [True]


CUT_WHOLE = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"


SESSIONS = 5
RACES = scaled(full=200, ci=30)


@pytest.mark.usefixtures("uncovered")
def test_stale_connections_never_fail_a_get(server: FaultServer, colour: str) -> None:
    """The server closes each connection just when the client may take it for the next call."""
    paths = [f"/idle-{5 + n % 5}" for n in range(RACES)]
    with ThreadPoolExecutor(SESSIONS) as threads:
        sessions = [threads.submit(_with_pauses, colour, server, paths) for _ in range(SESSIONS)]
        outcomes = [session.result() for session in sessions]
    assert outcomes == [[200] * RACES] * SESSIONS
    assert server.accepted > 2 * SESSIONS


def _with_pauses(colour: str, server: FaultServer, paths: list[str]) -> list[int]:
    """Call each path, and the next one about when the server closes the connection."""
    pauses = [0.003 + 0.0005 * (n % 10) for n in range(len(paths))]
    retries = RetryConfig(max_retries=1, backoff_factor=0.0)

    def sync_calls() -> list[int]:
        statuses = []
        with SyncHttpClient(server.url, retry_config=retries, trust_env=False) as client:
            for path, pause in zip(paths, pauses, strict=True):
                statuses.append(client.get(path).status_code)
                time.sleep(pause)
        return statuses

    async def async_calls() -> list[int]:
        statuses = []
        async with AsyncHttpClient(server.url, retry_config=retries, trust_env=False) as client:
            for path, pause in zip(paths, pauses, strict=True):
                statuses.append((await client.get(path)).status_code)
                await anyio.sleep(pause)
        return statuses

    return in_thread(sync_calls if colour == "sync" else lambda: run_async(colour, async_calls))


def test_a_post_meets_a_stale_connection(server: FaultServer, colour: str) -> None:
    """It may fail, but the server never sees it twice."""
    asks = [ask("POST", f"/idle-0?n={n}", json_data={"n": n}) for n in range(SESSIONS * RACES)]
    outcomes = drive(colour, asks, base_url=server.url)
    bodies = [request.body for request in server.requests]
    assert len(bodies) == len(set(bodies))
    answered = sum(outcome.result == "HTTP 200" for outcome in outcomes)
    assert answered <= len(bodies)
    assert {outcome.result for outcome in outcomes} <= {
        "HTTP 200",
        "ConnectionLostError",
        "ProtocolError",
    }


@pytest.mark.parametrize("extra", LEFTOVERS)
def test_what_comes_behind_an_answer(
    server: FaultServer, colour: str, backend: str, extra: str
) -> None:
    """The next call must not take it for its own answer; where it does, that is written down."""
    asks = [ask("GET", f"/{extra}"), ask("POST", "/echo", json_data={"id": 9}, cast_to=dict)]
    _, after = drive(colour, asks, base_url=server.url)
    assert after.result == LEFTOVERS[extra].get(backend, "{'id': 9}")
    # Whatever it is told, a POST is not sent again because of it.
    assert len(server.seen("/echo")) <= 1  # who answers too early may not have read it yet


def test_an_idle_connection_is_closed_after_its_expiry(server: FaultServer, colour: str) -> None:
    pool = PoolConfig(keepalive_expiry=0.001)
    drive(colour, [ask("GET", "/after-0.01-ok")] * 3, base_url=server.url, pool_config=pool)
    fresh = server.accepted
    drive(colour, [ask("GET", "/ok")] * 3, base_url=server.url)
    assert (fresh, server.accepted) in {(1, 2), (2, 3), (3, 4)}


@pytest.mark.usefixtures("uncovered")
def test_two_thousand_tasks_share_fifty_connections(server: FaultServer) -> None:
    async def main() -> list[int]:
        pool = PoolConfig(max_connections=50)
        async with AsyncHttpClient(server.url, pool_config=pool, trust_env=False) as client:
            responses = await asyncio.gather(*(client.get("/ok") for _ in range(2000)))
        return [response.status_code for response in responses]

    assert asyncio.run(main()) == [200] * 2000
    assert server.peak <= 50


def test_no_place_in_time_is_an_error(server: FaultServer, colour: str) -> None:
    settings: dict[str, Any] = {
        "pool_config": PoolConfig(max_connections=1),
        "timeout_config": TimeoutConfig(pool=0.05),
        "retry_config": NO_RETRIES,
        "trust_env": False,
    }

    def sync_call() -> None:
        with (
            SyncHttpClient(server.url, **settings) as client,
            client.stream("GET", "/stalled"),
            pytest.raises(PoolTimeoutError, match="none of (the 1|its) connections came free"),
        ):
            client.get("/ok")

    async def async_call() -> None:
        async with (
            AsyncHttpClient(server.url, **settings) as client,
            client.stream("GET", "/stalled"),
        ):
            with pytest.raises(PoolTimeoutError, match="none of (the 1|its) connections came free"):
                await client.get("/ok")

    in_thread(sync_call if colour == "sync" else lambda: run_async(colour, async_call))
    assert server.seen("/ok") == []


@pytest.mark.parametrize("colour", ["asyncio", "trio"])
def test_first_come_first_served(server: FaultServer, colour: str) -> None:
    async def main() -> None:
        pool = PoolConfig(max_connections=2)
        async with (
            AsyncHttpClient(server.url, pool_config=pool, trust_env=False) as client,
            anyio.create_task_group() as group,
        ):
            for number in range(40):
                group.start_soon(client.get, f"/ok?n={number}")
                await anyio.lowlevel.checkpoint()

    run_async(colour, main)
    order = [int(request.target.partition("=")[2]) for request in server.requests]
    # Two are under way at once, so neighbours may swap; nobody is overtaken by more.
    assert all(abs(place - number) <= 1 for place, number in enumerate(order))


# --- streams -------------------------------------------------------------------------------------

ONE = PoolConfig(max_connections=1)


def _one(server: FaultServer) -> AsyncHttpClient:
    return AsyncHttpClient(
        server.url, pool_config=ONE, timeout_config=TimeoutConfig(pool=0.5), trust_env=False
    )


# trio warns of the generators inside httpx's aiter_bytes, which a break can't close.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("colour", ["asyncio", "trio"])
@pytest.mark.parametrize("leave", ["unread", "half", "error", "cancel"])
def test_a_stream_left_early_gives_its_place_back(
    server: FaultServer, colour: str, leave: str
) -> None:
    async def main() -> None:
        async with _one(server) as client:
            for _ in range(3):
                with suppress(KeyError), anyio.move_on_after(0.05 if leave == "cancel" else 5):
                    async with client.stream("GET", "/drip") as response:
                        if leave == "half":
                            async for _ in response.aiter_bytes():
                                break
                        elif leave == "error":
                            raise KeyError
                        elif leave == "cancel":
                            await response.aread()
                assert (await client.get("/ok")).status_code == 200

    run_async(colour, main)
    assert server.settles(lambda: server.open == 0)
    assert server.accepted == 4 or server.accepted == 6


class _Raises:
    def after_response(self, response: object) -> None:
        raise KeyError("broken hook")


def test_a_broken_hook_gives_the_place_of_a_stream_back(server: FaultServer, colour: str) -> None:
    settings: dict[str, Any] = {
        "pool_config": ONE,
        "timeout_config": TimeoutConfig(pool=0.2),
        "interceptors": [_Raises()],
        "trust_env": False,
    }

    def sync_calls() -> None:
        with SyncHttpClient(server.url, **settings) as client:
            for _ in range(3):
                with pytest.raises(KeyError), client.stream("GET", "/ok"):
                    pass

    async def async_calls() -> None:
        async with AsyncHttpClient(server.url, **settings) as client:
            for _ in range(3):
                with pytest.raises(KeyError):
                    async with client.stream("GET", "/ok"):
                        pass

    in_thread(sync_calls if colour == "sync" else lambda: run_async(colour, async_calls))
    assert server.settles(lambda: server.open == 0)


@pytest.mark.parametrize("fault", ["loop", "bad-location", "503", "to-ok"])
def test_a_failed_stream_gives_its_place_back(server: FaultServer, colour: str, fault: str) -> None:
    outcomes = drive(
        colour,
        [ask("STREAM", f"/{fault}")] * 3 + [ask("GET", "/ok")],
        base_url=server.url,
        pool_config=ONE,
        timeout_config=TimeoutConfig(pool=0.2),
    )
    assert outcomes[-1].result == "HTTP 200"
    assert "PoolTimeoutError" not in {outcome.result for outcome in outcomes}
