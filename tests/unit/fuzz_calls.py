"""The calls that fuzz tests make, in both colours, and what may come of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from random import Random
from typing import Any

import httpx
import msgspec

from sdkbase import (
    ApiKeyAuth,
    ApiResponse,
    AsyncHttpClient,
    AsyncResource,
    CursorPagination,
    LinkHeaderPagination,
    NextUrlPagination,
    PageNumberPagination,
    RetryConfig,
    SdkError,
    SyncHttpClient,
    SyncResource,
    TimeoutConfig,
)
from sdkbase.models import FromHeaders

CANARY = "canary-fuzz-0123456789"
BASE = "https://api.example"


class User(msgspec.Struct):
    id: int
    name: str = ""


class Problem(msgspec.Struct):
    title: str
    status: int = 0


class Stored(FromHeaders, msgspec.Struct):
    etag: str
    retry_after: int = 0


PAGINATIONS = (
    LinkHeaderPagination(items="items"),
    NextUrlPagination(next_url="next_cursor", items="items"),
    CursorPagination(cursor="next_cursor", items="items"),
    PageNumberPagination(size=2, total="total", items="items"),
)


class AsyncUsers(AsyncResource[User]):
    path = "/users"

    def pages(self, pagination: Any) -> Any:
        return self._paginate("", pagination)


class SyncUsers(SyncResource[User]):
    path = "/users"

    def pages(self, pagination: Any) -> Any:
        return self._paginate("", pagination)


async def _streamed_async(client: AsyncHttpClient) -> None:
    async with client.stream("GET", "/raw") as response:
        async for _ in response.aiter_bytes():
            pass


def _streamed(client: Any) -> Any:
    if isinstance(client, AsyncHttpClient):
        return _streamed_async(client)
    with client.stream("GET", "/raw") as response:
        for _ in response.iter_bytes():
            pass


def _paged(client: Any, rng: Random) -> Any:
    users = (AsyncUsers if isinstance(client, AsyncHttpClient) else SyncUsers)(client)
    return users.pages(rng.choice(PAGINATIONS)).limit(9).collect()


Operation = Callable[[Any, Random], Any]
OPERATIONS: tuple[Operation, ...] = (
    lambda client, rng: client.get("/users/7"),
    lambda client, rng: client.get("/users/7", cast_to=User),
    lambda client, rng: client.get("/users/7", cast_to=ApiResponse[dict[str, Any] | None]),
    lambda client, rng: client.get("/users/7", cast_to=str),
    lambda client, rng: client.get("/users/7", cast_to=Stored),
    lambda client, rng: client.head("/users/7", cast_to=None),
    lambda client, rng: client.post("/users", json_data={"name": "Ann"}, cast_to=User),
    lambda client, rng: client.put("/users/7", content=b"x", cast_to=User),
    lambda client, rng: client.stream_json("GET", "/rows", cast_to=User).collect(),
    lambda client, rng: client.stream_events("GET", "/events", cast_to=User).collect(),
    lambda client, rng: client.stream_lines("GET", "/lines").collect(),
    lambda client, rng: _streamed(client),
    lambda client, rng: _paged(client, rng),
)


def settings(**more: Any) -> dict[str, Any]:
    """Return the settings of a client for fuzz tests."""
    return {
        "auth": ApiKeyAuth(CANARY),
        "retry_config": RetryConfig(max_retries=2, backoff_factor=0.001, retry_quota=None),
        "timeout_config": TimeoutConfig(pool=5.0),
        "max_redirects": 3,
        "max_response_bytes": 4_000,
        **more,
    }


class AsyncApi(AsyncHttpClient):
    error_model = Problem


class SyncApi(SyncHttpClient):
    error_model = Problem


async def outcome_async(client: Any, rng: Random) -> SdkError | None:
    """Make one call, whatever comes of it; anything but a result or an `SdkError` passes."""
    try:
        result = rng.choice(OPERATIONS)(client, rng)
        if inspect.isawaitable(result):
            await result
    except SdkError as error:
        return error
    return None


def outcome(client: Any, rng: Random) -> SdkError | None:
    """Make one call, whatever comes of it; anything but a result or an `SdkError` passes."""
    try:
        rng.choice(OPERATIONS)(client, rng)
    except SdkError as error:
        return error
    return None


def check(error: SdkError | None) -> None:
    """Make sure that an error can be shown, and shows no secret."""
    if error is not None:
        shown = f"{error!s}{error!r}{getattr(error, '__notes__', '')}"
        assert CANARY not in shown
        assert len(shown) < 5000, len(shown)
        response: httpx.Response | None = getattr(error, "response", None)
        assert response is None or CANARY not in repr(vars(response))
