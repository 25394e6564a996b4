"""Settings of a client and of a call: frozen, checked when they are made."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Literal, TypeAlias, cast, final

import msgspec
from msgspec.structs import force_setattr

from .errors import ConfigurationError


@final
class Omit:
    """Type of `OMIT`, which leaves a parameter out of a request."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "OMIT"

    def __bool__(self) -> Literal[False]:
        return False

    def __reduce__(self) -> str:
        return "OMIT"


OMIT: Final = Omit()
"""Leaves a query parameter or a JSON field out; `None` is a value of its own."""

_MAX_SECONDS = 1e9

Seconds: TypeAlias = float | timedelta
"""A duration: seconds, or a timedelta."""

QueryStyle: TypeAlias = Literal["repeat", "comma", "brackets", "indices", "deepObject"]
"""
How arrays and mappings stand in a query: `a=1&a=2`, `a=1,2`, `a[]=1&a[]=2`, `a[0]=1&a[1]=2`, or
`a[b]=1` for a mapping.
"""

QUERY_STYLES: Final = ("repeat", "comma", "brackets", "indices", "deepObject")
"""All of `QueryStyle`."""

Progress: TypeAlias = Callable[[int, int | None], object]
"""Is told how many bytes are done, and of how many if that is known."""


class TimeoutConfig(msgspec.Struct, frozen=True):
    """
    Limit each step of one attempt; None means no limit.

    The total time of a call, retries and waits included, is `deadline`, a setting of its own.

    Args:
        connect: Seconds for the TCP connect, and for the TLS handshake; in sync the name lookup
            takes what the system lets it.
        read: Seconds for each wait for bytes from the server.
        write: Seconds for each wait for the server to take bytes.
        pool: Seconds in line for one of `PoolConfig.max_connections`.

    Raises:
        ConfigurationError: A value is no number of seconds above 0; names it.
    """

    connect: Seconds | None = 5.0
    read: Seconds | None = 30.0
    write: Seconds | None = 30.0
    pool: Seconds | None = 60.0

    def __post_init__(self) -> None:
        for field in ("connect", "read", "write", "pool"):
            _store_seconds(self, field, zero=False, none=True)


class PoolConfig(msgspec.Struct, frozen=True):
    """
    Bound the connections of a client.

    Args:
        max_keepalive_connections: Idle connections kept for later calls.
        max_connections: Connections in use at once, in each event loop (with HTTP/2: and for each
            origin); further calls wait in line, first come, first served.
        keepalive_expiry: Seconds that an idle connection is kept. Below the 5 s after which many
            servers close it.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """

    max_keepalive_connections: int = 100
    max_connections: int = 100
    keepalive_expiry: Seconds | None = 4.0

    def __post_init__(self) -> None:
        _check_count(self, "max_keepalive_connections", minimum=0)
        _check_count(self, "max_connections", minimum=1)
        _store_seconds(self, "keepalive_expiry", zero=False, none=True)


class RetryConfig(msgspec.Struct, frozen=True):
    """
    Say which failed attempts are repeated, how often and after which wait.

    The wait before retry *n* is drawn evenly from 0 to `backoff_factor * 2 ** (n - 1)` seconds
    ("full jitter"), at most `max_backoff`. A `Retry-After` from the server wins over it. A safe
    call that finds its idle connection closed is sent once more at once, which is not counted.

    Args:
        max_retries: Further attempts after the first; 0 turns retries off.
        backoff_factor: Seconds that the wait before the first retry takes at most.
        retry_on_status: Statuses worth another attempt.
        max_backoff: Cap of the computed wait, in seconds.
        max_retry_after: Seconds; a `Retry-After` that is longer ends the call at once instead of
            being waited for.
        retry_quota: Tokens that the retries of one client share, so that an outage is not
            multiplied: a retry costs 5 (10 after a timeout), and successes give back, so 500 are
            good for 100 retries in a row. None switches the quota off.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """

    max_retries: int = 3
    backoff_factor: Seconds = 0.5
    retry_on_status: Sequence[int] = (429, 500, 502, 503, 504)
    max_backoff: Seconds = 30.0
    max_retry_after: Seconds = 60.0
    retry_quota: int | None = 500

    def __post_init__(self) -> None:
        _check_count(self, "max_retries", minimum=0)
        for field in ("backoff_factor", "max_backoff", "max_retry_after"):
            _store_seconds(self, field, zero=True, none=False)
        _store_statuses(self)
        if self.retry_quota is not None:
            _check_count(self, "retry_quota", minimum=0)


class RequestOptions(msgspec.Struct, frozen=True):
    """
    Override a client's settings for one call; what is left out stays as the client has it.

    Args:
        timeout: Limits of each attempt; a number of seconds sets all four steps; None lifts them.
        max_retries: See `RetryConfig.max_retries`.
        headers: Further headers; `OMIT` as a value takes a header of the client's away.
        query: Further query parameters.
        idempotency_key: Sent on every attempt, as `Idempotency-Key` or under the name that the SDK
            gives it; makes POST and PATCH safe to retry. True makes a key.
        deadline: Seconds for the whole call: attempts, waits, redirects and body.
        follow_redirects: Whether redirects are followed.
        idempotent: Whether the call may be repeated though it is a POST or PATCH: it changes
            nothing.
        auth: Credentials for this call, as the client's `auth=` takes them; None sends none.
        query_style: How arrays and mappings stand in the query of this call; see `QueryStyle`.
        lenient: Whether numbers and bools may come as strings in this call's result.
        upload_progress: Is told how many bytes of the request's body were sent, and of how many if
            that is known; they begin anew in each attempt.

    Raises:
        ConfigurationError: A value is wrong; names it.
    """

    timeout: TimeoutConfig | Seconds | None | Omit = OMIT
    max_retries: int | Omit = OMIT
    headers: Mapping[str, str | Omit] | None = None
    query: Mapping[str, Any] | None = None
    idempotency_key: str | Literal[True] | None = None
    deadline: Seconds | None | Omit = OMIT
    follow_redirects: bool | Omit = OMIT
    idempotent: bool = False
    auth: Any = OMIT
    query_style: QueryStyle | Omit = OMIT
    lenient: bool | Omit = OMIT
    upload_progress: Progress | None = None

    def __repr__(self) -> str:
        # Headers and parameters may be secret: their names are shown, their values are not.
        parts = [f"{name}={_shown(name, getattr(self, name))}" for name in self.__struct_fields__]
        return f"RequestOptions({', '.join(parts)})"

    def __post_init__(self) -> None:
        _store_timeout(self)
        if self.max_retries is not OMIT:
            _check_count(self, "max_retries", minimum=0)
        if self.deadline is not OMIT:
            _store_seconds(self, "deadline", zero=False, none=True)
        _check_mapping(self, "headers")
        _check_mapping(self, "query")
        key: object = self.idempotency_key
        if key is not None and key is not True and not (isinstance(key, str) and key):
            raise _wrong(self, "idempotency_key", "must be a string that is not empty, or True")
        for field in ("follow_redirects", "idempotent", "lenient"):
            value = getattr(self, field)
            if value is not OMIT and not isinstance(value, bool):
                raise _wrong(self, field, "must be True or False")
        if self.query_style is not OMIT:
            to_query_style(self.query_style, "RequestOptions.query_style")
        if self.upload_progress is not None and not callable(self.upload_progress):
            raise _wrong(self, "upload_progress", "must be a function")


def _shown(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        names = cast("Mapping[str, Any]", value)
        return "{" + ", ".join(f"{name!r}: ..." for name in names) + "}"
    hidden = name in ("auth", "headers", "query") and value is not None and value is not OMIT
    return type(value).__name__ if hidden else repr(value)


def timeout_config(value: TimeoutConfig | Seconds | None) -> TimeoutConfig:
    """Return *value* as a TimeoutConfig; a number sets all four steps, None lifts them."""
    if isinstance(value, TimeoutConfig):
        return value
    return TimeoutConfig(connect=value, read=value, write=value, pool=value)


def as_float(duration: Seconds) -> float:
    """Return a duration that was checked before as a float of seconds."""
    return duration.total_seconds() if isinstance(duration, timedelta) else duration


def to_seconds(value: object, name: str, *, zero: bool = False) -> float:
    """
    Return a duration as a float of seconds.

    Args:
        value: Seconds or a timedelta.
        name: What to call it in the error.
        zero: Whether zero is allowed.

    Raises:
        ConfigurationError: It is not a number, not finite, negative, or zero where that is wrong.
    """
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigurationError(f"{name} must be seconds or a timedelta, got {value!r}")
    # Compared before it is made a float, which a huge whole number can not become.
    if not 0 <= value < _MAX_SECONDS or (value == 0 and not zero):
        bound = "0 or more" if zero else "more than 0"
        raise ConfigurationError(
            f"{name} must be a finite number of seconds, {bound}, got {value!r}"
        )
    return float(value)


def to_count(value: object, name: str, *, minimum: int) -> int:
    """
    Return *value* if it is a whole number of at least *minimum*.

    Raises:
        ConfigurationError: It is not; names *name*.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        raise ConfigurationError(f"{name} must be a whole number, {minimum} or more, got {value!r}")
    return value


def to_query_style(value: object, name: str) -> QueryStyle:
    """
    Return *value* if it is a query style.

    Raises:
        ConfigurationError: It is not; names *name*.
    """
    if value not in QUERY_STYLES:
        raise ConfigurationError(f"{name} must be one of {', '.join(QUERY_STYLES)}, got {value!r}")
    return value


def _wrong(owner: msgspec.Struct, field: str, rule: str) -> ConfigurationError:
    value = getattr(owner, field)
    return ConfigurationError(f"{type(owner).__name__}.{field} {rule}, got {value!r}")


def _check_count(owner: msgspec.Struct, field: str, *, minimum: int) -> None:
    to_count(getattr(owner, field), f"{type(owner).__name__}.{field}", minimum=minimum)


def _store_seconds(owner: msgspec.Struct, field: str, *, zero: bool, none: bool) -> None:
    value = getattr(owner, field)
    if value is None and none:
        return
    seconds = to_seconds(value, f"{type(owner).__name__}.{field}", zero=zero)
    force_setattr(owner, field, seconds)


def _store_timeout(owner: RequestOptions) -> None:
    value = owner.timeout
    if value is None or isinstance(value, TimeoutConfig | Omit):
        return
    to_seconds(value, "RequestOptions.timeout")
    force_setattr(owner, "timeout", timeout_config(value))


def _store_statuses(owner: RetryConfig) -> None:
    given: object = owner.retry_on_status
    if isinstance(given, str | bytes | int) or not hasattr(given, "__iter__"):
        raise _wrong(owner, "retry_on_status", "must be a list of HTTP statuses")
    statuses = tuple(owner.retry_on_status)
    for status in statuses:
        if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
            raise _wrong(owner, "retry_on_status", "must hold HTTP statuses from 100 to 599")
    force_setattr(owner, "retry_on_status", statuses)


def _check_mapping(owner: msgspec.Struct, field: str) -> None:
    value = getattr(owner, field)
    if value is not None and not isinstance(value, Mapping):
        # The value may be a secret, so the error does not show it.
        kind = type(value).__name__
        raise ConfigurationError(f"{type(owner).__name__}.{field} must be a mapping, got {kind}")
