from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum, IntEnum
from urllib.parse import unquote, urlsplit
from uuid import UUID

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sdkbase._wire.path_template import PathTemplate, path_template
from sdkbase._wire.url import BaseUrl
from sdkbase.errors import ConfigurationError, InvalidRequestError

from .messages import fixed

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=40) | st.text(
    st.sampled_from("./\\%2eEfF?#:@;& \t\n\0a"), max_size=12
)


class Colour(Enum):
    RED = "r/d"


class Level(IntEnum):
    HIGH = 3


def expand(template: str, *args: object) -> str:
    return PathTemplate(template).expand(args)


# RFC 6570, section 1.2 level 1 and section 3.2.2, with the variables of section 3.2.
RFC_6570_SIMPLE = [
    ("/{var}", "value", "/value"),
    ("/{hello}", "Hello World!", "/Hello%20World%21"),
    ("/{half}", "50%", "/50%25"),
    ("/O{path}X", "/foo/bar", "/O%2Ffoo%2FbarX"),
    ("/{base}", "http://example.com/home/", "/http%3A%2F%2Fexample.com%2Fhome%2F"),
    ("/{who}", "fred", "/fred"),
    ("/{dub}", "me/too", "/me%2Ftoo"),
    ("/{v}", "6", "/6"),
    ("/{x}", "1024", "/1024"),
    ("/{semi}", ";", "/%3B"),
    ("/{unreserved}", "AZaz09-._~", "/AZaz09-._~"),
    ("/{utf8}", "caf\u00e9 \u2603", "/caf%C3%A9%20%E2%98%83"),
    (
        "/{reserved}",
        ":/?#[]@!$&'()*+,;=",
        "/%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D",
    ),
    ("/{encoded}", "%2e%2e", "/%252e%252e"),
]


@pytest.mark.parametrize(("template", "value", "expected"), RFC_6570_SIMPLE)
def test_simple_expansion_follows_rfc_6570(template: str, value: str, expected: str) -> None:
    assert expand(template, value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("src/main.py", "/files/src/main.py"),
        ("/leading", "/files//leading"),
        ("a b/c?d#e", "/files/a%20b/c%3Fd%23e"),
        ("a//b", "/files/a//b"),
        ("dir/", "/files/dir/"),
        ("..a/b..", "/files/..a/b.."),
        ("%2e%2e/x", "/files/%252e%252e/x"),
    ],
)
def test_plus_keeps_slashes_and_nothing_else(value: str, expected: str) -> None:
    assert expand("/files/{+path}", value) == expected


@pytest.mark.parametrize("value", ["", ".", "..", "a\nb", "a\0", "\r", "\x7f", "\x1f"])
def test_what_would_change_the_path_is_refused(value: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"argument 'user_id' of path template '/users/"):
        expand("/users/{user_id}", value)


@pytest.mark.parametrize(
    "value", ["", "/", "//", ".", "..", "a/..", "../a", "a/./b", "a\\..\\b", "..\\a", "a/\n"]
)
def test_plus_refuses_what_leaves_its_place(value: str) -> None:
    with pytest.raises(InvalidRequestError, match="'path'"):
        expand("/files/{+path}", value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, "/7"),
        (-1, "/-1"),
        (2**70, f"/{2**70}"),
        (UUID(int=1), "/00000000-0000-0000-0000-000000000001"),
        (date(2026, 2, 3), "/2026-02-03"),
        (datetime(2026, 2, 3, 4, 5, tzinfo=UTC), "/2026-02-03T04%3A05%3A00%2B00%3A00"),
        (Colour.RED, "/r%2Fd"),
        (Level.HIGH, "/3"),
    ],
)
def test_values_that_have_a_place_in_a_path(value: object, expected: str) -> None:
    assert expand("/{value}", value) == expected


@pytest.mark.parametrize("value", [None, True, False, 1.5, b"x", [], {}, ("a",), object(), Enum])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(InvalidRequestError, match="'value'"):
        expand("/{value}", value)


@pytest.mark.parametrize("args", [(), ("a",), ("a", "b", "c")])
def test_a_wrong_number_of_arguments_is_explained(args: tuple[str, ...]) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        expand("/repos/{owner}/{name}", *args)
    assert str(caught.value) == (
        "path template '/repos/{owner}/{name}' takes 2 arguments (owner, name), got "
        f"{len(args)}"
    )


def test_arguments_for_a_template_without_places_are_refused() -> None:
    assert expand("/health") == "/health"
    with pytest.raises(InvalidRequestError, match=r"takes 0 arguments \(none\), got 1"):
        expand("/health", "x")


@pytest.mark.parametrize(
    "template", ["/{", "/}", "/{}", "/{a", "/a}", "/{{a}}", "/{a b}", "/{1a}", "/{?q}", "/{#f}",
                 "/a?b=1", "/a#b", "/{a}?x", "/{++a}", "/{a,b}", "/{a*}", "/{a:3}"],
)  # fmt: skip
def test_a_template_that_can_not_be_filled_is_refused(template: str) -> None:
    with pytest.raises(ConfigurationError, match="path template"):
        PathTemplate(template)


def test_compiled_templates_are_kept() -> None:
    assert path_template("/kept/{a}") is path_template("/kept/{a}")


@given(ANY_TEXT, ANY_TEXT)
@fixed
def test_no_text_changes_the_shape_of_the_url(owner: str, name: str) -> None:
    try:
        path = expand("/repos/{owner}/{name}/issues", owner, name)
    except InvalidRequestError:
        return
    url = BaseUrl("https://api.example/v1").join_path(path)
    parsed = httpx.URL(url)
    segments = parsed.raw_path.decode().split("/")
    assert (parsed.host, parsed.query, parsed.fragment) == ("api.example", b"", "")
    assert segments[:3] == ["", "v1", "repos"] and segments[5:] == ["issues"]
    assert [unquote(part) for part in segments[3:5]] == [owner, name]


@given(ANY_TEXT)
@fixed
def test_plus_never_climbs_out_of_its_prefix(value: str) -> None:
    try:
        path = expand("/files/{+path}", value)
    except InvalidRequestError:
        return
    parsed = httpx.URL(BaseUrl("https://api.example").join_path(path))
    assert parsed.host == "api.example"
    assert parsed.raw_path.startswith(b"/files/")
    assert unquote(urlsplit(str(parsed)).path.removeprefix("/files/")) == value


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
@fixed
def test_any_printable_text_is_accepted(value: str) -> None:
    assume(value not in (".", ".."))
    assert unquote(expand("/{value}", value)[1:]) == value


@pytest.mark.parametrize("template", ["/{value}", "/{+value}"])
def test_a_lone_surrogate_is_refused(template: str) -> None:
    with pytest.raises(InvalidRequestError):
        expand(template, "a\ud800")
