"""Times and durations, as the API takes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeAlias

from sdkbase import InvalidRequestError, Omit

Time: TypeAlias = datetime | float
"""A moment: a datetime with a time zone, or Unix seconds."""

Duration: TypeAlias = timedelta | float | str
"""A span: a timedelta, seconds, or Prometheus' own form, such as `1h30m`."""


def timestamp(time: Time | Omit) -> float | Omit:
    """
    Return *time* in Unix seconds.

    Raises:
        InvalidRequestError: It is a datetime without a time zone.
    """
    if not isinstance(time, datetime):
        return time
    if time.tzinfo is None:
        raise InvalidRequestError(f"{time!r} needs a time zone, such as tzinfo=UTC")
    return time.timestamp()


def duration(span: Duration | Omit) -> float | str | Omit:
    """Return *span* in seconds, or as it is if it is text."""
    return span.total_seconds() if isinstance(span, timedelta) else span
