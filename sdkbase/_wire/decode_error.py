"""The error that tells what came instead of what was asked for."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ..errors import DecodeError
from .call import Call
from .formats import JSON, format_of
from .header_model import is_header_model
from .redaction import redact_bytes, redact_text, register_headers
from .reply import Reply
from .text import BOM, EXCERPT_LENGTH, shortened
from .type_names import type_name

_MASKED_WINDOW = 16_384
_PATH = r" - at `(.+)`$"
_HTML = rb"(?i)\s*<(?:!doctype\s+html|html|head|body)\b"
_JSON_START = rb"\s*[\[{\"0-9tfn-]"


def decode_error(call: Call, reply: Reply, cast_to: Any, error: Exception) -> DecodeError:
    """Return the error that tells what came instead of the type."""
    register_headers(call.headers)
    reason = shortened(redact_text(_reason(reply, cast_to, error)))
    found = re.search(_PATH, str(error))
    return DecodeError(
        f"{call.method} {call.template} -> {reply.status_code}: {_part(reply, cast_to)} not a "
        f"valid {type_name(cast_to)}: {reason}",
        request=call.redacted_request(),
        response=reply.redacted_response(call),
        template=call.template,
        path=found.group(1) if found else None,
        excerpt=_excerpt(reply),
    )


def _part(reply: Reply, cast_to: Any) -> str:
    if is_header_model(cast_to):
        return "headers are"
    content_type = shortened(redact_text(reply.header(b"content-type") or "no content type"))
    return f"body ({content_type}, {len(reply.body)} bytes) is"


def _reason(reply: Reply, cast_to: Any, error: Exception) -> str:
    if is_header_model(cast_to):
        return str(error)
    if not reply.body:
        return "it is empty; use cast_to=None for calls that return nothing"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 ({error.reason} at byte {error.start})"
    if isinstance(error, msgspec.ValidationError):
        return str(error)
    return f"{_what_it_is(reply)}{error}"


def _what_it_is(reply: Reply) -> str:
    """Return what a body that is not in its format looks like, or nothing if that is no help."""
    if format_of(reply.header(b"content-type")) is not JSON:
        return ""
    body = reply.body.removeprefix(BOM)
    if re.match(_HTML, body):
        return "it is an HTML page; "
    return "" if re.match(_JSON_START, body) else "it is no JSON but other text; "


def _excerpt(reply: Reply) -> str:
    # A window far wider than the excerpt is masked, so that no secret is cut in two first.
    window = redact_bytes(reply.body[:_MASKED_WINDOW])
    return window.decode("utf-8", errors="replace")[:EXCERPT_LENGTH]
