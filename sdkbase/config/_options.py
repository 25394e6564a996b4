"""What one call may set for itself."""

from collections.abc import Mapping
from typing import Any, Literal, cast

import msgspec
from msgspec.structs import force_setattr

from ..errors import ConfigurationError
from ._limits import TimeoutConfig, timeout_config
from ._values import (
    OMIT,
    Omit,
    Progress,
    QueryStyle,
    Seconds,
    check_count,
    store_number,
    store_seconds,
    to_query_style,
    to_seconds,
    wrong,
)


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
        max_response_bytes: Bytes that the body may have, coded and decoded; of a stream, too, for
            which the client's own setting does not count. None lifts the limit.
        rate_limit_cost: What each attempt takes from the `RateLimiter`, in requests.
        long_poll: Whether the call waits at the server for news. When the retry quota is used up,
            such a call waits before it fails, so that a loop around it does not spin.
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
    max_response_bytes: int | None | Omit = OMIT
    rate_limit_cost: float = 1.0
    long_poll: bool = False

    def __repr__(self) -> str:
        # Headers and parameters may be secret: their names are shown, their values are not.
        parts = [f"{name}={_shown(name, getattr(self, name))}" for name in self.__struct_fields__]
        return f"RequestOptions({', '.join(parts)})"

    def __post_init__(self) -> None:
        _store_timeout(self)
        if self.max_retries is not OMIT:
            check_count(self, "max_retries", minimum=0)
        if self.deadline is not OMIT:
            store_seconds(self, "deadline", zero=False, none=True)
        _check_mapping(self, "headers")
        _check_mapping(self, "query")
        key: object = self.idempotency_key
        if key is not None and key is not True and not (isinstance(key, str) and key):
            raise wrong(self, "idempotency_key", "must be a string that is not empty, or True")
        if self.max_response_bytes is not OMIT and self.max_response_bytes is not None:
            check_count(self, "max_response_bytes", minimum=1)
        store_number(self, "rate_limit_cost")
        for field in ("follow_redirects", "idempotent", "lenient", "long_poll"):
            value = getattr(self, field)
            if value is not OMIT and not isinstance(value, bool):
                raise wrong(self, field, "must be True or False")
        if self.query_style is not OMIT:
            to_query_style(self.query_style, "RequestOptions.query_style")
        if self.upload_progress is not None and not callable(self.upload_progress):
            raise wrong(self, "upload_progress", "must be a function")


def _shown(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        names = cast("Mapping[str, Any]", value)
        return "{" + ", ".join(f"{name!r}: ..." for name in names) + "}"
    hidden = name in ("auth", "headers", "query") and value is not None and value is not OMIT
    return type(value).__name__ if hidden else repr(value)


def _store_timeout(owner: RequestOptions) -> None:
    value = owner.timeout
    if value is None or isinstance(value, TimeoutConfig | Omit):
        return
    to_seconds(value, "RequestOptions.timeout")
    force_setattr(owner, "timeout", timeout_config(value))


def _check_mapping(owner: msgspec.Struct, field: str) -> None:
    value = getattr(owner, field)
    if value is not None and not isinstance(value, Mapping):
        # The value may be a secret, so the error does not show it.
        kind = type(value).__name__
        raise ConfigurationError(f"{type(owner).__name__}.{field} must be a mapping, got {kind}")
