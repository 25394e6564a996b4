"""Clients of httpx2 that are handed in, in the place of the default transport."""

from __future__ import annotations

from typing import Any

import httpx
import httpx2

from sdkbase import AsyncClock, PoolConfig, SyncClock
from sdkbase._async.httpx_transport import AsyncClientTransport
from sdkbase._sync.httpx_transport import SyncClientTransport
from sdkbase._wire.tls import Cert, Tls, Verify
from sdkbase.config import as_float


class AsyncHttpx2Transport(AsyncClientTransport):
    """Sends through an httpx2 client that has the settings of a default transport."""

    def __init__(self, **settings: Any) -> None:
        clock = settings.pop("clock", None)
        self._own = httpx2.AsyncClient(**client_settings(**settings))
        super().__init__(self._own, clock or AsyncClock())

    async def aclose(self) -> None:
        """Close the httpx2 client, which is nobody else's here."""
        await self._own.aclose()


class SyncHttpx2Transport(SyncClientTransport):
    """Sends through an httpx2 client that has the settings of a default transport."""

    def __init__(self, **settings: Any) -> None:
        clock = settings.pop("clock", None)
        self._own = httpx2.Client(**client_settings(**settings))
        super().__init__(self._own, clock or SyncClock())

    def close(self) -> None:
        """Close the httpx2 client, which is nobody else's here."""
        self._own.close()


def client_settings(
    *,
    pool_config: PoolConfig | None = None,
    verify: Verify = True,
    cert: Cert | None = None,
    proxy: str | httpx.URL | httpx.Proxy | None = None,
    trust_env: bool = True,
    http2: bool = False,
) -> dict[str, Any]:
    """Return what a client of httpx2 takes for the settings of a default transport."""
    pool = pool_config or PoolConfig()
    expiry = pool.keepalive_expiry
    return {
        "limits": httpx2.Limits(
            max_connections=pool.max_connections,
            max_keepalive_connections=pool.max_keepalive_connections,
            keepalive_expiry=None if expiry is None else as_float(expiry),
        ),
        # Made once: a context for each client would cost some 25 ms.
        "verify": Tls(verify, cert, trust_env=trust_env).context("https"),
        "proxy": proxy,
        "trust_env": trust_env,
        "http2": http2,
    }
