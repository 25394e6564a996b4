"""From the bytes of an error's body to what `StatusError.body` holds; never an error of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, cast

import msgspec

from ..errors import ProblemDetails, converted, is_problem
from .codec import BOM, decode_text, decoder_for
from .formats import JSON, MSGPACK, UNREADABLE, format_of
from .redaction import redact_name, redact_text
from .reply import Reply

_PROBLEM = "application/problem+json"
_MISSING = object()


class ErrorBody(NamedTuple):
    """An error's body, every secret masked."""

    plain: Any
    """JSON or msgpack as builtins, else text; None if the body is empty."""
    value: Any
    """The same as the model that it fits, if any."""


def error_body(reply: Reply, models: Iterable[Any]) -> ErrorBody:
    """
    Return the body of an error.

    Args:
        reply: What came; its body may be broken, cut short or not what its type says.
        models: Types of the API's error bodies; the first that fits is taken.
    """
    content = reply.body_or_content().removeprefix(BOM)
    if not content:
        return ErrorBody(None, None)
    kind = _media_type(reply)
    plain: Any = _decoded(content, kind)
    if plain is _MISSING or (kind.startswith("text/") and type(plain) not in (dict, list)):
        plain = redact_text(decode_text(content, reply.header(b"content-type")))
    problem = (ProblemDetails,) if kind == _PROBLEM else ()
    fits = (_fit(plain, model) for model in (*models, *problem))
    return ErrorBody(plain, next((fit for fit in fits if fit is not _MISSING), plain))


def _media_type(reply: Reply) -> str:
    return (reply.header(b"content-type") or "").partition(";")[0].strip().lower()


def _decoded(content: bytes, kind: str) -> Any:
    decode = msgspec.msgpack.decode if format_of(kind) is MSGPACK else msgspec.json.decode
    try:
        return _masked(decode(content))
    except UNREADABLE:
        return _MISSING


def _fit(plain: Any, model: Any) -> Any:
    try:
        if is_problem(model) or model is str:
            return converted(plain, model)
        return decoder_for(model).loads(JSON.untree(plain))
    except Exception:  # a model may run code of its author's, and the status must not be lost to it
        return _MISSING


def _masked(plain: Any) -> Any:
    # Masked when it is decoded, because JSON has several spellings for one string.
    text = "\0".join(_strings(plain))
    return plain if redact_text(text) == text else _with_masks(plain)


def _strings(plain: Any) -> Iterator[str]:
    waiting: list[Any] = [plain]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, bytes):
            yield item.decode("latin-1")
        elif isinstance(item, dict):
            fields = cast("dict[Any, Any]", item)
            waiting += [*fields, *fields.values()]
        elif isinstance(item, list | tuple):
            waiting += cast("list[Any]", item)


def _masked_name(name: Any) -> Any:
    return redact_name(name) if isinstance(name, str) else _with_masks(name)


def _with_masks(plain: Any) -> Any:
    if isinstance(plain, str):
        return redact_text(plain)
    if isinstance(plain, bytes):
        return redact_text(plain.decode("latin-1")).encode("latin-1")
    if isinstance(plain, dict):
        fields = cast("dict[Any, Any]", plain)
        return {_masked_name(name): _with_masks(value) for name, value in fields.items()}
    if isinstance(plain, list):
        return [_with_masks(item) for item in cast("list[Any]", plain)]
    if isinstance(plain, tuple):  # a key of msgpack
        return tuple(_with_masks(item) for item in cast("tuple[Any, ...]", plain))
    return plain
