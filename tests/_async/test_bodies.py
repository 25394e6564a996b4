"""Request bodies of every kind."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import OMIT, AsyncHttpClient, InvalidRequestError
from tests._async.test_verbs import Echo, Recorder, client_of


class NewUser(msgspec.Struct):
    name: str
    age: int | None = None


@dataclass
class NewPost:
    title: str


# --- bodies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ({"name": "Ada", "age": OMIT, "tags": []}, b'{"name":"Ada","tags":[]}'),
        (NewUser("Ada"), b'{"name":"Ada","age":null}'),
        (NewPost("Hello"), b'{"title":"Hello"}'),
        ([NewUser("Ada", 36)], b'[{"name":"Ada","age":36}]'),
        ({"at": datetime(2024, 5, 6, tzinfo=UTC)}, b'{"at":"2024-05-06T00:00:00Z"}'),
        (0, b"0"),
        ({}, b"{}"),
    ],
)
async def test_json_data_is_encoded_with_its_content_type(value: Any, body: bytes) -> None:
    api = Recorder()
    async with client_of(api) as client:
        await client.post("/users", json_data=value)
    assert api.last.content == body
    assert api.last.headers["content-type"] == "application/json"
    assert api.last.headers["content-length"] == str(len(body))


@pytest.mark.parametrize("value", [{"a": {"b": OMIT}}, {"a": [OMIT]}, [{"a": OMIT}], OMIT])
async def test_omit_is_never_sent_as_a_word(value: Any) -> None:
    api = Recorder()
    async with client_of(api) as client:
        # Left out or refused: either is right, but the word itself is nobody's data.
        with suppress(InvalidRequestError):
            await client.post("/users", json_data=value)
    assert not [request for request in api.requests if b"OMIT" in request.content]


async def test_json_data_without_a_json_form_is_refused() -> None:
    api = Recorder()
    async with client_of(api) as client:
        with pytest.raises(InvalidRequestError, match="json_data can not be encoded"):
            await client.post("/users", json_data={"x": object()})
    assert not api.requests


async def test_the_calls_own_content_type_wins() -> None:
    api = Recorder()
    async with client_of(api) as client:
        own = {"Content-Type": "application/merge-patch+json"}
        await client.patch("/users/1", json_data={"a": 1}, headers=own)
    assert api.last.headers.get_list("content-type") == ["application/merge-patch+json"]


async def test_data_is_sent_as_a_form() -> None:
    api = Recorder()
    async with client_of(api) as client:
        await client.post("/login", data={"user": "a b", "left": OMIT, "scope": ["x", "y"]})
    assert api.last.content == b"user=a+b&scope=x&scope=y"
    assert api.last.headers["content-type"] == "application/x-www-form-urlencoded"


async def test_files_are_sent_as_multipart_with_the_fields_of_data(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url) as client:
        echo = await client.post(
            "/echo",
            data={"kind": "photo"},
            files={"upload": ("cat.txt", io.BytesIO(b"meow"), "text/plain")},
            cast_to=Echo,
        )
    assert echo.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert 'name="kind"\r\n\r\nphoto' in echo.body
    assert 'filename="cat.txt"' in echo.body
    assert "meow" in echo.body


async def test_msgpack_data_is_encoded_with_its_content_type() -> None:
    api = Recorder()
    async with client_of(api) as client:
        await client.post("/users", msgpack_data={"name": "Ada", "age": OMIT})
    assert msgspec.msgpack.decode(api.last.content) == {"name": "Ada"}
    assert api.last.headers["content-type"] == "application/msgpack"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [("grüße", "text/plain; charset=utf-8"), ("grüße".encode(), None)],
)
async def test_content_is_sent_as_it_is(content: Any, content_type: str | None) -> None:
    api = Recorder()
    async with client_of(api) as client:
        await client.put("/blob", content=content)
    assert api.last.content.decode() == "grüße"
    assert api.last.headers.get("content-type") == content_type


async def test_an_iterable_is_sent_in_chunks(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url) as client:
        echo = await client.post("/echo", content=iter([b"one,", b"two"]), cast_to=Echo)
    assert echo.body == "one,two"
    assert echo.headers["transfer-encoding"] == "chunked"


async def test_a_generator_of_the_clients_own_colour_is_sent(api: DemoApi) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"one,"
        yield b"two"

    async with AsyncHttpClient(api.base_url) as client:
        echo = await client.post("/echo", content=chunks(), cast_to=Echo)
    assert echo.body == "one,two"


async def test_a_post_without_a_body_says_that_it_is_empty() -> None:
    api = Recorder()
    async with client_of(api) as client:
        await client.post("/run")
    assert api.last.content == b""
    assert api.last.headers["content-length"] == "0"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"json_data": {}, "content": b""}, "not several"),
        ({"json_data": 1, "data": {}}, "not several"),
        ({"content": b"x", "files": {"f": b"x"}}, "not several"),
        ({"data": b"raw"}, "pass a raw body as content="),
        ({"content": 5}, "content= takes str, bytes"),
        ({"files": {"f": "text", "g": 5}}, "file 'g' takes str, bytes"),
    ],
)
async def test_bodies_that_contradict_are_refused(args: dict[str, Any], says: str) -> None:
    api = Recorder()
    async with client_of(api) as client:
        with pytest.raises(InvalidRequestError, match=says):
            await client.post("/", **args)
    assert not api.requests
