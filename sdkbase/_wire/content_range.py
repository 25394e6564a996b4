"""Which bytes of a file a response carries (RFC 9110, section 14.4)."""

from __future__ import annotations

import re

import msgspec

_SENT = re.compile(r"bytes +([0-9]{1,19})-([0-9]{1,19})/([0-9]{1,19}|\*)", re.IGNORECASE)
_UNSATISFIED = re.compile(r"bytes +\*/([0-9]{1,19})", re.IGNORECASE)


class ContentRange(msgspec.Struct, frozen=True):
    """The bytes from *start* to before *end*, of *total* if that is known."""

    start: int
    end: int
    total: int | None


def parse_content_range(value: str | None) -> ContentRange | None:
    """Return the range that a 206 response says it carries, or None if it says no valid one."""
    found = _SENT.fullmatch((value or "").strip())
    if found is None:
        return None
    start, end = int(found[1]), int(found[2]) + 1
    total = None if found[3] == "*" else int(found[3])
    if start >= end or (total is not None and end > total):
        return None
    return ContentRange(start, end, total)


def parse_unsatisfied(value: str | None) -> int | None:
    """Return the length of the whole that a 416 response tells, or None if it tells none."""
    found = _UNSATISFIED.fullmatch((value or "").strip())
    return None if found is None else int(found[1])
