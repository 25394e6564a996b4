# Generated from _async/test_redirect_credentials.py by sdkbase.codegen. Do not edit.
# sha256: c836498a080e556d
"""What a redirect to another origin leaves behind."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import (
    ApiKeyAuth,
    BasicAuth,
    BearerAuth,
    RequestInterceptor,
    RequestOptions,
    SyncHttpClient,
)
from tests._sync.test_redirects import AWAY, HOME, Maze, maze

# --- credentials ----------------------------------------------------------------------------


class AddToken(RequestInterceptor):
    def before_request(self, request: httpx.Request) -> None:
        request.headers["authorization"] = "Bearer hook-canary"
        request.headers["x-hook-token"] = "hook-canary"


def function_auth(request: httpx.Request) -> httpx.Request:
    request.headers["x-signature"] = "canary-signed"
    return request


CREDENTIALS: dict[str, dict[str, Any]] = {
    "bearer": {"auth": BearerAuth("canary-token")},
    "basic": {"auth": BasicAuth("ada", "canary-word")},
    "key": {"auth": ApiKeyAuth("canary-key")},
    "pair": {"auth": ("ada", "canary-word")},
    "httpx": {"auth": httpx.BasicAuth("ada", "canary-word")},
    "function": {"auth": function_auth},
    "headers": {"headers": {"X-Tenant": "canary-1", "Authorization": "Bearer canary"}},
    "agent": {"headers": {"User-Agent": "canary-agent"}},
    "cookies": {"cookies": {"sid": "canary"}},
    "hook": {"interceptors": [AddToken()]},
}


def carries_secret(request: httpx.Request) -> bool:
    values = " ".join(request.headers.values())
    return "canary" in values or "authorization" in request.headers or "cookie" in request.headers


@pytest.mark.parametrize("target", [f"{AWAY}/x", "https://api.example:8443/x"])
@pytest.mark.parametrize("kind", CREDENTIALS)
@pytest.mark.parametrize("status", [302, 307])
def test_credentials_stay_with_their_origin(kind: str, target: str, status: int) -> None:
    wire = maze(status, target)
    with SyncHttpClient(HOME, transport=wire, **CREDENTIALS[kind]) as client:
        client.get("/old")
    first, second = wire.requests
    assert carries_secret(first)
    assert not carries_secret(second), dict(second.headers)


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_credentials_go_along_within_the_origin(kind: str) -> None:
    wire = maze(307, "/new")
    with SyncHttpClient(HOME, transport=wire, **CREDENTIALS[kind]) as client:
        client.get("/old")
    first, second = wire.requests
    assert carries_secret(second)
    assert first.headers == second.headers


@pytest.mark.parametrize(
    "args",
    [
        {"headers": {"Authorization": "Bearer canary"}},
        {"headers": {"Cookie": "sid=canary"}},
        {"headers": {"X-Api-Key": "canary"}},
        {"options": RequestOptions(headers={"Authorization": "Bearer canary"})},
    ],
)
def test_credentials_of_the_call_stay_too(args: dict[str, Any]) -> None:
    wire = maze(302, f"{AWAY}/x")
    with SyncHttpClient(HOME, transport=wire) as client:
        client.get("/old", **args)
    assert carries_secret(wire.requests[0])
    assert not carries_secret(wire.last)


def test_credentials_do_not_come_back_with_a_detour() -> None:
    ways = {f"{HOME}/old": (302, f"{AWAY}/x"), f"{AWAY}/x": (302, f"{HOME}/new")}
    wire = Maze(ways)
    with SyncHttpClient(HOME, transport=wire, auth=BearerAuth("canary-token")) as client:
        client.get("/old")
    assert [carries_secret(request) for request in wire.requests] == [True, False, False]


def test_what_describes_the_wish_crosses_the_border() -> None:
    wire = maze(307, f"{AWAY}/x")
    with SyncHttpClient(HOME, transport=wire) as client:
        headers = {"Accept": "text/csv", "X-Own": "1"}
        client.post("/old", json_data={"a": 1}, headers=headers)
    assert wire.last.headers["accept"] == "text/csv"
    assert wire.last.headers["content-type"] == "application/json"
    assert wire.last.content == b'{"a":1}'
    assert wire.last.headers["host"] == "cdn.example"
    assert "x-own" not in wire.last.headers


def test_an_absolute_url_of_another_origin_gets_no_credentials() -> None:
    wire = Maze({})
    settings: dict[str, Any] = {"headers": {"x-tenant": "canary"}, "cookies": {"sid": "canary"}}
    with SyncHttpClient(HOME, transport=wire, auth=BearerAuth("canary"), **settings) as c:
        c.get(f"{AWAY}/x")
    assert not carries_secret(wire.last)


def test_cookies_set_on_the_way_are_kept_and_go_home_only() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if request.url.path == "/old":
            headers = {"location": "/new", "set-cookie": "step=1; Path=/"}
            return httpx.Response(302, headers=headers)
        if request.url.path == "/new":
            return httpx.Response(302, headers={"location": f"{AWAY}/x"})
        return httpx.Response(200)

    requests: list[httpx.Request] = []
    with SyncHttpClient(HOME, transport=httpx.MockTransport(handler)) as client:
        client.get("/old")
    cookies = [request.headers.get("cookie") for request in requests]
    assert cookies == [None, "step=1", None]
