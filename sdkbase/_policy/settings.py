"""A client's settings, and what holds for one call when its own options are put over them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from .._observe.metrics import MetricsInterceptor
from .._wire.headers import HeaderInput, Headers, merge_headers, parse_headers
from .._wire.redaction import register_headers
from .._wire.url import BaseUrl
from ..config import (
    OMIT,
    Omit,
    QueryStyle,
    RequestOptions,
    RetryConfig,
    Seconds,
    TimeoutConfig,
    timeout_config,
    to_count,
    to_seconds,
)
from ..errors import ConfigurationError, InvalidRequestError
from .auth import Auth, AuthInput
from .circuit_breaker import CircuitBreaker
from .rate_limit import RateLimiter
from .traits import ApiTraits

_NONE: frozenset[str] = frozenset()


class CallSettings(msgspec.Struct, frozen=True):
    """Limits and habits of one call."""

    timeout: TimeoutConfig
    max_retries: int
    deadline: float | None = None
    follow_redirects: bool = True
    max_redirects: int = 10
    idempotent: bool = False
    """Whether the call may be repeated whatever its method."""
    max_response_bytes: int | None = None
    max_stream_bytes: int | None = None
    """Bytes that a streamed body may have: only what the call itself says."""
    rate_limit_cost: float = 1.0
    long_poll: bool = False
    auth: Auth | None = None
    """Credentials of this call, in place of the client's; None for the client's."""

    def override(self, options: RequestOptions) -> CallSettings:
        """Return a copy in which the *options* that are given win."""
        changes: dict[str, Any] = {}
        if not isinstance(options.timeout, Omit):
            changes["timeout"] = timeout_config(options.timeout)
        for name in ("max_retries", "deadline", "follow_redirects"):
            if (value := getattr(options, name)) is not OMIT:
                changes[name] = value
        if not isinstance(options.max_response_bytes, Omit):
            changes["max_response_bytes"] = options.max_response_bytes
            changes["max_stream_bytes"] = options.max_response_bytes
        for name in ("idempotent", "rate_limit_cost", "long_poll"):
            if (value := getattr(options, name)) != getattr(self, name):
                changes[name] = value
        return msgspec.structs.replace(self, **changes) if changes else self


class ClientSettings(msgspec.Struct, frozen=True):
    """What a client was told, checked."""

    base_url: BaseUrl
    headers: Headers
    """Defaults and the client's own, by lower-case name."""
    owned: frozenset[str]
    """Names of the client's own headers: they stay with the origin of `base_url`."""
    auth: Auth
    retry_config: RetryConfig
    rate_limiter: RateLimiter | None
    circuit_breaker: CircuitBreaker | None
    interceptors: tuple[Any, ...]
    traits: ApiTraits
    call: CallSettings
    event_loop: bool
    """Whether the client runs in an event loop."""

    def for_call(self, options: RequestOptions | None) -> CallSettings:
        """
        Return the settings of one call.

        Raises:
            ConfigurationError: The call's credentials are not what a client takes.
        """
        if options is None:
            return self.call
        settings = self.call.override(options)
        if options.auth is OMIT:
            return settings
        return msgspec.structs.replace(
            settings, auth=Auth(options.auth, event_loop=self.event_loop)
        )

    def query_style(self, options: RequestOptions | None) -> QueryStyle:
        """Return how arrays stand in the query of one call."""
        if options is None or isinstance(options.query_style, Omit):
            return self.traits.query_style
        return options.query_style

    def for_stream(self, options: RequestOptions | None) -> CallSettings:
        """
        Return the settings of a call whose body is read record by record.

        A stream may go on for long, so only a deadline that was given for this very call bounds it.
        """
        settings = self.for_call(options)
        if settings.deadline is None or (options is not None and options.deadline is not OMIT):
            return settings
        return msgspec.structs.replace(settings, deadline=None)

    def headers_for(
        self,
        method: str,
        given: HeaderInput | None,
        options: RequestOptions | None,
        *,
        trusted: bool,
    ) -> tuple[Headers, frozenset[str]]:
        """
        Return the headers of one call, and the names of those that the call itself gives or omits.

        Args:
            method: The HTTP method, in upper case.
            given: The call's own headers.
            options: The call's options, whose headers win over *given*.
            trusted: Whether the client's own headers may go along.

        Raises:
            InvalidRequestError: A name or value can not be sent.
        """
        headers = self.headers
        if given is None and options is None and trusted and method not in self.traits.key_methods:
            return headers, _NONE
        if not trusted:
            headers = {name: value for name, value in headers.items() if name not in self.owned}
        own = parse_headers(given) if given else {}
        if options is not None and options.headers:
            own |= parse_headers(options.headers)
        key_header = self.traits.key_header
        if key_header not in own and (key := self.traits.idempotency_key(method, options)):
            own |= parse_headers({key_header: key})
        if not own:
            return headers, _NONE
        merged = {**headers, **own}
        sent = {name: value for name, value in merged.items() if not isinstance(value, Omit)}
        register_headers(sent)
        return sent, frozenset(own)

    def override(
        self,
        *,
        headers: HeaderInput | None,
        timeout_config: TimeoutConfig | Omit,
        retry_config: RetryConfig | Omit,
        rate_limiter: RateLimiter | None | Omit,
        circuit_breaker: CircuitBreaker | None | Omit,
        interceptors: Iterable[Any] | Omit,
        auth: AuthInput | None | Omit,
        deadline: Seconds | None | Omit,
        follow_redirects: bool | Omit,
        max_response_bytes: int | None | Omit,
    ) -> ClientSettings:
        """
        Return a copy in which what is given wins.

        Raises:
            ConfigurationError: A setting is wrong; names it.
        """
        timeout = given_setting(timeout_config, self.call.timeout, TimeoutConfig, "timeout_config")
        retry = given_setting(retry_config, self.retry_config, RetryConfig, "retry_config")
        merged, owned = client_headers(self.headers, headers)
        return ClientSettings(
            base_url=self.base_url,
            headers=merged,
            owned=self.owned | owned,
            auth=self.auth if isinstance(auth, Omit) else Auth(auth, event_loop=self.event_loop),
            retry_config=retry,
            rate_limiter=self.rate_limiter
            if isinstance(rate_limiter, Omit)
            else checked_setting(rate_limiter, RateLimiter, "rate_limiter"),
            circuit_breaker=self.circuit_breaker
            if isinstance(circuit_breaker, Omit)
            else checked_setting(circuit_breaker, CircuitBreaker, "circuit_breaker"),
            interceptors=self.interceptors
            if isinstance(interceptors, Omit)
            else self._with_own_metrics(interceptors),
            traits=self.traits,
            call=call_settings(
                timeout=timeout,
                max_retries=retry.max_retries,
                deadline=self.call.deadline if isinstance(deadline, Omit) else deadline,
                follow_redirects=self.call.follow_redirects
                if isinstance(follow_redirects, Omit)
                else follow_redirects,
                max_redirects=self.call.max_redirects,
                max_response_bytes=self.call.max_response_bytes
                if isinstance(max_response_bytes, Omit)
                else max_response_bytes,
            ),
            event_loop=self.event_loop,
        )

    def _with_own_metrics(self, interceptors: Iterable[Any]) -> tuple[Any, ...]:
        own = metrics_interceptor(self.interceptors)
        given = with_metrics(interceptors, enabled=False)
        return given if own is None or metrics_interceptor(given) else (*given, own)


def with_metrics(interceptors: Iterable[Any] | None, *, enabled: bool) -> tuple[Any, ...]:
    """Return the *interceptors*, with one for metrics added if *enabled* and none is there."""
    try:
        given = tuple(interceptors or ())
    except TypeError:
        raise ConfigurationError(
            f"interceptors must be a list, got {type(interceptors).__name__}"
        ) from None
    return (*given, MetricsInterceptor()) if enabled and not metrics_interceptor(given) else given


def metrics_interceptor(interceptors: tuple[Any, ...]) -> MetricsInterceptor | None:
    """Return the one that keeps metrics, or None."""
    return next((item for item in interceptors if isinstance(item, MetricsInterceptor)), None)


def client_headers(defaults: Headers, *given: HeaderInput | None) -> tuple[Headers, frozenset[str]]:
    """
    Return a client's headers, and the names of those that are its own.

    Args:
        defaults: What every client sends.
        given: The client's own; later ones win.

    Raises:
        ConfigurationError: A name or value can not be sent.
    """
    headers, own = defaults, frozenset[str]()
    try:
        for fields in given:
            headers = merge_headers(headers, fields)
            own |= frozenset(parse_headers(fields))
    except InvalidRequestError as error:
        raise ConfigurationError(f"headers: {error}") from None
    register_headers(headers)
    return headers, own


def call_settings(
    *,
    timeout: TimeoutConfig,
    max_retries: int,
    deadline: Seconds | None,
    follow_redirects: bool,
    max_redirects: int,
    max_response_bytes: int | None,
) -> CallSettings:
    """
    Return the settings that a client's calls begin with.

    Raises:
        ConfigurationError: A value is out of range; names it.
    """
    check_flags(follow_redirects=follow_redirects)
    return CallSettings(
        timeout=timeout,
        max_retries=max_retries,
        deadline=None if deadline is None else to_seconds(deadline, "deadline"),
        follow_redirects=follow_redirects,
        max_redirects=to_count(max_redirects, "max_redirects", minimum=0),
        max_response_bytes=None
        if max_response_bytes is None
        else to_count(max_response_bytes, "max_response_bytes", minimum=1),
    )


def check_flags(**flags: object) -> None:
    """
    Make sure that settings are True or False.

    Raises:
        ConfigurationError: One is not; names it.
    """
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise ConfigurationError(f"{name} must be True or False, got {value!r}")


def checked_setting(value: Any, kind: type[Any], name: str) -> Any:
    """
    Return *value* if it is of the *kind* that the setting *name* takes, or None.

    Raises:
        ConfigurationError: It is something else.
    """
    if value is None or isinstance(value, kind):
        return value
    raise ConfigurationError(f"{name} must be a {kind.__name__}, got {type(value).__name__}")


def given_setting(given: Any, current: Any, kind: type[Any], name: str) -> Any:
    """Return *current* if *given* is `OMIT`, else *given*, checked as by `checked_setting`."""
    if given is OMIT:
        return current
    if given is None:
        raise ConfigurationError(f"{name} must be a {kind.__name__}; leave it out to keep it")
    return checked_setting(given, kind, name)
