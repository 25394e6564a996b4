"""From a client's settings to the transport that it sends through."""

from __future__ import annotations

from typing import Any

import httpx

from .._concurrency import AsyncClock
from .._wire.tls import Cert, Verify
from ..config import PoolConfig, TimeoutConfig
from ..errors import ConfigurationError
from .httpx_transport import AsyncClientTransport, AsyncHttpxTransport, AsyncSharedTransport
from .transport import AsyncTransport


def choose_transport(
    *,
    http_client: Any,
    transport: httpx.AsyncBaseTransport | AsyncTransport | None,
    pool_config: PoolConfig | None,
    verify: Verify,
    cert: Cert | None,
    proxy: str | httpx.URL | httpx.Proxy | None,
    trust_env: bool,
    http2: bool,
    clock: AsyncClock,
) -> AsyncTransport:
    """
    Return the transport that the settings of a client ask for.

    Raises:
        ConfigurationError: They contradict each other, or one is of the wrong colour or kind.
    """
    wire_settings = {
        "pool_config": pool_config is not None,
        "verify": verify is not True,
        "cert": cert is not None,
        "proxy": proxy is not None,
        "http2": http2,
    }
    if http_client is not None:
        _refuse("http_client", wire_settings | {"transport": transport is not None})
        return AsyncClientTransport(_checked_client(http_client), clock)
    if transport is not None:
        _refuse("transport", wire_settings)
        return _over(transport, clock)
    return AsyncHttpxTransport(
        pool_config=pool_config,
        verify=verify,
        cert=cert,
        proxy=proxy,
        trust_env=trust_env,
        http2=http2,
        clock=clock,
    )


def client_timeout(http_client: Any, default: TimeoutConfig) -> TimeoutConfig:
    """Return the limits that a client of the user's brings along, or else the *default*."""
    own = getattr(http_client, "timeout", None)
    if own is None:
        return default
    return TimeoutConfig(connect=own.connect, read=own.read, write=own.write, pool=own.pool)


def _refuse(winner: str, others: dict[str, bool]) -> None:
    clashing = [f"{name}=" for name, is_set in others.items() if is_set]
    if clashing:
        raise ConfigurationError(
            f"{winner}= is used as it is; set {', '.join(clashing)} on it, not on this client"
        )


def _checked_client(http_client: Any) -> Any:
    if not (hasattr(http_client, "build_request") and hasattr(http_client, "aclose")):
        kind = type(http_client).__name__
        raise ConfigurationError("http_client must be an httpx.AsyncClient, got " + kind)
    return http_client


def _over(transport: Any, clock: AsyncClock) -> AsyncTransport:
    if isinstance(transport, httpx.AsyncBaseTransport):
        return AsyncSharedTransport(transport, clock)
    if isinstance(transport, AsyncTransport):
        return transport
    kind = type(transport).__name__
    raise ConfigurationError(
        "transport must be an httpx.AsyncBaseTransport or an AsyncTransport, got " + kind
    )
