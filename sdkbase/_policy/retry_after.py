"""Retry-After: how long the server wants to be left alone (RFC 9110, section 10.2.3)."""

from __future__ import annotations

import re

from .._wire.http_date import http_timestamp
from .._wire.reply import Reply

_DECIMAL = r"[0-9]{1,15}(\.[0-9]*)?"


def retry_after_of(reply: Reply, wall_time: float) -> float | None:
    """
    Return the seconds that *reply* asks to wait, or None if it does not or can not be read.

    `retry-after-ms` wins over `Retry-After`. A date is compared with the response's own `Date`
    where there is one, so that a wrong clock on either side does not matter.

    Args:
        reply: The answer.
        wall_time: Seconds since the epoch.
    """
    if (milliseconds := reply.header(b"retry-after-ms")) is not None:
        seconds = _number(milliseconds)
        if seconds is not None:
            return seconds / 1000
    value = reply.header(b"retry-after")
    if value is None:
        return None
    seconds = _number(value)
    return _until(value, reply.header(b"date"), wall_time) if seconds is None else seconds


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(_DECIMAL, text.strip()) else None


def _until(date: str, sent: str | None, wall_time: float) -> float | None:
    moment = http_timestamp(date)
    if moment is None:
        return None
    server_now = http_timestamp(sent) if sent else None
    return max(0.0, moment - (wall_time if server_now is None else server_now))
