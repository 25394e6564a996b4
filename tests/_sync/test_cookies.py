# Generated from _async/test_cookies.py by sdkbase.codegen. Do not edit.
# sha256: 8f8e7e5e69d9f35f
"""The client's cookie jar."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import SyncHttpClient

BASE = "https://api.example"


# --- cookies --------------------------------------------------------------------------------


def cookie_api(request: httpx.Request) -> httpx.Response:
    headers = {"set-cookie": "sid=one; Path=/"} if request.url.path == "/login" else {}
    return httpx.Response(200, headers=headers, json=request.headers.get("cookie", ""))


def test_cookies_that_the_server_sets_are_kept() -> None:
    with SyncHttpClient(BASE, transport=httpx.MockTransport(cookie_api)) as client:
        assert client.get("/me", cast_to=str) == '""'
        response = client.get("/login")
        assert response.cookies["sid"] == "one"
        assert client.get("/me", cast_to=str) == '"sid=one"'
        assert client.cookies["sid"] == "one"


def test_cookies_go_only_to_their_own_host() -> None:
    with SyncHttpClient(transport=httpx.MockTransport(cookie_api)) as client:
        client.get("https://one.example/login")
        assert client.get("https://two.example/me", cast_to=str) == '""'
        assert client.get("https://one.example/me", cast_to=str) == '"sid=one"'


@pytest.mark.parametrize("cookies", [{"a": "1"}, httpx.Cookies({"a": "1"})])
def test_cookies_handed_in_are_sent_and_joined_by_new_ones(cookies: Any) -> None:
    wire = httpx.MockTransport(cookie_api)
    with SyncHttpClient(BASE, transport=wire, cookies=cookies) as client:
        assert client.get("/me", cast_to=str) == '"a=1"'
        client.get("/login")
        both = client.get("/me", cast_to=str)
    assert sorted(both.strip('"').split("; ")) == ["a=1", "sid=one"]


def test_cookies_handed_in_stay_with_the_base_urls_origin() -> None:
    wire = httpx.MockTransport(cookie_api)
    with SyncHttpClient(BASE, transport=wire, cookies={"session": "1"}) as client:
        assert client.get("https://other.example/me", cast_to=str) == '""'


def test_a_cookie_header_of_the_call_wins() -> None:
    wire = httpx.MockTransport(cookie_api)
    with SyncHttpClient(BASE, transport=wire, cookies={"a": "1"}) as client:
        assert client.get("/me", headers={"Cookie": "b=2"}, cast_to=str) == '"b=2"'


def test_cookies_are_shared_with_copies() -> None:
    wire = httpx.MockTransport(cookie_api)
    with SyncHttpClient(BASE, transport=wire) as client:
        client.with_options().get("/login")
        assert client.get("/me", cast_to=str) == '"sid=one"'
