"""Errors that have a response, whatever its status."""

from __future__ import annotations

from typing import Any

import httpx

from ._call import CallError

REQUEST_ID_HEADERS = (
    "x-request-id",
    "request-id",
    "x-amzn-requestid",
    "x-correlation-id",
    "cf-ray",
)
"""Headers in which servers send the id of a request, the most usual first."""


def request_id_of(headers: httpx.Headers) -> str | None:
    """Return the id that the server gave the request, if it sent one."""
    return next((headers[name] for name in REQUEST_ID_HEADERS if name in headers), None)


class ResponseError(CallError):
    """Base of the errors that have a response."""

    def __init__(
        self, message: str, *, request: httpx.Request, response: httpx.Response, template: str = ""
    ) -> None:
        CallError.__init__(self, message, request=request, template=template)
        #: The response, with every secret masked.
        self.response: httpx.Response = response
        self.request_id: str | None = request_id_of(response.headers)

    @property
    def status_code(self) -> int:
        """HTTP status of the response."""
        return self.response.status_code


class DecodeError(ResponseError, ValueError):
    """Raised when a response is not what `cast_to` asked for."""

    def __init__(
        self,
        message: str,
        *,
        request: httpx.Request,
        response: httpx.Response,
        template: str = "",
        path: str | None = None,
        excerpt: str = "",
    ) -> None:
        super().__init__(message, request=request, response=response, template=template)
        #: JSON path of the value that did not fit, such as `$.items[3].id`.
        self.path: str | None = path
        #: The first characters of the body.
        self.excerpt: str = excerpt

    @property
    def content_type(self) -> str:
        """The response's content type, or an empty string."""
        return str(self.response.headers.get("content-type", ""))


class PaginationError(ResponseError):
    """Raised when pages go in circles, or the next one is at a place that is not trusted."""


class StreamError(ResponseError):
    """Raised when a stream carries the server's own error, or is not in the format it claims."""

    #: What the server said, decoded, if that is the error.
    body: Any = None


class ChecksumError(ResponseError):
    """Raised when a downloaded file does not have the checksum or the size that it should."""


class ResponseTooLargeError(ResponseError):
    """Raised when a body is longer than `max_response_bytes` allows; what came of it is dropped."""

    def __init__(
        self,
        message: str,
        *,
        request: httpx.Request,
        response: httpx.Response,
        template: str = "",
        limit: int,
        size: int,
    ) -> None:
        super().__init__(message, request=request, response=response, template=template)
        #: Bytes that were allowed.
        self.limit: int = limit
        #: Bytes that were announced, or that had come when it was refused.
        self.size: int = size
