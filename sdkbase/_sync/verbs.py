# Generated from _async/verbs.py by sdkbase.codegen. Do not edit.
# sha256: cd415c5c11d43453
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


class SyncVerbs:
    """
    The HTTP verbs over one `request`.

    Without `cast_to` they return an `httpx.Response` and do not raise on 4xx and 5xx. With it they
    return that type, or raise the error tree of `sdkbase.errors`.
    """

    @overload
    def request(
        self, method: str, url: str | httpx.URL, **args: Unpack[RequestArgs]
    ) -> httpx.Response: ...
    @overload
    def request(
        self,
        method: str,
        url: str | httpx.URL,
        *,
        cast_to: TypeForm[U],
        **args: Unpack[RequestArgs],
    ) -> U: ...
    def request(self, method: str, url: str | httpx.URL, **args: Any) -> Any:
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
        return self._perform(
            method,
            url,
            **args,
        )

    def _perform(self, method: str, url: str | httpx.URL, **args: Any) -> Any:
        raise TypeError(f"{type(self).__name__} sends nothing")  # pragma: no cover

    @overload
    def get(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    def get(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    def get(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a GET request; see `request`."""
        return self.request(
            "GET",
            url,
            **args,
        )

    @overload
    def post(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    def post(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    def post(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a POST request; see `request`."""
        return self.request(
            "POST",
            url,
            **args,
        )

    @overload
    def put(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    def put(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    def put(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a PUT request; see `request`."""
        return self.request(
            "PUT",
            url,
            **args,
        )

    @overload
    def patch(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    def patch(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    def patch(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a PATCH request; see `request`."""
        return self.request(
            "PATCH",
            url,
            **args,
        )

    @overload
    def delete(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    def delete(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    def delete(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a DELETE request; see `request`."""
        return self.request(
            "DELETE",
            url,
            **args,
        )

    @overload
    def head(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    def head(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    def head(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send a HEAD request; see `request`."""
        return self.request(
            "HEAD",
            url,
            **args,
        )

    @overload
    def options(self, url: str | httpx.URL, **args: Unpack[RequestArgs]) -> httpx.Response: ...
    @overload
    def options(
        self, url: str | httpx.URL, *, cast_to: TypeForm[U], **args: Unpack[RequestArgs]
    ) -> U: ...
    def options(self, url: str | httpx.URL, **args: Any) -> Any:
        """Send an OPTIONS request; see `request`."""
        return self.request(
            "OPTIONS",
            url,
            **args,
        )
