"""Bodies as text, whole or cut to what fits into a message."""

from __future__ import annotations

from email.message import Message

BOM = b"\xef\xbb\xbf"
"""What some servers put before JSON, which RFC 8259 lets a reader ignore."""

EXCERPT_LENGTH = 200
"""Characters that a message may quote of what came."""


def decode_text(content: bytes, content_type: str | None) -> str:
    """Return *content* as text, by the charset of its *content_type* or else UTF-8."""
    message = Message()
    message["content-type"] = content_type or ""
    charset = message.get_content_charset("utf-8")
    try:
        return content.decode(charset, errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def shortened(text: str) -> str:
    """Return *text*, cut to what fits into a message; secrets have to be masked before."""
    return text if len(text) <= EXCERPT_LENGTH else f"{text[:EXCERPT_LENGTH]}…"
