# Generated from _async/client.py by sdkbase.codegen. Do not edit.
# sha256: 811df2f4b3bb2f36
"""The client: settings, requests and their results."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

import httpx

from .._concurrency import SyncClock, SyncHooks
from .._exports import publish
from .._observe.interceptors import hooks_of, observers_of
from .._observe.metrics import Metrics, MetricsInterceptor, RequestMetric
from .._policy.auth import Auth, AuthInput
from .._policy.bulkhead import Bulkhead
from .._policy.circuit_breaker import CircuitBreaker
from .._policy.cookies import own_cookies
from .._policy.deprecation import DeprecationNotices, sdk_package
from .._policy.hedging import Hedging
from .._policy.life import Life
from .._policy.rate_limit import RateLimiter
from .._policy.retry_quota import retry_quota
from .._policy.settings import (
    ClientSettings,
    call_settings,
    check_flags,
    checked_setting,
    client_headers,
    metrics_interceptor,
    with_metrics,
)
from .._policy.traits import ApiDeclaration, default_base_url
from .._version import __version__
from .._wire.headers import HeaderInput
from .._wire.redaction import redact_url
from .._wire.tls import Cert, Verify
from .._wire.url import BaseUrl, Origin, split_userinfo
from ..config import (
    OMIT,
    Omit,
    PoolConfig,
    RetryConfig,
    Seconds,
    TimeoutConfig,
)
from .attempt import SyncAttempts
from .client_calls import SyncClientCalls
from .engine import SyncEngine
from .guard_choice import bulkhead_of, guards_of, hedge_of
from .sender import SyncSender
from .transport import SyncTransport
from .transport_choice import choose_transport, client_timeout

P = ParamSpec("P")
U = TypeVar("U")

_DEFAULT_HEADERS = {
    "accept": "*/*",
    "accept-encoding": "gzip, deflate",
    "user-agent": f"sdkbase/{__version__}",
}


class SyncHttpClient(SyncClientCalls, ApiDeclaration):
    """
    A client for HTTP APIs: typed results, retries, rate limits, interceptors, metrics.

    Use it as a context manager, or call `close` when done. It may be shared by tasks, threads and
    event loops. An API's SDK is a subclass with its resources as cached properties.

    Args:
        base_url: What relative URLs are joined to. Auth and `headers` go to its origin only.
        headers: Sent with every request to that origin.
        timeout_config: Limits of each attempt.
        pool_config: Bounds of the connections.
        retry_config: When failed attempts are repeated.
        rate_limiter: Pace of all attempts; may be shared with other clients.
        circuit_breaker: Refuses calls to a server that keeps failing; may be shared.
        bulkhead: Bounds the attempts under way at once.
        hedging: Sends slow calls that may be repeated once more.
        interceptors: Hooks around each attempt, and observers.
        auth: Credentials: `BearerAuth`, `BasicAuth`, `ApiKeyAuth`, or what httpx takes; None for
            none, where the client's class has a default.
        cookies: Cookies to begin with; those that servers set are kept.
        deadline: Seconds for each call as a whole, waits included; None for no limit. In sync, over
            HTTP/2 or a transport or client of your own, a silent server is only bounded by
            `TimeoutConfig.read`.
        follow_redirects: Whether redirects are followed.
        max_redirects: How many in one call.
        max_response_bytes: Bytes that the body of a response may have, coded and decoded; None for
            any. Streams and downloads are only bounded by the option of their call.
        http_client: An httpx or httpx2 client to send with. It is used as it is, and stays open.
        transport: An httpx transport or a `SyncTransport` to send with. Closed with the client.
        verify: Whom to trust, as httpx takes it.
        cert: The client's certificate, as httpx takes it.
        proxy: Proxy for all requests, as httpx takes it.
        trust_env: Whether proxy and certificate variables of the environment count.
        http2: Offer HTTP/2; needs the extra `http2`.
        enable_metrics: Whether calls are recorded.
        clock: Time and sleep, for tests.

    Raises:
        ConfigurationError: A setting is wrong; names it.
    """

    def __init__(
        self,
        base_url: str | httpx.URL | None = None,
        *,
        headers: HeaderInput | None = None,
        timeout_config: TimeoutConfig | None = None,
        pool_config: PoolConfig | None = None,
        retry_config: RetryConfig | None = None,
        rate_limiter: RateLimiter | None = None,
        circuit_breaker: CircuitBreaker | None = None,
        bulkhead: Bulkhead | None = None,
        hedging: Hedging | None = None,
        interceptors: Iterable[Any] | None = None,
        auth: AuthInput | None | Omit = OMIT,
        cookies: httpx.Cookies | dict[str, str] | None = None,
        deadline: Seconds | None = None,
        follow_redirects: bool = True,
        max_redirects: int = 10,
        max_response_bytes: int | None = 64 * 1024 * 1024,
        http_client: Any = None,
        transport: httpx.BaseTransport | SyncTransport | None = None,
        verify: Verify = True,
        cert: Cert | None = None,
        proxy: str | httpx.URL | httpx.Proxy | None = None,
        trust_env: bool = True,
        http2: bool = False,
        enable_metrics: bool = True,
        clock: SyncClock | None = None,
    ) -> None:
        flags = {"enable_metrics": enable_metrics, "trust_env": trust_env, "http2": http2}
        check_flags(**flags)
        retries = (
            checked_setting(retry_config, RetryConfig, "retry_config") or self.default_retry_config
        )
        timeout_config = checked_setting(timeout_config, TimeoutConfig, "timeout_config")
        self._clock = clock or SyncClock()
        self._transport = choose_transport(
            http_client=http_client,
            transport=transport,
            pool_config=checked_setting(pool_config, PoolConfig, "pool_config"),
            verify=verify,
            cert=cert,
            proxy=proxy,
            trust_env=trust_env,
            http2=http2,
            clock=self._clock,
        )
        defaults = _DEFAULT_HEADERS if http_client is None else {}
        own_headers, owned = client_headers(
            defaults,
            self.default_headers,
            headers,
        )
        if base_url is None:
            base_url = getattr(http_client, "base_url", "") or default_base_url(type(self))
        url, userinfo = split_userinfo(str(base_url))
        # One argument to a line: see verbs.py.
        base = BaseUrl(
            url,
        )
        if isinstance(auth, Omit):
            auth = userinfo or type(self).default_auth
        credentials = Auth(
            auth,
            event_loop=SyncHooks.EVENT_LOOP,
        )
        self._settings = ClientSettings(
            base_url=base,
            headers=own_headers,
            owned=owned,
            auth=credentials,
            retry_config=retries,
            rate_limiter=checked_setting(rate_limiter, RateLimiter, "rate_limiter"),
            circuit_breaker=checked_setting(circuit_breaker, CircuitBreaker, "circuit_breaker"),
            interceptors=with_metrics(interceptors, enabled=enable_metrics),
            traits=self._traits,
            call=call_settings(
                timeout=timeout_config or client_timeout(http_client, self.default_timeout_config),
                max_retries=retries.max_retries,
                deadline=deadline,
                follow_redirects=follow_redirects,
                max_redirects=max_redirects,
                max_response_bytes=max_response_bytes,
            ),
            event_loop=SyncHooks.EVENT_LOOP,
        )
        self._cookies = own_cookies(cookies, http_client)
        self._keeps_cookies = http_client is None
        self._quota = retry_quota(retries.retry_quota)
        self._bulkhead = bulkhead_of(bulkhead, self._clock)
        self._hedge = hedge_of(hedging, self._clock, self._quota)
        self._notices = DeprecationNotices(sdk_package(type(self)))
        self._life = Life(type(self).__name__)
        self._owns_transport = True
        self._sender = self._new_sender()

    def _new_sender(self) -> SyncSender:
        settings = self._settings
        attempts = SyncAttempts(
            self._transport,
            settings.auth,
            self._cookies if self._keeps_cookies else None,
            hooks_of(settings.interceptors, event_loop=SyncHooks.EVENT_LOOP),
            self._clock,
        )
        engine = SyncEngine(
            attempts,
            retry_config=settings.retry_config,
            guards=guards_of(settings, self._hedge, self._bulkhead, self._clock),
            observers=observers_of(settings.interceptors),
            quota=self._quota,
            clock=self._clock,
        )
        return SyncSender(engine, settings, self._life, self._clock, self._notices)

    def with_options(
        self,
        *,
        headers: HeaderInput | None = None,
        timeout_config: TimeoutConfig | Omit = OMIT,
        retry_config: RetryConfig | Omit = OMIT,
        rate_limiter: RateLimiter | None | Omit = OMIT,
        circuit_breaker: CircuitBreaker | None | Omit = OMIT,
        interceptors: Iterable[Any] | Omit = OMIT,
        auth: AuthInput | None | Omit = OMIT,
        deadline: Seconds | None | Omit = OMIT,
        follow_redirects: bool | Omit = OMIT,
        max_response_bytes: int | None | Omit = OMIT,
    ) -> Self:
        """
        Return a copy with other settings, which shares all else: connections, cookies, metrics,
        retry quota, and the places of the bulkhead.

        What is left out stays as it is; *headers* are put over the client's own. The copy ends
        with the client that it was made from, and closing the copy closes nothing: keep the
        original, and close that.

        Raises:
            ConfigurationError: A setting is wrong; names it.
        """
        copy = type(self).__new__(type(self))
        copy.__dict__.update(
            (name, value)
            for name, value in self.__dict__.items()
            # Resources that were made hold on to the client they were made for.
            if not isinstance(getattr(type(self), name, None), cached_property)
        )
        copy._life = Life(type(self).__name__, self._life)
        copy._owns_transport = False
        copy._settings = self._settings.override(
            headers=headers,
            timeout_config=timeout_config,
            retry_config=retry_config,
            rate_limiter=rate_limiter,
            circuit_breaker=circuit_breaker,
            interceptors=interceptors,
            auth=auth,
            deadline=deadline,
            follow_redirects=follow_redirects,
            max_response_bytes=max_response_bytes,
        )
        quota = copy._settings.retry_config.retry_quota
        if quota != self._settings.retry_config.retry_quota:
            copy._quota = retry_quota(quota)
        copy._sender = copy._new_sender()
        return copy

    @property
    def cookies(self) -> httpx.Cookies:
        """The cookies that go along with requests, and those that servers set."""
        return self._cookies.get()

    # --- metrics ----------------------------------------------------------------------------

    @property
    def metrics(self) -> Metrics:
        """Counts and latencies of this client's calls; empty if metrics are off."""
        interceptor = self._metrics_interceptor
        return Metrics() if interceptor is None else interceptor.metrics

    def get_metrics(self) -> list[RequestMetric]:
        """Return the last calls, oldest first; empty if metrics are off."""
        return self.metrics.recent()

    @property
    def _metrics_interceptor(self) -> MetricsInterceptor | None:
        return metrics_interceptor(self._settings.interceptors)

    @property
    def base_url(self) -> str:
        """The URL that relative paths are joined to, or an empty string."""
        return str(self._settings.base_url)

    @property
    def origin(self) -> Origin | None:
        """Scheme, host and port of `base_url`, which credentials are for; None without one."""
        return self._settings.base_url.origin

    # --- life -------------------------------------------------------------------------------

    @property
    def is_closed(self) -> bool:
        """Whether the client, or the one that it is a copy of, was closed."""
        return self._life.is_over

    def close(self) -> None:
        """
        Close the client and its idle connections. Safe to repeat.

        Calls under way go on to their end; new ones are refused.
        """
        first = self._life.end()
        if first and self._owns_transport:
            self._transport.close()

    def __enter__(self) -> Self:
        self._life.check()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {redact_url(str(self._settings.base_url)) or 'no base_url'}>"
        )


publish(SyncHttpClient)
