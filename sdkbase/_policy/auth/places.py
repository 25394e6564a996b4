"""Where a key goes besides a header: into the query or into a cookie."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx

from ..._wire.call import Call
from ..._wire.query import add_query
from ..._wire.redaction import MASK
from ..._wire.url import parse_url

# RFC 6265, section 4.1.1 (cookie-octet), and RFC 9110, section 5.6.2 (token).
_COOKIE_VALUE = r"[!#-+\--:<-\[\]-~]+"
_COOKIE_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"


def check_query_value(value: str) -> None:
    """
    Make sure that *value* can stand in a query.

    Raises:
        ValueError: It can not; does not show it.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("has no UTF-8 form") from None


def check_cookie_value(value: str) -> None:
    """
    Make sure that *value* can stand in a cookie.

    Raises:
        ValueError: It can not; does not show it.
    """
    if not re.fullmatch(_COOKIE_VALUE, value):
        raise ValueError("holds characters that a cookie can not carry")


def is_cookie_name(name: str) -> bool:
    """Tell whether a cookie may have this name."""
    return re.fullmatch(_COOKIE_NAME, name) is not None


def in_query(call: Call, name: str, key: str) -> Call:
    """Return *call* with the key in its query, unless it has a parameter of that name itself."""
    if name in parse_url(call.url).params:
        return call
    return call.replace(
        url=add_query(
            call.url,
            f"{quote(name, safe='')}={quote(key, safe='')}",
        )
    )


def in_cookie(call: Call, name: str, key: str) -> Call:
    """
    Return *call* with the key among its cookies.

    It takes the place of a cookie that a server set under the same name. One that the call itself
    gives stays, and a Cookie header that the call took away stays away.
    """
    pairs = [pair for pair in call.headers.get("cookie", "").split("; ") if pair]
    if "cookie" in call.given and (not pairs or any(_is_called(name, pair) for pair in pairs)):
        return call
    others = [pair for pair in pairs if not _is_called(name, pair)]
    return call.with_headers({"cookie": "; ".join([*others, f"{name}={key}"])})


def _is_called(name: str, pair: str) -> bool:
    return pair.partition("=")[0] == name


def without_key(url: str, name: str) -> str:
    """Return *url* with the value of the parameter *name* masked."""
    pattern = rf"([?&]{re.escape(quote(name, safe=''))}=)[^&#]*"
    return re.sub(pattern, rf"\g<1>{MASK}", url)


def drop_added_params(target: str, call_url: str, sent_url: str) -> str:
    """
    Return *target*, a redirect's to another origin, without what auth had put into the query.

    Args:
        target: Where a server that was asked for *sent_url* leads.
        call_url: The URL of the call, before auth put a key into its query.
        sent_url: The URL that was sent.
    """
    added = parse_url(sent_url).params.keys() - parse_url(call_url).params.keys()
    found = httpx.URL(target)
    names = added & found.params.keys()
    if not names:
        return target
    for name in names:
        found = found.copy_remove_param(name)
    return str(found)
