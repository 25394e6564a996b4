"""Statuses: from an answer that is not 2xx to the error that tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from ..errors import StatusError, status_error_class
from .call import Call
from .codec import BOM, decode_text, shortened
from .redaction import redact_bytes, redact_text, register_headers
from .reply import Reply

_DETAIL_DEPTH = 3
_DETAIL_FIELDS = ("detail", "message", "error_description", "title", "error", "msg")


def status_error(
    call: Call, reply: Reply, *, error_model: Any = None, retry_after: float | None = None
) -> StatusError:
    """
    Return the error of a reply whose status is not 2xx.

    Args:
        call: What was asked.
        reply: What came; its body may be broken, the status is never lost.
        error_model: The type of the API's error bodies, if the SDK declares one.
        retry_after: Seconds that the server asked to wait.
    """
    register_headers(call.headers)
    body = _error_body(reply, error_model)
    detail = _detail(body)
    message = f"{call.method} {call.template} -> {reply.status_code} {reply.reason}".rstrip()
    return status_error_class(reply.status_code)(
        redact_text(f"{message}: {detail}" if detail else message),
        request=call.redacted_request(),
        response=reply.redacted_response(call),
        template=call.template,
        body=body,
        retry_after=retry_after,
    )


def _error_body(reply: Reply, error_model: Any) -> Any:
    content = redact_bytes(reply.body_or_content().removeprefix(BOM))
    for model in (error_model, Any):
        if model is not None:
            try:
                return msgspec.json.decode(content, type=model)
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
                continue
    return decode_text(content, reply.header(b"content-type")) if content else None


def _detail(body: Any, depth: int = 0) -> str:
    """Find the sentence in an error body that tells a person what was wrong."""
    if isinstance(body, msgspec.Struct):
        body = msgspec.structs.asdict(body)
    if not isinstance(body, Mapping) or depth > _DETAIL_DEPTH:
        return ""
    fields = cast("Mapping[str, Any]", body)
    for name in _DETAIL_FIELDS:
        value = fields.get(name)
        found = value if isinstance(value, str) else _detail(value, depth + 1)
        if text := " ".join(found.split()):
            return shortened(redact_text(text))
    return ""
