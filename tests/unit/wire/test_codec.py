from __future__ import annotations

import collections.abc
import enum
import gzip
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypedDict, TypeVar

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._wire.codec import Decoder, decode_text, decoder_for, type_name
from sdkbase._wire.redaction import register_secret
from sdkbase.errors import ConfigurationError, DecodeError

from .messages import fixed, json_reply, make_call, make_reply

T = TypeVar("T")


class User(msgspec.Struct):
    id: int
    name: str = ""


class Page(msgspec.Struct, Generic[T]):
    items: list[T]


class Cat(msgspec.Struct, tag="cat"):
    lives: int


class Dog(msgspec.Struct, tag="dog"):
    good: bool


class Node(msgspec.Struct):
    child: Node | None = None


@dataclass
class Point:
    x: int


class Movie(TypedDict):
    title: str


class Pair(NamedTuple):
    a: int
    b: str


class Colour(enum.Enum):
    RED = "red"


Positive = Annotated[int, msgspec.Meta(gt=0)]


def decode(cast_to: Any, content: bytes) -> Any:
    return decoder_for(cast_to).decode(make_call(), json_reply(content))


def refused(cast_to: Any, content: bytes) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        decode(cast_to, content)
    return caught.value


@pytest.mark.parametrize(
    ("cast_to", "content", "expected"),
    [
        (User, b'{"id":7,"name":"x","more":1}', User(7, "x")),
        (list[User], b'[{"id":7}]', [User(7)]),
        (dict[str, User], b'{"a":{"id":7}}', {"a": User(7)}),
        (Page[User], b'{"items":[{"id":7}]}', Page([User(7)])),
        (Cat | Dog, b'{"type":"dog","good":true}', Dog(True)),
        (User | None, b"null", None),
        (int | str, b'"7"', "7"),
        (str | int, b"7", 7),
        (Node, b'{"child":{"child":null}}', Node(Node(None))),
        (Point, b'{"x":1}', Point(1)),
        (Movie, b'{"title":"M"}', {"title": "M"}),
        (Pair, b'[1,"b"]', Pair(1, "b")),
        (Colour, b'"red"', Colour.RED),
        (Literal["a", "b"], b'"b"', "b"),
        (Positive, b"1", 1),
        (datetime, b'"2026-02-03T04:05:06"', datetime(2026, 2, 3, 4, 5, 6)),
        (dict, b'{"a":[1]}', {"a": [1]}),
        (list, b"[1]", [1]),
        (tuple[int, str], b'[1,"a"]', (1, "a")),
        (Any, b'{"a":1}', {"a": 1}),
        (bool, b"true", True),
        (float, b"1", 1.0),
        (bytes, b"\xff\0", b"\xff\0"),
        (str, b'"x"', '"x"'),
        (None, b"<html>", None),
        (type(None), b"", None),
    ],
)
def test_every_kind_of_type(cast_to: Any, content: bytes, expected: object) -> None:
    result = decode(cast_to, content)
    assert result == expected
    assert type(result) is type(expected)


def test_raw_json_stays_as_it_came() -> None:
    assert bytes(decode(msgspec.Raw, b'{"a" : 1}')) == b'{"a" : 1}'


class Custom:
    pass


@dataclass
class Holder:
    inside: dict[str, list[Custom]]


@pytest.mark.parametrize(
    "cast_to",
    [
        Custom, list[Custom], Custom | None, Holder, httpx.Response, complex, type,
        collections.abc.Callable, User | Page[int], User | Point, list[int] | tuple[int, ...],
        dict[str, Any] | User, 5, "User", {"a": int},
    ],
)  # fmt: skip
def test_types_that_msgspec_does_not_know_are_refused(cast_to: Any) -> None:
    with pytest.raises(ConfigurationError, match="can not be decoded|must be a type"):
        decoder_for(cast_to)


def test_a_name_that_does_not_exist_is_refused() -> None:
    Broken = msgspec.defstruct("Broken", [("a", "Missing")])
    with pytest.raises(ConfigurationError, match="Broken can not be decoded: .*Missing"):
        decoder_for(Broken)


def test_the_unknown_type_is_named() -> None:
    with pytest.raises(ConfigurationError) as caught:
        decoder_for(Holder)
    assert "Holder can not be decoded" in str(caught.value)
    assert "Custom" in str(caught.value) and "msgspec.Struct" in str(caught.value)


def test_decoders_are_kept_by_type() -> None:
    assert decoder_for(list[User]) is decoder_for(list[User])
    kinds: list[Any] = [Page[int], Page[str], Positive, Positive | None, int, list[User]]
    assert len({id(decoder_for(kind)) for kind in kinds}) == len(kinds)


def test_types_that_can_not_be_hashed_are_decoded_too() -> None:
    cast_to: Any = Annotated[list[int], ["not hashable"]]
    with pytest.raises(TypeError):
        hash(cast_to)
    assert decode(cast_to, b"[1]") == [1]


@pytest.mark.parametrize(
    ("cast_to", "name"),
    [
        (User, "User"),
        (list[User], "list[User]"),
        (dict[str, Page[User]], "dict[str, Page[User]]"),
        (User | None, "User | None"),
        (int, "int"),
    ],
)
def test_type_name(cast_to: Any, name: str) -> None:
    assert type_name(cast_to).replace("Optional[User]", "User | None") == name


def test_repr_names_the_type() -> None:
    assert repr(Decoder(list[User])) == "Decoder(list[User])"


@pytest.mark.parametrize(
    ("cast_to", "content", "path"),
    [
        (Page[User], b'{"items":[{"id":1},{"id":"x"}]}', "$.items[1].id"),
        (dict[str, list[int]], b'{"a":[1,null]}', "$[...][1]"),
        (list[User], b'[{"id":1},{}]', "$[1]"),
        (Point, b'{"x":"1"}', "$.x"),
        (int, b'"x"', None),
        (int, b"{", None),
    ],
)
def test_the_path_of_what_does_not_fit(cast_to: Any, content: bytes, path: str | None) -> None:
    assert refused(cast_to, content).path == path


def test_the_message_says_what_was_asked_and_what_came() -> None:
    error = refused(list[User], b'[{"id":"x"}]')
    assert str(error) == (
        "GET /users/{user_id} -> 200: body (application/json, 12 bytes) is not a valid list[User]: "
        "Expected `int`, got `str` - at `$[0].id`"
    )
    assert (error.status_code, error.template) == (200, "/users/{user_id}")
    assert error.content_type == "application/json" and error.excerpt == '[{"id":"x"}]'
    assert error.__cause__ is None and error.__suppress_context__


def test_an_html_page_is_named_by_its_content_type() -> None:
    reply = make_reply(200, b"<html>log in</html>", {"content-type": "text/html; charset=utf-8"})
    with pytest.raises(DecodeError, match=r"text/html; charset=utf-8.*malformed"):
        decoder_for(User).decode(make_call(), reply)
    with pytest.raises(DecodeError, match="no content type"):
        decoder_for(User).decode(make_call(), make_reply(200, b"<html>"))


def test_the_excerpt_is_short() -> None:
    error = refused(int, b"x" * 100_000)
    assert error.excerpt == "x" * 200
    assert len(str(error)) < 400


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    id: int = 0


LONG = b"z" * 100_000


@pytest.mark.parametrize(
    ("cast_to", "content"),
    [
        (Colour, b'"' + LONG + b'"'),
        (Literal["a"], b'"' + LONG + b'"'),
        (Cat | Dog, b'{"type":"' + LONG + b'"}'),
        (Strict, b'{"' + LONG + b'":1}'),
    ],
)
def test_the_message_never_quotes_a_long_body(cast_to: Any, content: bytes) -> None:
    assert len(str(refused(cast_to, content))) < 1000


def test_a_long_content_type_is_cut() -> None:
    reply = make_reply(200, b"x", {"content-type": "a" * 50_000})
    with pytest.raises(DecodeError) as caught:
        decoder_for(int).decode(make_call(), reply)
    assert len(str(caught.value)) < 1000


def test_a_byte_order_mark_is_accepted() -> None:
    assert decode(User, b'\xef\xbb\xbf{"id":7}') == User(7)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty; use cast_to=None"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'"\xff"', "it is not UTF-8"),
        (b"[1,2", "truncated"),
        (b"NaN", "malformed"),
    ],
)
def test_hostile_bodies_are_decode_errors(content: bytes, reason: str) -> None:
    assert reason in str(refused(Any, content))


def test_deep_nesting_of_a_recursive_model_is_a_decode_error() -> None:
    assert "nested too deeply" in str(refused(Node, b'{"child":' * 50_000))


@pytest.mark.parametrize("status", [204, 205])
def test_no_content_is_null(status: int) -> None:
    assert decoder_for(User | None).decode(make_call(), json_reply(b"", status)) is None
    with pytest.raises(DecodeError, match="it is empty; use cast_to=None"):
        decoder_for(User).decode(make_call(), json_reply(b"", status))


def test_a_compressed_body_is_decoded_first() -> None:
    fields = {"content-encoding": "gzip"}
    reply = make_reply(200, gzip.compress(b'{"id":7}'), fields)
    assert decoder_for(User).decode(make_call(), reply) == User(7)
    broken = make_reply(200, gzip.compress(b"{"), fields)
    with pytest.raises(DecodeError) as caught:
        decoder_for(User).decode(make_call(), broken)
    assert caught.value.excerpt == "{" and caught.value.response.text == "{"


@pytest.mark.parametrize(
    ("content", "content_type", "expected"),
    [
        ("caf\u00e9".encode(), None, "caf\u00e9"),
        ("caf\u00e9".encode(), "text/plain", "caf\u00e9"),
        ("caf\u00e9".encode("latin-1"), "text/plain; charset=ISO-8859-1", "caf\u00e9"),
        ("caf\u00e9".encode("utf-16"), 'text/plain; charset="utf-16"', "caf\u00e9"),
        (b"caf\xff", "text/plain", "caf\ufffd"),
        ("caf\u00e9".encode(), "text/plain; charset=nonsense", "caf\u00e9"),
    ],
)
def test_text_by_its_charset(content: bytes, content_type: str | None, expected: str) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    assert decode_text(content, content_type) == expected
    assert decoder_for(str).decode(make_call(), make_reply(200, content, headers)) == expected


def test_a_secret_in_the_body_is_not_shown() -> None:
    register_secret("canary-codec-0123456789")
    error = refused(Colour, b'"canary-codec-0123456789"')
    assert "canary" not in str(error) + error.excerpt + error.response.text


@pytest.mark.parametrize("before", range(170, 205))
def test_a_secret_at_the_end_of_the_excerpt_is_not_shown_in_part(before: int) -> None:
    register_secret("canary-codec-0123456789")
    error = refused(int, b"x" * before + b"canary-codec-0123456789")
    assert "can" not in error.excerpt


@pytest.mark.usefixtures("uncovered")
@given(
    st.binary(max_size=80)
    | st.text(st.sampled_from('[]{}",:0e-.ntfau\\\ud7ff'), max_size=30).map(str.encode)
)
@fixed
def test_no_body_raises_anything_but_a_decode_error(content: bytes) -> None:
    for cast_to in (Any, Page[User], Cat | Dog, dict[str, Node], Movie | None):
        try:
            decode(cast_to, content)
        except DecodeError as error:
            assert len(error.excerpt) <= 200
