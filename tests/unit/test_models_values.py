"""Dates and integers in the forms that APIs write them in, and types of one's own."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Self

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdkbase.errors import ConfigurationError
from sdkbase.models import (
    EpochMillis,
    EpochSeconds,
    HttpDate,
    Int64String,
    decode_json,
    decode_msgpack,
    encode_json,
    encode_msgpack,
)

fixed = settings(derandomize=True, deadline=None, max_examples=300, database=None)
WHEN = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
MOMENTS: list[type[Any]] = [EpochSeconds, EpochMillis, HttpDate]


@pytest.mark.parametrize(
    ("cast_to", "content", "expected", "back"),
    [
        (EpochSeconds, b"784111777", WHEN, None),
        (EpochSeconds, b"784111777.25", WHEN + timedelta(milliseconds=250), None),
        (EpochSeconds, b"784111777.0", WHEN, b"784111777"),
        (EpochSeconds, b'"784111777"', WHEN, b"784111777"),
        (EpochSeconds, b"-1", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), None),
        (EpochMillis, b"784111777123", WHEN + timedelta(milliseconds=123), None),
        (EpochMillis, b"784111777123.9", WHEN + timedelta(microseconds=123_900), b"784111777123"),
        (EpochMillis, b'"784111777123"', WHEN + timedelta(milliseconds=123), b"784111777123"),
        (EpochMillis, b"253402300799999", datetime(9999, 12, 31, 23, 59, 59, 999000, UTC), None),
        (EpochMillis, b"-62135596800000", datetime(1, 1, 1, tzinfo=UTC), None),
        (HttpDate, b'"Sun, 06 Nov 1994 08:49:37 GMT"', WHEN, None),
        (HttpDate, b'"Sunday, 06-Nov-94 08:49:37 GMT"', WHEN, b'"Sun, 06 Nov 1994 08:49:37 GMT"'),
        (HttpDate, b'"Sun Nov  6 08:49:37 1994"', WHEN, b'"Sun, 06 Nov 1994 08:49:37 GMT"'),
        (HttpDate, b'"Sun, 06 Nov 1994 09:49:37 +0100"', WHEN, b'"Sun, 06 Nov 1994 08:49:37 GMT"'),
        (Int64String, b'"9007199254740993"', 9007199254740993, None),
        (Int64String, b'"-1"', -1, None),
        (Int64String, b"12", 12, b'"12"'),
    ],
)
def test_both_ways(cast_to: Any, content: bytes, expected: Any, back: bytes | None) -> None:
    found = decode_json(content, cast_to)
    assert found == expected and type(found) is cast_to
    if isinstance(found, datetime):
        assert found.tzinfo is UTC
    assert encode_json(found) == (back or content)
    assert decode_msgpack(encode_msgpack([found]), list[cast_to]) == [
        decode_json(back or content, cast_to)
    ]


@pytest.mark.parametrize(
    ("cast_to", "content", "reason"),
    [
        (EpochSeconds, b"true", "Expected a number, got `bool`"),
        (EpochSeconds, b"null", "Expected a number, got `null`"),
        (EpochSeconds, b"{}", "Expected a number, got `object`"),
        (EpochSeconds, b'"soon"', "could not convert string"),
        (EpochSeconds, b'"nan"', "NaN"),
        (EpochSeconds, b'"inf"', "Invalid `EpochSeconds`"),
        (EpochSeconds, b"1e300", "Invalid `EpochSeconds`"),
        (EpochSeconds, b"1767225600000", "Invalid `EpochSeconds`: date value out of range"),
        (EpochMillis, b"[1]", "Expected a number, got `array`"),
        (HttpDate, b"1", "Expected `str`, got `int`"),
        (HttpDate, b'"2026-01-01"', "Invalid date"),
        (HttpDate, b'"Sun, 06 Nov 1994 48:49:37 GMT"', "hour must be"),
        (Int64String, b"1.5", "got `float`"),
        (Int64String, b"true", "got `bool`"),
        (Int64String, b'"1.5"', "invalid literal"),
    ],
)
def test_nonsense_is_refused_where_it_stands(cast_to: Any, content: bytes, reason: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=reason) as caught:
        decode_json(b'{"a":[' + content + b"]}", dict[str, list[cast_to]])
    assert str(caught.value).endswith("`$[...][0]`")


@pytest.mark.parametrize("form", MOMENTS)
def test_a_moment_is_made_of_any_datetime_with_a_zone(form: Any) -> None:
    tokyo = WHEN.astimezone(timezone(timedelta(hours=9)))
    assert form.of(tokyo) == WHEN and form.of(tokyo).tzinfo is UTC
    assert type(form.of(tokyo)) is form
    with pytest.raises(ValueError, match=f"{form.__name__} needs a datetime with a time zone"):
        form.of(WHEN.replace(tzinfo=None))


@pytest.mark.parametrize("form", MOMENTS)
def test_a_moment_is_a_datetime(form: Any) -> None:
    moment = form.of(WHEN)
    assert isinstance(moment, datetime) and hash(moment) == hash(WHEN)
    assert type(moment + timedelta(hours=1)) is form
    assert type(moment.replace(year=2026)) is form
    assert form.now(UTC) > moment
    for twin in (copy.deepcopy(moment), pickle.loads(pickle.dumps(moment))):
        assert twin == moment and type(twin) is form


@pytest.mark.parametrize("form", MOMENTS)
def test_a_moment_in_another_zone_is_the_same_on_the_wire(form: Any) -> None:
    elsewhere = form(1994, 11, 6, 17, 49, 37, tzinfo=timezone(timedelta(hours=9)))
    assert encode_json(elsewhere) == encode_json(form.of(WHEN))
    with pytest.raises(ValueError, match="needs a time zone"):
        encode_json(form(1994, 11, 6))


def test_an_int64_is_an_int() -> None:
    found = decode_json(b'{"id":"5"}', dict[str, Int64String])["id"]
    assert found + 1 == 6 and found == 5 and f"{found}" == "5" == str(found)
    assert type(pickle.loads(pickle.dumps(found))) is Int64String


def test_as_keys_and_beside_none_and_unset() -> None:
    class Event(msgspec.Struct):
        at: EpochMillis | None = None
        seen: EpochSeconds | msgspec.UnsetType = msgspec.UNSET
        by_id: dict[Int64String, int] = {}

    content = b'{"at":1,"seen":2,"by_id":{"5":6}}'
    event = decode_json(content, Event)
    assert event.by_id == {5: 6} and encode_json(event) == content
    assert encode_json(decode_json(b'{"at":null}', Event)) == b'{"at":null,"by_id":{}}'


@given(st.datetimes(timezones=st.just(UTC)))
@fixed
def test_every_moment_comes_back(moment: datetime) -> None:
    for form, unit in (
        (EpochMillis, timedelta(milliseconds=1)),
        (HttpDate, timedelta(seconds=1)),
        (EpochSeconds, timedelta(seconds=1)),
    ):
        exact = moment - (moment - datetime(1, 1, 1, tzinfo=UTC)) % unit
        if form is HttpDate and moment.year < 1000:
            continue  # an HTTP date has four digits for the year
        assert decode_json(encode_json(form.of(exact)), form) == exact


@given(st.integers())
@fixed
def test_every_integer_comes_back(number: int) -> None:
    assert decode_json(encode_json(Int64String(number)), Int64String) == number


class Point:
    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y

    @classmethod
    def from_wire(cls, value: Any) -> Self:
        return cls(value["x"], value["y"])

    def to_wire(self) -> dict[str, object]:
        return {"x": self.x, "y": Int64String(self.y)}


def test_a_type_of_ones_own() -> None:
    points = decode_json(b'[{"x":1,"y":2}]', list[Point])
    assert (points[0].x, points[0].y) == (1, 2)
    assert encode_json({"at": points}) == b'{"at":[{"x":1,"y":"2"}]}'


def test_what_depends_on_the_data_is_a_validation_error() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"Invalid `Point`: 'y' - at `\$\[0\]`"):
        decode_json(b'[{"x":1}]', list[Point])


def test_a_mistake_in_from_wire_is_not_taken_for_bad_data() -> None:
    class Broken:
        @classmethod
        def from_wire(cls, value: Any) -> Self:
            return value.no_such_thing  # type: ignore[no-any-return]  # on purpose

    with pytest.raises(AttributeError):
        decode_json(b"1", Broken)


class Custom:
    pass


def test_a_type_without_the_two_methods_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"Custom.*give the class `from_wire` and"):
        decode_json(b"1", list[Custom])
    with pytest.raises(ConfigurationError, match="may not contain any additional types"):
        decode_json(b"1", EpochSeconds | str)
    for value in (Custom(), Custom, EpochSeconds):
        with pytest.raises(TypeError, match="Encoding objects of type .* is unsupported"):
            encode_json([value])


def test_object_takes_whatever_there_is() -> None:
    assert decode_json(b'[1,"a"]', list[object]) == [1, "a"]
    assert decode_json(b'{"a":[1]}', object) == {"a": [1]}
