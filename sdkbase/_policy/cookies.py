"""Which cookies go along with a request."""

from __future__ import annotations

import httpx

from .._wire.call import Call


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
