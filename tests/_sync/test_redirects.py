# Generated from _async/test_redirects.py by sdkbase.codegen. Do not edit.
# sha256: 98245880924fc44b
"""Redirects: where they lead, as what, and what is left behind on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from demo_api import DemoApi
from sdkbase import (
    NotFoundError,
    RedirectError,
    RequestOptions,
    StatusError,
    SyncHttpClient,
)

HOME = "https://api.example"
AWAY = "https://cdn.example"


class Maze(httpx.MockTransport):
    """Follow a map from URL to (status, location); a URL that is not on it is the end."""

    def __init__(self, ways: dict[str, tuple[int, str]]) -> None:
        super().__init__(self.answer)
        self.ways = ways
        self.requests: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if way := self.ways.get(str(request.url)):
            return httpx.Response(way[0], headers={"location": way[1]}, text="moved")
        return httpx.Response(200, text="there")

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.requests]


def maze(status: int, target: str) -> Maze:
    return Maze({f"{HOME}/old": (status, target)})


# --- where ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/new", f"{HOME}/new"),
        ("new?a=1", f"{HOME}/new?a=1"),
        ("?page=2", f"{HOME}/old?page=2"),
        ("//cdn.example/x", f"{AWAY}/x"),
        (f"{AWAY}/x", f"{AWAY}/x"),
    ],
)
def test_the_location_is_taken_relative_to_the_request(location: str, url: str) -> None:
    wire = maze(302, location)
    with SyncHttpClient(HOME, transport=wire) as client:
        response = client.get("/old")
    assert wire.urls == [f"{HOME}/old", url]
    assert str(response.url) == url
    assert response.text == "there"


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_other_statuses_lead_nowhere(status: int) -> None:
    wire = maze(status, "/new")
    with SyncHttpClient(HOME, transport=wire) as client:
        assert (client.get("/old")).status_code == status
    assert len(wire.requests) == 1


def test_a_redirect_without_a_location_is_the_answer() -> None:
    wire = httpx.MockTransport(lambda request: httpx.Response(302))
    with SyncHttpClient(HOME, transport=wire) as client:
        assert (client.get("/old")).status_code == 302
        with pytest.raises(StatusError):
            client.get("/old", cast_to=str)


def test_the_way_is_kept_in_the_history() -> None:
    wire = Maze({f"{HOME}/a": (301, "/b"), f"{HOME}/b": (307, "/c")})
    with SyncHttpClient(HOME, transport=wire) as client:
        response = client.get("/a")
    way = [(earlier.status_code, str(earlier.url)) for earlier in response.history]
    assert way == [(301, f"{HOME}/a"), (307, f"{HOME}/b")]


def test_typed_calls_follow_too(api: DemoApi) -> None:
    with SyncHttpClient(api.base_url) as client:
        body = client.get("/redirect", params={"to": "/health"}, cast_to=dict[str, str])
        with pytest.raises(NotFoundError):
            client.get("/redirect", params={"to": "/nowhere"}, cast_to=str)
    assert body == {"status": "ok"}
    assert [path for _, path in api.requests] == ["/redirect", "/health", "/redirect", "/nowhere"]


def test_a_redirect_counts_as_one_attempt_in_the_metrics() -> None:
    wire = maze(302, "/new")
    with SyncHttpClient(HOME, transport=wire) as client:
        client.get("/old")
        (metric,) = client.get_metrics()
    assert (metric.template, metric.status_code, metric.attempts) == ("/old", 200, 1)


# --- as what --------------------------------------------------------------------------------

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def method_after(status: int, method: str) -> str:
    """RFC 9110: 307 and 308 keep it, 303 is always fetched, 301 and 302 turn POST into GET."""
    if status == 303 and method != "HEAD":
        return "GET"
    return "GET" if status in (301, 302) and method == "POST" else method


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", METHODS)
def test_method_and_body_after_each_status(status: int, method: str) -> None:
    wire = maze(status, "/new")
    with SyncHttpClient(HOME, transport=wire) as client:
        client.request(method, "/old", json_data={"a": 1}, headers={"x-a": "1"})
    first, second = wire.requests
    kept = method_after(status, method) == method and status != 303
    kept = kept or (status == 303 and method == "HEAD")
    assert second.method == method_after(status, method)
    assert second.content == (first.content if kept else b"")
    assert ("content-type" in second.headers) is kept
    assert second.headers["x-a"] == "1"
    if not kept:
        assert "content-length" not in second.headers
        assert "transfer-encoding" not in second.headers


def chunks() -> Iterator[bytes]:
    yield b"one"


@pytest.mark.parametrize("status", [307, 308])
def test_a_body_that_can_not_be_sent_again_ends_the_call(status: int) -> None:
    wire = maze(status, "/new")
    with SyncHttpClient(HOME, transport=wire) as client:
        with pytest.raises(RedirectError, match="the body can not be sent again"):
            client.post("/old", content=chunks())
        client.post("/old", content=b"one")
    assert len(wire.requests) == 3


def test_a_body_that_is_not_sent_again_need_not_be() -> None:
    wire = maze(303, "/new")
    with SyncHttpClient(HOME, transport=wire) as client:
        client.post("/old", content=chunks())
    assert (wire.last.method, wire.last.content) == ("GET", b"")


# --- refused --------------------------------------------------------------------------------


def test_https_to_http_is_refused() -> None:
    wire = maze(302, "http://api.example/new")
    with SyncHttpClient(HOME, transport=wire) as client:
        with pytest.raises(RedirectError) as caught:
            client.get("/old")
    assert str(caught.value) == (
        "GET /old: redirect refused: from https to http: http://api.example/new"
    )
    assert isinstance(caught.value, httpx.TooManyRedirects)
    assert len(wire.requests) == 1


def test_http_to_https_is_followed() -> None:
    wire = Maze({"http://api.example/old": (301, f"{HOME}/old")})
    with SyncHttpClient("http://api.example", transport=wire) as client:
        assert (client.get("/old")).text == "there"


@pytest.mark.parametrize(
    "location", ["ftp://api.example/x", "https://", "https://a:99999/", "http:///x", "mailto:a@b"]
)
def test_a_location_that_is_no_address_is_refused(location: str) -> None:
    with SyncHttpClient(HOME, transport=maze(302, location)) as client:
        with pytest.raises(RedirectError, match="redirect refused"):
            client.get("/old")


@pytest.mark.parametrize("ways", [{"/a": "/a"}, {"/a": "/b", "/b": "/c", "/c": "/a"}])
def test_a_loop_ends_in_a_typed_error(ways: dict[str, str]) -> None:
    wire = Maze({f"{HOME}{old}": (302, new) for old, new in ways.items()})
    with SyncHttpClient(HOME, transport=wire) as client:
        with pytest.raises(RedirectError, match="redirect refused") as caught:
            client.get("/a")
    assert caught.value.attempts == len(wire.requests)
    assert len(wire.requests) <= 11


def test_a_cookie_wall_that_leads_back_to_the_same_url_is_no_loop() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if "cookie" in request.headers:
            return httpx.Response(200, text="in")
        headers = {"location": str(request.url), "set-cookie": "seen=1; Path=/"}
        return httpx.Response(302, headers=headers)

    with SyncHttpClient(HOME, transport=httpx.MockTransport(handler)) as client:
        assert (client.get("/wall")).text == "in"


def stairs(steps: int) -> Maze:
    return Maze({f"{HOME}/{nth}": (302, f"/{nth + 1}") for nth in range(steps)})


def test_ten_redirects_are_followed_and_no_more() -> None:
    with SyncHttpClient(HOME, transport=stairs(10)) as client:
        response = client.get("/0")
        assert len(response.history) == 10
    wire = stairs(11)
    with SyncHttpClient(HOME, transport=wire) as client:
        with pytest.raises(RedirectError, match="more than 10 redirects"):
            client.get("/0")
    assert len(wire.requests) == 11


def test_the_limit_is_a_setting() -> None:
    with SyncHttpClient(HOME, transport=stairs(3), max_redirects=2) as client:
        with pytest.raises(RedirectError, match="more than 2 redirects"):
            client.get("/0")


@pytest.mark.parametrize("own", [True, False])
def test_redirects_need_not_be_followed(own: bool) -> None:
    settings: dict[str, Any] = {} if own else {"follow_redirects": False}
    options = RequestOptions(follow_redirects=False) if own else None
    wire = maze(302, "/new")
    with SyncHttpClient(HOME, transport=wire, **settings) as client:
        response = client.get("/old", options=options)
        assert (response.status_code, response.headers["location"]) == (302, "/new")
        with pytest.raises(StatusError) as caught:
            client.get("/old", cast_to=str, options=options)
    assert caught.value.status_code == 302
    assert wire.urls == [f"{HOME}/old"] * 2


def test_the_call_may_follow_where_the_client_does_not() -> None:
    wire = maze(302, "/new")
    with SyncHttpClient(HOME, transport=wire, follow_redirects=False) as client:
        options = RequestOptions(follow_redirects=True)
        assert (client.get("/old", options=options)).text == "there"
