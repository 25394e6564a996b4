"""Statuses: from an answer that is not 2xx to the error that tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from ..errors import StatusError
from .call import Call
from .codec import shortened
from .error_body import error_body
from .error_policy import ErrorPolicy
from .redaction import redact_text, register_headers
from .reply import Reply

_DETAIL_DEPTH = 4
_DETAIL_FIELDS = ("detail", "message", "error_description", "title", "error", "errors", "msg")

_NO_POLICY = ErrorPolicy()


def status_error(
    call: Call,
    reply: Reply,
    *,
    policy: ErrorPolicy = _NO_POLICY,
    retry_after: float | None = None,
) -> StatusError:
    """
    Return the error of a reply whose status is not 2xx.

    Args:
        call: What was asked.
        reply: What came; its body may be broken, the status is never lost.
        policy: What the SDK declares about the API's errors.
        retry_after: Seconds that the server asked to wait.
    """
    register_headers(call.headers)
    body = error_body(reply, policy.models_for(reply.status_code))
    kind = policy.kind_of(reply, body.plain)
    detail = sentence_of(body.value) or sentence_of(body.plain)
    message = f"{call.method} {call.template} -> {reply.status_code} {reply.reason}".rstrip()
    error = policy.class_for(reply.status_code, kind)(
        redact_text(f"{message}: {detail}" if detail else message),
        request=call.redacted_request(),
        response=reply.redacted_response(call),
        template=call.template,
        body=body.value,
        plain=body.plain,
        code=None if kind is None else redact_text(kind),
        retry_after=retry_after,
    )
    if reply.broken is not None:
        error.__cause__ = reply.broken
        error.add_note(f"its body is not whole: {type(reply.broken).__name__}: {reply.broken}")
    return error


def sentence_of(body: Any) -> str:
    """Return the sentence of an error body that tells a person what was wrong, cut, or nothing."""
    if isinstance(body, list) and body:
        body = cast("list[Any]", body)[0]
    return "" if isinstance(body, str) else shortened(_found(body, 0))


def _found(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return _found(items[0], depth + 1) if items and depth <= _DETAIL_DEPTH else ""
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if not isinstance(value, Mapping) or depth > _DETAIL_DEPTH:
        return ""
    fields = cast("Mapping[str, Any]", value)
    found = (_found(fields[name], depth + 1) for name in _DETAIL_FIELDS if name in fields)
    return next((text for text in found if text), "")
