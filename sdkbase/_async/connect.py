"""From an origin to a connection that httpcore opens when it is first used."""

from __future__ import annotations

import ssl
from typing import Any, Protocol

import httpx

from .._wire.redaction import redact_url
from .._wire.url import Origin
from .network import AsyncNetwork


class AsyncConnection(Protocol):
    """The part that httpcore's connections and its pools of one connection have in common."""

    async def handle_async_request(self, request: Any) -> Any:
        """Send the request, and return the response when its headers are there."""
        ...

    async def aclose(self) -> None:
        """Close, in whatever state."""
        ...


def direct_connection(
    origin: Origin,
    network: AsyncNetwork,
    ssl_context: ssl.SSLContext,
    *,
    http2: bool = False,
) -> AsyncConnection:
    """Return a connection to *origin* through *network*."""
    import httpcore

    backend: Any = network  # it has what httpcore needs, without a base class to load
    scheme, host, port = origin
    return httpcore.AsyncHTTPConnection(
        httpcore.Origin(scheme.encode("ascii"), host.encode("ascii"), port),
        ssl_context=ssl_context,
        http2=http2,
        network_backend=backend,
    )


def proxied_connection(
    proxy: httpx.Proxy,
    network: AsyncNetwork,
    ssl_context: ssl.SSLContext,
    *,
    http2: bool = False,
) -> AsyncConnection:
    """Return a pool of one connection through *proxy*; httpcore has no single one for that."""
    import httpcore

    settings: dict[str, Any] = {
        "proxy_url": httpcore.URL(
            scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=b"/"
        ),
        "proxy_auth": proxy.raw_auth,
        "ssl_context": ssl_context,
        "max_connections": 1,
        "http2": http2,
        "network_backend": network,
    }
    address = redact_url(str(proxy.url))
    if proxy.url.scheme.startswith("socks5"):
        return AsyncProxied(httpcore.AsyncSOCKSProxy(**settings), address)
    http_proxy = httpcore.AsyncHTTPProxy(
        **settings, proxy_headers=proxy.headers.raw, proxy_ssl_context=proxy.ssl_context
    )
    return AsyncProxied(http_proxy, address)


class AsyncProxied:
    """
    A connection through a proxy, whose errors say that it is the proxy that can not be reached.

    Args:
        connection: What is connected.
        address: URL of the proxy, without its password.
    """

    def __init__(self, connection: AsyncConnection, address: str) -> None:
        self._connection = connection
        self._address = address

    async def handle_async_request(self, request: Any) -> Any:
        """Send the request, and return the response when its headers are there."""
        import httpcore

        try:
            return await self._connection.handle_async_request(request)
        except httpcore.ConnectError as error:
            # Behind the proxy, only TLS can still fail in this way.
            if isinstance(error.__context__, ssl.SSLError):
                raise
            what = "no connection to the proxy " + self._address + ": " + str(error)
            raise httpcore.ProxyError(what) from error

    async def aclose(self) -> None:
        """Close, in whatever state."""
        await self._connection.aclose()


def is_closed(connection: AsyncConnection) -> bool:
    """Tell whether a connection has ended."""
    import httpcore

    # A pool opens the next one by itself.
    return isinstance(connection, httpcore.AsyncConnectionInterface) and connection.is_closed()
