"""Statuses: from an answer that is not 2xx to the error that tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from ..errors import StatusError, status_error_class
from .call import Call
from .codec import reply_text
from .redaction import redact_bytes, redact_text
from .reply import Reply

_DETAIL_LENGTH = 200
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
    content = redact_bytes(reply.body_or_content())
    for model in (error_model, Any):
        if model is not None:
            try:
                return msgspec.json.decode(content, type=model)
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
                continue
    if not content:
        return None
    plain = Reply(reply.status_code, _without_coding(reply), content)
    return reply_text(plain)


def _without_coding(reply: Reply) -> list[tuple[bytes, bytes]]:
    return [field for field in reply.headers if field[0].lower() != b"content-encoding"]


def _detail(body: Any) -> str:
    """Find the sentence in an error body that tells a person what was wrong."""
    if isinstance(body, msgspec.Struct):
        body = msgspec.structs.asdict(body)
    if not isinstance(body, Mapping):
        return ""
    fields = cast("Mapping[str, Any]", body)
    for name in _DETAIL_FIELDS:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            text = " ".join(value.split())
            return text if len(text) <= _DETAIL_LENGTH else f"{text[:_DETAIL_LENGTH]}…"
        if isinstance(value, Mapping) and (inner := _detail(value)):
            return inner
    return ""
