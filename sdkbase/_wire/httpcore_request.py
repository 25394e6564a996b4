"""A call as httpcore sends it, without an httpx object in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from .._concurrency import AnyBody
from .call import Call
from .headers import raw_headers
from .url import parse_url

if TYPE_CHECKING:
    import httpcore

# Where one of these is set, the body's length is told already.
_FRAMING = frozenset({"content-length", "transfer-encoding"})
# Methods whose requests say that they have no body (RFC 9110, section 8.6).
_SAY_EMPTY = frozenset({"POST", "PUT", "PATCH"})


def httpcore_request(call: Call, extensions: dict[str, Any]) -> httpcore.Request:
    """
    Return the request to hand to httpcore.

    Args:
        call: The request. If an httpx request was made of it, that is what is sent.
        extensions: As httpcore takes them.
    """
    import httpcore  # late: importing sdkbase does not load the network code

    made = call.http_request
    url = parse_url(call.url) if made is None else made.url
    return httpcore.Request(
        call.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=_headers(call, url.netloc) if made is None else made.headers.raw,
        content=_sendable(content_of(call)),
        extensions=extensions if made is None else {**made.extensions, **extensions},
    )


def _headers(call: Call, host: bytes) -> list[tuple[bytes, bytes]]:
    raw = [(b"host", host)] if "host" not in call.headers else []
    raw += raw_headers(call.headers)
    if call.headers.keys() & _FRAMING:
        return raw
    content = call.body.content
    if content is not None:
        raw.append((b"content-length", b"%d" % len(content)))
    elif call.body.stream is None and call.method in _SAY_EMPTY:
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
