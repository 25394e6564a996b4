"""
Redirects: where the next request goes, as what, and what it must not carry.

RFC 9110, section 15.4. Credentials stay with the origin they were meant for.
"""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from .._wire.body import NO_BODY
from .._wire.call import Call
from .._wire.headers import Headers
from .._wire.redaction import is_sensitive, redact_url
from .._wire.reply import Reply
from .._wire.text import shortened
from .._wire.url import is_ambiguous, origin_of, parse_url, split_userinfo
from ..errors import InvalidRequestError, RedirectError
from .auth.places import drop_added_params

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEP_METHOD = frozenset({307, 308})

# What may cross to another origin: what describes the wish or the body, never who asks.
_CROSS_ORIGIN = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "content-encoding",
        "content-language",
        "content-length",
        "content-type",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "range",
        "transfer-encoding",
        "user-agent",
    }
)


# What a client adds to a request to any origin. Cookies that have a domain the call has already.
_ADDED_TO_EVERY_REQUEST = _CROSS_ORIGIN | {"connection", "host"}


class Redirects:
    """
    The redirects of one call.

    Args:
        limit: How many are followed.
    """

    __slots__ = ("_limit", "_seen")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._seen: list[tuple[str, str]] = []

    def next_call(self, call: Call, reply: Reply) -> Call | None:
        """
        Return the call that follows the redirect in *reply*, or None if it is no redirect.

        Raises:
            RedirectError: It leads too far, in a circle, from https to http, to no valid URL, or
                needs a body that can not be sent again.
        """
        location = _location(reply)
        if reply.status_code not in _REDIRECTS or location is None:
            return None
        target = self._target(call, location)
        if reply.call is not None and origin_of(target) != call.origin:
            target = drop_added_params(target, call.url, reply.call.url)
        self._seen.append((call.method, call.url))
        followed = _rewritten(call, reply.status_code, target)
        if len(self._seen) > self._limit:
            raise _refused(call, f"more than {self._limit} redirects")
        # A server may set a cookie and send the client back to where it came from.
        may_return = reply.header(b"set-cookie") is not None
        if not may_return and (followed.method, followed.url) in self._seen:
            raise _refused(call, f"a loop: {shortened(redact_url(followed.url))} was asked before")
        return followed

    def _target(self, call: Call, location: str) -> str:
        try:
            if is_ambiguous(location):
                raise ValueError
            joined = parse_url(call.url).join(location)
            if not joined.fragment and (fragment := parse_url(call.url).fragment):
                joined = joined.copy_with(fragment=fragment)
            # Whoever is named before the @ is the server's idea, and no one to log in as.
            target = split_userinfo(str(joined))[0]
            parse_url(target)
        except (httpx.InvalidURL, InvalidRequestError, ValueError):
            raise _refused(call, f"to no valid URL: {shortened(redact_url(location))!r}") from None
        if call.origin[0] == "https" and not target.startswith("https:"):
            raise _refused(call, f"from https to http: {shortened(redact_url(target))}")
        return target


def _location(reply: Reply) -> str | None:
    raw = reply.header(b"location")
    if raw is None or raw.isascii():
        return raw
    # Not allowed, but sent: browsers and httpx take the bytes for UTF-8.
    return raw.encode("latin-1").decode("utf-8", errors="replace")


def drop_added_credentials(call: Call, request: httpx.Request) -> None:
    """
    Take back what an interceptor put into a request that leaves the client's own origin.

    An interceptor that signs every request does not know of redirects; what it adds under a name
    that tells of a credential, or under one of the client's own headers, stays at home.
    """
    for name in list(request.headers):
        if name not in call.headers and (is_sensitive(name) or name in call.owned):
            del request.headers[name]


def foreign_names(sent: Iterable[str], own: Headers) -> list[str]:
    """
    Return the names among *sent* that must not leave for another origin.

    Args:
        sent: Names of the headers that a client of the user's would send.
        own: Headers of the call itself.
    """
    return [name for name in sent if name not in own and name not in _ADDED_TO_EVERY_REQUEST]


def _rewritten(call: Call, status: int, target: str) -> Call:
    method, body, headers = call.method, call.body, dict(call.headers)
    becomes_get = (status == 303 and method != "HEAD") or (
        status in (301, 302) and method == "POST"
    )
    if becomes_get:
        method, body = "GET", NO_BODY
        headers = _without_body_fields(headers)
    elif not body.replayable:
        raise _refused(call, "the body can not be sent again")
    followed = call.replace(method=method, url=target, headers=headers, body=body)
    if followed.origin != call.origin:
        return followed.replace(headers=_crossing(followed), trusted=False)
    return followed


def _without_body_fields(headers: Headers) -> Headers:
    return {
        name: value
        for name, value in headers.items()
        if not name.startswith("content-") and name != "transfer-encoding"
    }


def _crossing(call: Call) -> Headers:
    return {
        name: value
        for name, value in call.headers.items()
        if name in _CROSS_ORIGIN and name not in call.owned
    }


def _refused(call: Call, reason: str) -> RedirectError:
    return RedirectError(
        f"{call.method} {call.template}: redirect refused: {reason}",
        request=call.redacted_request(),
        template=call.template,
    )
