"""Which cookies go along with a request."""

from __future__ import annotations

from typing import Any, cast

import httpx

from .._wire.call import Call
from ..errors import ConfigurationError


def own_cookies(cookies: Any, http_client: Any) -> httpx.Cookies:
    """
    Return the cookie jar of a client; that of a client of the user's stays in charge.

    Raises:
        ConfigurationError: Both are given.
    """
    if cookies is not None and not isinstance(cookies, httpx.Cookies | dict):
        kind = type(cookies).__name__
        raise ConfigurationError(f"cookies must be a dict or httpx.Cookies, got {kind}")
    if http_client is None:
        return httpx.Cookies(cast("dict[str, str] | None", cookies))
    if cookies is not None:
        raise ConfigurationError("http_client= is used as it is; set cookies= on it")
    jar: httpx.Cookies = http_client.cookies
    return jar


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
