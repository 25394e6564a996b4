# Generated from _async/connect.py by sdkbase.codegen. Do not edit.
# sha256: 8dd093cb09bce8a4
"""From an origin to a connection that httpcore opens when it is first used."""

from __future__ import annotations

import ssl
from typing import Any, Protocol

import httpx

from .._wire.redaction import redact_url
from .._wire.url import Origin
from .network import SyncNetwork


class SyncConnection(Protocol):
    """The part that httpcore's connections and its pools of one connection have in common."""

    def handle_request(self, request: Any) -> Any:
        """Send the request, and return the response when its headers are there."""
        ...

    def close(self) -> None:
        """Close, in whatever state."""
        ...


def direct_connection(
    origin: Origin,
    network: SyncNetwork,
    ssl_context: ssl.SSLContext,
    *,
    http2: bool = False,
) -> SyncConnection:
    """Return a connection to *origin* through *network*."""
    import httpcore

    backend: Any = network  # it has what httpcore needs, without a base class to load
    scheme, host, port = origin
    return httpcore.HTTPConnection(
        httpcore.Origin(scheme.encode("ascii"), host.encode("ascii"), port),
        ssl_context=ssl_context,
        http2=http2,
        network_backend=backend,
    )


def proxied_connection(
    proxy: httpx.Proxy,
    network: SyncNetwork,
    ssl_context: ssl.SSLContext,
    *,
    http2: bool = False,
) -> SyncConnection:
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
        return SyncProxied(httpcore.SOCKSProxy(**settings), address)
    http_proxy = httpcore.HTTPProxy(
        **settings, proxy_headers=proxy.headers.raw, proxy_ssl_context=proxy.ssl_context
    )
    return SyncProxied(http_proxy, address)


class SyncProxied:
    """
    A connection through a proxy, whose errors say that it is the proxy that can not be reached.

    Args:
        connection: What is connected.
        address: URL of the proxy, without its password.
    """

    def __init__(self, connection: SyncConnection, address: str) -> None:
        self._connection = connection
        self._address = address

    def handle_request(self, request: Any) -> Any:
        """Send the request, and return the response when its headers are there."""
        import httpcore

        try:
            return self._connection.handle_request(request)
        except httpcore.ConnectError as error:
            # Behind the proxy, only TLS can still fail in this way.
            if isinstance(error.__context__, ssl.SSLError):
                raise
            what = "no connection to the proxy " + self._address + ": " + str(error)
            raise httpcore.ProxyError(what) from error

    def close(self) -> None:
        """Close, in whatever state."""
        self._connection.close()


def is_closed(connection: SyncConnection) -> bool:
    """Tell whether a connection has ended."""
    import httpcore

    # A pool opens the next one by itself.
    return isinstance(connection, httpcore.ConnectionInterface) and connection.is_closed()
