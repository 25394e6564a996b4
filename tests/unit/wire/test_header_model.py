from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._wire.codec import decoder_for
from sdkbase._wire.redaction import register_secret
from sdkbase.errors import ConfigurationError, DecodeError
from sdkbase.models import LENIENT, EpochSeconds, FromHeaders, HttpDate, Int64String, OpenEnum

from .messages import fixed, make_call, make_reply

WHEN = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


class Upload(FromHeaders, msgspec.Struct):
    location: str
    etag: str | None = None
    content_length: int | None = None


class Total(FromHeaders, msgspec.Struct):
    total: int = msgspec.field(name="X-Total-Count")


def read(
    model: Any,
    headers: Sequence[tuple[str, str]],
    *,
    method: str = "POST",
    status: int = 201,
    body: bytes = b"",
    url: str = "https://api.example/uploads?part=1",
) -> Any:
    call = make_call(method, url, template="/uploads")
    return decoder_for(model).decode(call, make_reply(status, body, headers))


def read_value(kind: Any, *values: str, name: str = "X-Value") -> Any:
    model: Any = msgspec.defstruct(
        "Model", [("value", kind, msgspec.field(name=name))], bases=(FromHeaders, msgspec.Struct)
    )
    return read(model, [(name, value) for value in values]).value


@pytest.mark.parametrize(
    ("method", "status", "body"),
    [
        ("HEAD", 200, b""),
        ("POST", 201, b'{"id":7}'),
        ("PUT", 202, b"<html>"),
        ("DELETE", 204, b""),
        ("PATCH", 205, b""),
        ("GET", 200, b"\xff"),
    ],
)
def test_any_method_and_status_whatever_the_body(method: str, status: int, body: bytes) -> None:
    headers = [("Location", "/uploads/7"), ("ETag", 'W/"a, b"'), ("Content-Length", "12")]
    found = read(Upload, headers, method=method, status=status, body=body)
    assert found == Upload("https://api.example/uploads/7", 'W/"a, b"', 12)


@pytest.mark.parametrize("name", ["x-total-count", "X-TOTAL-COUNT", "X-Total-Count"])
def test_the_case_of_a_name_does_not_matter(name: str) -> None:
    assert read(Total, [(name, "31")]) == Total(31)


@pytest.mark.parametrize(
    ("sent", "absolute"),
    [
        ("/uploads/7", "https://api.example/uploads/7"),
        ("7", "https://api.example/7"),
        ("?part=2", "https://api.example/uploads?part=2"),
        ("//files.example/7", "https://files.example/7"),
        ("https://files.example/7", "https://files.example/7"),
        ("http://[broken/7", "http://[broken/7"),
    ],
)
@pytest.mark.parametrize("name", ["Location", "Content-Location"])
def test_locations_become_absolute(sent: str, absolute: str, name: str) -> None:
    assert read_value(str, sent, name=name) == absolute
    assert read_value(str | None, sent, name=name) == absolute


class Cache(OpenEnum):
    HIT = "HIT"


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("kind", "sent", "expected"),
    [
        (int, "7", 7),
        (int | None, "7", 7),
        (float, "0.5", 0.5),
        (bool, "true", True),
        (bool, "0", False),
        (Decimal, "1.50", Decimal("1.50")),
        (str, "sha-256=:abc=:, b", "sha-256=:abc=:, b"),
        (str, "caf\xe9", "caf\u00e9"),
        (datetime, "Sun, 06 Nov 1994 08:49:37 GMT", WHEN),
        (datetime, "Sunday, 06-Nov-94 08:49:37 GMT", WHEN),
        (datetime, "Sun Nov  6 08:49:37 1994", WHEN),
        (datetime | None, "Sun, 06 Nov 1994 09:49:37 +0100", WHEN),
        (datetime, "1994-11-06T08:49:37Z", WHEN),
        (datetime, "784111777", WHEN),
        (datetime, "@784111777", WHEN),
        (Annotated[datetime, msgspec.Meta(tz=True)], "Sun, 06 Nov 1994 08:49:37 GMT", WHEN),
        (HttpDate, "Sun, 06 Nov 1994 08:49:37 GMT", WHEN),
        (EpochSeconds, "784111777", WHEN),
        (Int64String, "9007199254740993", 9007199254740993),
        (date, "1994-11-06", date(1994, 11, 6)),
        (timedelta, "120", timedelta(seconds=120)),
        (Colour, "red", Colour.RED),
        (Cache, "MISS", Cache("MISS")),
        (Annotated[int, msgspec.Meta(ge=0)], "7", 7),
        (Annotated[datetime, LENIENT] | None, "Sun, 06 Nov 1994 08:49:37 GMT", WHEN),
    ],
)
def test_a_value_becomes_what_is_declared(kind: Any, sent: str, expected: object) -> None:
    assert read_value(kind, sent) == expected


@pytest.mark.parametrize(
    ("kind", "sent", "expected"),
    [
        (list[str], ["GET, HEAD", "PUT"], ["GET", "HEAD", "PUT"]),
        (list[str], ['"a, b", c'], ['"a, b"', "c"]),
        (list[str], ["a,, b ,"], ["a", "b"]),
        (list[str], [""], []),
        (list[str] | None, ["a"], ["a"]),
        (tuple[int, ...], ["1, 2"], (1, 2)),
        (tuple[int, str], ["1, b"], (1, "b")),
        (frozenset[str], ["a, a"], frozenset({"a"})),
        (str, ["a", "b, c"], "a, b, c"),
    ],
)
def test_repeated_and_listed_values(kind: Any, sent: list[str], expected: object) -> None:
    assert read_value(kind, *sent) == expected


def test_cookies_are_not_split() -> None:
    cookies = ["a=1; expires=Thu, 01 Jan 2026 00:00:00 GMT", "b=2"]
    assert read_value(list[str], *cookies, name="Set-Cookie") == cookies


def test_a_missing_header_is_named() -> None:
    with pytest.raises(DecodeError) as caught:
        read(Upload, [("ETag", "x")], body=b"secret-ish body")
    assert str(caught.value) == (
        "POST /uploads -> 201: headers are not a valid Upload: there is no header `location`"
    )
    with pytest.raises(DecodeError, match="there is no header `x-total-count`"):
        read(Total, [])


def test_a_value_that_does_not_fit_is_named() -> None:
    with pytest.raises(DecodeError, match="Expected `int.*`, got `str`") as caught:
        read(Upload, [("location", "/"), ("content-length", "twelve")])
    assert caught.value.path == "$.content_length"
    for kind, sent in ((HttpDate, "soon"), (datetime, "soon"), (datetime, "@soon"), (int, "5, 5")):
        with pytest.raises(DecodeError, match=r"`\$\.X-Value`"):
            read_value(kind, sent)


def test_a_secret_in_a_header_is_not_shown() -> None:
    register_secret("canary-header-0123456789")
    with pytest.raises(DecodeError) as caught:
        read_value(Colour, "canary-header-0123456789")
    assert "canary" not in str(caught.value)


def test_the_rest_of_msgspec_works() -> None:
    class Limits(
        FromHeaders,
        msgspec.Struct,
        rename=lambda name: f"x-rate-limit-{name}",
        frozen=True,
        kw_only=True,
    ):
        remaining: int
        reset: EpochSeconds | None = None

    found = read(Limits, [("X-Rate-Limit-Remaining", "3")])
    assert found == Limits(remaining=3)
    with pytest.raises(AttributeError):
        found.remaining = 4


def test_a_dataclass_and_names_that_are_declared() -> None:
    @dataclass(frozen=True)
    class Parts(FromHeaders):
        part_count: int
        max_size: int | None = None

    class Odd(FromHeaders, msgspec.Struct, rename="kebab"):
        under_score: str = msgspec.field(name="Under_Score")
        part_count: int = 0

    assert read(Parts, [("Part-Count", "3"), ("max_size", "1")]) == Parts(3)
    assert read(Odd, [("under_score", "a"), ("part-count", "2")]) == Odd("a", 2)


class Custom:
    pass


class Bare(FromHeaders):
    pass


class WithCustom(FromHeaders, msgspec.Struct):
    value: Custom


class Nested(FromHeaders, msgspec.Struct):
    value: Upload | None = None


class WithObject(FromHeaders, msgspec.Struct):
    value: dict[str, int]


class Umlaut(FromHeaders, msgspec.Struct):
    value: str = msgspec.field(name="X-\u00c4")


class Missing(FromHeaders, msgspec.Struct):
    value: NotThere  # type: ignore[name-defined]  # noqa: F821  # on purpose


@pytest.mark.parametrize(
    ("cast_to", "reason"),
    [
        (list[Upload], "made of headers stands in no body"),
        (Upload | None, "made of headers stands in no body"),
        (WithCustom, "WithCustom.value can not be read from a header: Custom has no `from_wire`"),
        (Bare, r"declare it as class Bare\(FromHeaders, msgspec.Struct\)"),
        (Missing, "Missing can not be decoded: .*NotThere"),
        (Nested, "Nested.value can not be read from a header: a header holds text or a list"),
        (WithObject, "WithObject.value can not be read from a header: a header holds text"),
        (Umlaut, "Umlaut.value can not be read from a header: 'x-\u00e4' is no name"),
    ],
)
def test_what_can_not_be_read_is_refused_at_once(cast_to: Any, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        decoder_for(cast_to)


def test_a_stream_has_no_headers_to_read() -> None:
    for read_one in (decoder_for(Upload).loads, decoder_for(Upload).loads_lines):
        with pytest.raises(ConfigurationError, match="Upload is made of headers"):
            read_one(b"{}")


@pytest.mark.usefixtures("uncovered")
@given(st.lists(st.tuples(st.sampled_from(["location", "etag", "x-value", "date"]),
                          st.text(st.characters(max_codepoint=255), max_size=20))))  # fmt: skip
@fixed
def test_no_header_raises_anything_but_a_decode_error(headers: list[tuple[str, str]]) -> None:
    class Model(FromHeaders, msgspec.Struct):
        location: str
        etag: list[str] = []
        date: datetime | None = None
        x_value: int | None = None

    try:
        assert isinstance(read(Model, headers), Model)
    except DecodeError as error:
        assert "headers are not a valid" in str(error)


def test_the_time_zone_of_a_date_is_kept() -> None:
    found = read_value(datetime, "Sun, 06 Nov 1994 09:49:37 +0100")
    assert found.utcoffset() == timedelta(hours=1) and found.tzinfo == timezone(timedelta(hours=1))
