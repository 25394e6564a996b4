"""Files, and the part of one that a client still needs (RFC 9110, sections 13.1.5 and 14)."""

import base64
import hashlib
import re

from .problem import Problem
from .wire import Request, Response

_ONE_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})", re.IGNORECASE)


def file_response(request: Request, content: bytes, media_type: str) -> Response:
    """
    Answer with *content*, or with the range of it that is asked for; several count as none.

    Raises:
        Problem: 416, the range begins after the end.
    """
    digest = hashlib.sha256(content).digest()
    etag = f'"{digest.hex()[:16]}"'
    headers = [
        ("Accept-Ranges", "bytes"),
        ("ETag", etag),
        ("Repr-Digest", f"sha-256=:{base64.b64encode(digest).decode()}:"),
    ]
    wanted = _wanted(request, etag, len(content))
    if wanted is None:
        return Response(200, content, media_type, headers)
    span = f"bytes {wanted.start}-{wanted.stop - 1}/{len(content)}"
    part = content[wanted.start : wanted.stop]
    return Response(206, part, media_type, [*headers, ("Content-Range", span)])


def _wanted(request: Request, etag: str, size: int) -> range | None:
    """Return the range to send, or None for the whole."""
    given = _ONE_RANGE.fullmatch(request.header("range") or "")
    if request.method != "GET" or given is None or request.header("if-range") not in (None, etag):
        return None
    first, last = int(given[1]), int(given[2] or size - 1)
    if first >= size:
        unsatisfied = [("Content-Range", f"bytes */{size}")]
        raise Problem(416, f"The file has {size} bytes.", headers=unsatisfied)
    return range(first, min(last + 1, size)) if last >= first else None
