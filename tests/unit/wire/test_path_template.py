from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

import httpx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sdkbase._wire.path_template import PathTemplate, path_template
from sdkbase._wire.url import BaseUrl
from sdkbase.errors import ConfigurationError, InvalidRequestError
from sdkbase.models import EpochSeconds, HttpDate, Int64String
from tests.scale import scaled

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
        ("a//b", "/files/a//b"),
        ("dir/", "/files/dir/"),
        ("..a/b..", "/files/..a/b.."),
        ("caf\u00e9 \u2603", "/files/caf%C3%A9%20%E2%98%83"),
        # What RFC 6570 keeps, and what it would keep though it ends the path.
        (":/@!$&'()*+,;=~", "/files/:/@!$&'()*+,;=~"),
        ("a b/c?d#e", "/files/a%20b/c%3Fd%23e"),
        ("[x]\\|", "/files/%5Bx%5D%5C%7C"),
        # An escape stays one, and a lone % is none.
        ("a%2Fb%3Fc", "/files/a%2Fb%3Fc"),
        ("%C3%A9", "/files/%C3%A9"),
        ("100%/%zz%4", "/files/100%25/%25zz%254"),
        ("%252e%252e/x", "/files/%252e%252e/x"),
        ("a;b=1/c", "/files/a;b=1/c"),
    ],
)
def test_plus_keeps_what_may_stand_in_a_path(value: str, expected: str) -> None:
    assert expand("/files/{+path}", value) == expected


@pytest.mark.parametrize("text", ["a%20b.md", "100%25", "50%", "%2e%2e", "x;y?z#[w]"])
def test_text_that_looks_escaped_arrives_as_it_is_if_it_is_quoted_first(text: str) -> None:
    assert unquote(expand("/files/{+path}", quote(f"dir/{text}"))) == f"/files/dir/{text}"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("/caf\u00e9/{v}", "/caf%C3%A9/x"),
        ("/a b/{v}|", "/a%20b/x%7C"),
        ("/x%20y/{v}:undelete", "/x%20y/x:undelete"),
        ("/50%/{v}", "/50%25/x"),
        ("/{a.b}", "/x"),
        ("/{1}", "/x"),
    ],
)
def test_the_text_around_is_escaped_too(template: str, expected: str) -> None:
    assert expand(template, "x") == expected
    assert PathTemplate(template).text == template


def test_a_template_without_places_is_escaped_too() -> None:
    assert expand("/caf\u00e9") == "/caf%C3%A9"


@pytest.mark.parametrize("value", ["", ".", "..", "a\nb", "a\0", "\r", "\x7f", "\x1f"])
def test_what_would_change_the_path_is_refused(value: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"argument 'user_id' of path template '/users/"):
        expand("/users/{user_id}", value)


@pytest.mark.parametrize(
    "value",
    [
        "", "/", "//", ".", "..", "a/..", "../a", "a/./b", "a\\..\\b", "..\\a", "a/\n",
        "%2e%2e/x", "a/%2E.", "a%2F..%2Fb", "a%5c..", "..;/x", "a/..;v=1", ".;", "a/%2e%2e%3b",
        "a%0Ab", "%00", "%7f", "%c0%ae", "%E9", "%ff",
    ],
)  # fmt: skip
def test_plus_refuses_what_leaves_its_place(value: str) -> None:
    with pytest.raises(InvalidRequestError, match="argument 'path' of path template"):
        expand("/files/{+path}", value)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("/a/{+p}.", "b/"),
        ("/a/{+p}.", "b/."),
        ("/a/.{+p}", "/b"),
        ("/.{+p}", "."),
        ("/{+p}.", "b%2F"),
    ],
)
def test_plus_makes_no_dot_segment_with_the_text_around_it(template: str, value: str) -> None:
    with pytest.raises(InvalidRequestError, match="would change the path"):
        expand(template, value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, "/7"),
        (-1, "/-1"),
        (2**70, f"/{2**70}"),
        (UUID(int=1), "/00000000-0000-0000-0000-000000000001"),
        (date(2026, 2, 3), "/2026-02-03"),
        (datetime(2026, 2, 3, 4, 5, tzinfo=UTC), "/2026-02-03T04%3A05%3A00Z"),
        (Decimal("1.50"), "/1.50"),
        (Int64String(-5), "/-5"),
        (EpochSeconds(2026, 1, 2, tzinfo=UTC), "/1767312000"),
        (EpochSeconds(2026, 1, 2, tzinfo=UTC) + timedelta(milliseconds=250), "/1767312000.25"),
        (Colour.RED, "/r%2Fd"),
        (Level.HIGH, "/3"),
    ],
)
def test_values_that_have_a_place_in_a_path(value: object, expected: str) -> None:
    assert expand("/{value}", value) == expected
    assert expand("/{+value}", value) == expected.replace("%2F", "/").replace("%3A", ":").replace(
        "%2B", "+"
    )


@pytest.mark.parametrize("value", [None, True, False, 1.5, b"x", [], {}, ("a",), object(), Enum])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(InvalidRequestError, match="'value'"):
        expand("/{value}", value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.5, "is of type float, which can be written in several ways; pass it as text"),
        ({"t": "S3cret"}, "is of type dict, where a string, int, Decimal, UUID, date or enum"),
        (HttpDate(2026, 1, 2), "is of type HttpDate, without a wire form: HttpDate needs a time"),
    ],
)
def test_what_is_refused_is_named_by_its_type(value: object, reason: str) -> None:
    with pytest.raises(InvalidRequestError, match=reason) as caught:
        expand("/{value}", value)
    assert "S3cret" not in str(caught.value)


def test_a_value_is_as_safe_as_text() -> None:
    class Sly:
        def to_wire(self) -> str:
            return ".."

    with pytest.raises(InvalidRequestError, match="would change the path"):
        expand("/{value}", Sly())
    assert expand("/{value}", HttpDate(2026, 1, 2, tzinfo=UTC)).startswith("/Fri%2C%2002%20Jan")


@pytest.mark.parametrize("args", [(), ("a",), ("a", "b", "c")])
def test_a_wrong_number_of_arguments_is_explained(args: tuple[str, ...]) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        expand("/repos/{owner}/{name}", *args)
    assert str(caught.value) == (
        "path template '/repos/{owner}/{name}' takes 2 arguments (owner, name), got "
        f"{len(args)}"
    )


def test_one_argument_is_one() -> None:
    with pytest.raises(InvalidRequestError, match=r"takes 1 argument \(id\), got 0"):
        expand("/{id}")


def test_arguments_for_a_template_without_places_are_refused() -> None:
    assert expand("/health") == "/health"
    with pytest.raises(InvalidRequestError, match=r"takes 0 arguments \(none\), got 1"):
        expand("/health", "x")


@pytest.mark.parametrize(
    "template", ["/{", "/}", "/{}", "/{a", "/a}", "/{{a}}", "/{a b}", "/{a.}", "/{a..b}", "/{?q}",
                 "/{#f}", "/a?b=1", "/a#b", "/{a}?x", "/{++a}", "/{a,b}", "/{a*}", "/{a:3}",
                 "/\ud800"],
)  # fmt: skip
def test_a_template_that_can_not_be_filled_is_refused(template: str) -> None:
    with pytest.raises(ConfigurationError, match="path template"):
        PathTemplate(template)


def test_the_names_of_the_places() -> None:
    assert PathTemplate("/a/{b}/{+c}:d").names == ("b", "c")
    assert PathTemplate("/a").names == ()


def test_compiled_templates_are_kept() -> None:
    assert path_template("/kept/{a}") is path_template("/kept/{a}")


@pytest.mark.usefixtures("uncovered")
@given(ANY_TEXT, ANY_TEXT)
@settings(fixed, max_examples=scaled(full=100_000, ci=1_000))
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


@pytest.mark.usefixtures("uncovered")
@given(ANY_TEXT)
@settings(fixed, max_examples=scaled(full=100_000, ci=1_000))
def test_plus_never_climbs_out_of_its_prefix(value: str) -> None:
    try:
        path = expand("/files/{+path}", value)
    except InvalidRequestError:
        return
    parsed = httpx.URL(BaseUrl("https://api.example").join_path(path))
    assert parsed.host == "api.example"
    assert parsed.raw_path.startswith(b"/files/")
    assert unquote(urlsplit(str(parsed)).path.removeprefix("/files/")) == unquote(value)
    assert not {".", ".."} & set(unquote(parsed.raw_path.decode()).replace("\\", "/").split("/"))


@pytest.mark.usefixtures("uncovered")
@given(ANY_TEXT)
@fixed
def test_plus_takes_any_text_that_was_quoted(value: str) -> None:
    assume(expandable(value))
    assert unquote(expand("/files/{+path}", quote(value))) == f"/files/{value}"


def expandable(value: str) -> bool:
    try:
        expand("/files/{+path}", quote(value))
    except (InvalidRequestError, UnicodeEncodeError):
        return False
    return True


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
@fixed
def test_any_printable_text_is_accepted(value: str) -> None:
    assume(value not in (".", ".."))
    assert unquote(expand("/{value}", value)[1:]) == value


@pytest.mark.parametrize("template", ["/{value}", "/{+value}"])
def test_a_lone_surrogate_is_refused(template: str) -> None:
    with pytest.raises(InvalidRequestError):
        expand(template, "a\ud800")
