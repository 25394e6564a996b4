"""The fast transport: pyreqwest, which is reqwest and hyper, with a pool and TLS of its own."""

from __future__ import annotations

from typing import Any

import httpx

from .._concurrency import AsyncClock, AsyncGate, AsyncReqwest, AsyncScoped, ThreadLock
from .._exports import publish
from .._policy.deadline import AttemptTimeout
from .._policy.proxy import EnvironmentProxies, checked_proxy, engine_proxy
from .._policy.transport_errors import pool_timeout_error
from .._wire.call import Call
from .._wire.httpcore_request import content_of
from .._wire.reply import Reply
from .._wire.reqwest_request import known_body, sent_url
from .._wire.reqwest_settings import EngineKey, EngineSettings
from .._wire.tls import Cert, Verify
from .._wire.url import origin_of
from ..config import OMIT, Omit, PoolConfig
from ..errors import ClientClosedError, ConfigurationError
from .httpx_transport import AsyncHttpxTransport
from .reqwest_exchange import AsyncReqwestExchange

# Calls with limits of their own need an engine of their own; so many are kept.
_MAX_ENGINES = 16
_MAX_ORIGINS = 1024


class AsyncReqwestTransport:
    """
    The fast transport: a Rust engine, for a fraction of the CPU time; needs the extra `fast`.

        client = AsyncHttpClient(base_url=url, transport=AsyncReqwestTransport())

    It behaves as the default transport does, but for what its engine, pyreqwest, can not do:

    - It does not run under trio, nor in a process that was forked after its first use.
    - A request can not be called back while it waits for its headers. If its task is cancelled, it
      keeps its connection and its place until they come or `TimeoutConfig.read` ends it, and a
      sync call notices Ctrl-C only then. The `deadline` of a call ends it in time. One that still
      waits when the process ends may make the engine print a message.
    - `verify=` takes no `ssl.SSLContext`. The certificates that the system trusts, or the variables
      `SSL_CERT_FILE` and `SSL_CERT_DIR` name, are trusted too, besides those of a path or certifi.
      `cert=` takes no key with a password.
    - A streamed request body (a file, an iterable, a multipart form) goes through the default
      transport, with connections of its own, by HTTP/1.1.
    - Header values are ASCII: others are refused on the way out and left out on the way in. Names
      come in lower case, at most 100 of them. Accept and User-Agent can not be left out.
    - A URL whose path has escaped dot segments or backslashes is refused; `'` in a query is
      escaped, and a host such as `127.1` is written out. Content-Length is always the true one.
    - A sync stream that ends before its body does is closed at once, so its connection is not used
      again, and nothing wakes a thread that reads one.
    - `TimeoutConfig.read` counts from the beginning of the attempt, `TimeoutConfig.write` does not
      count. An error does not tell whether its connection was reused, so a stale one costs an
      ordinary retry. The reason phrase is the usual one.
    - `max_connections` bounds the requests under way; a socket may close a moment later. Calls that
      have connect or read timeouts of their own have connections of their own, for the last 16 such
      pairs.

    Args:
        pool_config: Bounds of the connections.
        verify: Whom to trust: True, False, or a path.
        cert: The client's certificate: a path, or a tuple of certificate and key.
        proxy: URL of a proxy, or an `httpx.Proxy`, for all requests.
        trust_env: Whether the proxy variables of the environment count.
        http2: Offer HTTP/2.
        clock: Measures durations.

    Raises:
        ConfigurationError: A value is wrong, or the extra is not installed.
    """

    def __init__(
        self,
        *,
        pool_config: PoolConfig | None = None,
        verify: Verify = True,
        cert: Cert | None = None,
        proxy: str | httpx.URL | httpx.Proxy | None = None,
        trust_env: bool = True,
        http2: bool = False,
        clock: AsyncClock | None = None,
    ) -> None:
        self._config = pool_config or PoolConfig()
        self._settings = EngineSettings(
            self._config, verify, cert, trust_env=trust_env, http2=http2
        )
        self._proxy = engine_proxy(
            proxy,
        )
        environment = EnvironmentProxies() if trust_env and proxy is None else None
        self._environment = environment or None
        self._clock = clock or AsyncClock()
        # Cheap until it is used: for request bodies that are streamed, which the engine would
        # pull on the thread that serves all of its requests.
        self._streaming = AsyncHttpxTransport(
            pool_config=pool_config,
            verify=verify,
            cert=cert,
            proxy=proxy,
            trust_env=trust_env,
            clock=clock,
        )
        self._pools: AsyncScoped[AsyncReqwestPool] = AsyncScoped()
        self._closed = False
        try:
            AsyncReqwest.builder()
        except ImportError:
            raise ConfigurationError(
                type(self).__name__ + " needs the extra: pip install 'sdkbase[fast]'"
            ) from None

    async def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        """Send *call* once."""
        content = content_of(call)
        if not known_body(content):
            return await self._streaming.send(call, timeout, stream=stream)
        self._check_open()
        exchange = await self._pools.get(self._new_pool).exchange(call, timeout)
        try:
            self._check_open()
        except ClientClosedError:  # while the call was in line
            await exchange.aclose()
            raise
        return await exchange.run(content, stream=stream)

    def _check_open(self) -> None:
        if self._closed:
            raise ClientClosedError("the client was closed; make a new one")

    def _new_pool(self) -> AsyncReqwestPool:
        if not AsyncReqwest.has_loop():
            raise ConfigurationError(
                type(self).__name__
                + " needs asyncio; under trio use the default transport"  # sync: keep
            )
        return AsyncReqwestPool(
            self._config, self._settings, self._proxy, self._environment, self._clock
        )

    async def aclose(self) -> None:
        """Close every idle connection of this event loop. Safe to repeat."""
        self._closed = True
        await self._pools.aclose()
        await self._streaming.aclose()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} max_connections={self._config.max_connections}>"


class AsyncReqwestPool:
    """
    The engines of one event loop, and the places for requests that they share.

    Args:
        config: Bounds.
        settings: What all engines have in common.
        proxy: The proxy for all requests, or None.
        environment: Proxies by scheme and host, or None.
        clock: Measures durations.
    """

    def __init__(
        self,
        config: PoolConfig,
        settings: EngineSettings,
        proxy: httpx.Proxy | None,
        environment: EnvironmentProxies | None,
        clock: AsyncClock,
    ) -> None:
        from pyreqwest.http import Url

        self._config = config
        self._settings = settings
        self._proxy = proxy
        self._environment = environment
        self._clock = clock
        self._parse = Url
        self._gate = AsyncGate(config.max_connections, clock)
        self._engines: dict[EngineKey, Any] = {}
        self._lock = ThreadLock()
        self._proxies: dict[str, httpx.Proxy | None] = {}

    async def exchange(self, call: Call, timeout: AttemptTimeout) -> AsyncReqwestExchange:
        """
        Wait for a place and return the exchange of *call*, not yet begun.

        Raises:
            PoolTimeoutError: No place came free in time.
            InvalidRequestError: The engine would not send the call as it is.
        """
        started = self._clock.monotonic()
        url = sent_url(call, self._parse)
        environment = self._environment
        proxy = self._proxy if environment is None else self._proxy_of(environment, url)
        try:
            permit = await self._gate.acquire(timeout.pool)
        except TimeoutError:
            raise pool_timeout_error(call, timeout.pool, self._config.max_connections) from None
        try:
            # Only now: sockets close with the last reference to their engine, and the frames of a
            # call that was cancelled in line may be held for long.
            engine = self._engine(timeout, proxy)
        except BaseException:
            permit.release()
            raise
        release, proxied = permit.release, proxy is not None
        return AsyncReqwestExchange(
            engine, url, call, timeout, release, self._clock, started, proxied=proxied
        )

    def _proxy_of(self, environment: EnvironmentProxies, url: Any) -> httpx.Proxy | None:
        origin = url.origin_ascii
        found = self._proxies.get(origin, OMIT)
        if isinstance(found, Omit):
            found = checked_proxy(
                environment.proxy_for(origin_of(origin)),
            )
            if len(self._proxies) >= _MAX_ORIGINS:
                self._proxies.clear()
            self._proxies[origin] = found
        return found

    def _engine(self, timeout: AttemptTimeout, proxy: httpx.Proxy | None) -> Any:
        # What the whole attempt is limited to anyway needs no limit of its own.
        total = timeout.total
        key = EngineKey(
            None if proxy is None else (str(proxy.url), proxy.raw_auth),
            timeout.connect if timeout.connect != total else None,
            timeout.read if timeout.read != total else None,
        )
        engine = self._engines.get(key)
        if engine is not None:
            return engine
        with self._lock:
            return self._engines.get(key) or self._new_engine(key, proxy)

    def _new_engine(self, key: EngineKey, proxy: httpx.Proxy | None) -> Any:
        try:
            engine = self._settings.apply(AsyncReqwest.builder(), key, proxy).build()
        except ConfigurationError:
            raise
        except (ValueError, RuntimeError) as error:  # a forked child can not use its parent's
            raise ConfigurationError(f"the fast transport can not start: {error}") from None
        while len(self._engines) >= _MAX_ENGINES:
            # Its connections close when the last of its exchanges is over.
            self._engines.pop(next(iter(self._engines)), None)
        self._engines[key] = engine
        return engine

    async def aclose(self) -> None:
        """Let every connection go; those in use close when their exchange ends."""
        self._engines.clear()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} engines={len(self._engines)} {self._gate!r}>"


publish(AsyncReqwestTransport)
