"""Typed results: every kind of `cast_to`, and what is said of a body that does not fit."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypedDict

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import (
    AsyncHttpClient,
    BearerAuth,
    ConfigurationError,
    DecodeError,
    NotFoundError,
    ProtocolError,
    RetryConfig,
)

BASE = "https://api.example"


class User(msgspec.Struct, frozen=True):
    id: int
    name: str


class Cat(msgspec.Struct, tag="cat"):
    lives: int


class Dog(msgspec.Struct, tag="dog"):
    good: bool


@dataclass
class Point:
    x: int
    y: int


class Options(TypedDict):
    verbose: bool


class Page(msgspec.Struct):
    items: list[User]


class FullUser(msgspec.Struct):
    id: int
    name: str
    email: str
    role: Literal["admin", "editor", "viewer"]
    created_at: datetime


async def fetch(cast_to: Any, response: httpx.Response, method: str = "GET") -> Any:
    wire = httpx.MockTransport(lambda request: response)
    retries = RetryConfig(max_retries=0)
    async with AsyncHttpClient(BASE, transport=wire, retry_config=retries) as client:
        return await client.request(method, "/things/1", cast_to=cast_to)


def page(content: bytes | str, content_type: str = "application/json") -> httpx.Response:
    return httpx.Response(200, headers={"content-type": content_type}, content=content)


USER = '{"id": 7, "name": "Ada", "unknown": [1]}'


@pytest.mark.parametrize(
    ("cast_to", "body", "result"),
    [
        (User, USER, User(7, "Ada")),
        (list[User], f"[{USER}]", [User(7, "Ada")]),
        (dict[str, User], f'{{"a": {USER}}}', {"a": User(7, "Ada")}),
        (Page, f'{{"items": [{USER}]}}', Page([User(7, "Ada")])),
        (Point, '{"x": 1, "y": 2}', Point(1, 2)),
        (Options, '{"verbose": true}', {"verbose": True}),
        (dict, '{"a": {"b": [1, null]}}', {"a": {"b": [1, None]}}),
        (dict[str, int], '{"a": 1}', {"a": 1}),
        (list, "[1, 2]", [1, 2]),
        (int, "41", 41),
        (Any, '"text"', "text"),
        (User | None, USER, User(7, "Ada")),
        (User | None, "null", None),
        (Cat | Dog, '{"type": "dog", "good": true}', Dog(True)),
        (int | list[str], '["a"]', ["a"]),
        (Literal["on", "off"], '"on"', "on"),
        (Annotated[int, msgspec.Meta(ge=1)], "3", 3),
        (tuple[int, str], '[1, "a"]', (1, "a")),
        (None, USER, None),
        (type(None), USER, None),
        (bytes, USER, USER.encode()),
        (str, USER, USER),
    ],
)
async def test_a_body_becomes_the_type_that_was_asked_for(
    cast_to: Any, body: str, result: Any
) -> None:
    assert await fetch(cast_to, page(body)) == result


async def test_typed_calls_against_a_real_server(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url, auth=BearerAuth("demo-token")) as client:
        user = await client.get("/users/1", cast_to=FullUser)
        posts = await client.get("/users/1/posts", cast_to=list[dict[str, Any]])
        nothing: object = await client.request("DELETE", "/users/1", cast_to=type(None))
        with pytest.raises(NotFoundError):
            await client.get("/users/1", cast_to=FullUser)
        content = await client.get("/bytes/300", cast_to=bytes)
    assert (user.id, user.created_at) == (1, datetime(2024, 1, 1, 1, tzinfo=UTC))
    assert [post["user_id"] for post in posts] == [1]
    assert nothing is None
    assert content == bytes(range(256)) + bytes(range(44))


# --- no body --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [204, 205])
async def test_no_content_is_none_where_the_type_allows_it(status: int) -> None:
    assert await fetch(None, httpx.Response(status)) is None
    assert await fetch(User | None, httpx.Response(status)) is None
    assert await fetch(bytes, httpx.Response(status)) == b""
    assert await fetch(str, httpx.Response(status)) == ""


@pytest.mark.parametrize("status", [200, 204, 205])
async def test_an_empty_body_where_a_model_is_due_says_so(status: int) -> None:
    with pytest.raises(DecodeError, match=r"is not a valid User: it is empty; use cast_to=None"):
        await fetch(User, httpx.Response(status))


async def test_head_has_no_body_to_decode() -> None:
    assert await fetch(None, httpx.Response(200), "HEAD") is None
    assert await fetch(bytes, httpx.Response(200), "HEAD") == b""


async def test_head_with_the_headers_of_a_compressed_body_is_fine(api: DemoApi) -> None:
    headers = {"content-encoding": "gzip", "content-length": "512"}
    wire = httpx.MockTransport(
        lambda request: httpx.Response(200, headers=headers, stream=httpx.ByteStream(b""))
    )
    async with AsyncHttpClient(BASE, transport=wire) as client:
        response = await client.head("/")
    assert response.headers["content-length"] == "512"
    assert response.content == b""


# --- broken or hostile bodies ---------------------------------------------------------------


async def test_a_byte_order_mark_is_accepted() -> None:
    assert await fetch(User, page(b"\xef\xbb\xbf" + USER.encode())) == User(7, "Ada")


async def test_a_page_where_json_was_due_names_the_content_type(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url) as client:
        with pytest.raises(DecodeError) as caught:
            await client.get("/html", cast_to=User)
    error = caught.value
    assert str(error).startswith("GET /html -> 200: body (text/html; charset=utf-8, ")
    assert error.content_type == "text/html; charset=utf-8"
    assert error.excerpt.startswith("<!doctype html>")
    assert error.response.text.endswith("</h1>\n")
    assert isinstance(error, ValueError)


async def test_a_value_that_does_not_fit_is_told_by_its_path() -> None:
    with pytest.raises(DecodeError) as caught:
        await fetch(Page, page('{"items": [{"id": 1, "name": "a"}, {"id": "x", "name": "b"}]}'))
    error = caught.value
    assert error.path == "$.items[1].id"
    assert "is not a valid Page: Expected `int`, got `str` - at `$.items[1].id`" in str(error)
    assert error.template == "/things/1"
    assert (error.status_code, error.attempts) == (200, 1)


HOSTILE: list[tuple[str, bytes, str]] = [
    ("nested", b"[" * 100_000, "nested too deeply"),
    ("nested and closed", b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    ("not UTF-8", b'{"a": "\xff\xfe"}', "not"),
    ("lone surrogate", b'"\\ud800"', "truncated"),
    ("number beyond a float", b"1e400", "out of range"),
    ("NaN", b"[NaN]", "malformed"),
    ("Infinity", b"[-Infinity]", "malformed"),
    ("cut short", b'{"id": 7, "na', "truncated"),
    ("two values", b"{} {}", "malformed"),
    ("UTF-16", '{"id": 7}'.encode("utf-16"), "malformed"),
    ("only a mark", b"\xef\xbb\xbf", "truncated"),
]


@pytest.mark.parametrize(("name", "body", "says"), HOSTILE, ids=[name for name, *_ in HOSTILE])
async def test_hostile_json_is_a_decode_error(name: str, body: bytes, says: str) -> None:
    with pytest.raises(DecodeError, match=says) as caught:
        await fetch(Any, page(body))
    assert len(str(caught.value)) < 500
    assert len(caught.value.excerpt) <= 200
    assert caught.value.response.content == body


async def test_text_follows_the_charset_of_the_content_type() -> None:
    latin = page("grüße".encode("latin-1"), "text/plain; charset=iso-8859-1")
    assert await fetch(str, latin) == "grüße"
    assert await fetch(str, page("grüße".encode(), "text/plain")) == "grüße"
    assert await fetch(str, page("grüße".encode(), "text/plain; charset=klingon")) == "grüße"
    assert await fetch(str, page(b"a\xffb", "text/plain")) == "a\ufffdb"


# --- content codings ------------------------------------------------------------------------


def coded(body: bytes, coding: str) -> httpx.Response:
    # As a stream, because httpx would decode a whole body while the response is made.
    headers = {"content-type": "application/json", "content-encoding": coding}
    return httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(USER.encode()), "gzip"),
        (gzip.compress(USER.encode()), "x-gzip"),
        (gzip.compress(USER.encode()) + b"\0" * 8, "GZIP"),
        (gzip.compress(USER.encode()[:10]) + gzip.compress(USER.encode()[10:]), "gzip"),
        (zlib.compress(USER.encode()), "deflate"),
        (zlib.compress(USER.encode())[2:-4], "deflate"),
        (gzip.compress(zlib.compress(USER.encode())), "deflate, gzip"),
        (USER.encode(), "identity"),
        (b"", "gzip"),
    ],
)
async def test_content_codings_are_undone(body: bytes, coding: str) -> None:
    text = await fetch(str, coded(body, coding))
    assert text == (USER if body else "")


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(USER.encode())[:-12], "gzip"),
        (gzip.compress(USER.encode())[:-1], "gzip"),
        (gzip.compress(USER.encode()) + b"garbage", "gzip"),
        (b"no gzip", "gzip"),
        (zlib.compress(USER.encode())[:-1], "deflate"),
    ],
)
async def test_a_broken_coding_is_an_error_not_half_a_body(body: bytes, coding: str) -> None:
    with pytest.raises(ProtocolError, match=f"GET /things/1: the {coding} body"):
        await fetch(str, coded(body, coding))


async def test_a_raw_response_of_a_coded_body_is_decoded_once() -> None:
    wire = httpx.MockTransport(lambda request: coded(gzip.compress(USER.encode()), "gzip"))
    async with AsyncHttpClient(BASE, transport=wire) as client:
        response = await client.get("/")
    assert response.json() == json.loads(USER)
    assert response.headers["content-encoding"] == "gzip"


# --- types that can not be decoded ----------------------------------------------------------


class Opaque:
    """msgspec knows nothing of it."""


@pytest.mark.parametrize("cast_to", [Opaque, list[Opaque], dict[str, Opaque | None], "User", 5])
async def test_a_type_that_can_not_be_decoded_is_refused_before_sending(cast_to: Any) -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200)

    async with AsyncHttpClient(BASE, transport=httpx.MockTransport(handler)) as client:
        with pytest.raises(ConfigurationError, match="can not be decoded|must be a type"):
            await client.get("/", cast_to=cast_to)
    assert not requests
