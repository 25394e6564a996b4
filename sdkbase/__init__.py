"""
A typed base for writing API SDKs: one async source, a generated sync twin.

The async half is listed first, then its sync twin, then what both share. `sdkbase.sync` holds the
sync forms of the module-level functions.

Errors and settings are imported at once. The rest is imported when it is first used, so that a
program pays for one colour and for the features that it has: type checkers see the imports under
`TYPE_CHECKING`, and `__getattr__` does them.
"""

from typing import TYPE_CHECKING

from ._exports import load as _load
from ._exports import publish as _publish
from ._version import __version__
from .config import (
    OMIT,
    FailedAttempt,
    GrpcThrottle,
    Omit,
    PoolConfig,
    QueryStyle,
    RequestOptions,
    RetryConfig,
    RetryForbidden,
    RetryIndicated,
    TimeoutConfig,
    TokenQuota,
)
from .errors import (
    ApiDeprecationWarning,
    Attempt,
    AuthenticationError,
    BadGatewayError,
    BadRequestError,
    BulkheadFullError,
    CallError,
    ChecksumError,
    CircuitOpenError,
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
    PaginationError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PoolTimeoutError,
    PreconditionFailedError,
    ProblemDetails,
    ProtocolError,
    ProxyError,
    RateLimitError,
    RateLimitStoreError,
    ReadTimeoutError,
    RecordDecodeError,
    RecordError,
    RedirectError,
    RequestTimeoutError,
    ResponseError,
    ResponseTooLargeError,
    SdkError,
    ServerError,
    ServiceUnavailableError,
    StatusError,
    StreamClosedError,
    StreamError,
    TlsError,
    TokenError,
    TransportError,
    UnprocessableEntityError,
    WriteTimeoutError,
)

if TYPE_CHECKING:
    from ._async.client import AsyncHttpClient
    from ._async.crud import (
        AsyncCreate,
        AsyncCrud,
        AsyncDelete,
        AsyncList,
        AsyncRetrieve,
        AsyncUpdate,
    )
    from ._async.event_stream import AsyncEventStream
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
    from ._async.item_stream import AsyncItemStream
    from ._async.pager import AsyncPager
    from ._async.redis_limits import AsyncRedisRateLimitStore
    from ._async.reqwest_transport import AsyncReqwestTransport
    from ._async.resource import AsyncResource
    from ._async.stream import AsyncStream
    from ._async.transport import AsyncTransport
    from ._concurrency._clock import AsyncClock, SyncClock
    from ._concurrency._limit_store import AsyncRateLimitStore, SyncRateLimitStore
    from ._observe.histogram import TemplateSummary
    from ._observe.interceptors import RequestInterceptor
    from ._observe.logging import LoggingInterceptor
    from ._observe.logging_setup import configure_logging
    from ._observe.metrics import Metrics, MetricsInterceptor, RequestMetric
    from ._observe.observer import CallRecord, Observer
    from ._observe.sinks import LoggingHandle
    from ._observe.stdlib_bridge import RedactingFilter
    from ._policy.auth.credentials import ApiKeyAuth, BasicAuth, BearerAuth, Credentials
    from ._policy.auth.environment import AuthFromEnv
    from ._policy.auth.grant import GrantOptions, OAuth2Grant, OAuth2Tokens
    from ._policy.auth.oauth2 import OAuth2ClientCredentials, OAuth2RefreshToken
    from ._policy.bulkhead import Bulkhead
    from ._policy.call_args import EventsArgs, PageArgs, ResourceArgs
    from ._policy.circuit import CircuitSnapshot
    from ._policy.circuit_breaker import CircuitBreaker
    from ._policy.deadline import AttemptTimeout
    from ._policy.download_plan import DownloadedFile
    from ._policy.hedging import Hedging
    from ._policy.pagination import (
        CursorPagination,
        KeyRangePagination,
        LinkHeaderPagination,
        NextUrlPagination,
        OffsetPagination,
        Page,
        PageNumberPagination,
        PageRequest,
        PageView,
        Pagination,
        PaginationWarning,
        SinglePage,
    )
    from ._policy.rate_limit import BucketSnapshot, LimiterSnapshot, RateLimiter
    from ._sync.client import SyncHttpClient
    from ._sync.crud import SyncCreate, SyncCrud, SyncDelete, SyncList, SyncRetrieve, SyncUpdate
    from ._sync.event_stream import SyncEventStream
    from ._sync.factory import create_sync_http_client
    from ._sync.httpx_transport import SyncHttpxTransport
    from ._sync.item_stream import SyncItemStream
    from ._sync.pager import SyncPager
    from ._sync.redis_limits import SyncRedisRateLimitStore
    from ._sync.reqwest_transport import SyncReqwestTransport
    from ._sync.resource import SyncResource
    from ._sync.stream import SyncStream
    from ._sync.transport import SyncTransport
    from ._wire.api_response import ApiResponse
    from ._wire.call import Call
    from ._wire.path_template import PathArg
    from ._wire.query import QueryParams
    from ._wire.redaction import Secret
    from ._wire.reply import Reply
    from ._wire.resource import Resource
    from ._wire.sse import ServerSentEvent

__all__ = [
    # async
    "AsyncClock",
    "AsyncCreate",
    "AsyncCrud",
    "AsyncDelete",
    "AsyncEventStream",
    "AsyncHttpClient",
    "AsyncHttpxTransport",
    "AsyncItemStream",
    "AsyncList",
    "AsyncPager",
    "AsyncRateLimitStore",
    "AsyncRedisRateLimitStore",
    "AsyncReqwestTransport",
    "AsyncResource",
    "AsyncRetrieve",
    "AsyncStream",
    "AsyncTransport",
    "AsyncUpdate",
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
    "SyncCreate",
    "SyncCrud",
    "SyncDelete",
    "SyncEventStream",
    "SyncHttpClient",
    "SyncHttpxTransport",
    "SyncItemStream",
    "SyncList",
    "SyncPager",
    "SyncRateLimitStore",
    "SyncRedisRateLimitStore",
    "SyncReqwestTransport",
    "SyncResource",
    "SyncRetrieve",
    "SyncStream",
    "SyncTransport",
    "SyncUpdate",
    "create_sync_http_client",
    # resources and results and auth
    "ApiKeyAuth",
    "ApiResponse",
    "AuthFromEnv",
    "BasicAuth",
    "BearerAuth",
    "Credentials",
    "DownloadedFile",
    "EventsArgs",
    "GrantOptions",
    "OAuth2ClientCredentials",
    "OAuth2Grant",
    "OAuth2RefreshToken",
    "OAuth2Tokens",
    "PathArg",
    "QueryParams",
    "Resource",
    "ResourceArgs",
    "Secret",
    "ServerSentEvent",
    # pages
    "CursorPagination",
    "KeyRangePagination",
    "LinkHeaderPagination",
    "NextUrlPagination",
    "OffsetPagination",
    "Page",
    "PageArgs",
    "PageNumberPagination",
    "PageRequest",
    "PageView",
    "Pagination",
    "PaginationWarning",
    "SinglePage",
    # settings
    "OMIT",
    "BucketSnapshot",
    "Bulkhead",
    "CircuitBreaker",
    "CircuitSnapshot",
    "FailedAttempt",
    "GrpcThrottle",
    "Hedging",
    "LimiterSnapshot",
    "Omit",
    "PoolConfig",
    "QueryStyle",
    "RateLimiter",
    "RequestOptions",
    "RetryConfig",
    "RetryForbidden",
    "RetryIndicated",
    "TimeoutConfig",
    "TokenQuota",
    # observation
    "CallRecord",
    "LoggingHandle",
    "LoggingInterceptor",
    "Metrics",
    "MetricsInterceptor",
    "Observer",
    "RedactingFilter",
    "RequestInterceptor",
    "RequestMetric",
    "TemplateSummary",
    "configure_logging",
    # what a transport is given and gives back
    "AttemptTimeout",
    "Call",
    "Reply",
    # errors
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
    # version
    "__version__",
]

_publish(*(globals()[name] for name in __all__ if name in globals()))

if not TYPE_CHECKING:  # or checkers would take any name for one of ours

    def __getattr__(name: str) -> object:
        globals()[name] = _load(name)
        return globals()[name]

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
