"""One client for scripts and small services: `get`, `post` and so on without making one."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, TypeVar, overload

import httpx
from typing_extensions import TypeForm, Unpack

from .._concurrency import AsyncScoped
from .client import AsyncHttpClient
from .verbs import RequestArgs

U = TypeVar("U")


class _Global:
    """The client of one event loop, and what closes it when the loop ends."""

    def __init__(self) -> None:
        self.client = AsyncHttpClient()
        self.closer = self._close_at_the_end()
        self.armed = False

    async def _close_at_the_end(self) -> AsyncGenerator[None, None]:
        # An event loop closes the generators left open in it before it ends: the only moment at
        # which connections can still be closed if nobody calls close_global_client().
        try:
            yield
        finally:
            await self.client.aclose()


_globals: AsyncScoped[_Global] = AsyncScoped()


async def _client() -> AsyncHttpClient:
    current = _globals.get(_Global)
    if not current.armed:
        current.armed = True
        await current.closer.__anext__()
    return current.client


async def close_global_client() -> None:
    """
    Close the global client; the next call makes a new one. Safe to repeat.

    There is one for each event loop; this closes that of the running one.
    """
    current = _globals.pop()
    if current is not None:
        await current.closer.aclose()
        await current.client.aclose()


@overload
async def request(
    method: str, url: str | httpx.URL, **args: Unpack[RequestArgs]
) -> httpx.Response: ...
@overload
async def request(
    method: str, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
) -> U: ...
async def request(method: str, url: str | httpx.URL, **args: Any) -> Any:
    """
    Send a request with the global client; see `AsyncHttpClient.request`.

    There is one client for each event loop, made at the first call and closed when the loop ends.
    """
    client = await _client()
    return await client.request(method, url, **args)


@overload
async def get(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def get(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
async def get(url: str | httpx.URL, **args: Any) -> Any:
    """Send a GET request with the global client; see `request`."""
    return await request("GET", url, **args)


@overload
async def post(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def post(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
async def post(url: str | httpx.URL, **args: Any) -> Any:
    """Send a POST request with the global client; see `request`."""
    return await request("POST", url, **args)


@overload
async def put(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def put(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
async def put(url: str | httpx.URL, **args: Any) -> Any:
    """Send a PUT request with the global client; see `request`."""
    return await request("PUT", url, **args)


@overload
async def patch(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def patch(
    url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
) -> U: ...
async def patch(url: str | httpx.URL, **args: Any) -> Any:
    """Send a PATCH request with the global client; see `request`."""
    return await request("PATCH", url, **args)


@overload
async def delete(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def delete(
    url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
) -> U: ...
async def delete(url: str | httpx.URL, **args: Any) -> Any:
    """Send a DELETE request with the global client; see `request`."""
    return await request("DELETE", url, **args)


@overload
async def head(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def head(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
async def head(url: str | httpx.URL, **args: Any) -> Any:
    """Send a HEAD request with the global client; see `request`."""
    return await request("HEAD", url, **args)


@overload
async def options(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def options(
    url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
) -> U: ...
async def options(url: str | httpx.URL, **args: Any) -> Any:
    """Send a OPTIONS request with the global client; see `request`."""
    return await request("OPTIONS", url, **args)
