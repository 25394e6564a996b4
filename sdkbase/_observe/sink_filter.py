"""The last barrier before a sink: no registered secret passes, whoever logs it."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from .._wire.redaction import redact_text

if TYPE_CHECKING:
    from loguru import Record

_PLAIN = (int, float, bool, type(None))


def without_secrets(record: Record) -> bool:
    """
    Mask the registered secrets in a loguru record's message, extras and exception.

    A record without secrets stays as it is. loguru shares records among its handlers, so those
    that come later see the masked text too.

    Returns:
        True always: as a loguru filter, let every record through.
    """
    record["message"] = redact_text(record["message"])
    extra = record["extra"]
    masked = {key: _masked(value) for key, value in extra.items()}
    if any(masked[key] is not extra[key] for key in extra):
        record["extra"] = masked
    _mask_exception(record)
    return True


def _masked(value: Any) -> Any:
    if isinstance(value, _PLAIN):
        return value
    text = str(value)
    masked = redact_text(text)
    return value if masked == text else masked


def _mask_exception(record: Record) -> None:
    exception = record["exception"]
    if exception is None or exception.value is None:
        return
    text = "".join(traceback.format_exception(exception.value))
    masked = redact_text(text)
    if masked != text:
        # loguru renders the exception itself, so the masked traceback takes its place as text.
        record["message"] += f"\n{masked}"
        record["exception"] = None
