"""
A typed base for writing API SDKs: one async source, a generated sync twin.

The async half is listed first, then its sync twin, then what both share. `sdkbase.sync` holds the
sync forms of the module-level functions.
"""

from ._async.client import AsyncHttpClient
from ._async.factory import create_http_client
from ._async.global_client import (
    close_global_client,
    delete,
    get,
    head,
    options,
    patch,
    post,
    put,
    request,
)
from ._async.httpx_transport import AsyncHttpxTransport
from ._async.resource import AsyncResource
from ._async.stream import AsyncStream
from ._async.transport import AsyncTransport
from ._concurrency import AsyncClock, SyncClock
from ._exports import publish as _publish
from ._observe.histogram import TemplateSummary
from ._observe.interceptors import RequestInterceptor
from ._observe.logging import LoggingInterceptor
from ._observe.logging_setup import configure_logging
from ._observe.metrics import Metrics, MetricsInterceptor, RequestMetric
from ._observe.observer import CallRecord, Observer
from ._observe.sinks import LoggingHandle
from ._policy.auth import ApiKeyAuth, BasicAuth, BearerAuth, Credentials
from ._policy.deadline import AttemptTimeout
from ._policy.rate_limit import RateLimiter
from ._sync.client import SyncHttpClient
from ._sync.factory import create_sync_http_client
from ._sync.httpx_transport import SyncHttpxTransport
from ._sync.resource import SyncResource
from ._sync.stream import SyncStream
from ._sync.transport import SyncTransport
from ._version import __version__
from ._wire.call import Call
from ._wire.redaction import Secret
from ._wire.reply import Reply
from ._wire.resource import Resource
from .config import OMIT, Omit, PoolConfig, RequestOptions, RetryConfig, TimeoutConfig
from .errors import (
    Attempt,
    AuthenticationError,
    BadGatewayError,
    BadRequestError,
    CallError,
    ClientClosedError,
    ClientError,
    ConfigurationError,
    ConflictError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    DeadlineExceededError,
    DecodeError,
    GatewayTimeoutError,
    GoneError,
    InternalServerError,
    InvalidRequestError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PoolTimeoutError,
    PreconditionFailedError,
    ProtocolError,
    ProxyError,
    RateLimitError,
    ReadTimeoutError,
    RedirectError,
    RequestTimeoutError,
    ResponseError,
    SdkError,
    ServerError,
    ServiceUnavailableError,
    StatusError,
    TlsError,
    TransportError,
    UnprocessableEntityError,
    WriteTimeoutError,
)

__all__ = [
    # async
    "AsyncClock",
    "AsyncHttpClient",
    "AsyncHttpxTransport",
    "AsyncResource",
    "AsyncStream",
    "AsyncTransport",
    "close_global_client",
    "create_http_client",
    "delete",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
    "request",
    # sync
    "SyncClock",
    "SyncHttpClient",
    "SyncHttpxTransport",
    "SyncResource",
    "SyncStream",
    "SyncTransport",
    "create_sync_http_client",
    # resources and auth
    "ApiKeyAuth",
    "BasicAuth",
    "BearerAuth",
    "Credentials",
    "Resource",
    "Secret",
    # settings
    "OMIT",
    "Omit",
    "PoolConfig",
    "RateLimiter",
    "RequestOptions",
    "RetryConfig",
    "TimeoutConfig",
    # observation
    "CallRecord",
    "LoggingHandle",
    "LoggingInterceptor",
    "Metrics",
    "MetricsInterceptor",
    "Observer",
    "RequestInterceptor",
    "RequestMetric",
    "TemplateSummary",
    "configure_logging",
    # what a transport is given and gives back
    "AttemptTimeout",
    "Call",
    "Reply",
    # errors
    "Attempt",
    "AuthenticationError",
    "BadGatewayError",
    "BadRequestError",
    "CallError",
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
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PoolTimeoutError",
    "PreconditionFailedError",
    "ProtocolError",
    "ProxyError",
    "RateLimitError",
    "ReadTimeoutError",
    "RedirectError",
    "RequestTimeoutError",
    "ResponseError",
    "SdkError",
    "ServerError",
    "ServiceUnavailableError",
    "StatusError",
    "TlsError",
    "TransportError",
    "UnprocessableEntityError",
    "WriteTimeoutError",
    # version
    "__version__",
]

_publish(__name__, globals(), __all__)
