"""
Everything that sdkbase raises.

    SdkError
    ├── ConfigurationError (ValueError)          a setting or a declaration is wrong
    ├── InvalidRequestError (ValueError)         a call's own arguments are wrong; nothing was sent
    ├── ClientClosedError (RuntimeError)         the client was used after it was closed
    └── CallError                                a call failed
        ├── TransportError (httpx.TransportError)
        │   ├── ConnectError (httpx.ConnectError)
        │   │   └── TlsError
        │   ├── ProxyError (httpx.ProxyError)
        │   ├── ConnectionLostError (httpx.ReadError)
        │   ├── ProtocolError (httpx.RemoteProtocolError)
        │   └── RequestTimeoutError (httpx.TimeoutException)
        │       ├── ConnectTimeoutError (httpx.ConnectTimeout)
        │       ├── ReadTimeoutError (httpx.ReadTimeout)
        │       ├── WriteTimeoutError (httpx.WriteTimeout)
        │       ├── PoolTimeoutError (httpx.PoolTimeout)
        │       └── DeadlineExceededError
        ├── RedirectError (httpx.TooManyRedirects)
        └── ResponseError                        a complete response came
            ├── DecodeError (ValueError)
            └── StatusError (httpx.HTTPStatusError)
                ├── ClientError                  400 to 499
                │   ├── BadRequestError          400
                │   ├── AuthenticationError      401
                │   ├── PermissionDeniedError    403
                │   ├── NotFoundError            404
                │   ├── MethodNotAllowedError    405
                │   ├── ConflictError            409
                │   ├── GoneError                410
                │   ├── PreconditionFailedError  412
                │   ├── PayloadTooLargeError     413
                │   ├── UnprocessableEntityError 422
                │   └── RateLimitError           429
                └── ServerError                  500 to 599
                    ├── InternalServerError      500
                    ├── BadGatewayError          502
                    ├── ServiceUnavailableError  503
                    └── GatewayTimeoutError      504

The httpx class in brackets is a base class too, so code written for httpx still catches the error.
Every error pickles and deep-copies, and none holds a secret that sdkbase was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import httpx
import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable


class Attempt(msgspec.Struct, frozen=True):
    """One attempt of a call: what came of it and how long the next one had to wait."""

    number: int
    """Number of the attempt, from 1."""
    outcome: str
    """`HTTP 503`, or the name of the error class."""
    delay: float | None = None
    """Seconds waited before the next attempt; None if there was none."""


class SdkError(Exception):
    """Root of everything that sdkbase raises."""

    def __reduce__(self) -> tuple[Callable[..., SdkError], tuple[Any, ...], dict[str, Any]]:
        return _restore, (type(self), self.args), self.__dict__


def _restore(cls: type[SdkError], args: tuple[Any, ...]) -> SdkError:
    # Rebuilt without `__init__`, whose keyword arguments pickle does not know.
    return cls.__new__(cls, *args)


class ConfigurationError(SdkError, ValueError):
    """Raised when a setting of a client or the declaration of a resource is wrong."""


class InvalidRequestError(SdkError, ValueError):
    """Raised when the arguments of a call can not make a request; nothing was sent."""


class ClientClosedError(SdkError, RuntimeError):
    """Raised when a client is used after it was closed."""


class CallError(SdkError):
    """Raised when a call failed; carries the request and what was tried."""

    def __init__(self, message: str, *, request: httpx.Request, template: str = "") -> None:
        Exception.__init__(self, message)
        self._request: httpx.Request | None = request
        #: Path template of the call, as it stands in logs and metrics.
        self.template: str = template
        #: Every attempt that was made, oldest first.
        self.history: tuple[Attempt, ...] = ()
        #: The server's id for the request, if it sent one.
        self.request_id: str | None = None

    @property
    def request(self) -> httpx.Request:
        """The request, with every secret masked."""
        if self._request is None:  # pragma: no cover - only httpx itself leaves it unset
            raise RuntimeError("The .request property has not been set.")
        return self._request

    @request.setter
    def request(self, request: httpx.Request) -> None:
        # httpx sets the raw request on errors that pass through its responses; the masked one
        # stays.
        if self._request is None:
            self._request = request

    @property
    def attempts(self) -> int:
        """Number of attempts that were made."""
        return len(self.history)

    def with_history(self, history: tuple[Attempt, ...]) -> Self:
        """Attach the attempts that were made, and return the error."""
        self.history = history
        return self


class TransportError(CallError, httpx.TransportError):
    """Raised when no complete response came back."""

    #: False if the request certainly never reached the server, so that sending it again is safe.
    sent: bool = True
    #: True if it failed on a connection that had served an earlier request.
    connection_reused: bool = False


class ConnectError(TransportError, httpx.ConnectError):
    """Raised when no connection could be made: name not found, refused, unreachable."""

    sent: bool = False


class TlsError(ConnectError):
    """Raised when the server's certificate or the TLS handshake was refused."""


class ProxyError(TransportError, httpx.ProxyError):
    """Raised when a proxy refused to connect."""

    sent: bool = False


class ConnectionLostError(TransportError, httpx.ReadError):
    """Raised when the connection broke after the request was begun."""


class ProtocolError(TransportError, httpx.RemoteProtocolError):
    """Raised when the answer is not valid HTTP, or ended before its declared end."""


class RequestTimeoutError(TransportError, httpx.TimeoutException):
    """Raised when one step of a call took longer than its limit."""


class ConnectTimeoutError(RequestTimeoutError, httpx.ConnectTimeout):
    """Raised when connecting took longer than `TimeoutConfig.connect`."""

    sent: bool = False


class ReadTimeoutError(RequestTimeoutError, httpx.ReadTimeout):
    """Raised when the server sent nothing for `TimeoutConfig.read` seconds."""


class WriteTimeoutError(RequestTimeoutError, httpx.WriteTimeout):
    """Raised when the server took nothing for `TimeoutConfig.write` seconds."""


class PoolTimeoutError(RequestTimeoutError, httpx.PoolTimeout):
    """Raised when no connection came free within `TimeoutConfig.pool` seconds."""

    sent: bool = False


class DeadlineExceededError(RequestTimeoutError):
    """Raised when the call as a whole, waits included, passed its `deadline`."""


class RedirectError(CallError, httpx.TooManyRedirects):
    """Raised when a redirect is refused: too many, a loop, to plain http, or to no valid URL."""


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


class StatusError(ResponseError, httpx.HTTPStatusError):
    """Raised by a typed call when the status is not 2xx."""

    def __init__(
        self,
        message: str,
        *,
        request: httpx.Request,
        response: httpx.Response,
        template: str = "",
        body: Any = None,
        retry_after: float | None = None,
    ) -> None:
        ResponseError.__init__(self, message, request=request, response=response, template=template)
        #: The decoded body: the client's `error_model` if it fits, else JSON, else text.
        self.body: Any = body
        #: Seconds that the server asked to wait, from `Retry-After`.
        self.retry_after: float | None = retry_after


class ClientError(StatusError):
    """Raised for a status from 400 to 499 that has no class of its own."""


class BadRequestError(ClientError):
    """Raised for 400 Bad Request."""


class AuthenticationError(ClientError):
    """Raised for 401 Unauthorized."""


class PermissionDeniedError(ClientError):
    """Raised for 403 Forbidden."""


class NotFoundError(ClientError):
    """Raised for 404 Not Found."""


class MethodNotAllowedError(ClientError):
    """Raised for 405 Method Not Allowed."""


class ConflictError(ClientError):
    """Raised for 409 Conflict."""


class GoneError(ClientError):
    """Raised for 410 Gone."""


class PreconditionFailedError(ClientError):
    """Raised for 412 Precondition Failed."""


class PayloadTooLargeError(ClientError):
    """Raised for 413 Content Too Large."""


class UnprocessableEntityError(ClientError):
    """Raised for 422 Unprocessable Content."""


class RateLimitError(ClientError):
    """Raised for 429 Too Many Requests; `retry_after` holds the server's wish in seconds."""


class ServerError(StatusError):
    """Raised for a status from 500 to 599 that has no class of its own."""


class InternalServerError(ServerError):
    """Raised for 500 Internal Server Error."""


class BadGatewayError(ServerError):
    """Raised for 502 Bad Gateway."""


class ServiceUnavailableError(ServerError):
    """Raised for 503 Service Unavailable."""


class GatewayTimeoutError(ServerError):
    """Raised for 504 Gateway Timeout."""


_BY_STATUS: dict[int, type[StatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    409: ConflictError,
    410: GoneError,
    412: PreconditionFailedError,
    413: PayloadTooLargeError,
    422: UnprocessableEntityError,
    429: RateLimitError,
    500: InternalServerError,
    502: BadGatewayError,
    503: ServiceUnavailableError,
    504: GatewayTimeoutError,
}


def status_error_class(status_code: int) -> type[StatusError]:
    """Return the error class for a status that is not 2xx."""
    if known := _BY_STATUS.get(status_code):
        return known
    if 400 <= status_code < 500:
        return ClientError
    return ServerError if 500 <= status_code < 600 else StatusError


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
