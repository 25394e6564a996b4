"""Calls to URLs that the server gave: sessions of an upload, results, next steps."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import AsyncHttpClient, AsyncResource, BearerAuth, InvalidRequestError

BASE = "https://api.example/v1"


class AsyncUploads(AsyncResource[Any]):
    path = "/uploads"

    async def go(self, **kwargs: Any) -> Any:
        return await self._patch("/{id}", cast_to=None, **kwargs)


class Server:
    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json={})


async def ask(url: Any, base: str = BASE, **kwargs: Any) -> list[httpx.Request]:
    server = Server()
    async with AsyncHttpClient(
        base,
        headers={"X-Own": "1"},
        auth=BearerAuth("secret-token"),
        transport=httpx.MockTransport(server),
    ) as api:
        await AsyncUploads(api).go(url=url, **kwargs)
        assert [*api.metrics.summary()] == ["PATCH /uploads/{id}"]
    return server.requests


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://api.example/v1/uploads/7", "https://api.example/v1/uploads/7"),
        ("https://api.example/other/7?part=2", "https://api.example/other/7?part=2"),
        ("https://API.example:443/v1/up", "https://api.example/v1/up"),
        ("/uploads/7", "https://api.example/uploads/7"),
        ("uploads/7?a=1", "https://api.example/v1/uploads/7?a=1"),
        ("//api.example/x", "https://api.example/x"),
    ],
)
async def test_a_url_of_the_apis_origin_is_used_with_credentials(url: str, sent: str) -> None:
    (request,) = await ask(url)
    assert str(request.url) == sent
    assert request.headers["authorization"] == "Bearer secret-token"
    assert request.headers["x-own"] == "1"


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "https://api.example:8443/x", "//evil.example/x"]
)
async def test_another_origin_is_refused_unless_it_is_allowed(url: str) -> None:
    with pytest.raises(InvalidRequestError, match="another origin"):
        await ask(url)
    (request,) = await ask(url, allow_other_origin=True)
    assert "authorization" not in request.headers
    assert "x-own" not in request.headers


async def test_https_never_becomes_http() -> None:
    with pytest.raises(InvalidRequestError, match="from https to http"):
        await ask("http://api.example/x", allow_other_origin=True)


@pytest.mark.parametrize("url", [5, b"/x", "https://", "https://a b/", "https://api.example:x/"])
async def test_what_is_no_url_is_refused(url: Any) -> None:
    with pytest.raises(InvalidRequestError):
        await ask(url)


async def test_query_parameters_are_added() -> None:
    (request,) = await ask("/uploads/7?a=1", query={"b": 2})
    assert str(request.url) == "https://api.example/uploads/7?a=1&b=2"


async def test_a_resource_may_be_bound_to_its_parent() -> None:
    class AsyncPosts(AsyncResource[Any]):
        path = "/users/{user_id}/posts"

        async def retrieve(self, post_id: int) -> Any:
            return await self._get("/{post_id}", post_id)

    server = Server()
    async with AsyncHttpClient(BASE, transport=httpx.MockTransport(server)) as api:
        await AsyncPosts(api, 7).retrieve(3)
        await AsyncPosts(AsyncPosts(api), 8).retrieve(4)
        with pytest.raises(InvalidRequestError, match="takes 2 arguments"):
            await AsyncPosts(api).retrieve(3)
    assert [r.url.path for r in server.requests] == ["/v1/users/7/posts/3", "/v1/users/8/posts/4"]
