"""Which cookies go along with a request."""

from __future__ import annotations

from typing import Any, cast

import httpx

from .._wire.call import Call
from ..errors import ConfigurationError


class CookieKeeper:
    """
    The cookies of a client; there is no jar before there is a cookie.

    Args:
        jar: The jar, if it is there already.
    """

    __slots__ = ("jar",)

    def __init__(self, jar: httpx.Cookies | None = None) -> None:
        self.jar: httpx.Cookies | None = jar

    def get(self) -> httpx.Cookies:
        """Return the jar."""
        if self.jar is None:
            self.jar = httpx.Cookies()
        return self.jar


def own_cookies(cookies: Any, http_client: Any) -> CookieKeeper:
    """
    Return the cookies of a client; the jar of a client of the user's stays in charge.

    Raises:
        ConfigurationError: Both are given.
    """
    if cookies is not None and not isinstance(cookies, httpx.Cookies | dict):
        kind = type(cookies).__name__
        raise ConfigurationError(f"cookies must be a dict or httpx.Cookies, got {kind}")
    if http_client is None:
        given = cast("dict[str, str] | None", cookies)
        return CookieKeeper(None if given is None else httpx.Cookies(given))
    if cookies is not None:
        raise ConfigurationError("http_client= is used as it is; set cookies= on it")
    return CookieKeeper(http_client.cookies)


def cookie_header(cookies: httpx.Cookies, call: Call) -> str | None:
    """
    Return the Cookie header for *call*, or None.

    A cookie without a domain was handed to the client by its user; it stays with the origin of
    the client's base URL. A cookie that a server set goes where the server said.
    """
    jar = cookies if call.trusted else _with_domain(cookies)
    request = httpx.Request(call.method, call.url)
    jar.set_cookie_header(request)
    header: str | None = request.headers.get("cookie")
    return header


def _with_domain(cookies: httpx.Cookies) -> httpx.Cookies:
    bound = httpx.Cookies()
    for cookie in cookies.jar:
        if cookie.domain:
            bound.jar.set_cookie(cookie)
    return bound
