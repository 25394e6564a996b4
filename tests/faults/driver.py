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

from sdkbase import (
    AsyncHttpClient,
    Attempt,
    CallError,
    CallRecord,
    Observer,
    RetryConfig,
    SdkError,
    SyncHttpClient,
)

T = TypeVar("T")

HANGS_AFTER = 10.0
FAST_RETRIES = RetryConfig(max_retries=3, backoff_factor=0.001, retry_quota=None)


class Outcome(NamedTuple):
    """What came of one call."""

    result: str
    attempts: int
    seconds: float
    error: BaseException | None
    history: tuple[Attempt, ...] = ()

    @property
    def trace(self) -> tuple[str, int]:
        """The result in short."""
        return self.result, self.attempts


class Notes(Observer):
    """Writes down the attempts of one call after the other."""

    def __init__(self) -> None:
        self._attempts: list[Attempt] = []

    def retry_scheduled(
        self, method: str, url: str, template: str, attempt: int, delay: float, reason: str
    ) -> None:
        self._attempts.append(Attempt(attempt, reason, delay))

    def call_finished(self, record: CallRecord) -> None:
        if record.status_code is not None:
            last = Attempt(len(self._attempts) + 1, f"HTTP {record.status_code}")
            self._attempts.append(last)

    def take(self) -> tuple[Attempt, ...]:
        """Return the attempts of the last call."""
        attempts, self._attempts = tuple(self._attempts), []
        return attempts


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


def drive_at_once(colour: str, asks: list[Ask], **settings: Any) -> list[Outcome]:
    """Make all calls at the same time with one client: by a task each, or by a thread each."""
    settings = {"retry_config": FAST_RETRIES, "trust_env": False, **settings}
    if colour == "sync":
        return in_thread(lambda: _sync_at_once(asks, settings))
    return in_thread(lambda: run_async(colour, lambda: _async_at_once(asks, settings)))


def _sync_at_once(asks: list[Ask], settings: dict[str, Any]) -> list[Outcome]:
    with SyncHttpClient(**settings) as client, ThreadPoolExecutor(len(asks)) as threads:
        return list(threads.map(lambda call: _sync_outcome(client, call, Notes()), asks))


async def _async_at_once(asks: list[Ask], settings: dict[str, Any]) -> list[Outcome]:
    outcomes: list[Outcome] = []

    async def make(client: AsyncHttpClient, call: Ask) -> None:
        outcomes.append(await _async_outcome(client, call, Notes()))

    async with AsyncHttpClient(**settings) as client, anyio.create_task_group() as group:
        for call in asks:
            group.start_soon(make, client, call)
    return outcomes


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
    notes = Notes()
    with SyncHttpClient(**settings, interceptors=[notes]) as client:
        outcomes = [_sync_outcome(client, call, notes) for call in asks]
        at_end()
    return outcomes


async def _drive_async(
    asks: list[Ask], at_end: Callable[[], None], settings: dict[str, Any]
) -> list[Outcome]:
    notes = Notes()
    async with AsyncHttpClient(**settings, interceptors=[notes]) as client:
        outcomes = [await _async_outcome(client, call, notes) for call in asks]
        await anyio.to_thread.run_sync(at_end)
    return outcomes


def _sync_outcome(client: SyncHttpClient, call: Ask, notes: Notes) -> Outcome:
    started = time.monotonic()
    try:
        result = _sync_call(client, call.method, call.url, call.args)
    except SdkError as error:
        return _failure(error, started, notes)
    return _success(result, started, notes)


async def _async_outcome(client: AsyncHttpClient, call: Ask, notes: Notes) -> Outcome:
    started = time.monotonic()
    try:
        result = await _async_call(client, call.method, call.url, call.args)
    except SdkError as error:
        return _failure(error, started, notes)
    return _success(result, started, notes)


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


def _success(result: Any, started: float, notes: Notes) -> Outcome:
    seconds, history = time.monotonic() - started, notes.take()
    shown = f"HTTP {result.status_code}" if isinstance(result, httpx.Response) else repr(result)
    return Outcome(shown, len(history), seconds, None, history)


def _failure(error: SdkError, started: float, notes: Notes) -> Outcome:
    seconds, noted = time.monotonic() - started, notes.take()
    history = error.history if isinstance(error, CallError) else ()
    # What observers were told of retries, if they were, is what the error tells.
    retries = [attempt for attempt in noted if attempt.delay is not None]
    assert not noted or retries == [attempt for attempt in history if attempt.delay is not None]
    return Outcome(type(error).__name__, len(history), seconds, error, history)
