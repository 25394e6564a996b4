"""Errors of responses whose status is not 2xx."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import httpx
import msgspec
from typing_extensions import TypeForm

from ._base import ConfigurationError
from ._problem import converted
from ._response import ResponseError

U = TypeVar("U")


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
        plain: Any = None,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        ResponseError.__init__(self, message, request=request, response=response, template=template)
        #: The decoded body: an `error_model` of the client if one fits, else the `ProblemDetails`
        #: of problem+json, else JSON or msgpack, else text; None if there was none.
        self.body: Any = body
        self._plain: Any = body if plain is None else plain
        #: What the API calls this kind of error, from where the client's `error_code` says.
        self.code: str | None = code
        #: Seconds that the server asked to wait, from `Retry-After`.
        self.retry_after: float | None = retry_after

    def body_as(self, model: TypeForm[U]) -> U | None:
        """
        Return the body as *model*, or None if it does not fit.

            if declined := error.body_as(CardDeclined):
                print(declined.decline_code)

        Args:
            model: What msgspec decodes, or a class that `body` is already.

        Raises:
            ConfigurationError: msgspec has no way to decode the type.
        """
        kind: Any = model
        if type(self.body) is kind:
            return cast("U", self.body)
        try:
            return cast("U", converted(self._plain, kind))
        except msgspec.ValidationError:
            return None
        except TypeError as error:
            raise ConfigurationError(f"{kind!r} can not be decoded: {error}") from None


class ClientError(StatusError):
    """Raised for a status from 400 to 499 that has no class of its own."""


class BadRequestError(ClientError):
    """Raised for 400 Bad Request."""


class AuthenticationError(ClientError):
    """Raised for 401 Unauthorized."""


class TokenError(AuthenticationError):
    """
    Raised when the token endpoint of an OAuth 2.0 grant gave no token; not the API's own answer.

    `response` and `status_code` are the endpoint's, whatever its status; `code` is its `error`
    (RFC 6749, section 5.2). A busy endpoint (429, 5xx) raises the class of its status, as the API
    does, and is asked again.
    """


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
