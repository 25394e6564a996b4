"""From an origin to a connection that httpcore opens when it is first used."""

from __future__ import annotations

import ssl
from typing import Any, Protocol

import httpx

from .._wire.url import Origin


class AsyncConnection(Protocol):
    """The part that httpcore's connections and its pools of one connection have in common."""

    async def handle_async_request(self, request: Any) -> Any:
        """Send the request, and return the response when its headers are there."""
        ...

    async def aclose(self) -> None:
        """Close, in whatever state."""
        ...


def direct_connection(
    origin: Origin, ssl_context: ssl.SSLContext, keepalive_expiry: float | None
) -> AsyncConnection:
    """Return a connection to *origin*."""
    import httpcore

    scheme, host, port = origin
    return httpcore.AsyncHTTPConnection(
        httpcore.Origin(scheme.encode("ascii"), host.encode("ascii"), port),
        ssl_context=ssl_context,
        keepalive_expiry=keepalive_expiry,
    )


def proxied_connection(
    proxy: httpx.Proxy, ssl_context: ssl.SSLContext, keepalive_expiry: float | None
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
        "keepalive_expiry": keepalive_expiry,
    }
    if proxy.url.scheme.startswith("socks5"):
        return httpcore.AsyncSOCKSProxy(**settings)
    return httpcore.AsyncHTTPProxy(
        **settings, proxy_headers=proxy.headers.raw, proxy_ssl_context=proxy.ssl_context
    )


def is_stale(connection: AsyncConnection) -> bool:
    """Tell whether an idle connection was closed by either side, as far as can be seen now."""
    import httpcore

    # A pool looks for itself.
    return isinstance(connection, httpcore.AsyncConnectionInterface) and (
        connection.is_closed() or connection.has_expired()
    )
