"""Bodies without secrets: those that are registered, and those that a field's name tells of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from .._observe.redacted import redacted_text
from .._wire.formats import JSON
from .._wire.redaction import MASK, is_sensitive, redact_bytes, redact_name, redact_url

_FORM = "application/x-www-form-urlencoded"


def masked_body(content: bytes, content_type: str, keep: Collection[str] = ()) -> bytes:
    """
    Return a body with every secret masked.

    In JSON and in forms, the text of a field whose name tells of a secret (`access_token`,
    `password`) is masked too. Numbers stay, so that typed models still read it.

    Args:
        content: The body, without content codings.
        content_type: What it says it is.
        keep: Names of fields that hold no secret, whatever their name tells.
    """
    if content_type.partition(";")[0].strip().lower() == _FORM:
        return redact_url(f"?{content.decode('latin-1')}")[1:].encode("latin-1")
    try:
        plain = JSON.tree(content)
    except (ValueError, RecursionError):
        return redact_bytes(content)
    masked = _masked(plain, keep)
    return content if masked == plain else JSON.untree(masked)


def _masked(plain: Any, keep: Collection[str]) -> Any:
    if isinstance(plain, str):
        return redacted_text(plain)
    if isinstance(plain, list):
        return [_masked(item, keep) for item in cast("list[Any]", plain)]
    if isinstance(plain, dict):
        fields = cast("dict[str, Any]", plain)
        return {redact_name(name): _field(name, item, keep) for name, item in fields.items()}
    return plain


def _field(name: str, item: Any, keep: Collection[str]) -> Any:
    hidden = isinstance(item, str) and is_sensitive(name) and name not in keep
    return MASK if hidden else _masked(item, keep)
