"""What type checkers see of models. Checked by mypy and pyright, never executed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Generic, Self, TypeAlias, TypeVar, assert_type

import msgspec

from sdkbase import AsyncHttpClient, AsyncResource, SyncHttpClient, SyncResource
from sdkbase._wire.codec import Decoder, decoder_for
from sdkbase.models import (
    LENIENT,
    EpochMillis,
    EpochSeconds,
    FromHeaders,
    HttpDate,
    Int64String,
    Lenient,
    OpenEnum,
    OpenIntEnum,
    Unknown,
    decode_json,
    decode_msgpack,
    encode_json,
    encode_msgpack,
    unknown_members,
)

T = TypeVar("T")


class Status(OpenEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"


class Code(OpenIntEnum):
    OK = 0


class Circle(msgspec.Struct, tag="circle"):
    r: float


class Square(msgspec.Struct, tag="square"):
    a: float


Shape: TypeAlias = Circle | Square | Unknown


class Page(msgspec.Struct, Generic[T]):
    items: list[T]


class User(Lenient, msgspec.Struct, frozen=True, rename="camel"):
    user_id: Int64String
    status: Status = Status.ACTIVE
    created_at: EpochMillis | None = None
    shapes: list[Shape] = []
    extra: dict[str, Any] = unknown_members()


class Plain(msgspec.Struct):
    id: int


class UnknownEvent(Unknown, tag_field="kind"):
    pass


class Upload(FromHeaders, msgspec.Struct, frozen=True):
    location: str
    etag: str | None = None
    total: int = msgspec.field(name="X-Total-Count", default=0)


class Money:
    def __init__(self, cents: int) -> None:
        self.cents: int = cents

    @classmethod
    def from_wire(cls, value: Any) -> Self:
        return cls(int(value))

    def to_wire(self) -> int:
        return self.cents


def enums(status: Status, code: Code) -> None:
    assert_type(Status("paused"), Status)
    assert_type(status.value, str)
    assert_type(status.is_known, bool)
    assert_type(code.value, int)
    assert_type(code.is_known, bool)
    assert_type(list(Status), list[Status])
    assert_type(Status.ACTIVE.value, str)
    takes_str(status)
    takes_int(code)


def unions(shape: Shape) -> float | None:
    match shape:
        case Circle():
            return shape.r
        case Square():
            return shape.a
        case Unknown():
            assert_type(shape.tag, str | int)
            assert_type(shape.fields, dict[str, Any])
            return None


def members(user: User) -> None:
    assert_type(user.extra, dict[str, Any])
    assert_type(user.shapes, list[Circle | Square | Unknown])
    User(Int64String(1), extra={"a": 1})
    User(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # would go as a number


def values(seconds: EpochSeconds, date: HttpDate, number: Int64String) -> None:
    takes_datetime(seconds)
    takes_datetime(date)
    takes_int(number)
    assert_type(seconds + timedelta(hours=1), EpochSeconds)
    assert_type(EpochSeconds.now(UTC), EpochSeconds)
    assert_type(EpochMillis.of(datetime.now(UTC)), EpochMillis)
    assert_type(EpochMillis.from_wire(1), EpochMillis)
    assert_type(seconds.to_wire(), int | float)
    assert_type(EpochMillis.of(seconds).to_wire(), int)
    assert_type(HttpDate.from_wire("x").to_wire(), str)
    assert_type(Int64String.from_wire("1"), Int64String)
    assert_type(number.to_wire(), str)
    assert_type(number + 1, int)


def functions(content: bytes) -> None:
    assert_type(decode_json(content, User), User)
    assert_type(decode_json("{}", list[User], lenient=True), list[User])
    assert_type(decode_json(content, Circle | Square | Unknown), Circle | Square | Unknown)
    assert_type(decode_json(content, Page[Circle | Unknown]), Page[Circle | Unknown])
    assert_type(decode_json(content, Annotated[Plain, LENIENT]), Plain)
    assert_type(decode_json(content, list[Annotated[Plain, LENIENT]]), list[Plain])
    assert_type(decode_json(content, Money), Money)
    assert_type(decode_json(content, None), None)
    assert_type(decode_msgpack(content, User | None), User | None)
    assert_type(encode_json({"a": Status.ACTIVE}), bytes)
    assert_type(encode_msgpack([Money(1)]), bytes)


def decoders(content: bytes) -> None:
    assert_type(decoder_for(User), Decoder[User])
    assert_type(decoder_for(Page[User], lenient=True).loads(content), Page[User])
    assert_type(decoder_for(Circle | Unknown).loads_lines(content), list[Circle | Unknown])


class AsyncShapes(AsyncResource[Circle | Square | Unknown]):
    path = "/shapes"

    async def calls(self) -> None:
        assert_type(await self._get("/{id}", 1), Circle | Square | Unknown)
        assert_type(await self._get(cast_to=Page[Circle | Unknown]), Page[Circle | Unknown])
        assert_type(await self._get(cast_to=Annotated[Plain, LENIENT]), Plain)
        assert_type(await self._post(cast_to=Upload), Upload)
        assert_type((await self._post(cast_to=Upload)).total, int)


class SyncLoose(SyncResource[Annotated[Plain, LENIENT]]):
    path = "/loose"

    def calls(self) -> None:
        assert_type(self._get("/{id}", 1), Plain)


async def clients(client: AsyncHttpClient, sync: SyncHttpClient) -> None:
    assert_type(await client.head("/files/1", cast_to=Upload), Upload)
    assert_type(await client.get("/shapes", cast_to=list[Circle | Unknown]), list[Circle | Unknown])
    assert_type(sync.put("/files/1", content=b"", cast_to=Upload), Upload)
    assert_type(sync.get("/users", cast_to=Page[User]), Page[User])


def takes_str(text: str) -> None: ...


def takes_int(number: int) -> None: ...


def takes_datetime(moment: datetime) -> None: ...
