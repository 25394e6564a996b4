"""The client's methods by HTTP verb, typed by what they return."""

from __future__ import annotations

from typing import Any, TypeVar, overload

import httpx
from typing_extensions import TypeForm, Unpack

from .._policy.call_args import RequestArgs

U = TypeVar("U")


# Calls that pass a request's arguments on are written one argument to a line, here and in the
# modules that do the same. A traceback blames their first line, and a log that prints the values
# of the names on it (loguru with diagnose=True) then shows no argument, which may be a secret.


class AsyncVerbs:
    """
    The HTTP verbs over one `request`.

    Without `cast_to` they return an `httpx.Response` and do not raise on 4xx and 5xx. With it they
    return that type, or raise the error tree of `sdkbase.errors`.
    """

    @overload
    async def request(
        self, method: str, url: str | httpx.URL, **args: Unpack[RequestArgs]
    ) -> httpx.Response: ...
    @overload
    async def request(
        self,
        method: str,
        url: str | httpx.URL,
        *,
        cast_to: TypeForm[U],
        **args: Unpack[RequestArgs],
    ) -> U: ...
    async def request(self, method: str, url: str | httpx.URL, **args: Any) -> Any:
        """
        Send a request and return its response.

        Args:
            method: HTTP method.
            url: Path relative to the client's `base_url`, or an absolute URL.
            cast_to: Type of the result: a struct, `list[Struct]`, dataclass, TypedDict, dict,
                union, None, bytes or str.
            params: Query parameters, added to those of the URL.
            headers: Headers of this request.
            json_data: Body, encoded as JSON.
            msgpack_data: Body, encoded as MessagePack.
            data: Body, encoded as a form.
            files: Files of a multipart body.
            content: Raw body.
            options: Overrides of the client's settings for this call.

        Returns:
            An `httpx.Response`, or a *cast_to* if that is given.

        Raises:
            InvalidRequestError: An argument makes no valid request; nothing was sent.
            TransportError: No complete response came.
            RedirectError: A redirect was refused.
            ClientClosedError: The client was closed.
            StatusError: With *cast_to*, the status is not 2xx.
            DecodeError: With *cast_to*, the body is not what it should be.
        """
        return await self._perform(
            method,
            url,
            **args,
        )

    async def _perform(self, method: str, url: str | httpx.URL, **args: Any) -> Any:
        raise TypeError(f"{type(self).__name__} sends nothing")  # pragma: no cover

    @overload
    async def get(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    async def get(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    async def get(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a GET request; see `request`."""
        return await self.request(
            "GET",
            url,
            **args,
        )

    @overload
    async def post(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    async def post(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    async def post(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a POST request; see `request`."""
        return await self.request(
            "POST",
            url,
            **args,
        )

    @overload
    async def put(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    async def put(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    async def put(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a PUT request; see `request`."""
        return await self.request(
            "PUT",
            url,
            **args,
        )

    @overload
    async def patch(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    async def patch(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    async def patch(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a PATCH request; see `request`."""
        return await self.request(
            "PATCH",
            url,
            **args,
        )

    @overload
    async def delete(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    async def delete(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    async def delete(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a DELETE request; see `request`."""
        return await self.request(
            "DELETE",
            url,
            **args,
        )

    @overload
    async def head(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    async def head(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    async def head(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a HEAD request; see `request`."""
        return await self.request(
            "HEAD",
            url,
            **args,
        )

    @overload
    async def options(
        self, url: str | httpx.URL, **args: Unpack[RequestArgs]
    ) -> httpx.Response: ...
    @overload
    async def options(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    async def options(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send an OPTIONS request; see `request`."""
        return await self.request(
            "OPTIONS",
            url,
            **args,
        )
