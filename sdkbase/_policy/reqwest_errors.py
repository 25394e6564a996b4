"""From what pyreqwest raises to what httpx would have raised in its place."""

from __future__ import annotations

import re
import ssl
from typing import Any

import httpx

# Which step failed shows in the causes alone: the engine says "connect" also of a connection that
# was lost after the request was sent, and of a server that was silent.
_CONNECTING = "client error (Connect)"
_TLS = re.compile(r"certificate|tls|handshake|fatal alert", re.IGNORECASE)
_PROXY = re.compile(r"proxy|tunnel|socks", re.IGNORECASE)
_LOST = re.compile(r"reset|broken pipe|aborted|not connected|unreachable", re.IGNORECASE)


def httpx_error(error: Exception, *, proxied: bool) -> Exception:
    """
    Return what httpx raises in the same case; *error* itself if it is not the engine's.

    Args:
        error: What the engine raised.
        proxied: Whether the request went through a proxy.
    """
    names = {cls.__name__ for cls in type(error).__mro__}
    if "PyreqwestError" not in names:
        return error
    causes = _causes(error)
    told = ": ".join(dict.fromkeys(causes[-2:])) or str(error.args[0])
    connecting = _CONNECTING in causes
    if "RequestTimeoutError" in names:
        if "WriteTimeoutError" in names:
            return httpx.WriteTimeout(told)
        return httpx.ConnectTimeout(told) if connecting else httpx.ReadTimeout(told)
    if connecting:
        return _not_connected(told, proxied=proxied)
    if "NetworkError" in names and _LOST.search(told):
        return httpx.ReadError(told)
    return httpx.RemoteProtocolError(told)


def is_timeout(error: Exception) -> bool:
    """Tell whether one of the engine's time limits was reached."""
    return any(cls.__name__ == "RequestTimeoutError" for cls in type(error).__mro__)


def _causes(error: Exception) -> list[str]:
    details: dict[str, Any] = getattr(error, "details", None) or {}
    # The first one quotes the URL.
    return [cause["message"] for cause in details.get("causes") or ()][1:]


def _not_connected(told: str, *, proxied: bool) -> Exception:
    of_tls = _TLS.search(told) is not None
    # What follows may quote the name of a server.
    if proxied and (not of_tls or _PROXY.search(told.partition("certificate")[0])):
        return httpx.ProxyError(f"no connection through the proxy: {told}")
    failed = httpx.ConnectError(told)
    if of_tls:
        failed.__cause__ = ssl.SSLError(told)
    return failed
