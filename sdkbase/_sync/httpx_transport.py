# Generated from _async/httpx_transport.py by sdkbase.codegen. Do not edit.
# sha256: f5a15d9616b3309e
"""Transports over httpx: connection slots, one shared transport, or the user's own client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from .._concurrency import SyncClock, SyncScoped, SyncShield, SyncTimeLimit
from .._exports import publish
from .._policy.deadline import AttemptTimeout
from .._policy.proxy import EnvironmentProxies, checked_proxy
from .._wire.call import Call
from .._wire.reply import Reply
from .._wire.tls import Cert, Tls, Verify
from .._wire.url import Origin
from ..config import PoolConfig, as_float
from ..errors import ClientClosedError, ConfigurationError
from .connect import SyncConnection, direct_connection, proxied_connection
from .exchange import SyncExchange
from .network import SyncNetwork
from .shared_lines import SyncClientLine, SyncSharedLine
from .slots import SyncSlotPool

# The HTTP/2 state of httpcore is not made for threads: two that use it at once can be given the
# same stream. They take a connection each.
_MULTIPLEXES = not SyncTimeLimit.NEEDS_ABORT


class SyncHttpxTransport:
    """
    The default transport: httpx on connection slots, or one shared HTTP/2 transport for all tasks.

    Safe for any number of event loops and threads, and after a fork: each loop, thread pool and
    process has connections of its own. Nothing is opened before the first call.

    Args:
        pool_config: Bounds of the connections.
        verify: Whom to trust: True, False, an `ssl.SSLContext`, or a path.
        cert: The client's certificate: a path, or a tuple as httpx takes it.
        proxy: URL of a proxy, or an `httpx.Proxy`, for all requests.
        trust_env: Whether proxy and certificate variables of the environment count.
        http2: Offer HTTP/2; needs the extra `http2`.
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
        clock: SyncClock | None = None,
    ) -> None:
        self._config = pool_config or PoolConfig()
        self._tls = Tls(verify, cert, trust_env=trust_env)
        self._proxy = checked_proxy(
            proxy,
        )
        expiry = self._config.keepalive_expiry
        self._expiry = None if expiry is None else as_float(expiry)
        self._environment = EnvironmentProxies() if trust_env and proxy is None else None
        self._http2 = http2
        self._clock = clock or SyncClock()
        self._pools: SyncScoped[SyncSlotPool] = SyncScoped()
        self._multiplexed: SyncScoped[SyncMultiplexed] = SyncScoped()
        self._closed = False
        if http2:
            _check_http2_installed()

    def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        """Send *call* once."""
        self._check_open()
        started = self._clock.monotonic()
        if self._http2 and _MULTIPLEXES:
            shared = self._multiplexed.get(self._new_multiplexed)
            line: Any = SyncSharedLine(shared.transport_for(call.origin))
        else:
            line = self._pools.get(self._new_pool).take(call, timeout.pool)
        try:
            self._check_open()
        except ClientClosedError:  # while the call was in line
            line.finish(complete=False)
            raise
        exchange = SyncExchange(line, call, timeout, self._clock, started)
        return exchange.run(stream=stream)

    def _check_open(self) -> None:
        if self._closed:
            raise ClientClosedError("the client was closed; make a new one")

    def _new_pool(self) -> SyncSlotPool:
        return SyncSlotPool(self._config, self._connect, self._clock)

    def _new_multiplexed(self) -> SyncMultiplexed:
        return SyncMultiplexed(self._multiplexing)

    def _multiplexing(self, origin: Origin) -> httpx.BaseTransport:
        connections = self._config.max_connections
        return httpx.HTTPTransport(
            verify=self._tls.context(origin[0]),
            http2=True,
            trust_env=False,
            proxy=self._proxy_for(origin),
            limits=httpx.Limits(
                max_connections=connections,
                max_keepalive_connections=connections,
                keepalive_expiry=self._expiry,
            ),
        )

    def _connect(self, origin: Origin, network: SyncNetwork) -> SyncConnection:
        context = self._tls.context(origin[0])
        proxy = self._proxy_for(origin)
        if proxy is None:
            return direct_connection(origin, network, context, http2=self._http2)
        return proxied_connection(proxy, network, context, http2=self._http2)

    def _proxy_for(self, origin: Origin) -> httpx.Proxy | None:
        if self._environment is None:
            return self._proxy
        return checked_proxy(self._environment.proxy_for(origin))

    def close(self) -> None:
        """Close every idle connection of this event loop. Safe to repeat."""
        self._closed = True
        self._pools.close()
        self._multiplexed.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} max_connections={self._config.max_connections}>"


class SyncMultiplexed:
    """The transports of one event loop that carry many requests over one connection."""

    def __init__(self, connect: Callable[[Origin], httpx.BaseTransport]) -> None:
        self._connect = connect
        self._transports: dict[Origin, httpx.BaseTransport] = {}

    def transport_for(self, origin: Origin) -> httpx.BaseTransport:
        """Return the transport to *origin*."""
        if origin not in self._transports:
            self._transports.setdefault(origin, self._connect(origin))
        return self._transports[origin]

    def close(self) -> None:
        """Close them all."""
        while self._transports:
            _, transport = self._transports.popitem()
            with SyncShield():
                transport.close()


class SyncSharedTransport:
    """
    Send through one httpx transport of the user's own.

    Args:
        inner: The httpx transport; closed with this one.
        clock: Measures durations.
    """

    def __init__(self, inner: httpx.BaseTransport, clock: SyncClock) -> None:
        self._inner = inner
        self._clock = clock

    def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        """Send *call* once."""
        line = SyncSharedLine(self._inner)
        return SyncExchange(line, call, timeout, self._clock).run(stream=stream)

    def close(self) -> None:
        """Close the httpx transport."""
        self._inner.close()


class SyncClientTransport:
    """
    Send through an httpx or httpx2 client of the user's own, with all that it adds.

    Args:
        client: The client; it stays the user's and is not closed.
        clock: Measures durations.
    """

    def __init__(self, client: Any, clock: SyncClock) -> None:
        self._client = client
        self._clock = clock

    def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        """Send *call* once."""
        line = SyncClientLine(self._client)
        return SyncExchange(line, call, timeout, self._clock).run(stream=stream)

    def close(self) -> None:
        """Leave the user's client open."""


def _check_http2_installed() -> None:
    try:
        import h2 as h2
    except ImportError:
        raise ConfigurationError(
            "http2=True needs the extra: pip install 'sdkbase[http2]'"
        ) from None


publish(SyncHttpxTransport)
