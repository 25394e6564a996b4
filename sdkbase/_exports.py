"""The public names: where those are that are loaded late, and how all of them are shown."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

_PACKAGE = __name__.partition(".")[0]

LATE = {
    "_async.client": "AsyncHttpClient",
    "_async.crud": "AsyncCreate AsyncCrud AsyncDelete AsyncList AsyncRetrieve AsyncUpdate",
    "_async.event_stream": "AsyncEventStream",
    "_async.factory": "create_http_client",
    "_async.global_client": "close_global_client delete get head options patch post put request",
    "_async.httpx_transport": "AsyncHttpxTransport",
    "_async.item_stream": "AsyncItemStream",
    "_async.pager": "AsyncPager",
    "_async.redis_limits": "AsyncRedisRateLimitStore",
    "_async.reqwest_transport": "AsyncReqwestTransport",
    "_async.resource": "AsyncResource",
    "_async.stream": "AsyncStream",
    "_async.transport": "AsyncTransport",
    "_concurrency._clock": "AsyncClock SyncClock",
    "_concurrency._limit_store": "AsyncRateLimitStore SyncRateLimitStore",
    "_observe.histogram": "TemplateSummary",
    "_observe.interceptors": "RequestInterceptor",
    "_observe.logging": "LoggingInterceptor",
    "_observe.logging_setup": "configure_logging",
    "_observe.metrics": "Metrics MetricsInterceptor RequestMetric",
    "_observe.observer": "CallRecord Observer",
    "_observe.sinks": "LoggingHandle",
    "_observe.stdlib_bridge": "RedactingFilter",
    "_policy.auth.credentials": "ApiKeyAuth BasicAuth BearerAuth Credentials",
    "_policy.auth.environment": "AuthFromEnv",
    "_policy.auth.grant": "GrantOptions OAuth2Grant OAuth2Tokens",
    "_policy.auth.oauth2": "OAuth2ClientCredentials OAuth2RefreshToken",
    "_policy.bulkhead": "Bulkhead",
    "_policy.call_args": "EventsArgs PageArgs ResourceArgs",
    "_policy.circuit": "CircuitSnapshot",
    "_policy.circuit_breaker": "CircuitBreaker",
    "_policy.deadline": "AttemptTimeout",
    "_policy.download_plan": "DownloadedFile",
    "_policy.hedging": "Hedging",
    "_policy.pagination": (
        "CursorPagination KeyRangePagination LinkHeaderPagination NextUrlPagination "
        "OffsetPagination Page PageNumberPagination PageRequest PageView Pagination "
        "PaginationWarning SinglePage"
    ),
    "_policy.rate_limit": "BucketSnapshot LimiterSnapshot RateLimiter",
    "_sync.client": "SyncHttpClient",
    "_sync.crud": "SyncCreate SyncCrud SyncDelete SyncList SyncRetrieve SyncUpdate",
    "_sync.event_stream": "SyncEventStream",
    "_sync.factory": "create_sync_http_client",
    "_sync.httpx_transport": "SyncHttpxTransport",
    "_sync.item_stream": "SyncItemStream",
    "_sync.pager": "SyncPager",
    "_sync.redis_limits": "SyncRedisRateLimitStore",
    "_sync.reqwest_transport": "SyncReqwestTransport",
    "_sync.resource": "SyncResource",
    "_sync.stream": "SyncStream",
    "_sync.transport": "SyncTransport",
    "_wire.api_response": "ApiResponse",
    "_wire.call": "Call",
    "_wire.path_template": "PathArg",
    "_wire.query": "QueryParams",
    "_wire.redaction": "Secret",
    "_wire.reply": "Reply",
    "_wire.resource": "Resource",
    "_wire.sse": "ServerSentEvent",
}
"""The module of each public name that `sdkbase` does not import itself; a test compares them."""

_HOMES = {name: module for module, names in LATE.items() for name in names.split()}


def load(name: str) -> Any:
    """
    Return the public *name* of the package, and import it if it is one of `LATE`.

    Raises:
        AttributeError: There is no such name.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {_PACKAGE!r} has no attribute {name!r}", name=name)
    return getattr(import_module(f"{_PACKAGE}.{_HOMES[name]}"), name)


def publish(*exported: Any, package: str = _PACKAGE) -> None:
    """
    Give what is *exported* the package as its module, in tracebacks, reprs and pickles.

    A module that is loaded late does so itself, at its end, so that nobody sees it otherwise.

    Args:
        exported: Classes and functions; anything else is left as it is.
        package: The path that users import them from.
    """
    for item in exported:
        if callable(item) and item.__module__.partition(".")[0] == _PACKAGE:
            if isinstance(item, type) and _has_text(inspect.get_annotations(item)):
                # It would be looked up in the package's namespace from now on.
                item.__annotations__ = inspect.get_annotations(item, eval_str=True)
            item.__module__ = package


def _has_text(annotations: dict[str, Any]) -> bool:
    return any(isinstance(annotation, str) for annotation in annotations.values())
