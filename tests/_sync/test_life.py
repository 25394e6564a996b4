# Generated from _async/test_life.py by sdkbase.codegen. Do not edit.
# sha256: 5c206c313f33200e
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
    BearerAuth,
    ClientClosedError,
    ConfigurationError,
    MetricsInterceptor,
    PoolConfig,
    RateLimiter,
    RequestInterceptor,
    RetryConfig,
    SyncHttpClient,
    SyncResource,
    TimeoutConfig,
)

BASE = "https://api.example"


class User(msgspec.Struct):
    id: int


class SyncUsers(SyncResource[User]):
    path = "/users"

    def retrieve(self, user_id: int) -> User:
        return self._get("/{user_id}", user_id)


class SyncAcme(SyncHttpClient):
    @cached_property
    def users(self) -> SyncUsers:
        return SyncUsers(self)


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

    def close(self) -> None:
        self.closed += 1


def transport() -> ClosingTransport:
    return ClosingTransport(Recorder())


# --- closing --------------------------------------------------------------------------------


def test_leaving_the_block_closes_client_and_transport() -> None:
    wire = transport()
    with SyncHttpClient(BASE, transport=wire) as client:
        states = [client.is_closed]
    states.append(client.is_closed)
    assert (states, wire.closed) == ([False, True], 1)


def test_closing_twice_closes_once() -> None:
    wire = transport()
    client = SyncHttpClient(BASE, transport=wire)
    client.close()
    client.close()
    assert wire.closed == 1


def test_a_client_that_was_never_used_closes_too() -> None:
    client = SyncHttpClient(BASE)
    client.close()
    assert client.is_closed


def test_use_after_close_says_so() -> None:
    client = SyncAcme(BASE, transport=transport())
    users = client.users
    client.close()
    with pytest.raises(ClientClosedError, match="SyncAcme was closed"):
        client.get("/users")
    with pytest.raises(ClientClosedError):
        users.retrieve(1)
    with pytest.raises(ClientClosedError):
        with client.stream("GET", "/users"):
            pass
    with pytest.raises(ClientClosedError):
        with client:
            pass


def test_a_client_in_use_is_closed_for_its_other_users_too(api: DemoApi) -> None:
    client = SyncHttpClient(api.base_url)
    client.get("/health")
    client.close()
    with pytest.raises(ClientClosedError):
        client.get("/health")
    assert len(api.requests) == 1


def test_the_repr_names_class_and_url_without_user_info() -> None:
    with SyncAcme("https://ada:pass-word@api.example", transport=transport()) as client:
        assert repr(client) == "<SyncAcme https://api.example>"
    with SyncHttpClient(transport=transport()) as plain:
        assert repr(plain) == "<SyncHttpClient no base_url>"


# --- copies ---------------------------------------------------------------------------------


def test_a_copy_has_the_clients_class_and_settings() -> None:
    api = Recorder()
    settings: dict[str, Any] = {"headers": {"x-a": "1"}, "auth": BearerAuth("first-token")}
    with SyncAcme(BASE, transport=httpx.MockTransport(api), **settings) as client:
        copy = client.with_options()
        assert type(copy) is SyncAcme
        copy.get("/users/1")
    assert api.last.headers["x-a"] == "1"
    assert api.last.headers["authorization"] == "Bearer first-token"


def test_headers_of_a_copy_are_put_over_the_clients() -> None:
    api = Recorder()
    wire = httpx.MockTransport(api)
    with SyncHttpClient(BASE, transport=wire, headers={"a": "1", "b": "1"}) as client:
        client.with_options(headers={"b": "2", "c": "2"}).get("/")
        client.with_options(headers={"a": OMIT}).get("/")
        client.get("/")
    seen = [[request.headers.get(name) for name in "abc"] for request in api.requests]
    assert seen == [["1", "2", "2"], [None, "1", None], ["1", "1", None]]


def test_auth_of_a_copy_replaces_the_clients() -> None:
    api = Recorder()
    auth = BearerAuth("first-token")
    with SyncHttpClient(BASE, transport=httpx.MockTransport(api), auth=auth) as client:
        client.with_options(auth=BearerAuth("second-token")).get("/")
        client.with_options(auth=None).get("/")
        client.get("/")
    seen = [request.headers.get("authorization") for request in api.requests]
    assert seen == ["Bearer second-token", None, "Bearer first-token"]


def test_retries_of_a_copy_replace_the_clients() -> None:
    requests: list[httpx.Request] = []

    def busy(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(503)

    with SyncHttpClient(BASE, transport=httpx.MockTransport(busy)) as client:
        copy = client.with_options(retry_config=RetryConfig(max_retries=2, backoff_factor=0))
        copy.get("/")
        assert len(requests) == 3
        copy.with_options(retry_config=RetryConfig(max_retries=0)).get("/")
    assert len(requests) == 4


def test_limiter_and_interceptors_of_a_copy_replace_the_clients() -> None:
    class Tag(RequestInterceptor):
        def __init__(self, tag: str) -> None:
            self.tag = tag

        def before_request(self, request: httpx.Request) -> None:
            request.headers["x-tag"] = self.tag

    api = Recorder()
    wire = httpx.MockTransport(api)
    with SyncHttpClient(BASE, transport=wire, interceptors=[Tag("one")]) as client:
        limiter = RateLimiter(3, 60)
        copy = client.with_options(interceptors=[Tag("two")], rate_limiter=limiter)
        copy.get("/")
        client.get("/")
    assert [request.headers["x-tag"] for request in api.requests] == ["two", "one"]
    # Only the copy's call has taken a turn, so two more are free at once.
    assert [limiter.reserve(0).ready_at > 0 for _ in range(3)] == [False, False, True]


def test_follow_redirects_of_a_copy_replaces_the_clients() -> None:
    def moved(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/old":
            return httpx.Response(302, headers={"location": "/new"})
        return httpx.Response(200)

    with SyncHttpClient(BASE, transport=httpx.MockTransport(moved)) as client:
        assert (client.get("/old")).status_code == 200
        assert (client.with_options(follow_redirects=False).get("/old")).status_code == 302


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
def test_a_wrong_option_of_a_copy_is_named(options: dict[str, Any], says: str) -> None:
    with SyncHttpClient(BASE, transport=transport()) as client:
        with pytest.raises(ConfigurationError, match=says):
            client.with_options(**options)


def test_resources_of_the_client_are_not_those_of_the_copy() -> None:
    api = Recorder()
    with SyncAcme(BASE, transport=httpx.MockTransport(api)) as client:
        users = client.users
        copy = client.with_options(headers={"x-copy": "yes"})
        assert copy.users is not users
        assert client.users is users
        assert copy.users.retrieve(1) == User(1)
        assert api.last.headers["x-copy"] == "yes"
        users.retrieve(1)
        assert "x-copy" not in api.last.headers


def test_closing_the_copy_leaves_the_client_open() -> None:
    wire = transport()
    with SyncHttpClient(BASE, transport=wire) as client:
        with client.with_options() as copy:
            copy.get("/")
        assert copy.is_closed
        assert wire.closed == 0
        assert (client.get("/")).status_code == 200
        with pytest.raises(ClientClosedError):
            copy.get("/")


def test_the_copy_ends_with_the_client(api: DemoApi) -> None:
    with SyncHttpClient(api.base_url) as client:
        copy = client.with_options()
    with pytest.raises(ClientClosedError):
        copy.get("/health")
    assert api.requests == []


def test_the_copy_ends_with_the_client_whatever_the_transport() -> None:
    with SyncHttpClient(BASE, transport=transport()) as client:
        copy = client.with_options()
    with pytest.raises(ClientClosedError):
        copy.get("/")
    assert copy.is_closed


def test_copies_share_metrics_and_connections(api: DemoApi) -> None:
    pool = PoolConfig(max_connections=1)
    timeout = TimeoutConfig(pool=0.05)
    with SyncHttpClient(api.base_url, pool_config=pool, timeout_config=timeout) as client:
        copy = client.with_options(headers={"x-copy": "yes"})
        with client.stream("GET", "/health"):
            with pytest.raises(httpx.PoolTimeout):
                copy.get("/health")
        copy.get("/health")
        outcomes = [metric.status_code for metric in client.get_metrics()]
        assert outcomes == [200, None, 200]
        assert copy.get_metrics() == client.get_metrics()


def test_a_copy_with_other_interceptors_keeps_the_metrics() -> None:
    with SyncHttpClient(BASE, transport=transport()) as client:
        client.with_options(interceptors=[]).get("/")
        assert len(client.get_metrics()) == 1
        own = MetricsInterceptor()
        copy = client.with_options(interceptors=[own])
        copy.get("/")
        assert len(own.get_metrics()) == len(copy.get_metrics()) == 1
        assert len(client.get_metrics()) == 1
