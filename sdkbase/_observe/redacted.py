"""Bounded, printable text without secrets, for everything that observers show or keep."""

from __future__ import annotations

import re

from .._wire.redaction import redact_text, redact_url

_MAX_URL = 2048
_MAX_LINE = 500
# The bound keeps the time in proportion; of a longer scheme the end is enough.
_URL = r"""[a-zA-Z][a-zA-Z0-9+.-]{0,30}://[^\s"'<>]+"""


def redacted_url(url: str) -> str:
    """Return a URL or path template without its secrets, cut to a length that is safe to keep."""
    # Cut last: half of a secret would no longer be recognised.
    redacted = redact_url(url)
    return redacted if len(redacted) <= _MAX_URL else redacted[:_MAX_URL]


def redacted_text(text: str) -> str:
    """Return *text* without registered secrets and without the secrets in URLs it quotes."""
    if "://" in text:
        text = re.sub(_URL, _masked_url, text)
    return redact_text(text)


def redacted_line(text: str) -> str:
    """Return *text* without secrets and as one short line that can't forge a second log entry."""
    return printable(redacted_text(text))[:_MAX_LINE]


def printable(text: str) -> str:
    """Return *text* with line breaks and other control characters replaced by spaces."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " for char in text)


def _masked_url(match: re.Match[str]) -> str:
    return redact_url(match.group())
