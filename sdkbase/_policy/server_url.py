"""URLs that a server gave: a redirect, a next page, an upload session, a result."""

from __future__ import annotations

import httpx

from .._wire.redaction import redact_url
from .._wire.url import (
    BaseUrl,
    is_absolute,
    is_ambiguous,
    origin_of,
    parse_url,
    split_userinfo,
)
from ..errors import InvalidRequestError


def server_url(base: BaseUrl, url: str, *, allow_other_origin: bool) -> tuple[str, bool]:
    """
    Return the absolute URL of what a server gave, and whether credentials may go there.

    Args:
        base: The client's base URL.
        url: What the server gave: absolute, or relative to *base*.
        allow_other_origin: Whether it may lead elsewhere, then without credentials.

    Raises:
        InvalidRequestError: It leads to another origin, from https to http, or to no valid URL.
    """
    if not isinstance(url, str):
        raise InvalidRequestError(f"url must be a string that the server gave, got {url!r}")
    absolute = _joined(base, url)
    if base.owns(absolute):
        return absolute, True
    if base.origin is not None and base.origin[0] == "https" and origin_of(absolute)[0] == "http":
        raise InvalidRequestError(f"url {redact_url(url)!r} leads from https to http")
    if not allow_other_origin:
        raise InvalidRequestError(
            f"url {redact_url(url)!r} leads to another origin than the client's base_url; "
            "pass allow_other_origin=True to send the call there, without credentials"
        )
    return absolute, False


def _joined(base: BaseUrl, url: str) -> str:
    relative = str(base) and not is_absolute(url)
    if is_ambiguous(url):
        raise InvalidRequestError(f"url {redact_url(url)!r} is not valid: it may name a host")
    try:
        absolute = str(httpx.URL(f"{base}/").join(url)) if relative else url
    except (httpx.InvalidURL, ValueError) as error:
        raise InvalidRequestError(f"url {redact_url(url)!r} is not valid: {error}") from None
    # User info would become an Authorization header, and is shown where URLs are.
    return split_userinfo(str(parse_url(absolute)))[0]
