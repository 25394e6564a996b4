"""Unknown kinds of tagged unions, and unknown members of structs."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Generic, NamedTuple, TypedDict, TypeVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdkbase._wire.codec import decoder_for
from sdkbase.errors import ConfigurationError
from sdkbase.models import (
    LENIENT,
    Int64String,
    OpenEnum,
    Unknown,
    decode_json,
    decode_msgpack,
    encode_json,
    encode_msgpack,
    unknown_members,
)

fixed = settings(derandomize=True, deadline=None, max_examples=300, database=None)
T = TypeVar("T")


class Circle(msgspec.Struct, tag="circle"):
    r: float


class Group(msgspec.Struct, tag="group"):
    shapes: list[Circle | Group | Unknown]


Shape = Circle | Group | Unknown


class Page(msgspec.Struct, Generic[T]):
    items: list[T]
    next: str | None = None


class Movie(TypedDict, total=False):
    poster: Shape


class Pair(NamedTuple):
    name: str
    shape: Shape


@dataclass
class Frame:
    shape: Shape | None = None


class Row(msgspec.Struct, array_like=True, tag="row"):
    name: str
    shape: Shape


class Cell(msgspec.Struct, array_like=True, tag="cell"):
    shape: Shape


class Node(msgspec.Struct):
    shape: Shape | None = None
    child: Node | None = None


TRIANGLE = b'{"a":[1.5,null,{"type":"circle"}],"type":"triangle"}'
KEPT = Unknown({"a": [1.5, None, {"type": "circle"}], "type": "triangle"})


@pytest.mark.parametrize(
    ("cast_to", "before", "after", "find"),
    [
        (Shape, b"", b"", lambda it: it),
        (Unknown, b"", b"", lambda it: it),
        (Shape | None, b"", b"", lambda it: it),
        (Annotated[Shape, LENIENT], b"", b"", lambda it: it),
        (list[Shape], b'[{"type":"circle","r":1.0},', b"]", lambda it: it[1]),
        (list[Shape] | None, b"[", b"]", lambda it: it[0]),
        (tuple[Shape, ...], b"[", b"]", lambda it: it[0]),
        (tuple[int, Shape], b"[1,", b"]", lambda it: it[1]),
        (list[list[Shape]] | Shape, b"[[", b"]]", lambda it: it[0][0]),
        (dict[str, Shape], b'{"x":', b"}", lambda it: it["x"]),
        (dict[str, list[Shape]] | int, b'{"x":[', b"]}", lambda it: it["x"][0]),
        (Page[Shape], b'{"items":[', b'],"next":null}', lambda it: it.items[0]),
        (Page[Page[Shape] | None], b'{"items":[{"items":[', b'],"next":"a"}],"next":null}',
         lambda it: it.items[0].items[0]),
        (Group, b'{"type":"group","shapes":[{"type":"group","shapes":[', b"]}]}",
         lambda it: it.shapes[0].shapes[0]),
        (Shape, b'{"type":"group","shapes":[', b"]}", lambda it: it.shapes[0]),
        (Node, b'{"shape":null,"child":{"shape":', b',"child":null}}', lambda it: it.child.shape),
        (Movie, b'{"poster":', b"}", lambda it: it["poster"]),
        (Frame, b'{"shape":', b"}", lambda it: it.shape),
        (Pair, b'["x",', b"]", lambda it: it.shape),
        (Row, b'["row","x",', b"]", lambda it: it.shape),
        (Row | Cell, b'["cell",', b"]", lambda it: it.shape),
        (Row | dict[str, Shape], b'["row","x",', b"]", lambda it: it.shape),
        (Row | dict[str, Shape], b'{"row":', b"}", lambda it: it["row"]),
        (list[str | Shape], b'["circle",', b"]", lambda it: it[1]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("binary", [False, True], ids=["json", "msgpack"])
def test_an_unknown_kind_is_kept_at_any_depth(
    cast_to: Any, before: bytes, after: bytes, find: Any, binary: bool
) -> None:
    content = before + TRIANGLE + after
    if binary:
        packed = msgspec.msgpack.encode(msgspec.json.decode(content))
        found = decode_msgpack(packed, cast_to)
        assert encode_msgpack(found) == packed
    else:
        found = decode_json(content, cast_to)
    assert find(found) == KEPT and find(found).tag == "triangle"
    assert encode_json(found) == content


def test_what_is_known_is_decoded_as_ever() -> None:
    content = b'[{"type":"circle","r":1.5},{"type":"group","shapes":[]}]'
    assert decode_json(content, list[Shape]) == [Circle(1.5), Group([])]
    assert encode_json([Circle(1.5)]) == b'[{"type":"circle","r":1.5}]'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[{}]", r"missing required field `type` - at `\$\[0\]`"),
        (b'[{"type":7}]', r"Expected `str` - at `\$\[0\]\.type`"),
        (b'[{"type":null}]', r"Expected `str`"),
        (b'[{"type":["circle"]}]', r"Expected `str`"),
        (b"[7]", r"Expected `object`, got `int` - at `\$\[0\]`"),
        (b'[{"type":"new"},{"type":"circle","r":"x"}]', r"got `str` - at `\$\[1\]\.r`"),
        (b'[{"type":"circle","r":"x"}]', r"got `str` - at `\$\[0\]\.r`"),
    ],
)
def test_what_is_no_object_of_a_kind_is_still_an_error(content: bytes, reason: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=reason):
        decode_json(content, list[Shape])


class Created(msgspec.Struct, tag_field="kind", tag="created"):
    id: int


class UnknownEvent(Unknown, tag_field="kind"):
    pass


class First(msgspec.Struct, tag_field="op", tag=1):
    id: int


class UnknownOp(Unknown, tag_field="op", tag=-1):
    pass


def test_another_tag_field_and_tags_that_are_numbers() -> None:
    content = b'[{"kind":"created","id":1},{"kind":"deleted","type":"circle"}]'
    events = decode_json(content, list[Created | UnknownEvent])
    assert isinstance(events[1], UnknownEvent) and events[1].tag == "deleted"
    assert encode_json(events) == content
    operations = decode_json(b'[{"op":1,"id":1},{"op":2}]', list[First | UnknownOp])
    assert operations == [First(1), UnknownOp({"op": 2})]
    assert isinstance(operations[1], UnknownOp) and operations[1].tag == 2
    with pytest.raises(msgspec.ValidationError):
        decode_json(b'{"op":true}', First | UnknownOp)


def test_a_union_that_msgspec_can_not_tell_apart_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="same `tag_field`.*class UnknownKind") as caught:
        decoder_for(Created | Unknown)
    assert "; give Unknown theirs" in str(caught.value)
    with pytest.raises(ConfigurationError, match="same `tag_field`") as caught:
        decoder_for(Created | Circle)
    assert "give Unknown theirs" not in str(caught.value)


def test_it_is_copied_and_pickled() -> None:
    for twin in (copy.deepcopy(KEPT), pickle.loads(pickle.dumps(KEPT))):
        assert twin == KEPT
    assert repr(KEPT).startswith("Unknown(fields={'a': [1.5,")


def test_lines_with_an_unknown_kind() -> None:
    content = b'{"type":"circle","r":1.0}\n\n' + TRIANGLE + b"\n"
    assert decoder_for(Shape).loads_lines(content) == [Circle(1.0), KEPT]
    assert decoder_for(Shape).loads_lines(b'{"type":"circle","r":1.0}') == [Circle(1.0)]
    with pytest.raises(msgspec.ValidationError):
        decoder_for(Shape).loads_lines(content + b"7")


class Status(OpenEnum):
    ACTIVE = "active"


class Address(msgspec.Struct):
    city: str
    extra: dict[str, Any] = unknown_members()


class User(msgspec.Struct, rename="camel"):
    first_name: str
    status: Status = Status.ACTIVE
    address: Address | None = None
    balance: Decimal | None = None
    shapes: list[Shape] = []
    note: msgspec.Raw = msgspec.Raw(b"null")
    key: Int64String = Int64String(0)
    extra: dict[str, Any] = unknown_members()


USER = (
    b'{"firstName":"Ada","status":"paused","address":{"city":"X","zip":"1"},"balance":"1.50",'
    b'"shapes":[{"type":"blob"}],"note":{"a":1.0},"key":"5","nickName":"A","extra":{"n":1.5}}'
)


def test_members_that_are_not_declared_are_kept() -> None:
    user = decode_json(USER, User)
    assert user.extra == {"nickName": "A", "extra": {"n": 1.5}}
    assert user.address == Address("X", extra={"zip": "1"})
    assert (user.status, user.balance, user.key) == ("paused", Decimal("1.50"), 5)
    assert user.shapes == [Unknown({"type": "blob"})]
    assert bytes(user.note) == b'{"a":1.0}'
    assert "extra={'nickName': 'A', 'extra': {'n': 1.5}}" in repr(user)
    assert encode_json(user) == USER


def test_members_are_kept_in_messagepack_too() -> None:
    class Blob(msgspec.Struct):
        data: bytes
        extra: dict[str, Any] = unknown_members()

    content = msgspec.msgpack.encode({"data": b"\xff", "more": [b"\x00", 1.5]})
    blob = decode_msgpack(content, Blob)
    assert blob == Blob(b"\xff", extra={"more": [b"\x00", 1.5]})
    assert encode_msgpack(blob) == content


def test_nothing_is_kept_where_there_is_nothing() -> None:
    assert decode_json(b'{"city":"X"}', Address) == Address("X")
    assert Address("X").extra == {}
    assert encode_json(Address("X")) == b'{"city":"X"}'


def test_a_number_that_is_not_declared_with_digits_keeps_its_digits_elsewhere() -> None:
    class Prices(msgspec.Struct):
        price: Decimal
        extra: dict[str, Any] = unknown_members()

    exact = b"0.123456789012345678901234567890"
    found = decode_json(b'{"price":' + exact + b',"x":1e16,"y":18446744073709551615}', Prices)
    assert found.price == Decimal(exact.decode())
    assert found.extra == {"x": 1e16, "y": 2**64 - 1} and type(found.extra["x"]) is float


def test_what_is_changed_is_sent_back_with_the_rest() -> None:
    user = decode_json(USER, User)
    user.first_name = "Grace"
    assert encode_json(user) == USER.replace(b"Ada", b"Grace")
    bare = msgspec.structs.replace(user, extra={}, address=None, shapes=[])
    assert b"nickName" not in encode_json(bare)
    user.extra["firstName"] = "not this one"
    assert decode_json(encode_json(user), User).first_name == "Grace"


def test_captured_members_are_copied_and_pickled() -> None:
    user = decode_json(USER, User)
    for twin in (copy.deepcopy(user), pickle.loads(pickle.dumps(user))):
        assert twin == user and twin.extra == user.extra


@pytest.mark.parametrize(
    ("cast_to", "content"),
    [
        (list[Address], b'[{"city":"X","zip":1}]'),
        (Page[Address], b'{"items":[{"city":"X","zip":1}],"next":null}'),
        (dict[str, Address | None], b'{"a":null,"b":{"city":"X","zip":1}}'),
    ],
)
def test_members_are_kept_at_any_depth(cast_to: Any, content: bytes) -> None:
    found = decode_json(content, cast_to)
    assert "{'zip': 1}" in repr(found)
    assert encode_json(found) == content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'[{"city":1,"zip":1}]', r"Expected `str`, got `int` - at `\$\[0\]\.city`"),
        (b'[{"zip":1}]', r"missing required field `city` - at `\$\[0\]`"),
        (b"[7]", r"Expected `object`, got `int` - at `\$\[0\]`"),
        (b"{}", r"Expected `array`, got `object`"),
    ],
)
def test_an_error_says_where(content: bytes, reason: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=reason):
        decode_json(content, list[Address])


@pytest.mark.parametrize(
    ("cast_to", "content"),
    [
        (dict[str, Address], b"[1]"),
        (tuple[int, Address], b'{"a":1}'),
        (tuple[int, Address], b"[1]"),
        (Pair, b'{"name":"x"}'),
        (Frame, b"[]"),
        (Page[Address], b'{"items":7}'),
        (list[Address] | Address, b'"x"'),
    ],
)
def test_a_document_of_another_shape_is_an_error(cast_to: Any, content: bytes) -> None:
    with pytest.raises(msgspec.ValidationError, match="Expected"):
        decode_json(content, cast_to)


def test_a_carriage_return_ends_no_line() -> None:
    content = b'{"city":"X",\r"a":1}\r\n' + b'{"city":"Y"}\r\n'
    found = decoder_for(Address).loads_lines(content)
    assert found == [Address("X", {"a": 1}), Address("Y")]
    assert decoder_for(bytes).loads_lines(content) == [b'{"city":"X",\r"a":1}', b'{"city":"Y"}']


def test_lines_with_members_that_are_not_declared() -> None:
    found = decoder_for(Address).loads_lines(b'{"city":"X","a":1}\n \n{"city":"Y"}')
    assert found == [Address("X", extra={"a": 1}), Address("Y")]


def test_with_the_other_options_of_structs() -> None:
    class Frozen(msgspec.Struct, frozen=True, tag="frozen", forbid_unknown_fields=True):
        id: int
        extra: dict[str, Any] = unknown_members()

    class Other(msgspec.Struct, tag="other"):
        id: int

    class Base(msgspec.Struct, kw_only=True):
        extra: dict[str, int] = unknown_members()

    class Omitting(Base, Generic[T], omit_defaults=True):
        id: T | int = 1

    content = b'[{"type":"frozen","id":1,"a":2},{"type":"other","id":1}]'
    found = decode_json(content, list[Frozen | Other])
    assert found == [Frozen(1, extra={"a": 2}), Other(1)]
    assert encode_json(found) == content
    assert encode_json(Omitting()) == b"{}"
    assert encode_json(decode_json(b'{"id":1,"b":2}', Omitting[int])) == b'{"b":2}'
    with pytest.raises(msgspec.ValidationError, match="Expected `int`, got `str`"):
        decode_json(b'{"id":1,"b":"2"}', Omitting[int])


def test_a_model_that_could_keep_nothing_is_refused() -> None:
    class Own(msgspec.Struct):
        extra: str = unknown_members()

    class OwnFields(Unknown):
        fields: str  # type: ignore[assignment]  # on purpose

    class Array(msgspec.Struct, array_like=True):
        id: int
        extra: dict[str, Any] = unknown_members()

    class ArrayKind(msgspec.Struct, array_like=True, tag="a"):
        id: int

    class UnknownArray(Unknown, array_like=True):
        pass

    @dataclass
    class NoStruct:
        id: int
        rest: dict[str, Any] = unknown_members()

    for cast_to, reason in (
        (Own, "Own.extra has to be a dict"),
        (list[OwnFields], "OwnFields.fields has to be a dict"),
        (NoStruct, "'rest' is declared as a field of a msgspec.Struct, but is in none"),
        (Array, "Array can not be array_like"),
        (ArrayKind | UnknownArray, "UnknownArray can not be array_like"),
    ):
        kind: Any = cast_to
        with pytest.raises(ConfigurationError, match=reason):
            decoder_for(kind)


def test_the_field_may_be_called_anything() -> None:
    class Page(msgspec.Struct):
        extra: str
        rest: dict[str, Any] = unknown_members()

    page = decode_json(b'{"extra":"x","rest":1,"more":{}}', Page)
    assert page == Page("x", {"rest": 1, "more": {}})
    assert encode_json(page) == b'{"extra":"x","rest":1,"more":{}}'


def test_the_names_between_the_passes_can_not_come_from_outside() -> None:
    inside = encode_json(KEPT).decode()
    assert "sdkbase" not in inside
    raw = msgspec.json.decode(msgspec.json.encode(Address("X", extra={"a": 1})))
    (hidden,) = raw.keys() - {"city"}
    assert hidden.startswith("$sdkbase.") and len(hidden.split(".")[1]) == 12


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["type", "r", "shapes", "city", "extra", "x"]) , inner),
    max_leaves=15,
)  # fmt: skip


class Everything(msgspec.Struct):
    shape: Shape | None = None
    address: Address | None = None
    any: list[Shape | str | int | None] | None = None


@given(JSON_VALUES, st.sampled_from(["shape", "address", "any"]))
@fixed
def test_a_document_is_refused_or_comes_back_whole(value: Any, name: str) -> None:
    content = msgspec.json.encode({name: value})
    try:
        found = decode_json(content, Everything)
    except msgspec.ValidationError:
        return
    back = msgspec.json.decode(encode_json(found))
    assert _holds(back[name], value)
    packed = msgspec.msgpack.encode({name: value})
    assert decode_msgpack(packed, Everything) == found


def _holds(back: Any, sent: Any) -> bool:
    """Tell whether all that was sent is in what came back; closed structs drop members."""
    if isinstance(sent, dict) and sent.get("type") in ("circle", "group"):
        return bool(back["type"] == sent["type"])
    if isinstance(sent, dict):
        return back.keys() == sent.keys() and all(_holds(back[key], sent[key]) for key in sent)
    if isinstance(sent, list):
        return len(back) == len(sent) and all(map(_holds, back, sent))
    return bool(back == sent)
