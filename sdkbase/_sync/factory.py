# Generated from _async/factory.py by sdkbase.codegen. Do not edit.
# sha256: 2a92ad6668b7e452
"""A client from a few plain values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._exports import publish
from .._observe.logging import LoggingInterceptor
from .._policy.auth import AuthInput
from .._policy.rate_limit import RateLimiter
from .._policy.settings import check_flags
from .._wire.headers import HeaderInput
from ..config import PoolConfig, RetryConfig, TimeoutConfig, to_count, to_seconds
from ..errors import ConfigurationError
from .client import SyncHttpClient


def create_sync_http_client(
    base_url: str | None = None,
    max_retries: int = 3,
    timeout_seconds: float = 30.0,
    max_connections: int = 100,
    enable_logging: bool = True,
    enable_metrics: bool = True,
    log_level: str = "INFO",
    rate_limit: tuple[int, float] | None = None,
    *,
    headers: HeaderInput | None = None,
    auth: AuthInput | None = None,
    interceptors: Iterable[Any] = (),
) -> SyncHttpClient:
    """
    Make a client with the usual features on; `SyncHttpClient` takes all other settings.

    Args:
        base_url: What relative URLs are joined to.
        max_retries: Further attempts after a failed one.
        timeout_seconds: Limit of each step of an attempt, in seconds; connecting has at most 5.
        max_connections: Connections in use at once.
        enable_logging: Log calls through loguru, to the sinks that the application has.
        enable_metrics: Record calls for `get_metrics()` and `metrics`.
        log_level: Lowest level that is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL.
        rate_limit: Number of requests and the time window in seconds, such as `(10, 1.0)`.
        headers: Sent with every request to the origin of *base_url*.
        auth: Credentials, as `SyncHttpClient` takes them.
        interceptors: Further interceptors, before the one that logs.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """
    seconds = to_seconds(timeout_seconds, "timeout_seconds")
    to_count(max_connections, "max_connections", minimum=1)
    check_flags(enable_logging=enable_logging)
    logging = [LoggingInterceptor(log_level)] if enable_logging else []
    return SyncHttpClient(
        base_url,
        timeout_config=TimeoutConfig(
            connect=min(5.0, seconds), read=seconds, write=seconds, pool=max(60.0, seconds)
        ),
        pool_config=PoolConfig(
            max_connections=max_connections, max_keepalive_connections=max_connections
        ),
        retry_config=RetryConfig(max_retries=max_retries),
        rate_limiter=_rate_limiter(rate_limit),
        headers=headers,
        auth=auth,
        interceptors=[*interceptors, *logging],
        enable_metrics=enable_metrics,
    )


def _rate_limiter(rate_limit: tuple[int, float] | None) -> RateLimiter | None:
    if rate_limit is None:
        return None
    try:
        requests, window = rate_limit
    except (TypeError, ValueError):
        raise ConfigurationError(
            f"rate_limit must be (requests, seconds), such as (10, 1.0), got {rate_limit!r}"
        ) from None
    return RateLimiter(requests, window)


publish(create_sync_http_client)
