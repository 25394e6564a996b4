"""A client's life: opening, closing, copies with other options, cookies."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import (
    OMIT,
    AsyncHttpClient,
    AsyncResource,
    BearerAuth,
    ClientClosedError,
    ConfigurationError,
    MetricsInterceptor,
    PoolConfig,
    RateLimiter,
    RequestInterceptor,
    RetryConfig,
    TimeoutConfig,
)

BASE = "https://api.example"


class User(msgspec.Struct):
    id: int


class AsyncUsers(AsyncResource[User]):
    path = "/users"

    async def retrieve(self, user_id: int) -> User:
        return await self._get("/{user_id}", user_id)


class AsyncAcme(AsyncHttpClient):
    @cached_property
    def users(self) -> AsyncUsers:
        return AsyncUsers(self)


class Recorder:
    """Keep every request, and answer each with a user."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json={"id": 1})

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]


class ClosingTransport(httpx.MockTransport):
    """Count how often it is closed."""

    closed = 0

    async def aclose(self) -> None:
        self.closed += 1


def transport() -> ClosingTransport:
    return ClosingTransport(Recorder())


# --- closing --------------------------------------------------------------------------------


async def test_leaving_the_block_closes_client_and_transport() -> None:
    wire = transport()
    async with AsyncHttpClient(BASE, transport=wire) as client:
        states = [client.is_closed]
    states.append(client.is_closed)
    assert (states, wire.closed) == ([False, True], 1)


async def test_closing_twice_closes_once() -> None:
    wire = transport()
    client = AsyncHttpClient(BASE, transport=wire)
    await client.aclose()
    await client.aclose()
    assert wire.closed == 1


async def test_a_client_that_was_never_used_closes_too() -> None:
    client = AsyncHttpClient(BASE)
    await client.aclose()
    assert client.is_closed


async def test_use_after_close_says_so() -> None:
    client = AsyncAcme(BASE, transport=transport())
    users = client.users
    await client.aclose()
    with pytest.raises(ClientClosedError, match="AsyncAcme was closed"):
        await client.get("/users")
    with pytest.raises(ClientClosedError):
        await users.retrieve(1)
    with pytest.raises(ClientClosedError):
        async with client.stream("GET", "/users"):
            pass
    with pytest.raises(ClientClosedError):
        async with client:
            pass


async def test_a_client_in_use_is_closed_for_its_other_users_too(api: DemoApi) -> None:
    client = AsyncHttpClient(api.base_url)
    await client.get("/health")
    await client.aclose()
    with pytest.raises(ClientClosedError):
        await client.get("/health")
    assert len(api.requests) == 1


async def test_the_repr_names_class_and_url_without_user_info() -> None:
    async with AsyncAcme("https://ada:pass-word@api.example", transport=transport()) as client:
        assert repr(client) == "<AsyncAcme https://api.example>"
    async with AsyncHttpClient(transport=transport()) as plain:
        assert repr(plain) == "<AsyncHttpClient no base_url>"


# --- copies ---------------------------------------------------------------------------------


async def test_a_copy_has_the_clients_class_and_settings() -> None:
    api = Recorder()
    settings: dict[str, Any] = {"headers": {"x-a": "1"}, "auth": BearerAuth("first-token")}
    async with AsyncAcme(BASE, transport=httpx.MockTransport(api), **settings) as client:
        copy = client.with_options()
        assert type(copy) is AsyncAcme
        await copy.get("/users/1")
    assert api.last.headers["x-a"] == "1"
    assert api.last.headers["authorization"] == "Bearer first-token"


async def test_headers_of_a_copy_are_put_over_the_clients() -> None:
    api = Recorder()
    wire = httpx.MockTransport(api)
    async with AsyncHttpClient(BASE, transport=wire, headers={"a": "1", "b": "1"}) as client:
        await client.with_options(headers={"b": "2", "c": "2"}).get("/")
        await client.with_options(headers={"a": OMIT}).get("/")
        await client.get("/")
    seen = [[request.headers.get(name) for name in "abc"] for request in api.requests]
    assert seen == [["1", "2", "2"], [None, "1", None], ["1", "1", None]]


async def test_auth_of_a_copy_replaces_the_clients() -> None:
    api = Recorder()
    auth = BearerAuth("first-token")
    async with AsyncHttpClient(BASE, transport=httpx.MockTransport(api), auth=auth) as client:
        await client.with_options(auth=BearerAuth("second-token")).get("/")
        await client.with_options(auth=None).get("/")
        await client.get("/")
    seen = [request.headers.get("authorization") for request in api.requests]
    assert seen == ["Bearer second-token", None, "Bearer first-token"]


async def test_retries_of_a_copy_replace_the_clients() -> None:
    requests: list[httpx.Request] = []

    def busy(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(503)

    async with AsyncHttpClient(BASE, transport=httpx.MockTransport(busy)) as client:
        copy = client.with_options(retry_config=RetryConfig(max_retries=2, backoff_factor=0))
        await copy.get("/")
        assert len(requests) == 3
        await copy.with_options(retry_config=RetryConfig(max_retries=0)).get("/")
    assert len(requests) == 4


async def test_limiter_and_interceptors_of_a_copy_replace_the_clients() -> None:
    class Tag(RequestInterceptor):
        def __init__(self, tag: str) -> None:
            self.tag = tag

        def before_request(self, request: httpx.Request) -> None:
            request.headers["x-tag"] = self.tag

    api = Recorder()
    wire = httpx.MockTransport(api)
    async with AsyncHttpClient(BASE, transport=wire, interceptors=[Tag("one")]) as client:
        limiter = RateLimiter(3, 60)
        copy = client.with_options(interceptors=[Tag("two")], rate_limiter=limiter)
        await copy.get("/")
        await client.get("/")
    assert [request.headers["x-tag"] for request in api.requests] == ["two", "one"]
    # Only the copy's call has taken a turn, so two more are free at once.
    assert [limiter.reserve(0).ready_at > 0 for _ in range(3)] == [False, False, True]


async def test_follow_redirects_of_a_copy_replaces_the_clients() -> None:
    def moved(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/old":
            return httpx.Response(302, headers={"location": "/new"})
        return httpx.Response(200)

    async with AsyncHttpClient(BASE, transport=httpx.MockTransport(moved)) as client:
        assert (await client.get("/old")).status_code == 200
        assert (await client.with_options(follow_redirects=False).get("/old")).status_code == 302


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"deadline": -1}, "deadline"),
        ({"deadline": float("nan")}, "deadline"),
        ({"retry_config": {"max_retries": 1}}, "retry_config must be a RetryConfig"),
        ({"retry_config": None}, "retry_config"),
        ({"timeout_config": 5}, "timeout_config must be a TimeoutConfig"),
        ({"timeout_config": None}, "timeout_config"),
        ({"rate_limiter": 5}, "rate_limiter must be a RateLimiter"),
        ({"headers": {"a b": "c"}}, "headers"),
        ({"auth": 5}, "auth must be"),
        ({"interceptors": 5}, "interceptors must be a list"),
        ({"interceptors": [object()]}, "interceptors: object has none of the methods"),
        ({"follow_redirects": 1}, "follow_redirects must be"),
    ],
)
async def test_a_wrong_option_of_a_copy_is_named(options: dict[str, Any], says: str) -> None:
    async with AsyncHttpClient(BASE, transport=transport()) as client:
        with pytest.raises(ConfigurationError, match=says):
            client.with_options(**options)


async def test_resources_of_the_client_are_not_those_of_the_copy() -> None:
    api = Recorder()
    async with AsyncAcme(BASE, transport=httpx.MockTransport(api)) as client:
        users = client.users
        copy = client.with_options(headers={"x-copy": "yes"})
        assert copy.users is not users
        assert client.users is users
        assert await copy.users.retrieve(1) == User(1)
        assert api.last.headers["x-copy"] == "yes"
        await users.retrieve(1)
        assert "x-copy" not in api.last.headers


async def test_closing_the_copy_leaves_the_client_open() -> None:
    wire = transport()
    async with AsyncHttpClient(BASE, transport=wire) as client:
        async with client.with_options() as copy:
            await copy.get("/")
        assert copy.is_closed
        assert wire.closed == 0
        assert (await client.get("/")).status_code == 200
        with pytest.raises(ClientClosedError):
            await copy.get("/")


async def test_the_copy_ends_with_the_client(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url) as client:
        copy = client.with_options()
    with pytest.raises(ClientClosedError):
        await copy.get("/health")
    assert api.requests == []


async def test_the_copy_ends_with_the_client_whatever_the_transport() -> None:
    async with AsyncHttpClient(BASE, transport=transport()) as client:
        copy = client.with_options()
    with pytest.raises(ClientClosedError):
        await copy.get("/")
    assert copy.is_closed


async def test_copies_share_metrics_and_connections(api: DemoApi) -> None:
    pool = PoolConfig(max_connections=1)
    timeout = TimeoutConfig(pool=0.05)
    async with AsyncHttpClient(api.base_url, pool_config=pool, timeout_config=timeout) as client:
        copy = client.with_options(headers={"x-copy": "yes"})
        async with client.stream("GET", "/health"):
            with pytest.raises(httpx.PoolTimeout):
                await copy.get("/health")
        await copy.get("/health")
        outcomes = [metric.status_code for metric in client.get_metrics()]
        assert outcomes == [200, None, 200]
        assert copy.get_metrics() == client.get_metrics()


async def test_a_copy_with_other_interceptors_keeps_the_metrics() -> None:
    async with AsyncHttpClient(BASE, transport=transport()) as client:
        await client.with_options(interceptors=[]).get("/")
        assert len(client.get_metrics()) == 1
        own = MetricsInterceptor()
        copy = client.with_options(interceptors=[own])
        await copy.get("/")
        assert len(own.get_metrics()) == len(copy.get_metrics()) == 1
        assert len(client.get_metrics()) == 1
