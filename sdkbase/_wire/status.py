"""Statuses: from an answer that is not 2xx to the error that tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec

from ..errors import StatusError
from .call import Call
from .codec import shortened
from .error_body import ErrorBody, error_body
from .error_policy import ErrorPolicy
from .redaction import redact_text, register_headers
from .reply import Reply

_DETAIL_DEPTH = 4
_DETAIL_FIELDS = ("detail", "message", "error_description", "title", "error", "errors", "msg")

# What lists the fields that were wrong: in RFC 9457 (section 3), JSON:API, FastAPI and others.
_FIELD_LISTS = ("errors", "detail", "details", "violations", "invalid_params", "invalid-params")
_FIELD_NAMES = ("field", "loc", "pointer", "parameter", "path", "param", "name", "property")
_FIELD_TEXTS = (*_DETAIL_FIELDS, "reason", "description", "code")
_MAX_FIELDS = 3

_SHORT_TEXT = 1000
_TITLE = r"(?i)<title[^>]*>([^<]*)</title"
_TITLE_WINDOW = 4096

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
    detail = _detail_of(body, reply)
    reason = shortened(redact_text(reply.reason))
    message = f"{call.method} {call.template} -> {reply.status_code} {reason}".rstrip()
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


def _detail_of(body: ErrorBody, reply: Reply) -> str:
    if isinstance(body.plain, str):
        text = _sentence_of_text(body.plain)
        known = (reply.reason.lower(), f"{reply.status_code} {reply.reason}".lower())
        return "" if text.rstrip(".!").lower() in known else text
    sentence = sentence_of(body.value) or sentence_of(body.plain)
    fields = list(_field_errors(body.plain))
    if any(sentence == shortened(text) for _, text in fields):
        sentence = ""
    told = shortened("; ".join(f"{name}: {text}" for name, text in fields[:_MAX_FIELDS]))
    if len(fields) > _MAX_FIELDS:
        told += f" and {len(fields) - _MAX_FIELDS} more"
    return f"{sentence} ({told})" if sentence and told else sentence or told


def _sentence_of_text(text: str) -> str:
    """Return a text that is short enough to be a sentence, of a page its title, or nothing."""
    text = text.strip()
    if text.startswith("<"):
        from html import unescape  # late: it brings a table of 2,231 entities

        title = re.search(_TITLE, text[:_TITLE_WINDOW])
        text = unescape(title[1]) if title else ""
    elif text.startswith(("{", "[")) or len(text) > _SHORT_TEXT:  # broken JSON, or a log
        return ""
    text = " ".join(text.split())
    # Masked once more, because a page may spell a secret with entities.
    return shortened(redact_text(text)) if text.isprintable() and "\ufffd" not in text else ""


def _field_errors(plain: Any) -> Iterator[tuple[str, str]]:
    """Yield the name of each field that a body says was wrong, and what was wrong with it."""
    outer = _object(plain)
    for body in (outer, _object(outer.get("error"))):
        for name in _FIELD_LISTS:
            given = body.get(name)
            if isinstance(given, list):
                yield from filter(all, map(_field_error, cast("list[Any]", given)))
            else:
                yield from _fields_by_name(_object(given))


def _fields_by_name(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    # A list for each, or any object would do.
    for name, texts in given.items():
        if isinstance(name, str) and isinstance(texts, list) and (text := _found(texts, 0)):
            yield name, text


def _field_error(item: Any) -> tuple[str, str]:
    fields = _object(item)
    places = {**_object(fields.get("source")), **fields}  # JSON:API has a source
    names = (_field_name(places.get(name)) for name in _FIELD_NAMES)
    texts = (fields.get(name) for name in _FIELD_TEXTS)
    text = next((text for text in texts if text and isinstance(text, str)), "")
    return next(filter(None, names), ""), " ".join(text.split())


def _object(given: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", given) if isinstance(given, Mapping) else {}


def _field_name(given: Any) -> str:
    if isinstance(given, list):  # the way to the field
        names = cast("list[Any]", given)
        given = ".".join(str(name) for name in names if isinstance(name, str | int))
    return " ".join(given.split()) if isinstance(given, str) else ""


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
