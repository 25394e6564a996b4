"""One script, three drivers: the async client under asyncio and trio, and the sync client."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

import anyio
import anyio.to_thread
import httpx

from sdkbase import AsyncHttpClient, CallError, RetryConfig, SdkError, SyncHttpClient

T = TypeVar("T")

HANGS_AFTER = 10.0
FAST_RETRIES = RetryConfig(max_retries=3, backoff_factor=0.001, retry_quota=None)


class Outcome(NamedTuple):
    """What came of one call."""

    result: str
    attempts: int
    seconds: float
    error: BaseException | None

    @property
    def trace(self) -> tuple[str, int]:
        """What must be the same in both colours."""
        return self.result, self.attempts


class Ask(NamedTuple):
    """One call to make."""

    method: str
    url: str
    args: dict[str, Any]


def ask(method: str, url: str, **args: Any) -> Ask:
    """Return a call to make; the method STREAM reads a GET chunk by chunk."""
    return Ask(method, url, args)


def run_async(colour: str, function: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run an async function to its end in a new event loop."""
    if colour == "asyncio":
        return asyncio.run(function())
    return anyio.run(function, backend=colour)


def drive(
    colour: str, asks: list[Ask], *, at_end: Callable[[], None] = lambda: None, **settings: Any
) -> list[Outcome]:
    """
    Make the calls one after the other with one client, and return what came of each.

    *at_end* is called while the client is still open.
    """
    settings = {"retry_config": FAST_RETRIES, "trust_env": False, **settings}
    if colour == "sync":
        return in_thread(lambda: _drive_sync(asks, at_end, settings))
    return in_thread(lambda: run_async(colour, lambda: _drive_async(asks, at_end, settings)))


def drive_each(colour: str, sessions: list[list[Ask]], **settings: Any) -> list[list[Outcome]]:
    """Drive every session with a client of its own, all at the same time."""
    with ThreadPoolExecutor(len(sessions)) as threads:
        running = [threads.submit(drive, colour, asks, **settings) for asks in sessions]
        return [session.result() for session in running]


def in_thread(function: Callable[[], T]) -> T:
    """Run a function in a thread, so that one that hangs fails instead of hanging the tests."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future.result(HANGS_AFTER)


def _drive_sync(
    asks: list[Ask], at_end: Callable[[], None], settings: dict[str, Any]
) -> list[Outcome]:
    outcomes = []
    with SyncHttpClient(**settings) as client:
        for method, url, args in asks:
            started = time.monotonic()
            try:
                outcomes.append(_success(_sync_call(client, method, url, args), started, client))
            except SdkError as error:
                outcomes.append(_failure(error, started))
        at_end()
    return outcomes


async def _drive_async(
    asks: list[Ask], at_end: Callable[[], None], settings: dict[str, Any]
) -> list[Outcome]:
    outcomes = []
    async with AsyncHttpClient(**settings) as client:
        for method, url, args in asks:
            started = time.monotonic()
            try:
                result = await _async_call(client, method, url, args)
                outcomes.append(_success(result, started, client))
            except SdkError as error:
                outcomes.append(_failure(error, started))
        await anyio.to_thread.run_sync(at_end)
    return outcomes


def _sync_call(client: SyncHttpClient, method: str, url: str, args: dict[str, Any]) -> Any:
    if method != "STREAM":
        return client.request(method, url, **args)
    with client.stream("GET", url, **args) as response:
        for _ in response.iter_bytes():
            pass
    return response


async def _async_call(client: AsyncHttpClient, method: str, url: str, args: dict[str, Any]) -> Any:
    if method != "STREAM":
        return await client.request(method, url, **args)
    async with client.stream("GET", url, **args) as response:
        async for _ in response.aiter_bytes():
            pass
    return response


def _success(result: Any, started: float, client: AsyncHttpClient | SyncHttpClient) -> Outcome:
    attempts = client.get_metrics()[-1].attempts
    shown = f"HTTP {result.status_code}" if isinstance(result, httpx.Response) else repr(result)
    return Outcome(shown, attempts, time.monotonic() - started, None)


def _failure(error: SdkError, started: float) -> Outcome:
    attempts = error.attempts if isinstance(error, CallError) else 0
    return Outcome(type(error).__name__, attempts, time.monotonic() - started, error)
