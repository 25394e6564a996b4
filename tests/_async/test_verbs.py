"""Verbs and their arguments: what the server sees, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import OMIT, AsyncHttpClient, InvalidRequestError, RequestOptions

VERBS = ["get", "post", "put", "patch", "delete", "head", "options"]
BASE = "https://api.example/v1"


class Echo(msgspec.Struct):
    """What the demo API says that it received."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: str


class Colour(Enum):
    RED = "red"


class Recorder:
    """Keep every request, and answer each with the same JSON."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json={"ok": True})

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]


def client_of(handler: Callable[[httpx.Request], httpx.Response], **settings: Any) -> Any:
    return AsyncHttpClient(BASE, transport=httpx.MockTransport(handler), **settings)


@pytest.mark.parametrize("verb", VERBS)
async def test_each_verb_is_the_method_that_the_server_sees(verb: str, api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url) as client:
        response = await getattr(client, verb)("/echo")
    assert response.status_code == 200
    assert api.requests == [(verb.upper(), "/echo")]


async def test_request_takes_any_method_and_sends_it_in_upper_case() -> None:
    api = Recorder()
    async with client_of(api) as client:
        await client.request("purge", "/cache")
    assert api.last.method == "PURGE"


async def test_a_method_that_is_no_token_is_refused_before_sending() -> None:
    api = Recorder()
    async with client_of(api) as client:
        with pytest.raises(InvalidRequestError, match="no HTTP method"):
            await client.request("GET /\r\n", "/")
    assert not api.requests


@pytest.mark.parametrize(
    ("base", "path", "url"),
    [
        ("https://api.example/v1", "/users", "https://api.example/v1/users"),
        ("https://api.example/v1/", "/users", "https://api.example/v1/users"),
        ("https://api.example/v1", "users", "https://api.example/v1/users"),
        ("https://api.example/v1/", "users?a=1", "https://api.example/v1/users?a=1"),
        ("https://api.example/v1", "", "https://api.example/v1"),
        ("https://api.example", "/", "https://api.example/"),
        ("https://api.example/v1", "https://other.example/x", "https://other.example/x"),
        (None, "https://other.example/x", "https://other.example/x"),
    ],
)
async def test_a_relative_url_is_joined_to_the_base(base: str | None, path: str, url: str) -> None:
    api = Recorder()
    async with AsyncHttpClient(base, transport=httpx.MockTransport(api)) as client:
        await client.get(path)
    assert str(api.last.url) == url


async def test_an_httpx_url_is_taken_too() -> None:
    api = Recorder()
    async with client_of(api) as client:
        await client.get(httpx.URL("https://api.example/v1/users?a=1"))
    assert str(api.last.url) == "https://api.example/v1/users?a=1"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/users/../admin", "must not hold the segments"),
        ("/users/%2e%2E/admin", "must not hold the segments"),
        ("/a b", "space or control character"),
        ("ftp://api.example/x", "http:// or https://"),
        ("https://", "name a host"),
        ("https://api.example:99999/", "valid"),
    ],
)
async def test_an_unsafe_url_is_refused_before_sending(path: str, says: str) -> None:
    api = Recorder()
    async with client_of(api) as client:
        with pytest.raises(InvalidRequestError, match=says):
            await client.get(path)
    assert not api.requests


async def test_a_relative_url_without_a_base_is_refused() -> None:
    async with AsyncHttpClient(transport=httpx.MockTransport(Recorder())) as client:
        with pytest.raises(InvalidRequestError, match="the client has no base_url"):
            await client.get("/users")


# --- params ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "query"),
    [
        ({"a": 1, "b": "x y&z", "c": 1.5}, "a=1&b=x%20y%26z&c=1.5"),
        ({"a": True, "b": False, "c": None, "d": OMIT}, "a=true&b=false&c="),
        ({"id": [1, 2, OMIT, 3], "none": []}, "id=1&id=2&id=3"),
        ({"at": datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)}, "at=2024-05-06T07%3A08%3A09Z"),
        ({"on": date(2024, 5, 6), "colour": Colour.RED}, "on=2024-05-06&colour=red"),
        ({"id": UUID(int=1)}, "id=00000000-0000-0000-0000-000000000001"),
        ([("a", 1), ("a", 2)], "a=1&a=2"),
        (httpx.QueryParams([("a", "1"), ("a", "2")]), "a=1&a=2"),
        ("raw=1&x=%20", "raw=1&x=%20"),
        ({}, ""),
        (None, ""),
    ],
)
async def test_params_become_the_query(params: Any, query: str) -> None:
    api = Recorder()
    async with client_of(api) as client:
        await client.get("/search", params=params)
    assert api.last.url.query.decode() == query


async def test_params_are_added_to_those_of_the_url_and_of_the_options() -> None:
    api = Recorder()
    async with client_of(api) as client:
        options = RequestOptions(query={"c": 3, "d": OMIT})
        await client.get("/search?a=1#part", params={"b": 2}, options=options)
    assert api.last.url.query == b"a=1&b=2&c=3"


async def test_a_param_without_a_form_in_a_url_is_refused_by_name() -> None:
    async with client_of(Recorder()) as client:
        with pytest.raises(InvalidRequestError, match=r"query parameter 'filter' is a mapping"):
            await client.get("/search", params={"filter": {"a": 1}})


# --- headers --------------------------------------------------------------------------------


async def test_headers_of_call_and_options_win_over_the_clients() -> None:
    api = Recorder()
    async with client_of(api, headers={"X-A": "client", "X-B": "client", "X-C": "c"}) as client:
        await client.get(
            "/",
            headers={"x-a": "call", "x-b": "call"},
            options=RequestOptions(headers={"X-B": "options", "x-c": OMIT}),
        )
    headers = api.last.headers
    assert (headers["x-a"], headers["x-b"]) == ("call", "options")
    assert "x-c" not in headers


async def test_omit_takes_a_default_header_away() -> None:
    api = Recorder()
    async with client_of(api) as client:
        await client.get("/", headers={"Accept": OMIT})
        await client.get("/")
    assert "accept" not in api.requests[0].headers
    assert api.requests[1].headers["accept"] == "*/*"


async def test_the_user_agent_names_sdkbase_unless_the_client_has_its_own() -> None:
    api = Recorder()
    async with client_of(api) as client:
        await client.get("/")
    async with client_of(api, headers={"User-Agent": "acme/2"}) as client:
        await client.get("/")
    assert api.requests[0].headers["user-agent"].startswith("sdkbase/")
    assert api.requests[1].headers["user-agent"] == "acme/2"


async def test_repeated_headers_are_joined() -> None:
    api = Recorder()
    async with client_of(api) as client:
        await client.get("/", headers=[("X-Tag", "a"), ("x-tag", "b")])
    assert api.last.headers["x-tag"] == "a, b"


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"X-A": "a\r\nX-Evil: 1"}, "the value of header 'X-A'"),
        ({"X-A": "ключ"}, "the value of header 'X-A'"),
        ({"X A": "a"}, "'X A' is no valid header name"),
        ({"X-A": 5}, "header 'X-A' must have a string"),
    ],
)
async def test_a_header_that_breaks_the_message_is_refused(headers: Any, says: str) -> None:
    api = Recorder()
    async with client_of(api) as client:
        with pytest.raises(InvalidRequestError, match=says):
            await client.get("/", headers=headers)
    assert not api.requests


async def test_the_call_reaches_a_real_server_as_written(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url, headers={"X-Sdk": "1"}) as client:
        echo = await client.put("/echo/a%20b", params={"q": "ü"}, json_data={"n": 1}, cast_to=Echo)
    assert (echo.method, echo.path, echo.query) == ("PUT", "/echo/a b", {"q": ["ü"]})
    assert echo.headers["x-sdk"] == "1"
    assert echo.body == '{"n":1}'


async def test_a_raw_call_does_not_raise_on_an_error_status() -> None:
    async with client_of(lambda request: httpx.Response(404, text="gone")) as client:
        response = await client.get("/users/1")
    assert type(response) is httpx.Response
    assert response.text == "gone"
    assert response.request.url.path == "/v1/users/1"
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        response.raise_for_status()


async def test_a_raw_response_is_complete(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url) as client:
        response = await client.get("/echo", params={"a": 1})
    assert response.is_closed
    assert response.is_stream_consumed
    assert response.elapsed.total_seconds() > 0
    assert (response.http_version, response.reason_phrase) == ("HTTP/1.1", "OK")
    assert str(response.url) == f"{api.base_url}/echo?a=1"
    assert response.headers["x-request-id"]
