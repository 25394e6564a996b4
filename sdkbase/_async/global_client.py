"""One client for scripts and small services: `get`, `post` and so on without making one."""

from __future__ import annotations

from typing import Any, TypeVar, overload

import httpx
from typing_extensions import TypeForm, Unpack

from .._concurrency import AsyncScoped
from .._exports import publish
from .._policy.call_args import RequestArgs
from .client import AsyncHttpClient

U = TypeVar("U")


_clients: AsyncScoped[AsyncHttpClient] = AsyncScoped()


async def close_global_client() -> None:
    """
    Close the global client; the next call makes a new one. Safe to repeat.

    There is one for each event loop; this closes that of the running one.
    """
    await _clients.aclose()


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
    client = _clients.get(AsyncHttpClient)
    return await client.request(
        method,
        url,
        **args,
    )


@overload
async def get(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def get(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
async def get(url: str | httpx.URL, **args: Any) -> Any:
    """Send a GET request with the global client; see `request`."""
    return await request(
        "GET",
        url,
        **args,
    )


@overload
async def post(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def post(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
async def post(url: str | httpx.URL, **args: Any) -> Any:
    """Send a POST request with the global client; see `request`."""
    return await request(
        "POST",
        url,
        **args,
    )


@overload
async def put(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def put(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
async def put(url: str | httpx.URL, **args: Any) -> Any:
    """Send a PUT request with the global client; see `request`."""
    return await request(
        "PUT",
        url,
        **args,
    )


@overload
async def patch(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def patch(
    url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
) -> U: ...
async def patch(url: str | httpx.URL, **args: Any) -> Any:
    """Send a PATCH request with the global client; see `request`."""
    return await request(
        "PATCH",
        url,
        **args,
    )


@overload
async def delete(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def delete(
    url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
) -> U: ...
async def delete(url: str | httpx.URL, **args: Any) -> Any:
    """Send a DELETE request with the global client; see `request`."""
    return await request(
        "DELETE",
        url,
        **args,
    )


@overload
async def head(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def head(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
async def head(url: str | httpx.URL, **args: Any) -> Any:
    """Send a HEAD request with the global client; see `request`."""
    return await request(
        "HEAD",
        url,
        **args,
    )


@overload
async def options(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
async def options(
    url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
) -> U: ...
async def options(url: str | httpx.URL, **args: Any) -> Any:
    """Send a OPTIONS request with the global client; see `request`."""
    return await request(
        "OPTIONS",
        url,
        **args,
    )


publish(close_global_client, delete, get, head, options, patch, post, put, request)
