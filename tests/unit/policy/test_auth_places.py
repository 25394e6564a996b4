"""Keys in the query and in cookies: the pure part."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import ApiKeyAuth
from sdkbase._policy.auth import Auth
from sdkbase._policy.auth.places import drop_added_params, without_key
from sdkbase._wire.body import NO_BODY
from sdkbase._wire.call import Call
from sdkbase._wire.redaction import redact_text
from sdkbase.errors import ConfigurationError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def sent(auth: ApiKeyAuth, url: str = "https://h/p", **headers: str) -> Call:
    return Auth(auth).apply(Call("GET", url, "/p", headers, NO_BODY))


@given(name=TEXT, key=TEXT.filter(lambda key: bool(key.strip())))
def test_whatever_stands_in_a_query_comes_out_again(name: str, key: str) -> None:
    auth = ApiKeyAuth(key, query=name)
    call = sent(auth, "https://h/p?first=1")
    found = httpx.URL(call.url)
    assert found.path == "/p" and not found.fragment
    assert found.params.multi_items() == [("first", "1"), (name, key.strip())]
    assert httpx.URL(without_key(call.url, name)).params[name] == "***"


@given(key=st.text(st.characters(codec="ascii"), min_size=1))
def test_a_cookie_never_breaks_the_header(key: str) -> None:
    try:
        auth = ApiKeyAuth(key, cookie="c")
    except ConfigurationError:
        assert set(key) & set(' \t",;\\') or not key.isprintable()
        return
    assert sent(auth, cookie="a=b").headers["cookie"] == f"a=b; c={key}"


@pytest.mark.parametrize(
    "places",
    [
        {"query": ""},
        {"query": 5},
        {"cookie": ""},
        {"cookie": "a b"},
        {"cookie": "a=b"},
        {"cookie": "a;b"},
        {"cookie": None, "query": b"k"},
    ],
)
def test_bad_names_are_refused(places: Any) -> None:
    with pytest.raises(ConfigurationError, match="must be a valid name of a (query|cookie)"):
        ApiKeyAuth("key", **places)


@pytest.mark.parametrize(
    "places",
    [
        {"query": "a", "cookie": "b"},
        {"header": "a", "cookie": "b"},
        {"header": "a", "query": "b", "cookie": "c"},
    ],
)
def test_there_is_one_place(places: Any) -> None:
    with pytest.raises(ConfigurationError, match="takes one place for the key, got "):
        ApiKeyAuth("key", **places)


@pytest.mark.parametrize("key", ["", "  ", None, 5, "canary-\ud800"])
def test_bad_keys_in_a_query_are_refused(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="^ApiKeyAuth key ") as caught:
        ApiKeyAuth(key, query="k")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "key", ["canary-;x", "canary- x", 'canary-"', "canary-,", "canary-\\", "ü"]
)
def test_bad_keys_in_a_cookie_are_refused(key: str) -> None:
    with pytest.raises(ConfigurationError, match="^ApiKeyAuth key holds characters") as caught:
        ApiKeyAuth(key, cookie="k")
    assert "canary" not in str(caught.value)


def test_headers_of_each_place() -> None:
    assert ApiKeyAuth("key", "X-Key").auth_headers() == {"x-key": "key"}
    assert ApiKeyAuth("key", query="k").auth_headers() == {}
    assert ApiKeyAuth("key", cookie="k").auth_headers() == {"cookie": "k=key"}


def test_reprs() -> None:
    assert repr(ApiKeyAuth("key", query="k")) == "ApiKeyAuth(***, query='k')"
    assert repr(ApiKeyAuth("key", cookie="k")) == "ApiKeyAuth(***, cookie='k')"


def test_a_key_is_registered_in_its_encoded_form() -> None:
    call = sent(ApiKeyAuth("a/canary+key", query="k"))
    assert "canary" in call.url
    assert redact_text(call.url) == "https://h/p?k=***"
    assert "canary" not in repr(call)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h/p?k=x", "https://h/p?k=***"),
        ("https://h/p?k=x&kk=y", "https://h/p?k=***&kk=y"),
        ("https://h/p?kk=y&k=x#k=z", "https://h/p?kk=y&k=***#k=z"),
        ("https://h/k=x?a=b", "https://h/k=x?a=b"),
    ],
)
def test_only_the_key_is_masked(url: str, shown: str) -> None:
    assert without_key(url, "k") == shown


@pytest.mark.parametrize(
    ("target", "left"),
    [
        ("https://o/p?k=key&a=1", "https://o/p?a=1"),
        ("https://o/p?k=key", "https://o/p"),
        ("https://o/p?a=1", "https://o/p?a=1"),
        ("https://o/p", "https://o/p"),
    ],
)
def test_a_redirect_elsewhere_loses_what_auth_added(target: str, left: str) -> None:
    assert drop_added_params(target, "https://h/p?a=1", "https://h/p?a=1&k=***") == left
    assert drop_added_params(target, "https://h/p?k=own", "https://h/p?k=own") == target
