"""MessagePack and JSON: which one a reply is in, and what is said of a body that is neither."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._wire.codec import decoder_for
from sdkbase._wire.formats import JSON, MSGPACK, format_of
from sdkbase.errors import DecodeError
from sdkbase.models import LENIENT, Lenient

from .messages import fixed, json_reply, make_call, make_reply


class User(msgspec.Struct):
    id: int
    name: str = ""


class Loose(Lenient, msgspec.Struct):
    id: int
    ok: bool = False


class Page(msgspec.Struct):
    items: list[Loose]
    total: int = 0


def decode(cast_to: Any, content: bytes, content_type: str | None, status: int = 200) -> Any:
    headers = {} if content_type is None else {"Content-Type": content_type}
    return decoder_for(cast_to).decode(make_call(), make_reply(status, content, headers))


def refused(cast_to: Any, content: bytes, content_type: str | None) -> str:
    with pytest.raises(DecodeError) as caught:
        decode(cast_to, content, content_type)
    return str(caught.value)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/msgpack",
        "application/x-msgpack",
        "application/vnd.msgpack",
        "Application/MsgPack",
        "application/msgpack; charset=binary",
        "application/vnd.acme.user+msgpack;v=2",
        " application/msgpack ",
    ],
)
@pytest.mark.parametrize("value", [User(7, "x"), [1, 2], 5, "x", None, 91, 123, 91.5])
def test_messagepack_when_it_says_so(content_type: str, value: object) -> None:
    assert format_of(content_type) is MSGPACK
    content = msgspec.msgpack.encode(value)
    assert decode(type(value) if isinstance(value, User) else Any, content, content_type) == value


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/html",
        "text/plain; charset=latin-1",
        "application/octet-stream",
        "application/vnd.acme+json; v=1",
        "application/json; profile=msgpack",
        "text/msgpack-not",
        "application/msgpackage",
        "nonsense",
        ";;;",
    ],
)
def test_json_whatever_else_the_content_type_claims(content_type: str | None) -> None:
    assert format_of(content_type) is JSON
    assert decode(User, b'{"id":7}', content_type) == User(7)
    assert decode(int, b"7", content_type) == 7


def test_json_under_a_messagepack_label_is_read_where_it_can_be_nothing_else() -> None:
    assert decode(User, b'{"id":7}', "application/msgpack") == User(7)
    assert "not a valid int" in refused(int, b"seven", "application/msgpack")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x82\xa2id", "truncated"),
        (b"\xc1", "malformed"),
        (b"\x81\xa2id\xa1x", "Expected `int`, got `str` - at `$.id`"),
        (b"", "it is empty; use cast_to=None"),
        (b"\x81\xa2id\xa2\xff\xff", "Expected `int`, got `str`"),
        (b"\x82\xa2id\x07\xa4name\xa2\xff\xff", "it is not UTF-8"),
    ],
)
def test_broken_messagepack_is_a_decode_error(content: bytes, reason: str) -> None:
    message = refused(User, content, "application/msgpack")
    assert reason in message and "application/msgpack" in message


def test_deep_messagepack_is_a_decode_error() -> None:
    assert "nested too deeply" in refused(Any, b"\x91" * 100_000, "application/msgpack")


@pytest.mark.parametrize("status", [204, 205])
def test_no_content_is_null_in_any_format(status: int) -> None:
    assert decode(User | None, b"", "application/msgpack", status) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html><html>log in</html>", "it is an HTML page; JSON is malformed"),
        (b"\xef\xbb\xbf\n <HTML lang=en>", "it is an HTML page; JSON is malformed"),
        (b"<?xml version='1.0'?><a/>", "it is no JSON but other text; JSON is malformed"),
        (b"upstream timed out", "it is no JSON but other text; JSON is malformed"),
        (b"{'id': 7}", "valid User: JSON is malformed"),
        (b'{"id":7', "valid User: Input data was truncated"),
        (b'{"id":7} trailing', "valid User: JSON is malformed: trailing characters"),
    ],
)
def test_what_came_is_named(content: bytes, said: str) -> None:
    assert said in refused(User, content, "application/json")


@pytest.mark.parametrize("kind", ["json", "msgpack"])
@pytest.mark.parametrize(
    "marked",
    [
        Annotated[User, LENIENT],
        list[Annotated[User, LENIENT]],
        Annotated[list[User], LENIENT],
        dict[str, Annotated[User, LENIENT]] | None,
    ],
)
def test_a_type_that_is_marked_is_lenient(marked: Any, kind: str) -> None:
    plain: Any = {"id": "9007199254740993"}
    if "list" in str(marked):
        plain = [plain]
    if "dict" in str(marked):
        plain = {"a": plain}
    content = msgspec.json.encode(plain) if kind == "json" else msgspec.msgpack.encode(plain)
    found = decode(marked, content, f"application/{kind}")
    for level in ("list", "dict"):
        if level in str(marked):
            found = found[0] if level == "list" else found["a"]
    assert found == User(9007199254740993)


@pytest.mark.parametrize("cast_to", [Loose, list[Loose], Page])
def test_a_body_that_holds_a_lenient_model_is_lenient(cast_to: Any) -> None:
    one = '{"id":"7","ok":"true"}'
    contents = {Loose: one, Page: f'{{"items":[{one}],"total":"1"}}'}
    found = decode(cast_to, contents.get(cast_to, f"[{one}]").encode(), None)
    expected = {Loose: Loose(7, True), Page: Page([Loose(7, True)], 1)}
    assert found == expected.get(cast_to, [Loose(7, True)])


def test_leniency_is_an_option_of_the_decoder() -> None:
    strict, lenient = decoder_for(list[User]), decoder_for(list[User], lenient=True)
    assert strict is not lenient
    assert decoder_for(list[User], lenient=True) is lenient
    reply = json_reply(b'[{"id":"7"}]')
    assert lenient.decode(make_call(), reply) == [User(7)]
    with pytest.raises(DecodeError, match=r"Expected `int`, got `str` - at `\$\[0\]\.id`"):
        strict.decode(make_call(), reply)
    unhashable: Any = Annotated[User, ["x"]]
    assert decoder_for(unhashable, lenient=True).decode(make_call(), json_reply(b'{"id":"7"}'))


def test_the_mark_is_named_in_messages() -> None:
    with pytest.raises(DecodeError, match=r"not a valid list\[Annotated\[User, LENIENT\]\]: Exp"):
        decode(list[Annotated[User, LENIENT]], b"{}", None)


def test_leniency_is_no_excuse_for_nonsense() -> None:
    with pytest.raises(DecodeError, match="Expected `int`, got `str`"):
        decoder_for(User, lenient=True).decode(make_call(), json_reply(b'{"id":"seven"}'))


@pytest.mark.parametrize(
    ("cast_to", "content", "expected"),
    [
        (User, b'{"id":7}', User(7)),
        (User, '{"id":7}', User(7)),
        (Any, b"[1]", [1]),
        (str, b"caf\xc3\xa9 \xff", "caf\u00e9 \ufffd"),
        (str, "x", "x"),
        (bytes, b"x", b"x"),
        (bytes, bytearray(b"x"), b"x"),
        (bytes, "\u00e9", b"\xc3\xa9"),
        (None, b"whatever", None),
    ],
)
def test_one_document(cast_to: Any, content: Any, expected: object) -> None:
    found = decoder_for(cast_to).loads(content)
    assert found == expected and type(found) is type(expected)


def test_one_document_by_its_content_type() -> None:
    content = msgspec.msgpack.encode(User(7))
    assert decoder_for(User).loads(content, "application/msgpack") == User(7)
    assert decoder_for(User).loads(b'{"id":7}', "text/event-stream") == User(7)
    assert decoder_for(str).loads(b"\xe9", "text/plain; charset=latin-1") == "\u00e9"


def test_a_document_that_does_not_fit_raises_what_msgspec_raises() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"\$\.id"):
        decoder_for(User).loads(b'{"id":"x"}')
    with pytest.raises(msgspec.DecodeError):
        decoder_for(User).loads(b"{")


@pytest.mark.parametrize(
    ("cast_to", "expected"),
    [
        (User, [User(1), User(2)]),
        (Any, [{"id": 1}, {"id": 2}]),
        (str, ['{"id":1}', '{"id":2}']),
        (bytes, [b'{"id":1}', b'{"id":2}']),
        (None, [None, None]),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n", b"\n \t\n"])
def test_documents_one_in_a_line(cast_to: Any, expected: object, end: bytes) -> None:
    decoder = decoder_for(cast_to)
    assert decoder.loads_lines(b'{"id":1}' + end + b'{"id":2}' + end) == expected
    assert decoder.loads_lines(b'{"id":1}' + end + b'{"id":2}') == expected
    assert decoder.loads_lines(b"") == [] == decoder.loads_lines(end)


def test_a_line_that_does_not_fit_raises_what_msgspec_raises() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"Expected `int`, got `str`"):
        decoder_for(User).loads_lines(b'{"id":1}\n{"id":"x"}\n')


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.usefixtures("uncovered")
@given(PLAIN)
@fixed
def test_a_tree_is_the_document_it_was_made_of(value: Any) -> None:
    for format in (JSON, MSGPACK):
        content = format.encode(value)
        assert format.untree(format.tree(content)) == content


@pytest.mark.parametrize(
    "number", [b"0.123456789012345678901", b"1E+400", b"-0.0", b"18446744073709551615"]
)
def test_a_tree_keeps_every_digit(number: bytes) -> None:
    assert JSON.untree(JSON.tree(b"[" + number + b"]")) == b"[" + number + b"]"
