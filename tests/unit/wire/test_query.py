from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import OMIT
from sdkbase._wire.form import encode_form, form_fields
from sdkbase._wire.query import add_query, encode_query
from sdkbase.config import QUERY_STYLES, QueryStyle
from sdkbase.errors import InvalidRequestError
from sdkbase.models import EpochMillis, EpochSeconds, HttpDate, Int64String

from .messages import fixed


@dataclass
class Moment:
    value: Any


class Role(StrEnum):
    ADMIN = "admin"


class Level(IntEnum):
    HIGH = 3


class Switch(Enum):
    ON = True
    NONE = None
    LIST = (1, 2)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a b&c=d+e", "v=a%20b%26c%3Dd%2Be"),
        ("caf\u00e9", "v=caf%C3%A9"),
        ("a/b?c#d", "v=a%2Fb%3Fc%23d"),
        ("", "v="),
        (None, "v="),
        (True, "v=true"),
        (False, "v=false"),
        (7, "v=7"),
        (1.5, "v=1.5"),
        (UUID(int=1), "v=00000000-0000-0000-0000-000000000001"),
        (Role.ADMIN, "v=admin"),
        (Level.HIGH, "v=3"),
        (Switch.ON, "v=true"),
        (Switch.NONE, "v="),
        (date(2026, 2, 3), "v=2026-02-03"),
        (datetime(2026, 2, 3, 4, 5, 6), "v=2026-02-03T04%3A05%3A06"),
        (datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), "v=2026-02-03T04%3A05%3A06Z"),
        (
            datetime(2026, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=2))),
            "v=2026-02-03T04%3A05%3A06%2B02%3A00",
        ),
        (OMIT, ""),
    ],
)
def test_one_value(value: object, expected: str) -> None:
    assert encode_query({"v": value}) == expected


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("repeat", "a=x%2Cy&a=2&a=true&a=&b=z"),
        ("comma", "a=x%2Cy,2,true,&b=z"),
        ("brackets", "a[]=x%2Cy&a[]=2&a[]=true&a[]=&b=z"),
        ("indices", "a[0]=x%2Cy&a[1]=2&a[2]=true&a[3]=&b=z"),
        ("deepObject", "a=x%2Cy&a=2&a=true&a=&b=z"),
    ],
)
def test_every_style_of_array(style: QueryStyle, expected: str) -> None:
    assert encode_query({"a": ["x,y", 2, True, None], "b": "z"}, style) == expected


class Point:
    def __init__(self, *at: object) -> None:
        self.at = at

    def to_wire(self) -> object:
        return self.at[0] / self.at[1] if len(self.at) == 2 else [*self.at]  # type: ignore[operator]  # what fails is tested


WHEN = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (EpochSeconds.of(WHEN), "1767312000"),
        (EpochSeconds.of(WHEN + timedelta(milliseconds=250)), "1767312000.25"),
        (EpochMillis.of(WHEN), "1767312000000"),
        (HttpDate.of(WHEN), "Fri%2C%2002%20Jan%202026%2000%3A00%3A00%20GMT"),
        (Int64String(-5), "-5"),
        (Point(6, 4), "1.5"),
        (Decimal("1.50"), "1.50"),
        (WHEN.astimezone(ZoneInfo("Europe/London")), "2026-01-02T00%3A00%3A00Z"),
    ],
)
def test_values_that_say_how_they_are_written(value: object, expected: str) -> None:
    assert encode_query({"v": value}) == f"v={expected}"
    assert encode_query({"v": [value, value]}) == f"v={expected}&v={expected}"
    assert encode_query({"v": [value]}, "comma") == f"v={expected}"
    assert encode_query({"v": {"w": [value]}}, "indices") == f"v[w][0]={expected}"
    assert encode_query({"v": {"w": value}}, "deepObject") == f"v[w]={expected}"
    assert encode_query([("v", value)]) == f"v={expected}"
    assert encode_query(Holder(value)) == f"value={expected}"
    assert encode_query({"v": Moment(value)}, "deepObject") == f"v[value]={expected}"
    assert encode_form({"v": value}, "repeat") == f"v={expected}".replace("%20", "+").encode()
    [(name, text)] = form_fields({"v": value}, "repeat")
    assert (name, text) == ("v", unquote(expected))


def test_a_value_may_be_written_as_an_array() -> None:
    point = Point(1, WHEN, "a")
    assert encode_query({"p": point}) == "p=1&p=2026-01-02T00%3A00%3A00Z&p=a"
    assert encode_query({"p": [point]}, "indices").startswith("p[0][0]=1&")
    with pytest.raises(InvalidRequestError, match="array of mappings or arrays"):
        encode_query({"p": [point]})


@pytest.mark.parametrize(
    "value", [Point(1, 0), Point("a", "b"), EpochSeconds(2026, 1, 2), [HttpDate(2026, 1, 2)]]
)
def test_a_value_that_can_not_say_it_is_refused(value: object) -> None:
    with pytest.raises(InvalidRequestError, match=r"^query parameter 'v', a \w+, has no wire form"):
        encode_query({"v": value})
    with pytest.raises(InvalidRequestError, match=r"^data=: form field 'v', a \w+, has no wire"):
        encode_form({"v": value}, "repeat")


def test_repeat_is_the_default() -> None:
    assert encode_query({"a": (1, 2)}) == encode_query({"a": [1, 2]}, "repeat") == "a=1&a=2"


@pytest.mark.parametrize("style", ["repeat", "brackets", "indices", "deepObject"])
def test_an_empty_array_says_nothing(style: QueryStyle) -> None:
    assert encode_query({"a": [], "b": 1}, style) == "b=1"


def test_omit_inside_an_array_takes_the_item_out() -> None:
    assert encode_query({"a": [1, OMIT, 2]}, "indices") == "a[0]=1&a[1]=2"


# --- mappings -------------------------------------------------------------------------------

ONE = {"b": 1}
DEEP = {"b": {"c": [1, 2], "d": None}}
LIST = [{"b": 1, "c": [2]}, {"b": 3}]


@pytest.mark.parametrize(
    ("style", "value", "expected"),
    [
        ("deepObject", ONE, "a[b]=1"),
        ("brackets", ONE, "a[b]=1"),
        ("indices", ONE, "a[b]=1"),
        ("deepObject", DEEP, "a[b][c]=1&a[b][c]=2&a[b][d]="),
        ("brackets", DEEP, "a[b][c][]=1&a[b][c][]=2&a[b][d]="),
        ("indices", DEEP, "a[b][c][0]=1&a[b][c][1]=2&a[b][d]="),
        ("brackets", LIST, "a[][b]=1&a[][c][]=2&a[][b]=3"),
        ("indices", LIST, "a[0][b]=1&a[0][c][0]=2&a[1][b]=3"),
        ("brackets", [[1, 2], [3]], "a[][]=1&a[][]=2&a[][]=3"),
        ("indices", [[1, 2], [3]], "a[0][0]=1&a[0][1]=2&a[1][0]=3"),
        ("deepObject", {}, ""),
        ("deepObject", {"b": OMIT, "c": msgspec.UNSET, "d": {"e": OMIT}}, ""),
        ("indices", {"b": [OMIT, 1]}, "a[b][0]=1"),
        ("deepObject", {"b": date(2026, 2, 3), "c": True}, "a[b]=2026-02-03&a[c]=true"),
        ("deepObject", {Role.ADMIN: 1, 5: 2}, "a[admin]=1&a[5]=2"),
        ("deepObject", {"x]&y": "&"}, "a[x%5D%26y]=%26"),
        ("deepObject", {"caf\u00e9[": 1}, "a[caf%C3%A9%5B]=1"),
    ],
)
def test_mappings_and_what_is_nested(style: QueryStyle, value: object, expected: str) -> None:
    assert encode_query({"a": value}, style) == expected


@pytest.mark.parametrize("style", ["repeat", "comma"])
@pytest.mark.parametrize("value", [ONE, {}, {"b": {"c": 1}}])
def test_a_mapping_that_the_style_can_not_write_is_refused(style: QueryStyle, value: Any) -> None:
    message = f"'v' is a mapping, which the style '{style}' can not write; use query_style='deepO"
    with pytest.raises(InvalidRequestError, match=message):
        encode_query({"v": value}, style)


@pytest.mark.parametrize("style", ["repeat", "comma", "deepObject"])
@pytest.mark.parametrize("value", [[ONE], [1, [1]], [(1, 2)], [{1, 2}]])
def test_an_array_that_the_style_can_not_write_is_refused(style: QueryStyle, value: Any) -> None:
    message = f"'v' is an array of .* which the style '{style}' can not write; use .*'indices'"
    with pytest.raises(InvalidRequestError, match=message):
        encode_query({"v": value}, style)


@pytest.mark.parametrize("style", QUERY_STYLES)
@pytest.mark.parametrize("value", [b"x", object(), Switch.LIST, 1j, [b"x"], [object()]])
def test_values_without_a_form_in_a_url_are_refused(style: QueryStyle, value: object) -> None:
    with pytest.raises(InvalidRequestError, match="query parameter 'v' must be"):
        encode_query({"v": value}, style)


@pytest.mark.parametrize("style", ["deepObject", "brackets", "indices"])
def test_what_holds_itself_is_refused(style: QueryStyle) -> None:
    mapping: dict[str, Any] = {}
    mapping["again"] = mapping
    with pytest.raises(InvalidRequestError, match="nested too deeply"):
        encode_query({"v": mapping}, style)


class Filter(msgspec.Struct, rename="camel", omit_defaults=True):
    """What an author may write for the parameters of a call."""

    since: date | None = None
    user_role: Role | None = None
    max_count: int | msgspec.UnsetType = msgspec.UNSET
    tags: list[str] = []


@dataclass
class Range:
    low: int
    high: int | None = None


class Holder(msgspec.Struct):
    value: Any


@pytest.mark.parametrize(
    ("params", "style", "expected"),
    [
        (Filter(), "repeat", ""),
        (Filter(date(2026, 2, 3), max_count=5), "repeat", "since=2026-02-03&maxCount=5"),
        (Filter(user_role=Role.ADMIN), "repeat", "userRole=admin"),
        (Filter(tags=["a", "b"]), "comma", "tags=a,b"),
        (Range(1), "repeat", "low=1&high="),
        ({"f": Filter(tags=["a"], max_count=1)}, "deepObject", "f[maxCount]=1&f[tags]=a"),
        ({"f": Range(1, 2)}, "brackets", "f[low]=1&f[high]=2"),
        ({"f": [Range(1, 2)]}, "indices", "f[0][low]=1&f[0][high]=2"),
        (Holder(datetime(2026, 2, 3, tzinfo=UTC)), "repeat", "value=2026-02-03T00%3A00%3A00Z"),
        (Holder(UUID(int=1)), "repeat", "value=00000000-0000-0000-0000-000000000001"),
    ],
)  # fmt: skip
def test_structs_and_dataclasses(params: Any, style: QueryStyle, expected: str) -> None:
    assert encode_query(params, style) == expected


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        (Holder(object()), "object is unsupported"),
        (Holder(EpochSeconds(2026, 1, 2)), "EpochSeconds needs a time zone, such as UTC"),
        ({"v": Holder(OMIT)}, r".*Omit is unsupported; a field that is left out is msgspec\.UNSET"),
    ],
)
def test_a_field_without_a_form_is_refused(params: Any, reason: str) -> None:
    with pytest.raises(
        InvalidRequestError, match=rf"^a Holder has no form in a query: .*{reason}$"
    ):
        encode_query(params, "deepObject")


@pytest.mark.parametrize("params", [Range, Filter])
def test_a_class_is_no_query(params: Any) -> None:
    with pytest.raises(InvalidRequestError, match="must be a mapping or a list of pairs"):
        encode_query(params)


def test_a_mapping_of_structs_needs_a_style_as_well() -> None:
    with pytest.raises(InvalidRequestError, match="is a mapping"):
        encode_query({"v": Range(1)})


def test_unset_leaves_a_parameter_out_like_omit() -> None:
    assert encode_query({"a": msgspec.UNSET, "b": OMIT, "c": 1}) == "c=1"


# --- what else a query may be ---------------------------------------------------------------


def pairs() -> Iterator[tuple[str, int]]:
    yield "a", 1
    yield "a", 2


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (None, ""),
        ({}, ""),
        ("", ""),
        ("a=1&b=%20", "a=1&b=%20"),
        (b"a=1", "a=1"),
        ([("a", 1), ("b", 2), ("a", 3)], "a=1&b=2&a=3"),
        (list(pairs()), "a=1&a=2"),
        (httpx.QueryParams([("a", "1"), ("a", "x y")]), "a=1&a=x%20y"),
        ({"filter[name]": "x", "a b": 1, "q&": 2}, "filter[name]=x&a%20b=1&q%26=2"),
    ],
)
def test_all_that_httpx_takes(params: Any, expected: str) -> None:
    assert encode_query(params) == expected


@pytest.mark.parametrize(
    "params", [5, b"\xff", ["ab", 1], [1], [("a", 1, 2)], {"a": "\ud800"}, {"\ud800": 1}]
)
def test_what_is_no_query_is_refused_with_the_sdks_error(params: Any) -> None:
    with pytest.raises(InvalidRequestError):
        encode_query(params)


@pytest.mark.parametrize(
    ("url", "query", "expected"),
    [
        ("https://h/x", "", "https://h/x"),
        ("https://h/x", "a=1", "https://h/x?a=1"),
        ("https://h/x?b=2", "a=1", "https://h/x?b=2&a=1"),
        ("https://h/x?b=2", "", "https://h/x?b=2"),
        ("https://h/x#f", "a=1", "https://h/x?a=1"),
        ("https://h/x#f?", "a=1", "https://h/x?a=1"),
        ("https://h/x#f", "", "https://h/x"),
    ],
)
def test_a_query_is_added_to_the_one_that_is_there(url: str, query: str, expected: str) -> None:
    assert add_query(url, query) == expected


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
VALUES = st.text(st.characters(codec="utf-8"), max_size=20)


@pytest.mark.usefixtures("uncovered")
@given(st.lists(st.tuples(NAMES, VALUES), max_size=6))
@fixed
def test_round_trip_through_the_url(params: list[tuple[str, str]]) -> None:
    url = add_query("https://h/x?first=1", encode_query(params))
    for query in (urlsplit(url).query, httpx.URL(url).query.decode()):
        assert parse_qsl(query, keep_blank_values=True) == [("first", "1"), *params]


@given(st.lists(VALUES, min_size=1, max_size=5), st.sampled_from(["repeat", "brackets", "indices"]))
@fixed
def test_round_trip_of_arrays(items: list[str], style: QueryStyle) -> None:
    decoded = parse_qsl(encode_query({"a": items}, style), keep_blank_values=True)
    keys = {"repeat": "a", "brackets": "a[]"}
    assert [value for _, value in decoded] == items
    assert [key for key, _ in decoded] == [
        keys.get(style, f"a[{index}]") for index in range(len(items))
    ]


@given(st.lists(VALUES, min_size=1, max_size=5))
@fixed
def test_a_comma_inside_an_item_is_no_separator(items: list[str]) -> None:
    name, _, text = encode_query({"a": items}, "comma").partition("=")
    decoded = [value for _, value in parse_qsl(f"x={text.replace(',', '&x=')}", True)]
    assert (name, decoded) == ("a", items)


def unflattened(query: str) -> Any:
    """Read a query in the style `indices` as servers do."""
    root: dict[str, Any] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        first, *rest = [part.rstrip("]") for part in key.split("[")]
        node = root
        for name, below in zip([first, *rest], [*rest, None], strict=True):
            node = node.setdefault(name, {} if below is not None else value)
    return root


def as_mappings(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: as_mappings(item) for name, item in value.items()}
    if isinstance(value, list):
        return {str(index): as_mappings(item) for index, item in enumerate(value)}
    return value


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="[]"), min_size=1, max_size=6)
TREES = st.recursive(
    VALUES,
    lambda below: (
        st.lists(below, min_size=1, max_size=3)
        | st.dictionaries(WORDS, below, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.usefixtures("uncovered")
@given(st.dictionaries(WORDS, TREES, max_size=3))
@fixed
def test_round_trip_of_what_is_nested(params: dict[str, Any]) -> None:
    assert unflattened(encode_query(params, "indices")) == as_mappings(params)
