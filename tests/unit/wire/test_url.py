from __future__ import annotations

from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._wire.url import BaseUrl, Origin, label_of, origin_of, parse_url, split_userinfo
from sdkbase.errors import ConfigurationError, InvalidRequestError

from .messages import fixed

BASE = BaseUrl("https://api.example/v1")


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("https://h", "/users", "https://h/users"),
        ("https://h", "users", "https://h/users"),
        ("https://h/", "/users", "https://h/users"),
        ("https://h/v1", "/users", "https://h/v1/users"),
        ("https://h/v1/", "users", "https://h/v1/users"),
        ("https://h/v1", "", "https://h/v1"),
        ("https://h/v1", "?page=2", "https://h/v1?page=2"),
        ("https://h/v1", "/x?back=../y", "https://h/v1/x?back=../y"),
        ("https://h/v1", "/a.b/..c/d..", "https://h/v1/a.b/..c/d.."),
        ("https://h:8443/v1", "/x", "https://h:8443/v1/x"),
        ("http://[::1]:8080", "/x", "http://[::1]:8080/x"),
        ("https://h/v1", "https://other/x", "https://other/x"),
        ("https://h/v1", "HTTP://other/x", "HTTP://other/x"),
        ("", "https://other/x", "https://other/x"),
    ],
)
def test_join(base: str, path: str, expected: str) -> None:
    assert BaseUrl(base).join(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/x",
        "///evil.example/x",
        "\\\\evil.example",
        "/\\evil.example",
        "http:/evil.example",
        "HTTPS:\\evil.example",
    ],
)
def test_what_could_be_taken_for_another_host_is_refused(path: str) -> None:
    with pytest.raises(InvalidRequestError, match="could be taken for the URL of another host"):
        BASE.join(path)


@pytest.mark.parametrize("path", ["@evil.example", ":99/x", "/:@evil", "users:search", "/a//b"])
def test_what_looks_like_a_host_stays_a_path(path: str) -> None:
    parsed = httpx.URL(BASE.join(path))
    assert (parsed.scheme, parsed.host, parsed.port) == ("https", "api.example", None)
    assert parsed.raw_path.startswith(b"/v1/")


@pytest.mark.parametrize(
    "path",
    [
        "..",
        ".",
        "../admin",
        "/../admin",
        "/a/./b",
        "/a/..",
        "%2e%2e/admin",
        "/a/%2E%2E/b",
        "/.%2e/b",
        "/a%2f..%2fb",
        "/a\\..\\b",
        "/a%5c..%5cb",
        "/%2e",
        "/..#fragment",
        "/.#",
        "/a/..;/b",
        "/%2e%2e;x=1/b",
    ],
)
def test_dot_segments_are_refused(path: str) -> None:
    with pytest.raises(InvalidRequestError, match="must not hold the segments"):
        BASE.join(path)


def test_a_relative_path_needs_a_base() -> None:
    base = BaseUrl("")
    assert base.origin is None
    for join in (base.join, base.join_path):
        with pytest.raises(InvalidRequestError, match=r"'/x' is relative .* no base_url"):
            join("/x")


BAD_URLS = [
    "h",
    "/x",
    "//h/x",
    "ftp://h/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "http:///x",
    "http://h:99999",
    "http://h:65536",
    "http://h:0",
    "http://h:-1",
    "http://h:port",
    "http://[::1",
    "http://h/a b",
    "http://h/a\rb",
    "http://h/a\nb",
    "http://h/\0",
    "http://h/a\tb",
    "http://h\r\nhost: evil/",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_bad_urls_are_refused_with_one_class_of_error(url: str) -> None:
    with pytest.raises(InvalidRequestError, match="URL "):
        parse_url(url)
    with pytest.raises(ConfigurationError, match="base_url"):
        BaseUrl(url)


@pytest.mark.parametrize("url", ["https://h/?a=1", "https://h/#f", "https://h?", "https://h#"])
def test_a_base_with_query_or_fragment_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="must not hold a query or a fragment"):
        BaseUrl(url)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://h/x", ("https", "h", 443)),
        ("http://h/x", ("http", "h", 80)),
        ("https://h:443/x", ("https", "h", 443)),
        ("https://h:444/x", ("https", "h", 444)),
        ("http://h:443/x", ("http", "h", 443)),
        ("HTTPS://API.Example:443/x", ("https", "api.example", 443)),
        ("http://[::1]:8080/x", ("http", "::1", 8080)),
        ("https://user:pw@h/x", ("https", "h", 443)),
    ],
)
def test_origin(url: str, origin: Origin) -> None:
    assert origin_of(url) == origin


def test_a_name_and_its_punycode_are_one_origin() -> None:
    assert origin_of("https://b\u00fccher.example/") == origin_of("https://xn--bcher-kva.example/")


def test_a_base_owns_its_origin_only() -> None:
    assert BASE.owns("https://API.example:443/other")
    for other in ("http://api.example/v1", "https://api.example:444/", "https://evil.example/"):
        assert not BASE.owns(other)
    assert BaseUrl("").owns("https://anything.example/")


def test_a_base_is_shown_without_its_last_slash() -> None:
    assert str(BaseUrl("https://h/v1/")) == "https://h/v1"


@given(
    st.text(st.characters(codec="utf-8")) | st.text(st.sampled_from("./\\%2ef?#:@a"), max_size=9)
)
@fixed
def test_no_relative_path_leaves_the_base(path: str) -> None:
    try:
        url = BASE.join("/" + path)
        parsed = parse_url(url)
    except InvalidRequestError:
        return
    assert (parsed.scheme, parsed.host, parsed.port) == ("https", "api.example", None)
    assert parsed.raw_path.startswith(b"/v1/")


@given(st.text(max_size=30))
@fixed
def test_parsing_raises_nothing_but_its_own_error(url: str) -> None:
    for text in (url, f"http://{url}", f"https://h/{url}"):
        with suppress(InvalidRequestError):
            assert parse_url(text).scheme in ("http", "https")


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://h/users/7?page=2#f", "https://h/users/7"),
        ("/users?page=2", "/users"),
        ("https://h", "https://h"),
        ("?page=2", "/"),
        ("#f", "/"),
        ("", "/"),
        ("/a?next=https://x/y", "/a"),
    ],
)
def test_label_of(url: str, label: str) -> None:
    assert label_of(url) == label


@pytest.mark.parametrize(
    "url",
    [
        "https://user:canary-pw1@h:99999/",
        "https://user:canary-pw1@h/a b",
        "ftp://user:canary-pw1@h/",
        "https://h/a b?api_key=canary-pw1",
        "https://h/?api_key=canary-pw1",
    ],
)
def test_errors_show_no_secret_of_the_url(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        BaseUrl(url)
    assert "canary-pw1" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://u:p@h/x", ("https://h/x", ("u", "p"))),
        ("https://u@h/x", ("https://h/x", ("u", ""))),
        ("https://u%40x:p%3Aq@h/", ("https://h/", ("u@x", "p:q"))),
        ("https://u:p:q@h/", ("https://h/", ("u", "p:q"))),
        ("https://h/@x", ("https://h/@x", None)),
        ("https://h?a=b@c", ("https://h?a=b@c", None)),
        ("/users/a@b", ("/users/a@b", None)),
    ],
)
def test_split_userinfo(url: str, expected: object) -> None:
    assert split_userinfo(url) == expected
