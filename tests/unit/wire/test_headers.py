from __future__ import annotations

import random
import string
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import OMIT
from sdkbase._wire.headers import check_method, merge_headers, parse_headers
from sdkbase.errors import InvalidRequestError

from .messages import fixed

LATIN_1 = [chr(code) for code in range(256)]
ALLOWED = {"\t", *map(chr, range(0x20, 0x7F)), *map(chr, range(0x80, 0x100))}


@pytest.mark.parametrize("given", [None, {}, [], (), httpx.Headers()])
def test_nothing_gives_nothing(given: Any) -> None:
    assert parse_headers(given) == {}


@pytest.mark.parametrize(
    "given",
    [
        {"X-Trace": "1", "Accept": "a"},
        [("X-Trace", "1"), ("Accept", "a")],
        (("X-Trace", "1"), ("Accept", "a")),
        httpx.Headers({"X-Trace": "1", "Accept": "a"}),
    ],
)
def test_names_are_in_lower_case(given: Any) -> None:
    assert parse_headers(given) == {"x-trace": "1", "accept": "a"}


def test_repeated_fields_are_joined() -> None:
    given = [("Accept", "a"), ("ACCEPT", "b"), ("Cookie", "x=1"), ("cookie", "y=2")]
    assert parse_headers(given) == {"accept": "a, b", "cookie": "x=1; y=2"}
    assert parse_headers(httpx.Headers([("a", "1"), ("a", "2")])) == {"a": "1, 2"}


def test_space_around_values_is_dropped_even_when_joined() -> None:
    assert parse_headers({"a": " \t x y \t"}) == {"a": "x y"}
    assert parse_headers([("a", " x "), ("a", " y ")]) == {"a": "x, y"}


def test_only_http_space_is_dropped() -> None:
    assert parse_headers({"a": "\xa0x\x85"}) == {"a": "\xa0x\x85"}


def test_omit_takes_a_header_away() -> None:
    base = {"accept": "a", "x-key": "k"}
    assert merge_headers(base, {"X-Key": OMIT}) == {"accept": "a"}
    assert merge_headers(base, {"X-Other": OMIT}) == base
    assert merge_headers(base, {"Accept": "b"}) == {"accept": "b", "x-key": "k"}
    assert base == {"accept": "a", "x-key": "k"}


@pytest.mark.parametrize(
    "given", [[("a", OMIT), ("a", "1")], [("a", "0"), ("a", OMIT), ("A", "1")]]
)
def test_a_value_after_omit_counts(given: Any) -> None:
    assert merge_headers({"a": "base"}, given) == {"a": "1"}


@pytest.mark.parametrize("code", range(256))
def test_every_latin_1_character_as_a_value(code: int) -> None:
    value = f"a{chr(code)}b"
    if chr(code) in ALLOWED:
        assert parse_headers({"x": value}) == {"x": value}
    else:
        with pytest.raises(InvalidRequestError, match="'x'"):
            parse_headers({"x": value})


TOKEN = set("!#$%&'*+-.^_`|~" + string.digits + string.ascii_letters)


@pytest.mark.parametrize("char", [*LATIN_1, "\u0130", "\u212a", "\u20ac"])
def test_every_character_in_a_name(char: str) -> None:
    if char in TOKEN:
        assert parse_headers({f"x{char}": "1"}) == {f"x{char}".lower(): "1"}
    else:
        with pytest.raises(InvalidRequestError, match="no valid header name"):
            parse_headers({f"x{char}": "1"})


@pytest.mark.parametrize("name", ["", 5, None, b"x", ":path"])
def test_names_of_another_type_are_refused(name: Any) -> None:
    with pytest.raises(InvalidRequestError, match="no valid header name"):
        parse_headers({name: "1"})


@pytest.mark.parametrize("value", [5, None, b"x", ["a"], True])
def test_values_of_another_type_are_refused_by_type_not_by_value(value: Any) -> None:
    with pytest.raises(InvalidRequestError, match=f"got {type(value).__name__}$"):
        parse_headers({"x": value})


@pytest.mark.parametrize("given", [5, "abc", ["abc"], [("a",)], [("a", "b", "c")], object()])
def test_what_is_no_collection_of_headers_is_refused(given: Any) -> None:
    with pytest.raises(InvalidRequestError):
        parse_headers(given)


def test_an_error_does_not_show_the_value() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        parse_headers({"authorization": "Bearer canary-token\n"})
    assert "canary" not in str(caught.value)


def test_no_line_break_ever_passes() -> None:
    rng = random.Random(20260203)
    breaks = ["\r", "\n", "\r\n", "\0", "\n ", "\r\n\t", "\u2028", "\u0100\n"]
    for _ in range(10_000):
        before, after = ("".join(rng.choices(LATIN_1, k=rng.randrange(12))) for _ in range(2))
        value = before + rng.choice(breaks) + after
        with pytest.raises(InvalidRequestError):
            parse_headers({"x": value})
        with pytest.raises(InvalidRequestError):
            parse_headers({value: "x"})


@given(st.dictionaries(st.text(max_size=6), st.text(max_size=12), max_size=4))
@fixed
def test_what_passes_can_be_sent_as_it_is(fields: dict[str, str]) -> None:
    try:
        headers = parse_headers(fields)
    except InvalidRequestError:
        return
    for name, value in headers.items():
        assert set(name) <= TOKEN and name == name.lower()
        assert isinstance(value, str) and set(value) <= ALLOWED
        assert value == value.strip(" \t")
        assert value.encode("latin-1").decode("latin-1") == value


@pytest.mark.parametrize(("method", "expected"), [("get", "GET"), ("M-Search", "M-SEARCH")])
def test_methods_are_in_upper_case(method: str, expected: str) -> None:
    assert check_method(method) == expected


@pytest.mark.parametrize(
    "method", ["", " ", "GET ", "GE T", "GET\r\n", "G\u00c9T", None, 5, b"GET"]
)
def test_what_is_no_method_is_refused(method: Any) -> None:
    with pytest.raises(InvalidRequestError, match="no HTTP method"):
        check_method(method)
