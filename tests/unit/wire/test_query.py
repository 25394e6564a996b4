from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, IntEnum, StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import OMIT
from sdkbase._wire.query import QueryStyle, add_query, encode_query
from sdkbase.errors import InvalidRequestError

from .messages import fixed


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
    ],
)
def test_every_style_of_array(style: QueryStyle, expected: str) -> None:
    assert encode_query({"a": ["x,y", 2, True, None], "b": "z"}, style) == expected


def test_repeat_is_the_default() -> None:
    assert encode_query({"a": (1, 2)}) == encode_query({"a": [1, 2]}, "repeat") == "a=1&a=2"


@pytest.mark.parametrize("style", ["repeat", "brackets", "indices"])
def test_an_empty_array_says_nothing(style: QueryStyle) -> None:
    assert encode_query({"a": [], "b": 1}, style) == "b=1"


def test_omit_inside_an_array_takes_the_item_out() -> None:
    assert encode_query({"a": [1, OMIT, 2]}, "indices") == "a[0]=1&a[1]=2"


@pytest.mark.parametrize(
    "value", [{"b": 1}, [{"b": 1}], [[1]], [(1, 2)], b"x", object(), Switch.LIST, 1j, [b"x"]]
)
def test_values_without_a_form_in_a_url_are_refused(value: object) -> None:
    with pytest.raises(InvalidRequestError, match="query parameter 'v' must be"):
        encode_query({"v": value})


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
