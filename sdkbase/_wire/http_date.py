"""Dates as HTTP writes them (RFC 9110, section 5.6.7)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(text: str) -> datetime:
    """
    Return the moment that *text* names.

    Raises:
        ValueError, OverflowError: It is no date.
    """
    moment = parsedate_to_datetime(text)
    # Every form of an HTTP date is in UTC, though the oldest one does not say so.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def http_timestamp(text: str) -> float | None:
    """Return the seconds since the epoch that *text* names, or None if it is no date."""
    try:
        return http_date(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
