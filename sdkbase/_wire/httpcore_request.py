"""A call as httpcore sends it, without an httpx object in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from .._concurrency import AnyBody
from .call import Call
from .headers import raw_headers
from .url import site_and_target, site_of

if TYPE_CHECKING:
    import httpcore

# Where one of these is set, the body's length is told already.
FRAMING = frozenset({"content-length", "transfer-encoding"})
# Methods whose requests say that they have no body (RFC 9110, section 8.6).
SAY_EMPTY = frozenset({"POST", "PUT", "PATCH"})


def httpcore_request(call: Call, extensions: dict[str, Any]) -> httpcore.Request:
    """
    Return the request to hand to httpcore.

    Args:
        call: The request. If an httpx request was made of it, that is what is sent.
        extensions: As httpcore takes them.
    """
    import httpcore  # late: importing sdkbase does not load the network code

    made = call.http_request
    if made is None:
        site, target = site_and_target(call.url)
        headers = _headers(call, site.netloc)
    else:
        site, target = site_of(made.url), made.url.raw_path
        headers = made.headers.raw
        extensions = {**made.extensions, **extensions}
    return httpcore.Request(
        call.method,
        httpcore.URL(scheme=site.scheme, host=site.host, port=site.port, target=target),
        headers=headers,
        content=_sendable(content_of(call)),
        extensions=extensions,
    )


def _headers(call: Call, host: bytes) -> list[tuple[bytes, bytes]]:
    raw = [(b"host", host)] if "host" not in call.headers else []
    raw += raw_headers(call.headers)
    if call.headers.keys() & FRAMING:
        return raw
    content = call.body.content
    if content is not None:
        raw.append((b"content-length", b"%d" % len(content)))
    elif call.body.stream is None and call.method in SAY_EMPTY:
        raw.append((b"content-length", b"0"))
    return raw


def content_of(call: Call) -> Any:
    """Return the body to send, bytes, None or a stream, as an interceptor may have left it."""
    made = call.http_request
    if made is None:
        return call.body.content if call.body.stream is None else call.body.stream
    return made.content if isinstance(made.stream, httpx.ByteStream) else made.stream


def _sendable(content: Any) -> Any:
    return AnyBody(content or b"") if content is None or isinstance(content, bytes) else content
