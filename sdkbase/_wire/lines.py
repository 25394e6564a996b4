"""Lines and newline-delimited JSON, cut out of a stream of bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from ..config import to_count
from ..errors import RecordError
from .codec import BOM, Decoder
from .formats import UNREADABLE
from .headers import Headers
from .records import DEFAULT_MAX_BYTES, load_record

T = TypeVar("T")

_RECORD_SEPARATOR = b"\x1e"


class ByteChunks:
    """Give the bytes on as they come."""

    headers: Headers = {}

    def feed(self, chunk: bytes) -> tuple[bytes, ...]:
        """Return *chunk*."""
        return (chunk,) if chunk else ()

    def finish(self) -> tuple[bytes, ...]:
        """Return nothing."""
        return ()


class TextLines:
    """
    Cut UTF-8 text into lines, without their ends; what is not UTF-8 becomes U+FFFD.

    Args:
        max_line_bytes: Longest line.
        lone_cr: Whether a carriage return alone ends a line too.
    """

    headers: Headers = {}

    def __init__(self, *, max_line_bytes: int = DEFAULT_MAX_BYTES, lone_cr: bool = False) -> None:
        self._blocks = LineBlocks(max_line_bytes, lone_cr=lone_cr)

    def feed(self, chunk: bytes) -> Iterator[str]:
        """Yield the lines that *chunk* completes."""
        for block in self._blocks.feed(chunk):
            # A newline ends any broken sequence, so a block decodes as its lines do one by one.
            yield from str(block, "utf-8", "replace").split("\n")

    def finish(self) -> Iterator[str]:
        """Yield the last line if nothing ended it."""
        for line in self._blocks.finish():
            yield str(line, "utf-8", "replace")


class JsonLines(Generic[T]):
    """
    Decode newline-delimited JSON (NDJSON, JSON Lines), one value in a line.

    Empty lines are skipped, and so is the separator before each value of a JSON text sequence
    (RFC 7464), as long as the value stands in one line.

    Args:
        decoder: Of one value.
        max_line_bytes: Longest line.
    """

    headers: Headers = {
        "accept": "application/x-ndjson, application/jsonl, application/json-seq;q=0.9, */*;q=0.1"
    }

    def __init__(self, decoder: Decoder[T], *, max_line_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._decoder = decoder
        self._blocks = LineBlocks(max_line_bytes)
        self._lines = 0

    def feed(self, chunk: bytes) -> Iterator[T]:
        """Yield the values that *chunk* completes."""
        for block in self._blocks.feed(chunk):
            yield from self._values(block.split(b"\n"))

    def finish(self) -> Iterator[T]:
        """Yield the last value if nothing ended its line."""
        for line in self._blocks.finish():
            yield from self._values([line])

    def _values(self, lines: list[bytes]) -> Iterator[T]:
        # Line by line: msgspec's own decode_lines takes a value over two lines, or two in one,
        # and then it would matter how the stream is cut into pieces.
        loads = self._decoder.loads
        try:
            values = [loads(line) for line in lines if line]
        except UNREADABLE:
            yield from self._one_by_one(lines)
        else:
            yield from values
        self._lines += len(lines)

    def _one_by_one(self, lines: list[bytes]) -> Iterator[T]:
        for number, line in enumerate(lines, self._lines + 1):
            value = line.lstrip(_RECORD_SEPARATOR)
            if value.strip():
                yield load_record(self._decoder, value, f"line {number}")


class LineBlocks:
    """
    Cut a stream into blocks of whole lines, joined by LF and without the last line's end.

    Args:
        max_line_bytes: Longest line, without its end.
        lone_cr: Whether a carriage return alone ends a line too.

    Raises:
        ConfigurationError: *max_line_bytes* is no positive number.
    """

    def __init__(self, max_line_bytes: int, *, lone_cr: bool = False) -> None:
        self._max = to_count(max_line_bytes, "max_line_bytes", minimum=1)
        self._bom = BomFilter()
        self._newlines = Newlines() if lone_cr else None
        self._tail = bytearray()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """
        Yield the block of lines that *chunk* completes, if there is one.

        Raises:
            RecordError: A line is too long; the lines before it came.
        """
        chunk = self._bom.feed(chunk)
        if self._newlines is not None:
            chunk = self._newlines.feed(chunk)
        cut = chunk.rfind(b"\n") + 1
        if cut:
            block = bytes(self._tail) + chunk[:cut] if self._tail else chunk[:cut]
            self._tail = bytearray(chunk[cut:])
            yield from self._checked(block.replace(b"\r\n", b"\n")[:-1])
        else:
            self._tail += chunk
        # Its last byte may be the CR of the line's end.
        if len(self._tail) > self._max + 1:
            raise self._too_long()

    def finish(self) -> Iterator[bytes]:
        """
        Yield the last line if nothing ended it.

        Raises:
            RecordError: It is too long.
        """
        self._tail += self._bom.finish()
        if self._tail:
            yield from self._checked(bytes(self._tail))

    def _checked(self, block: bytes) -> Iterator[bytes]:
        if len(block) <= self._max:
            yield block
            return
        lines = block.split(b"\n")
        good = next((n for n, line in enumerate(lines) if len(line) > self._max), None)
        if good is None:
            yield block
            return
        if good:
            yield b"\n".join(lines[:good])
        raise self._too_long()

    def _too_long(self) -> RecordError:
        return RecordError(f"a line is longer than max_line_bytes={self._max}")


class BomFilter:
    """Take away the byte order mark that UTF-8 text may begin with."""

    def __init__(self) -> None:
        self._held = b""
        self._passed = False

    def feed(self, chunk: bytes) -> bytes:
        """Return *chunk* without a mark at the start of the stream."""
        if self._passed:
            return chunk
        head = self._held + chunk
        if len(head) < len(BOM) and BOM.startswith(head):
            self._held = head
            return b""
        self._passed, self._held = True, b""
        return head.removeprefix(BOM)

    def finish(self) -> bytes:
        """Return what was held back in case it was the start of a mark."""
        return self._held


class Newlines:
    """Turn CR LF and a lone CR into LF, also where a piece ends between the two."""

    def __init__(self) -> None:
        self._after_cr = False

    def feed(self, chunk: bytes) -> bytes:
        """Return *chunk* with LF as its only line end."""
        if not chunk:
            return chunk
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        self._after_cr = False
        if b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return chunk
