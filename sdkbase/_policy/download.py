"""
Downloads: which bytes are asked for, and what an answer means for those that are there already.

Pure. RFC 9110: sections 13.1.5 (If-Range), 14 (ranges) and 15.3.7.3 (combining parts). Two pieces
are put together only if the same strong validator came with both.
"""

from __future__ import annotations

import enum
import hashlib
import re
from email.utils import parsedate_to_datetime

import httpx
import msgspec

from .._wire.call import Call
from .._wire.checksum import is_encoded, server_checksum
from .._wire.content_range import parse_content_range, parse_unsatisfied

# RFC 9110, section 8.8.3; a weak one, W/"...", may stay the same though the bytes change.
_STRONG_ETAG = re.compile('"[^"]*"')


class PartNote(msgspec.Struct, frozen=True):
    """What an unfinished file is the beginning of; kept beside it."""

    source: str
    """Digest of the request; the URL itself may hold secrets."""
    etag: str | None = None
    last_modified: str | None = None
    total: int | None = None
    checksum: str | None = None
    """What the server said that the whole has, such as `sha256:...`."""

    @property
    def validator(self) -> str | None:
        """What `If-Range` may be asked with, or None: the rest of the file could be of another."""
        return self.etag if self.etag and _STRONG_ETAG.fullmatch(self.etag) else self.last_modified

    def encode(self) -> bytes:
        """Return the note as JSON."""
        return msgspec.json.encode(self)


def source_of(call: Call) -> str:
    """Return what tells the file that *call* asks for from others."""
    return hashlib.sha256(f"{call.method} {call.url}".encode("utf-8", "surrogatepass")).hexdigest()


class Action(enum.Enum):
    """What to do with an answer."""

    RECEIVE = enum.auto()
    """Write its body at `Verdict.offset`."""
    COMPLETE = enum.auto()
    """Nothing: every byte is there."""
    ANEW = enum.auto()
    """Drop it and what is there, and ask for the whole."""
    REFUSE = enum.auto()
    """Give up because of `Verdict.reason`."""


class Verdict(msgspec.Struct, frozen=True):
    """What an answer means."""

    action: Action
    offset: int = 0
    length: int | None = None
    """Bytes that the body must have, or None if it only ends."""
    reason: str = ""


class DownloadState:
    """
    What is there of a file.

    Args:
        source: As `source_of`.
        can_ask_for_parts: Whether the request may ask for a range: only GET may.

    Attributes:
        note: What the part is the beginning of, if that is known.
        size: Its length in bytes.
    """

    def __init__(self, source: str, *, can_ask_for_parts: bool) -> None:
        self._source = source
        self._can_ask_for_parts = can_ask_for_parts
        self.note: PartNote | None = None
        self.size: int = 0

    def restore(self, note: bytes, size: int) -> None:
        """Take up what an earlier call left: its *note*, and the length of the part."""
        try:
            restored = msgspec.json.decode(note, type=PartNote)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return
        if restored.source == self._source:
            self.note, self.size = restored, size

    def forget(self) -> None:
        """Note that what is there is of no use."""
        self.note, self.size = None, 0

    @property
    def offset(self) -> int:
        """The first byte to ask for; 0 for the whole."""
        note, size = self.note, self.size
        if note is None or note.validator is None or not self._can_ask_for_parts:
            return 0
        if note.total is None or size < note.total:
            return size
        # Complete already: its last byte is asked for once more, to see whether it is the same.
        return size - 1 if size == note.total else 0

    @property
    def is_resumable(self) -> bool:
        """Whether a later request can go on from here."""
        return self.offset > 0

    @property
    def is_complete(self) -> bool:
        """Whether every byte is there."""
        return self.note is not None and self.note.total in (None, self.size)

    def headers(self) -> dict[str, str]:
        """Return the headers to ask with."""
        # A range of an encoded file is one of its encoded form, which may differ each time.
        headers = {"accept-encoding": "identity"}
        if self.offset and self.note is not None:
            headers["range"] = f"bytes={self.offset}-"
            headers["if-range"] = self.note.validator or ""
        return headers

    def judge(self, status: int, headers: httpx.Headers) -> Verdict:
        """
        Return what an answer means, and take note of the version that it brings.

        Args:
            status: 2xx or 416.
            headers: Of the response.
        """
        if status == 416:
            return self._judge_unsatisfied(headers)
        if status == 206:
            return self._judge_part(headers)
        if status not in (200, 203):
            return Verdict(Action.REFUSE, reason=f"the status {status} brings no file")
        self.size = 0
        self.note = self._noted(status, headers)
        return Verdict(Action.RECEIVE, length=self.note.total)

    def _judge_part(self, headers: httpx.Headers) -> Verdict:
        sent = parse_content_range(headers.get("content-range"))
        if not self.offset:
            return Verdict(Action.REFUSE, reason="the server sent a part where the whole was asked")
        if sent is None or self.note is None or is_encoded(headers):
            return Verdict(Action.ANEW)
        total = self.note.total if sent.total is None else sent.total
        if sent.start != self.offset or total != (self.note.total or total) or total is None:
            return Verdict(Action.ANEW)
        if sent.end > total or not _is_same_version(self.note, headers):
            return Verdict(Action.ANEW)
        checksum = self.note.checksum or _told(206, headers)
        self.note = msgspec.structs.replace(self.note, total=total, checksum=checksum)
        return Verdict(Action.RECEIVE, offset=sent.start, length=sent.end - sent.start)

    def _judge_unsatisfied(self, headers: httpx.Headers) -> Verdict:
        total = parse_unsatisfied(headers.get("content-range"))
        if self.note is None or total != self.size:
            return Verdict(Action.ANEW)
        # A part whose length was known and is reached is whole, whatever the server has by now. Of
        # one whose length was never told, only the same version can tell.
        known = self.note.total == self.size
        if not known and (self.note.total is not None or not _is_same_version(self.note, headers)):
            return Verdict(Action.ANEW)
        self.note = msgspec.structs.replace(self.note, total=total)
        return Verdict(Action.COMPLETE, offset=self.size)

    def _noted(self, status: int, headers: httpx.Headers) -> PartNote:
        if is_encoded(headers):
            return PartNote(self._source)
        length = headers.get("content-length", "")
        return PartNote(
            self._source,
            etag=headers.get("etag"),
            last_modified=_strong_date(headers),
            total=int(length) if length.isascii() and length.isdecimal() else None,
            checksum=_told(status, headers),
        )


def _is_same_version(note: PartNote, headers: httpx.Headers) -> bool:
    by_etag = note.validator == note.etag
    # Where the date tells, a weak ETag may be left out, but not be another one.
    etag = headers.get("etag", None if by_etag else note.etag)
    return etag == note.etag and (by_etag or headers.get("last-modified") == note.last_modified)


def _told(status: int, headers: httpx.Headers) -> str | None:
    checksum = server_checksum(status, headers)
    return None if checksum is None else str(checksum)


def _strong_date(headers: httpx.Headers) -> str | None:
    # RFC 9110, section 8.8.2.2: a file that was changed within the second before it was sent may
    # change once more in that second.
    try:
        changed = parsedate_to_datetime(headers.get("last-modified", ""))
        sent = parsedate_to_datetime(headers.get("date", ""))
        return headers["last-modified"] if (sent - changed).total_seconds() >= 1 else None
    except (TypeError, ValueError):
        return None
