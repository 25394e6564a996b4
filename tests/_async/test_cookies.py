"""The client's cookie jar."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import AsyncHttpClient

BASE = "https://api.example"


# --- cookies --------------------------------------------------------------------------------


def cookie_api(request: httpx.Request) -> httpx.Response:
    headers = {"set-cookie": "sid=one; Path=/"} if request.url.path == "/login" else {}
    return httpx.Response(200, headers=headers, json=request.headers.get("cookie", ""))


async def test_cookies_that_the_server_sets_are_kept() -> None:
    async with AsyncHttpClient(BASE, transport=httpx.MockTransport(cookie_api)) as client:
        assert await client.get("/me", cast_to=str) == '""'
        response = await client.get("/login")
        assert response.cookies["sid"] == "one"
        assert await client.get("/me", cast_to=str) == '"sid=one"'
        assert client.cookies["sid"] == "one"


async def test_cookies_go_only_to_their_own_host() -> None:
    async with AsyncHttpClient(transport=httpx.MockTransport(cookie_api)) as client:
        await client.get("https://one.example/login")
        assert await client.get("https://two.example/me", cast_to=str) == '""'
        assert await client.get("https://one.example/me", cast_to=str) == '"sid=one"'


@pytest.mark.parametrize("cookies", [{"a": "1"}, httpx.Cookies({"a": "1"})])
async def test_cookies_handed_in_are_sent_and_joined_by_new_ones(cookies: Any) -> None:
    wire = httpx.MockTransport(cookie_api)
    async with AsyncHttpClient(BASE, transport=wire, cookies=cookies) as client:
        assert await client.get("/me", cast_to=str) == '"a=1"'
        await client.get("/login")
        both = await client.get("/me", cast_to=str)
    assert sorted(both.strip('"').split("; ")) == ["a=1", "sid=one"]


async def test_cookies_handed_in_stay_with_the_base_urls_origin() -> None:
    wire = httpx.MockTransport(cookie_api)
    async with AsyncHttpClient(BASE, transport=wire, cookies={"session": "1"}) as client:
        assert await client.get("https://other.example/me", cast_to=str) == '""'


async def test_a_cookie_header_of_the_call_wins() -> None:
    wire = httpx.MockTransport(cookie_api)
    async with AsyncHttpClient(BASE, transport=wire, cookies={"a": "1"}) as client:
        assert await client.get("/me", headers={"Cookie": "b=2"}, cast_to=str) == '"b=2"'


async def test_cookies_are_shared_with_copies() -> None:
    wire = httpx.MockTransport(cookie_api)
    async with AsyncHttpClient(BASE, transport=wire) as client:
        await client.with_options().get("/login")
        assert await client.get("/me", cast_to=str) == '"sid=one"'
