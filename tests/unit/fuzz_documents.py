"""Documents that went wrong, at random, and the types that they are read as."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Annotated, Any, Literal, NamedTuple, TypedDict
from uuid import UUID

import msgspec

from sdkbase.models import (
    LENIENT,
    EpochMillis,
    EpochSeconds,
    HttpDate,
    Int64String,
    OpenEnum,
    OpenIntEnum,
    Unknown,
    unknown_members,
)
from tests.unit.fuzz_cases import broken


class Role(OpenEnum):
    ADMIN = "admin"


class Level(OpenIntEnum):
    LOW = 1


class Colour(Enum):
    RED = "red"


class Circle(msgspec.Struct, tag="circle"):
    id: int
    at: datetime | None = None


class Square(msgspec.Struct, tag="square"):
    id: int
    price: Decimal = Decimal(0)


class Tree(msgspec.Struct):
    id: int
    items: list[Tree] = []
    data: Tree | None = None


class Wide(msgspec.Struct, kw_only=True, rename="camel"):
    id: int | UUID | None = None
    at: datetime | None = None
    date: date | None = None
    time: time | None = None
    price: Decimal | None = None
    raw: bytes | None = None
    role: Role | None = None
    level: Level | None = None
    seconds: EpochSeconds | None = None
    millis: EpochMillis | None = None
    expires: HttpDate | None = None
    big: Int64String | None = None
    data: dict[int, Wide] = {}
    items: list[Circle | Square | Unknown] = []
    colour: Colour | msgspec.UnsetType = msgspec.UNSET
    more: dict[str, Any] = unknown_members()


class Narrow(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    id: Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=9, pattern="^[a-z]+$")]


class AsTyped(TypedDict, total=False):
    id: int
    items: list[str]


class AsTuple(NamedTuple):
    id: int
    at: datetime


@dataclass
class AsData:
    id: float
    data: dict[Colour, list[int]] | None = None


_MODELS: tuple[Any, ...] = (
    Circle,
    Circle | Square,
    Circle | Square | Unknown,
    Tree,
    Wide,
    list[Wide],
    Annotated[Wide, LENIENT],
    Narrow,
    AsTyped,
    AsTuple,
    AsData,
)
TYPES: tuple[Any, ...] = (
    *_MODELS,
    *_MODELS,
    Any,
    object,
    None,
    str,
    bytes,
    int,
    float | bool,
    Decimal,
    datetime,
    timedelta,
    UUID,
    Level,
    Int64String,
    EpochSeconds | None,
    HttpDate,
    Literal["circle", 1, None],
    set[int],
    tuple[int, str, *tuple[float, ...]],
    list[list[int]],
    dict[int, dict[Colour, Decimal]],
    dict[UUID, Wide],
    frozenset[Role],
    msgspec.Raw,
)

_NAMES = (
    "id", "at", "date", "time", "price", "raw", "role", "level", "seconds", "millis", "expires",
    "big", "data", "items", "colour", "more", "name", "type", "error", "errors", "detail",
    "message", "title", "status", "code", "next", "next_cursor", "total", "has_more", "0", "", "\0",
    "__type", "field", "loc", "source", "extensions", "maxCount", "\u00e9", "rot",
)  # fmt: skip
_SCALARS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 7, 2**31, 2**53, 2**63, 2**64, -(2**63), 10**30, 10**400, 0.5,
    -0.0, 1e308, 5e-324, 1e20, 253402300800, -62135596801, 1700000000000, "", "7", "circle",
    "square", "admin", "red", "1e999999999", "-1e-999999999", "NaN", "Infinity", "nan", "1_0",
    "\u0663", "9" * 5000, "0x1f", "2026-02-03T04:05:06Z", "9999-12-31T23:59:60+24:00", "2026-02-30",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999999-23:59", "24:00:00", "P1D",
    "P999999999999D", "-PT1S", "00000000-0000-0000-0000-000000000001", "AAEC", "A===", "\ud800",
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 9999 23:59:59 -2359", "Mon", "https://e.example/?a",
    "//evil.example", "/next?page=2", "x" * 3000, "a\0b", "\u2028", "\U0001f600", "\r\nX: y",
    float("nan"), float("inf"),
)  # fmt: skip


def value(rng: Random, depth: int = 0) -> Any:
    """Return some JSON value, as Python has it."""
    kind = rng.random()
    if depth > 4 or kind < 0.35:
        return rng.choice(_SCALARS)
    if kind < 0.8:
        names = rng.sample(_NAMES, k=rng.choice((0, 1, 2, 3, 5, 9)))
        return {name: value(rng, depth + 1) for name in names}
    return [value(rng, depth + 1) for _ in range(rng.choice((0, 1, 2, 3)))]


_WHOLE: tuple[Any, ...] = (
    {"type": "circle", "id": 1, "at": "2026-02-03T04:05:06Z"},
    {"type": "square", "id": 1, "price": "1.50"},
    {"type": "triangle", "id": 1},
    {"id": 1, "items": [{"id": 2, "items": []}], "data": {"id": 3}},
    {"id": "7", "at": "2026-02-03T04:05:06Z", "price": 1.5, "role": "rot", "level": 3, "new": [1],
     "seconds": 1.25, "millis": 5, "expires": "Sun, 06 Nov 1994 08:49:37 GMT", "big": "12"},
    {"data": {"1": {"id": 1}}, "items": [{"type": "circle", "id": 1}, {"type": "other"}]},
    {"id": 1, "name": "ann"},
    [1, "2026-02-03T04:05:06Z"],
    [1, "a", 0.5, 1.5],
)  # fmt: skip


def _changed(rng: Random, whole: Any) -> Any:
    """Return *whole* with one part that is another value."""
    if rng.random() < 0.3 or not isinstance(whole, dict | list) or not whole:
        return value(rng, 3)
    if isinstance(whole, list):
        at = rng.randrange(len(whole))
        return [*whole[:at], _changed(rng, whole[at]), *whole[at + 1 :]]
    name = rng.choice((*whole, *_NAMES[:3]))
    return {**whole, name: _changed(rng, whole.get(name))}


def _plain(rng: Random) -> Any:
    kind = rng.random()
    if kind < 0.2:
        return rng.choice(_WHOLE)
    return _changed(rng, rng.choice(_WHOLE)) if kind < 0.7 else value(rng)


_DEEP = (b"[" * 100_000, b'{"items":[' * 20_000, b'{"id":1,"data":' * 20_000, b'"' + b"\\" * 9999)
_ODD = (
    b"",
    b" ",
    b"\xef\xbb\xbf",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\0}\0",
    b"nul",
    b"-",
    b"1.",
    b"\0",
)


def _json(rng: Random) -> bytes:
    text = json.dumps(_plain(rng), ensure_ascii=rng.random() < 0.5)
    return text.encode("utf-8", "surrogatepass")


def _msgpack(rng: Random) -> bytes:
    def fits(number: Any) -> Any:
        return rng.choice((msgspec.msgpack.Ext(5, b"x"), datetime.now(UTC), b"\xff"))

    try:
        return msgspec.msgpack.encode(_plain(rng), enc_hook=fits)
    except (OverflowError, UnicodeEncodeError):
        return msgspec.msgpack.encode([msgspec.msgpack.Ext(-1, b"\xff" * 12), {1: {b"a": (1,)}}])


_KINDS: dict[bytes, Callable[[Random], bytes]] = {
    b"application/json": _json,
    b"application/msgpack": _msgpack,
    b"application/problem+json": _json,
    b"application/vnd.api+json; charset=utf-16": _json,
    b"text/html; charset=\xff": _json,
}


def document(rng: Random) -> tuple[bytes, bytes]:
    """Return a content type and a document that may be of it."""
    kind = rng.choice(tuple(_KINDS))
    chance = rng.random()
    if chance < 0.01:
        return kind, rng.choice(_DEEP)
    if chance < 0.05:
        return kind, rng.choice(_ODD)
    if chance < 0.1:
        return kind, rng.randbytes(rng.randrange(60))
    whole = _KINDS[kind](rng)
    return kind, whole if chance < 0.6 else broken(rng, whole)
