"""Which proxy a request goes through, by the environment variables that httpx honours too."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.request import getproxies, proxy_bypass

from .._wire.url import Origin


class EnvironmentProxies:
    """
    The proxies of `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, read once.

    Args:
        proxies: Proxy URL by scheme; read from the environment if left out.
    """

    def __init__(self, proxies: Mapping[str, str] | None = None) -> None:
        self._proxies = getproxies() if proxies is None else dict(proxies)

    def proxy_for(self, origin: Origin) -> str | None:
        """Return the URL of the proxy for *origin*, or None to connect directly."""
        scheme, host, port = origin
        proxy = self._proxies.get(scheme) or self._proxies.get("all")
        if not proxy or proxy_bypass(f"{host}:{port}"):
            return None
        return proxy if "://" in proxy else f"http://{proxy}"
