from __future__ import annotations

import asyncio
import enum
import io
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import OMIT
from sdkbase._wire.body import NO_BODY, Body, encode_body, encode_json
from sdkbase.errors import InvalidRequestError


class User(msgspec.Struct):
    name: str
    nick: str | None = None


@dataclass
class Point:
    x: int


class Colour(enum.Enum):
    RED = "red"


def encode(**kinds: Any) -> Body:
    return encode_body(event_loop=False, **kinds)


def read(body: Body) -> bytes:
    assert isinstance(body.stream, httpx.SyncByteStream)
    return b"".join(body.stream)


async def async_chunks() -> AsyncIterator[bytes]:
    yield b"a"
    yield b"b"


async def read_async(body: Body) -> bytes:
    assert isinstance(body.stream, httpx.AsyncByteStream)
    return b"".join([chunk async for chunk in body.stream])


def chunks() -> Iterator[bytes]:
    yield b"a"
    yield b"b"


def test_nothing_is_no_body() -> None:
    body = encode()
    assert body is NO_BODY
    assert (body.content, body.headers, body.stream, body.replayable) == (None, {}, None, True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1}, b'{"a":1}'),
        ({}, b"{}"),
        ([], b"[]"),
        (0, b"0"),
        ("", b'""'),
        (False, b"false"),
        (User("x"), b'{"name":"x","nick":null}'),
        ([Point(1)], b'[{"x":1}]'),
        ({"at": datetime(2026, 2, 3, tzinfo=UTC)}, b'{"at":"2026-02-03T00:00:00Z"}'),
        ({"c": Colour.RED}, b'{"c":"red"}'),
        ({"a": None, "b": OMIT}, b'{"a":null}'),
    ],
)
def test_json(value: object, expected: bytes) -> None:
    body = encode(json_data=value)
    assert body.content == expected
    assert body.headers == {"content-type": "application/json"}
    assert body.replayable and body.stream is None


def recursive() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value", [object(), {"a": object()}, {1j: 1}, recursive(), {"a": "\ud800"}, int]
)
def test_what_has_no_json_form_is_refused(value: object) -> None:
    with pytest.raises(InvalidRequestError, match="json_data can not be encoded as JSON"):
        encode_json(value)


class Money:
    def to_wire(self) -> str:
        return "1.50 EUR"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1, "b": OMIT}, {"a": 1}),
        (User("x"), {"name": "x", "nick": None}),
        ([b"raw", 2**63], [b"raw", 2**63]),
        ({"price": Money()}, {"price": "1.50 EUR"}),
        (0, 0),
    ],
)
def test_msgpack(value: object, expected: object) -> None:
    body = encode(msgpack_data=value)
    assert msgspec.msgpack.decode(body.content or b"") == expected
    assert body.headers == {"content-type": "application/msgpack"}
    assert body.replayable and body.stream is None


@pytest.mark.parametrize("value", [object(), [OMIT], 2**70, recursive()])
def test_what_has_no_msgpack_form_is_refused(value: object) -> None:
    with pytest.raises(InvalidRequestError, match="msgpack_data can not be encoded as MessagePack"):
        encode(msgpack_data=value)


def test_types_that_write_themselves_do_so_in_json_too() -> None:
    assert encode(json_data={"price": Money()}).content == b'{"price":"1.50 EUR"}'


class Patch(msgspec.Struct):
    name: Any = OMIT


@pytest.mark.parametrize(
    "value", [{"a": {"b": OMIT}}, {"a": [{"b": OMIT}]}, {"a": [OMIT]}, [OMIT], Patch(), OMIT]
)
def test_omit_is_never_sent_as_a_word(value: object) -> None:
    try:
        encoded = encode_json(value)
    except InvalidRequestError:
        return
    assert b"OMIT" not in encoded


@pytest.mark.parametrize(
    ("content", "expected", "headers"),
    [
        ("caf\u00e9", "caf\u00e9".encode(), {"content-type": "text/plain; charset=utf-8"}),
        ("", b"", {"content-type": "text/plain; charset=utf-8"}),
        (b"\0\xff", b"\0\xff", {}),
        (bytearray(b"ab"), b"ab", {}),
        (memoryview(b"ab"), b"ab", {}),
    ],
)
def test_raw_bodies(content: Any, expected: bytes, headers: dict[str, str]) -> None:
    body = encode(content=content)
    assert (body.content, body.headers) == (expected, headers)
    assert type(body.content) is bytes and body.replayable


@pytest.mark.parametrize("event_loop", [False, True])
@pytest.mark.parametrize(
    ("content", "replayable"), [(chunks(), False), ([b"a", b"b"], True), ((b"a", b"b"), True)]
)
def test_iterables_are_streamed_in_both_colours(
    content: Any, replayable: bool, event_loop: bool
) -> None:
    if not replayable:
        content = chunks()
    body = encode_body(content=content, event_loop=event_loop)
    assert body.content is None and body.replayable is replayable
    length = {"content-length": "2"} if replayable else {"transfer-encoding": "chunked"}
    assert body.headers == length
    assert (asyncio.run(read_async(body)) if event_loop else read(body)) == b"ab"


def test_async_iterables_need_an_event_loop() -> None:
    body = encode_body(content=async_chunks(), event_loop=True)
    assert not body.replayable
    assert asyncio.run(read_async(body)) == b"ab"
    with pytest.raises(InvalidRequestError, match=r"content= is an async iterable.*synchronous"):
        encode(content=async_chunks())


def test_a_file_as_content_tells_its_length() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"12345")
        file.seek(0)
        body = encode(content=file)
        assert body.headers == {"content-length": "5"}
        assert read(body) == b"12345"


@pytest.mark.parametrize("content", [5, 1.5, object(), {"a": 1}])
def test_other_content_is_refused(content: Any) -> None:
    with pytest.raises(InvalidRequestError):
        encode(content=content)


def test_text_that_has_no_bytes_is_refused() -> None:
    with pytest.raises(InvalidRequestError):
        encode(content="\ud800")


@pytest.mark.parametrize(
    "kinds",
    [
        {"json_data": 1, "content": b"x"},
        {"json_data": 1, "data": {"a": 1}},
        {"json_data": 1, "files": {"f": b"x"}},
        {"content": b"", "data": {"a": 1}},
        {"content": b"x", "files": {"f": b"x"}},
        {"json_data": 0, "content": "", "data": {}},
        {"json_data": 1, "msgpack_data": 1},
        {"msgpack_data": 1, "files": {"f": b"x"}},
    ],
)
def test_two_kinds_of_body_are_refused(kinds: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="give one of json_data=, msgpack_data="):
        encode(**kinds)


@pytest.mark.parametrize("data", ["a=1", b"a=1", [("a", "1")], 5])
def test_a_form_is_a_mapping(data: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"data= takes form fields as a mapping, got \w+"):
        encode(data=data)


def test_forms_are_written_as_queries_are() -> None:
    data = {"at": datetime(2026, 2, 3, tzinfo=UTC), "c": Colour.RED, "n": [1, 2], "p": "a+b c"}
    assert encode(data=data).content == b"at=2026-02-03T00%3A00%3A00Z&c=red&n=1&n=2&p=a%2Bb+c"
    nested = encode_body(data={"a": {"b": [1]}}, event_loop=False, query_style="indices")
    assert nested.content == b"a[b][0]=1"
    with pytest.raises(InvalidRequestError, match=r"^data=: form field 'a' is a mapping"):
        encode(data={"a": {"b": 1}})


def test_forms_are_encoded_and_can_be_sent_again() -> None:
    body = encode(data={"a": "x y&", "b": ["1", "2"], "c": True, "d": None, "e": OMIT})
    assert body.content == b"a=x+y%26&b=1&b=2&c=true&d="
    assert body.headers == {"content-type": "application/x-www-form-urlencoded"}
    assert body.replayable and body.stream is None


@pytest.mark.parametrize("kinds", [{"data": {}}, {"data": {"a": OMIT}}, {"files": {}}])
def test_an_empty_form_sends_no_empty_content_type(kinds: dict[str, Any]) -> None:
    body = encode(**kinds)
    assert not body.content
    assert body.headers.get("content-type") != ""


class Pipe(io.RawIOBase):
    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return 0


class NoSeekable:
    def read(self, size: int = -1) -> bytes:
        return b""


@pytest.mark.parametrize(
    ("files", "replayable"),
    [
        ({"f": b"x"}, True),
        ({"f": io.BytesIO(b"x")}, True),
        ({"f": ("name", io.BytesIO(b"x"))}, True),
        ({"f": ("name", "text", "text/plain")}, True),
        ([("f", ("name", io.BytesIO(b"x"), "text/plain", {"x": "y"}))], True),
        ({"f": Pipe()}, False),
        ({"f": ("name", Pipe())}, False),
        ([("f", b"x"), ("g", Pipe())], False),
        ([("f", ("name", NoSeekable()))], False),
    ],
)
def test_a_multipart_form_can_be_sent_again_if_its_files_can(files: Any, replayable: bool) -> None:
    body = encode(data={"a": "1", "b": OMIT}, files=files)
    assert body.replayable is replayable
    assert body.headers["content-type"].startswith("multipart/form-data; boundary=")


def test_a_replayed_form_is_the_same_again() -> None:
    body = encode(data={"a": "1"}, files={"f": ("n.txt", io.BytesIO(b"hello"), "text/plain")})
    first, second = read(body), read(body)
    assert first == second
    assert b'name="a"\r\n\r\n1\r\n' in first
    assert b'name="f"; filename="n.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n' in first
    assert int(body.headers["content-length"]) == len(first)


@pytest.mark.parametrize(
    "files",
    [{"f": io.StringIO("text")}, {"f": ("n", io.StringIO("text"))}, {"f": 5}, [5], {"f": None}],
)
def test_files_that_can_not_be_sent_are_refused(files: Any) -> None:
    with pytest.raises(InvalidRequestError, match="^(data= or )?files?[= ]"):
        encode(files=files)
