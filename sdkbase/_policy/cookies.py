"""Which cookies go along with a request."""

from __future__ import annotations

import re
from typing import Any, cast

import httpx

from .._wire.call import Call
from ..errors import ConfigurationError, InvalidRequestError

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


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

    Raises:
        InvalidRequestError: A cookie of the user's could not be sent, or would break the message.
    """
    jar = cookies if call.trusted else _with_domain(cookies)
    header = _header(jar, call)
    return _header(_sendable(jar), call) if header and _CONTROL.search(header) else header


def _header(jar: httpx.Cookies, call: Call) -> str | None:
    request = httpx.Request(call.method, call.url)
    # As httpx reads them. Headers carry the bytes as Latin-1.
    request.headers.encoding = "utf-8"
    try:
        jar.set_cookie_header(request)
    except UnicodeEncodeError:
        raise InvalidRequestError("a cookie of the client has no UTF-8 form") from None
    header: str | None = request.headers.get("cookie")
    return None if header is None else header.encode().decode("latin-1")


def _sendable(cookies: httpx.Cookies) -> httpx.Cookies:
    """Return what a server set in good order; the other cookies must not break later calls."""
    sendable = httpx.Cookies()
    for cookie in cookies.jar:
        if not _CONTROL.search(f"{cookie.name}{cookie.value}"):
            sendable.jar.set_cookie(cookie)
        elif not cookie.domain:
            raise InvalidRequestError(
                f"cookie {cookie.name!r} holds a line break or control character, which HTTP does "
                "not allow"
            )
    return sendable


def _with_domain(cookies: httpx.Cookies) -> httpx.Cookies:
    bound = httpx.Cookies()
    for cookie in cookies.jar:
        if cookie.domain:
            bound.jar.set_cookie(cookie)
    return bound
