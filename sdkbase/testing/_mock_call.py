"""A call that a mock API got: whole for assertions, without secrets where it is shown."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar, overload

import httpx
from typing_extensions import TypeForm

from .._wire.codec import decoder_for
from .._wire.redaction import redact_headers, redact_url
from ._masking import masked_body

T = TypeVar("T")


class MockCall:
    """
    A request as it was sent.

    Its repr and `export()` show no secret, and it does not pickle; its attributes hide nothing.

    Attributes:
        request: The request as httpx knows it.
        method: HTTP method.
        url: The whole URL.
        headers: All fields.
        content: The body.
        path_args: What stood in the places of the route's template, decoded, by name.
    """

    __slots__ = ("content", "headers", "method", "path_args", "request", "url")

    def __init__(self, request: httpx.Request) -> None:
        self.request: httpx.Request = request
        self.method: str = request.method
        self.url: httpx.URL = request.url
        self.headers: httpx.Headers = request.headers
        self.content: bytes = request.content
        self.path_args: dict[str, str] = {}

    @property
    def path(self) -> str:
        """The path as it was sent, with its escapes."""
        return self.url.raw_path.partition(b"?")[0].decode("ascii")

    @property
    def query(self) -> dict[str, list[str]]:
        """The values of each query parameter."""
        params = self.url.params
        return {name: params.get_list(name) for name in params}

    @overload
    def json(self) -> Any: ...
    @overload
    def json(self, cast_to: TypeForm[T]) -> T: ...
    def json(self, cast_to: Any = Any) -> Any:
        """
        Return the JSON body, as *cast_to* if that is given.

        Raises:
            msgspec.DecodeError: It is no JSON, or not of this type.
        """
        return decoder_for(cast_to).loads(self.content)

    def export(self) -> dict[str, Any]:
        """Return method, URL, headers and body as builtins, every secret masked."""
        return {
            "method": self.method,
            "url": redact_url(str(self.url)),
            "headers": dict(redact_headers(self.headers.items())),
            "body": masked_body(self.content, self.headers.get("content-type", "")).decode(
                "utf-8", "replace"
            ),
        }

    def __repr__(self) -> str:
        return f"<MockCall {self.method} {redact_url(str(self.url))}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a MockCall holds secrets and does not pickle; use its export()")


class AnsweringTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Base of the kit's transports that answer by themselves, in both colours."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a sync client."""
        request.read()
        call = MockCall(request)
        return self.answer(call)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an async client."""
        await request.aread()
        call = MockCall(request)
        return self.answer(call)

    def answer(self, call: MockCall) -> httpx.Response:
        """Return the answer to a call, or raise what comes of it."""
        raise NotImplementedError
