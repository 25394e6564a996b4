"""What type checkers see of a client's calls. Checked by mypy and pyright, never executed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal, TypedDict, assert_type

import httpx
import msgspec

import sdkbase
from sdkbase import (
    OMIT,
    ApiKeyAuth,
    AsyncHttpClient,
    BasicAuth,
    BearerAuth,
    Metrics,
    PoolConfig,
    RateLimiter,
    RequestMetric,
    RequestOptions,
    RetryConfig,
    SyncHttpClient,
    TimeoutConfig,
    create_http_client,
    create_sync_http_client,
    sync,
)


class User(msgspec.Struct):
    id: int


class Cat(msgspec.Struct, tag=True):
    lives: int


class Dog(msgspec.Struct, tag=True):
    good: bool


@dataclass
class Point:
    x: int


class Options(TypedDict):
    verbose: bool


async def raw(client: AsyncHttpClient) -> None:
    assert_type(await client.get("/"), httpx.Response)
    assert_type(await client.post("/", json_data={"a": 1}), httpx.Response)
    assert_type(await client.put("/", data={"a": "1"}), httpx.Response)
    assert_type(await client.patch("/", content=b"x"), httpx.Response)
    assert_type(await client.delete("/", params=[("a", 1)]), httpx.Response)
    assert_type(await client.head(httpx.URL("/")), httpx.Response)
    assert_type(await client.options("/", headers={"a": "b", "c": OMIT}), httpx.Response)
    assert_type(await client.request("PURGE", "/"), httpx.Response)
    async with client.stream("GET", "/", params={"a": 1}) as response:
        assert_type(response, httpx.Response)


async def typed(client: AsyncHttpClient) -> None:
    assert_type(await client.get("/", cast_to=User), User)
    assert_type(await client.post("/", json_data=User(1), cast_to=User), User)
    assert_type(await client.put("/", cast_to=list[User]), list[User])
    assert_type(await client.patch("/", cast_to=dict[str, User]), dict[str, User])
    assert_type(await client.delete("/", cast_to=None), None)
    assert_type(await client.head("/", cast_to=bytes), bytes)
    assert_type(await client.options("/", cast_to=str), str)
    assert_type(await client.request("GET", "/", cast_to=Point), Point)


async def forms(client: AsyncHttpClient) -> None:
    assert_type(await client.get("/", cast_to=Options), Options)
    assert_type(await client.get("/", cast_to=Cat | Dog), Cat | Dog)
    assert_type(await client.get("/", cast_to=User | None), User | None)
    assert_type(await client.get("/", cast_to=list[Cat | Dog]), list[Cat | Dog])
    assert_type(await client.get("/", cast_to=Literal["a", "b"]), Literal["a", "b"])
    assert_type(await client.get("/", cast_to=Annotated[int, msgspec.Meta(ge=1)]), int)
    assert_type(await client.get("/", cast_to=tuple[int, str]), tuple[int, str])
    assert_type(await client.get("/", cast_to=Any), Any)


def raw_sync(client: SyncHttpClient) -> None:
    assert_type(client.get("/"), httpx.Response)
    assert_type(client.post("/", json_data={"a": 1}), httpx.Response)
    assert_type(client.request("PURGE", "/"), httpx.Response)
    with client.stream("GET", "/", params={"a": 1}) as response:
        assert_type(response, httpx.Response)


def typed_sync(client: SyncHttpClient) -> None:
    assert_type(client.get("/", cast_to=User), User)
    assert_type(client.post("/", cast_to=list[User]), list[User])
    assert_type(client.put("/", cast_to=dict[str, User]), dict[str, User])
    assert_type(client.patch("/", cast_to=Cat | Dog), Cat | Dog)
    assert_type(client.delete("/", cast_to=None), None)
    assert_type(client.head("/", cast_to=bytes), bytes)
    assert_type(client.options("/", cast_to=str), str)
    assert_type(client.request("GET", "/", cast_to=User | None), User | None)


async def module_level() -> None:
    assert_type(await sdkbase.get("https://a.example"), httpx.Response)
    assert_type(await sdkbase.get("https://a.example", cast_to=User), User)
    assert_type(await sdkbase.post("https://a.example", json_data=1), httpx.Response)
    assert_type(await sdkbase.put("https://a.example", cast_to=None), None)
    assert_type(await sdkbase.patch("https://a.example", cast_to=str), str)
    assert_type(await sdkbase.delete("https://a.example"), httpx.Response)
    assert_type(await sdkbase.head("https://a.example"), httpx.Response)
    assert_type(await sdkbase.options("https://a.example"), httpx.Response)
    assert_type(await sdkbase.request("GET", "https://a.example", cast_to=list[User]), list[User])
    assert_type(await sdkbase.close_global_client(), None)


def module_level_sync() -> None:
    assert_type(sync.get("https://a.example"), httpx.Response)
    assert_type(sync.post("https://a.example", cast_to=User), User)
    assert_type(sync.delete("https://a.example", cast_to=None), None)
    assert_type(sync.request("GET", "https://a.example", cast_to=Cat | Dog), Cat | Dog)
    assert_type(sync.close_global_client(), None)


class Acme(AsyncHttpClient):
    error_model = User


async def life() -> None:
    async with Acme("https://a.example") as acme:
        assert_type(acme, Acme)
        assert_type(acme.with_options(auth=None), Acme)
        assert_type(acme.get_metrics(), list[RequestMetric])
        assert_type(acme.metrics, Metrics)
        assert_type(acme.is_closed, bool)
        assert_type(acme.cookies, httpx.Cookies)
    with SyncHttpClient("https://a.example") as client:
        assert_type(client.with_options(deadline=timedelta(seconds=5)), SyncHttpClient)
    assert_type(create_http_client("https://a.example", rate_limit=(10, 1.0)), AsyncHttpClient)
    assert_type(create_sync_http_client(max_retries=1), SyncHttpClient)


def sign(request: httpx.Request) -> httpx.Request:
    return request


async def settings(own: httpx.AsyncClient, wire: httpx.MockTransport) -> None:
    AsyncHttpClient(http_client=own)
    AsyncHttpClient(httpx.URL("https://a.example"), transport=wire, headers=httpx.Headers())
    SyncHttpClient("https://a.example", transport=wire, cookies={"a": "b"})
    for auth in (BearerAuth("t"), BearerAuth(lambda: "t"), BasicAuth("a", "b"), ApiKeyAuth("k")):
        AsyncHttpClient(auth=auth)
    AsyncHttpClient(auth=("a", "b"))
    AsyncHttpClient(auth=sign)
    AsyncHttpClient(auth=httpx.DigestAuth("a", "b"))
    AsyncHttpClient(
        timeout_config=TimeoutConfig(connect=1, read=timedelta(seconds=2), write=None),
        pool_config=PoolConfig(max_connections=1, keepalive_expiry=None),
        retry_config=RetryConfig(retry_on_status=[503], retry_quota=None),
        rate_limiter=RateLimiter(10, timedelta(minutes=1)),
        deadline=1.5,
    )
    RequestOptions(timeout=TimeoutConfig(), max_retries=OMIT, headers={"a": OMIT}, deadline=None)


async def wrong(client: AsyncHttpClient) -> None:
    await client.get("/", json=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]  # it is json_data
    await client.get()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]  # no URL
    AsyncHttpClient("https://a.example", {"a": "b"})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # keyword only
    TimeoutConfig().connect = 1  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]  # frozen
