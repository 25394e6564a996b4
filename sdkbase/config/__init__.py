"""Settings of a client and of a call: frozen, checked when they are made."""

from ._failed_attempt import FailedAttempt
from ._limits import PoolConfig, TimeoutConfig, timeout_config
from ._options import RequestOptions
from ._retry import (
    GrpcThrottle,
    RetryAfterRule,
    RetryClassifier,
    RetryConfig,
    RetryForbidden,
    RetryIndicated,
    RetryVerdict,
    TokenQuota,
)
from ._values import (
    OMIT,
    QUERY_STYLES,
    Omit,
    Progress,
    QueryStyle,
    Seconds,
    as_float,
    to_count,
    to_query_style,
    to_seconds,
)

__all__ = [
    "OMIT",
    "QUERY_STYLES",
    "FailedAttempt",
    "GrpcThrottle",
    "Omit",
    "PoolConfig",
    "Progress",
    "QueryStyle",
    "RequestOptions",
    "RetryAfterRule",
    "RetryClassifier",
    "RetryConfig",
    "RetryForbidden",
    "RetryIndicated",
    "RetryVerdict",
    "Seconds",
    "TimeoutConfig",
    "TokenQuota",
    "as_float",
    "timeout_config",
    "to_count",
    "to_query_style",
    "to_seconds",
]
