"""What many calls, clients and threads leave in memory: counted, never timed."""

from __future__ import annotations

import asyncio
import functools
import gc
import itertools
import pkgutil
import secrets
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, ClassVar

import httpx
import msgspec
import pytest

import sdkbase
from sdkbase import (
    AsyncHttpClient,
    AsyncResource,
    BearerAuth,
    Metrics,
    MetricsInterceptor,
    RequestOptions,
    RetryConfig,
    SdkError,
    SyncHttpClient,
    SyncResource,
)
from sdkbase._concurrency import AsyncScoped
from sdkbase._observe import metrics as metrics_module
from sdkbase._observe.observer import CallRecord
from sdkbase._wire import redaction
from sdkbase._wire.reply import Reply

# It repeats the same lines very often.
pytestmark = pytest.mark.usefixtures("uncovered")

_KEPT = 100
# More than caches hold and metrics keep; whole batches, so that as many calls wait to be counted
# before as after.
_FILLED = 25 * metrics_module._BATCH
_MORE = 5 * metrics_module._BATCH
_OTHER_CACHES = {"sdkbase.cli", "sdkbase.codegen"}  # they end with their command

Call = Callable[[int], object]


class User(msgspec.Struct):
    id: int


class Users(SyncResource[User]):
    path = "/users"

    def retrieve(self, number: int) -> User:
        return self._get("/{user_id}", number)

    def as_it_comes(self, number: int) -> User:
        return self._get(f"/{number}/profile")

    def with_all(self, number: int) -> User:
        return self._post(
            "/{user_id}",
            number,
            query={f"q{number}": secrets.token_hex(20)},
            headers={"x-api-key": secrets.token_hex(20), f"x-{number}": "1"},
            json_data={"n": number},
            options=RequestOptions(timeout=1 + number, idempotency_key=True),
        )

    def cast(self, number: int) -> object:
        local = msgspec.defstruct(f"Local{number}", [("id", int)])
        return self._get("/{user_id}", number, cast_to=local)


class AsyncUsers(AsyncResource[User]):
    path = "/users"

    async def retrieve(self, number: int) -> User:
        return await self._get("/{user_id}", number)


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_registry", type(redaction._registry)())


Answer = Callable[[int], Reply]
"""From the number of an answer to what it is."""


class Memory:
    """Answers without a wire."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._numbers = itertools.count()

    def send(self, call: Any, timeout: Any, *, stream: bool = False) -> Reply:
        return self._answer(next(self._numbers))

    def close(self) -> None: ...


class AsyncMemory(Memory):
    async def send(self, call: Any, timeout: Any, *, stream: bool = False) -> Reply:  # type: ignore[override]  # the other colour
        return super().send(call, timeout)

    async def aclose(self) -> None: ...


def _reply(status: int, content: object, *fields: tuple[bytes, bytes]) -> Reply:
    headers = [(b"content-type", b"application/json"), *fields]
    return Reply(status, headers, msgspec.json.encode(content))


def _user(number: int) -> Reply:
    return _reply(200, {"id": number})


def _refusal(number: int) -> Reply:
    return _reply(400 + number % 200, {"error": secrets.token_hex(20)})


def _garbled(number: int) -> Reply:
    return _reply(200, {"id": secrets.token_hex(20)})


def _with_fields(number: int) -> Reply:
    cookie = f"a={number}; path=/".encode()
    return _reply(200, {"id": 1}, (f"x-{number}".encode(), b"1"), (b"set-cookie", cookie))


def _break(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError(secrets.token_hex(20))


def _client(answer: Answer | httpx.MockTransport = _user, **args: Any) -> SyncHttpClient:
    return SyncHttpClient(
        "https://api.example",
        transport=answer if isinstance(answer, httpx.MockTransport) else Memory(answer),
        retry_config=RetryConfig(max_retries=0),
        interceptors=[MetricsInterceptor(_KEPT)],
        **args,
    )


def _async_client() -> AsyncHttpClient:
    metrics = MetricsInterceptor(_KEPT)
    return AsyncHttpClient(
        "https://api.example", transport=AsyncMemory(_user), interceptors=[metrics]
    )


def _failing(answer: Answer | httpx.MockTransport) -> Call:
    users = Users(_client(answer))

    def call(number: int) -> None:
        with pytest.raises(SdkError):
            users.retrieve(number)

    return call


def _with_own_client(number: int) -> None:
    with _client(headers={"x-tenant": str(number)}) as client:
        Users(client).retrieve(number)


def _with_a_copy() -> Call:
    client = _client()
    return lambda number: Users(
        client.with_options(headers={"x-tenant": str(number)}, auth=("me", secrets.token_hex(20)))
    ).retrieve(number)


def _rotating() -> Call:
    client = _client(auth=BearerAuth(lambda: secrets.token_hex(40)))
    return Users(client).retrieve


_CALLS: dict[str, Callable[[], Call]] = {
    "ids": lambda: Users(_client()).retrieve,
    "queries, headers, options": lambda: Users(_client()).with_all,
    "tokens": _rotating,
    "statuses": lambda: _failing(_refusal),
    "broken connections": lambda: _failing(httpx.MockTransport(_break)),
    "undecodable answers": lambda: _failing(_garbled),
    "response headers and cookies": lambda: Users(_client(_with_fields)).retrieve,
    "templates": lambda: Users(_client()).as_it_comes,
    "local classes": lambda: Users(_client()).cast,
    "urls": lambda: _per_url(_client()),
    "methods": lambda: _per_method(_client()),
    "clients": lambda: _with_own_client,
    "copies": _with_a_copy,
}


def _per_url(client: Any) -> Call:
    return lambda number: client.get(f"/users/{number}%20{number}?q[]={number}")


def _per_method(client: Any) -> Call:
    return lambda number: client.request(f"M{number}", "/users")


@pytest.mark.parametrize("kind", _CALLS)
def test_once_caches_are_full_calls_leave_nothing_behind(kind: str) -> None:
    call = _CALLS[kind]()
    for number in range(_FILLED):
        call(number)
    gc.collect()
    before = sys.getallocatedblocks()
    for number in range(_FILLED, _FILLED + _MORE):
        call(number)
    gc.collect()
    # One block a call would be a leak; dicts that are full may grow once more.
    assert sys.getallocatedblocks() - before < _MORE // 2


def test_async_calls_leave_nothing_behind() -> None:
    async def main() -> int:
        async with _async_client() as client:
            users = AsyncUsers(client)
            for number in range(_FILLED):
                await users.retrieve(number)
            gc.collect()
            before = sys.getallocatedblocks()
            for number in range(_MORE):
                await users.retrieve(number)
            gc.collect()
            return sys.getallocatedblocks() - before

    assert asyncio.run(main()) < _MORE // 2


@pytest.fixture
def cycles() -> Iterator[Callable[[], int]]:
    """Give what counts the objects that only the garbage collection can free."""
    gc.collect()
    gc.disable()
    yield gc.collect
    gc.enable()


@pytest.mark.parametrize("kind", sorted(_CALLS.keys() - {"local classes"}))
def test_calls_copies_and_clients_are_freed_without_a_collection(
    kind: str, cycles: Callable[[], int]
) -> None:
    # A cycle keeps the sockets of a dropped client open until the next collection.
    call = _CALLS[kind]()
    call(1)
    cycles()
    for number in range(2, 12):
        call(number)
    assert cycles() < 10


def test_a_dropped_client_is_freed_at_once(cycles: Callable[[], int]) -> None:
    for cls in (SyncHttpClient, AsyncHttpClient):
        cls("https://api.example")
        cycles()
        cls("https://api.example").with_options(headers={"x-tenant": "a"})
        assert cycles() == 0


def test_async_calls_are_freed_without_a_collection(cycles: Callable[[], int]) -> None:
    async def main() -> int:
        async with _async_client() as client:
            await AsyncUsers(client).retrieve(1)
            cycles()
            for number in range(10):
                await AsyncUsers(client.with_options(deadline=5)).retrieve(number)
            return cycles()

    assert asyncio.run(main()) < 10


@pytest.mark.parametrize("cls", [SyncHttpClient, AsyncHttpClient])
def test_one_more_client_takes_little_memory(cls: Callable[[str], object]) -> None:
    kept = [cls("https://api.example")]
    gc.collect()
    tracemalloc.start()
    try:
        kept += [cls("https://api.example") for _ in range(50)]
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown / 50 < 16 * 1024


def test_the_secrets_of_rotating_tokens_are_bounded() -> None:
    call = _rotating()
    for number in range(600):
        call(number)
    registry = redaction._registry
    assert len(registry._forms) == len(registry._known) == 256
    assert len(registry._shortest) <= 512


def test_the_figures_of_many_templates_are_bounded() -> None:
    client = _client()
    for number in range(600):
        Users(client).as_it_comes(number)
    assert len(client.metrics.summary()) == 513
    assert client.metrics.total().count == 600
    assert len(client.get_metrics()) == _KEPT


_RECORD = CallRecord("GET", "https://api.example/", "/", 200, 0.01, 1, None, 1.0)


def test_many_threads_do_not_pile_up_what_one_of_them_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metrics_module, "_BATCH", 1)
    monkeypatch.setattr(metrics_module, "_MAX_PENDING", 20)
    metrics = Metrics()

    def record() -> None:
        for _ in range(50):
            metrics.record(_RECORD)

    threads = [threading.Thread(target=record, daemon=True) for _ in range(4)]
    with metrics._lock:  # as a thread has it that was interrupted while it counted
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(0.02)
        assert all(thread.is_alive() for thread in threads)
        assert 20 <= len(metrics._pending) < 20 + len(threads)
    for thread in threads:
        thread.join(5)
    assert metrics.total().count == 200
    assert not metrics._pending


def test_a_finalizer_never_waits_for_the_thread_that_it_runs_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Finalizer(str):
        """Hashed while the lock is held, where a finalizer might run too."""

        armed: ClassVar[list[int]] = []

        def __hash__(self) -> int:
            if self.armed:
                for _ in range(self.armed.pop()):
                    metrics.record(_RECORD)
            return super().__hash__()

    metrics = Metrics()
    metrics.record(msgspec.structs.replace(_RECORD, method=Finalizer("GET")))
    monkeypatch.setattr(metrics_module, "_BATCH", 1)
    monkeypatch.setattr(metrics_module, "_MAX_PENDING", 1)
    Finalizer.armed.append(9)
    thread = threading.Thread(target=metrics.total, daemon=True)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
    assert metrics.total().count == 10


def test_loops_that_ended_are_forgotten() -> None:
    class Pool:
        async def aclose(self) -> None: ...

    async def use() -> None:
        scoped.get(Pool)

    scoped: AsyncScoped[Pool] = AsyncScoped()
    for _ in range(5):
        asyncio.run(use())
    assert not scoped._values
    assert not scoped._closers


def test_every_cache_has_a_bound() -> None:
    caches = list(_caches())
    assert len(caches) > 10
    for cache in caches:
        size = cache.cache_parameters()["maxsize"]
        assert size is not None and size <= 1024, cache.__qualname__


def _caches() -> Iterator[Any]:
    for module in pkgutil.walk_packages(sdkbase.__path__, "sdkbase."):
        if any(module.name.startswith(name) for name in _OTHER_CACHES):
            continue
        if module.name.endswith("__main__"):
            continue
        for value in vars(import_module(module.name)).values():
            if isinstance(value, functools._lru_cache_wrapper):
                yield value
