"""
Everything that sdkbase raises.

    SdkError
    ├── ConfigurationError (ValueError)          a setting or a declaration is wrong
    ├── InvalidRequestError (ValueError)         a call's own arguments are wrong; nothing was sent
    ├── ClientClosedError (RuntimeError)         the client was used after it was closed
    ├── StreamClosedError (RuntimeError)         a stream was used before its start or after its end
    ├── RecordError (ValueError)                 a record of a stream is not what it should be
    │   └── RecordDecodeError
    ├── RateLimitStoreError                      a shared rate limit could not be asked; not sent
    └── CallError                                a call failed
        ├── TransportError (httpx.TransportError)
        │   ├── ConnectError (httpx.ConnectError)
        │   │   └── TlsError
        │   ├── ProxyError (httpx.ProxyError)
        │   ├── ConnectionLostError (httpx.ReadError)
        │   ├── ProtocolError (httpx.RemoteProtocolError)
        │   ├── CircuitOpenError                 refused by the circuit breaker; not sent
        │   ├── BulkheadFullError                refused by the bulkhead; not sent
        │   └── RequestTimeoutError (httpx.TimeoutException)
        │       ├── ConnectTimeoutError (httpx.ConnectTimeout)
        │       ├── ReadTimeoutError (httpx.ReadTimeout)
        │       ├── WriteTimeoutError (httpx.WriteTimeout)
        │       ├── PoolTimeoutError (httpx.PoolTimeout)
        │       └── DeadlineExceededError
        ├── RedirectError (httpx.TooManyRedirects)
        └── ResponseError                        a complete response came
            ├── DecodeError (ValueError)
            ├── PaginationError                  paging goes in circles or leads elsewhere
            ├── StreamError                      a stream told of an error, or broke its format
            ├── ChecksumError                    a download is not what it should be
            ├── ResponseTooLargeError            its body is longer than `max_response_bytes`
            └── StatusError (httpx.HTTPStatusError)
                ├── ClientError                  400 to 499
                │   ├── BadRequestError          400
                │   ├── AuthenticationError      401
                │   │   └── TokenError           the token endpoint gave no token
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

from ._base import (
    ApiDeprecationWarning,
    ClientClosedError,
    ConfigurationError,
    InvalidRequestError,
    RateLimitStoreError,
    RecordDecodeError,
    RecordError,
    SdkError,
    StreamClosedError,
)
from ._call import (
    Attempt,
    CallError,
    RedirectError,
)
from ._problem import (
    ProblemDetails,
    converted,
    is_problem,
)
from ._response import (
    REQUEST_ID_HEADERS,
    ChecksumError,
    DecodeError,
    PaginationError,
    ResponseError,
    ResponseTooLargeError,
    StreamError,
    request_id_of,
)
from ._status import (
    AuthenticationError,
    BadGatewayError,
    BadRequestError,
    ClientError,
    ConflictError,
    GatewayTimeoutError,
    GoneError,
    InternalServerError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PreconditionFailedError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    StatusError,
    TokenError,
    UnprocessableEntityError,
    status_error_class,
)
from ._transport import (
    BulkheadFullError,
    CircuitOpenError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    DeadlineExceededError,
    PoolTimeoutError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    RequestTimeoutError,
    TlsError,
    TransportError,
    WriteTimeoutError,
)

__all__ = [
    "REQUEST_ID_HEADERS",
    "ApiDeprecationWarning",
    "Attempt",
    "AuthenticationError",
    "BadGatewayError",
    "BadRequestError",
    "BulkheadFullError",
    "CallError",
    "ChecksumError",
    "CircuitOpenError",
    "ClientClosedError",
    "ClientError",
    "ConfigurationError",
    "ConflictError",
    "ConnectError",
    "ConnectTimeoutError",
    "ConnectionLostError",
    "DeadlineExceededError",
    "DecodeError",
    "GatewayTimeoutError",
    "GoneError",
    "InternalServerError",
    "InvalidRequestError",
    "MethodNotAllowedError",
    "NotFoundError",
    "PaginationError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PoolTimeoutError",
    "PreconditionFailedError",
    "ProblemDetails",
    "ProtocolError",
    "ProxyError",
    "RateLimitError",
    "RateLimitStoreError",
    "ReadTimeoutError",
    "RecordDecodeError",
    "RecordError",
    "RedirectError",
    "RequestTimeoutError",
    "ResponseError",
    "ResponseTooLargeError",
    "SdkError",
    "ServerError",
    "ServiceUnavailableError",
    "StatusError",
    "StreamClosedError",
    "StreamError",
    "TlsError",
    "TokenError",
    "TransportError",
    "UnprocessableEntityError",
    "WriteTimeoutError",
    "converted",
    "is_problem",
    "request_id_of",
    "status_error_class",
]
