# Generated from _async/global_client.py by sdkbase.codegen. Do not edit.
# sha256: 86cb6f7bb48c3bde
"""One client for scripts and small services: `get`, `post` and so on without making one."""

from __future__ import annotations

from typing import Any, TypeVar, overload

import httpx
from typing_extensions import TypeForm, Unpack

from .._concurrency import SyncScoped
from .._exports import publish
from .._policy.call_args import RequestArgs
from .client import SyncHttpClient

U = TypeVar("U")


_clients: SyncScoped[SyncHttpClient] = SyncScoped()


def close_global_client() -> None:
    """
    Close the global client; the next call makes a new one. Safe to repeat.

    There is one for each event loop; this closes that of the running one.
    """
    _clients.close()


@overload
def request(method: str, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
def request(
    method: str, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
) -> U: ...
def request(method: str, url: str | httpx.URL, **args: Any) -> Any:
    """
    Send a request with the global client; see `SyncHttpClient.request`.

    There is one client for each event loop, made at the first call and closed when the loop ends.
    """
    client = _clients.get(SyncHttpClient)
    return client.request(
        method,
        url,
        **args,
    )


@overload
def get(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
def get(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
def get(url: str | httpx.URL, **args: Any) -> Any:
    """Send a GET request with the global client; see `request`."""
    return request(
        "GET",
        url,
        **args,
    )


@overload
def post(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
def post(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
def post(url: str | httpx.URL, **args: Any) -> Any:
    """Send a POST request with the global client; see `request`."""
    return request(
        "POST",
        url,
        **args,
    )


@overload
def put(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
def put(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
def put(url: str | httpx.URL, **args: Any) -> Any:
    """Send a PUT request with the global client; see `request`."""
    return request(
        "PUT",
        url,
        **args,
    )


@overload
def patch(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
def patch(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
def patch(url: str | httpx.URL, **args: Any) -> Any:
    """Send a PATCH request with the global client; see `request`."""
    return request(
        "PATCH",
        url,
        **args,
    )


@overload
def delete(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
def delete(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
def delete(url: str | httpx.URL, **args: Any) -> Any:
    """Send a DELETE request with the global client; see `request`."""
    return request(
        "DELETE",
        url,
        **args,
    )


@overload
def head(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
def head(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
def head(url: str | httpx.URL, **args: Any) -> Any:
    """Send a HEAD request with the global client; see `request`."""
    return request(
        "HEAD",
        url,
        **args,
    )


@overload
def options(url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
@overload
def options(url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]) -> U: ...
def options(url: str | httpx.URL, **args: Any) -> Any:
    """Send a OPTIONS request with the global client; see `request`."""
    return request(
        "OPTIONS",
        url,
        **args,
    )


publish(close_global_client, delete, get, head, options, patch, post, put, request)
