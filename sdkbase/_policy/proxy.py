"""Which proxy a request goes through, by the environment variables that httpx honours too."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from urllib.request import getproxies, proxy_bypass

import httpx

from .._wire.url import Origin
from ..errors import ConfigurationError

_SYSTEM_SETTINGS = sys.platform in ("darwin", "win32")


class EnvironmentProxies:
    """
    The proxies of `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, read once.

    Args:
        proxies: Proxy URL by scheme; read from the environment if left out.
    """

    def __init__(self, proxies: Mapping[str, str] | None = None) -> None:
        self._proxies = _of_environment() if proxies is None else dict(proxies)

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return not self._proxies.keys() <= {"no"}

    def proxy_for(self, origin: Origin) -> str | None:
        """Return the URL of the proxy for *origin*, or None to connect directly."""
        scheme, host, port = origin
        proxy = self._proxies.get(scheme) or self._proxies.get("all")
        if not proxy or proxy_bypass(f"{host}:{port}"):
            return None
        return proxy if "://" in proxy else f"http://{proxy}"


def engine_proxy(proxy: str | httpx.URL | httpx.Proxy | None) -> httpx.Proxy | None:
    """
    Return *proxy* as httpx knows it, if the fast transport can use it.

    Raises:
        ConfigurationError: It is no URL of a proxy, or has an `ssl_context`.
    """
    checked = checked_proxy(
        proxy,
    )
    if checked is not None and checked.ssl_context is not None:
        raise ConfigurationError(
            "the fast transport can not take the ssl_context of a proxy; use the default transport"
        )
    return checked


def _of_environment() -> dict[str, str]:
    # Reading every value of the environment is half of what a client costs, so this looks at the
    # names first. Without a variable, macOS and Windows have settings of the system.
    if _SYSTEM_SETTINGS or any(name[-6:].lower() == "_proxy" for name in os.environ):
        return getproxies()
    return {}


def checked_proxy(proxy: str | httpx.URL | httpx.Proxy | None) -> httpx.Proxy | None:
    """
    Return *proxy* as httpx knows it.

    Raises:
        ConfigurationError: It is no URL of a proxy, or SOCKS is not installed.
    """
    if proxy is None:
        return None
    try:
        checked = proxy if isinstance(proxy, httpx.Proxy) else httpx.Proxy(proxy)
    except (httpx.InvalidURL, ValueError, TypeError):
        # The URL may hold a password, so the error does not show it.
        raise ConfigurationError(
            "proxy must be an httpx.Proxy or a URL such as http://localhost:3128"
        ) from None
    if checked.url.scheme.startswith("socks5"):
        from importlib.util import find_spec  # late: few proxies are SOCKS

        if find_spec("socksio") is None:
            raise ConfigurationError("a SOCKS proxy needs: pip install 'httpx[socks]'")
    return checked
