"""Where the response to an HTTP/1.1 request ends among the bytes that a connection receives."""

from __future__ import annotations

import re

# As h11 finds it; what the two see in another way only costs the connection.
_HEAD_END = re.compile(rb"\n\r?\n")
# No body has a length of more digits, and int() refuses very many.
_FRAMING = re.compile(
    rb"\n(?:(transfer-encoding):|content-length:[ \t]*([0-9]{1,20})\b)", re.IGNORECASE
)
# Not what int() takes, which may be negative.
_CHUNK_SIZE = re.compile(rb"[0-9a-fA-F]{1,20}")
_INFORMATIONAL = re.compile(rb"HTTP/\d\.\d 1")
_BODILESS = frozenset({204, 304})


def is_bodiless(method: str, status: int) -> bool:
    """Tell whether a response has no body whatever its headers say (RFC 9112, section 6.3)."""
    return method == "HEAD" or status in _BODILESS


class ResponseEnd:
    """
    Follow the bytes of one response, to tell whether more than it came.

    A parser keeps what comes together with the end of a response for the next one, which would
    give the answer of one request to another (response desynchronisation).

    The response ends as RFC 9112, section 6.3, says: after its head, after Content-Length bytes or
    after the last chunk.
    """

    __slots__ = ("_chunks", "_head", "_length", "_received")

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget all: the next byte is the first of a response."""
        self._head: bytearray | None = bytearray()
        self._received = 0
        self._length: int | None = None
        self._chunks: ChunksEnd | None = None

    def feed(self, data: bytes) -> None:
        """Take the next bytes that were received."""
        if self._head is not None:
            data = self._past_head(self._head, data)
        if self._chunks is not None:
            self._chunks.feed(data)
        self._received += len(data)

    def is_exact(self, method: str, status: int) -> bool:
        """
        Tell whether what was received is one response and nothing more.

        Args:
            method: What was asked.
            status: What the response says.
        """
        if self._head is not None:
            return False
        if is_bodiless(method, status):
            return self._received == 0
        if self._chunks is not None:
            return self._chunks.is_exact
        return self._received == self._length

    def _past_head(self, head: bytearray, data: bytes) -> bytes:
        seen = max(0, len(head) - 2)
        head += data
        end = _HEAD_END.search(head, seen)
        while end is not None and _INFORMATIONAL.match(head):
            del head[: end.end()]
            end = _HEAD_END.search(head)
        if end is None:
            return b""
        self._head = None
        self._see_framing(head, end.end())
        return bytes(head[end.end() :])

    def _see_framing(self, head: bytearray, end: int) -> None:
        for chunked, length in _FRAMING.findall(head, 0, end):
            if chunked:
                self._chunks = ChunksEnd()
            else:
                self._length = int(length)


class ChunksEnd:
    """Follow a chunked body (RFC 9112, section 7.1)."""

    __slots__ = ("_in_trailers", "_is_over", "_left", "_line", "_more")

    def __init__(self) -> None:
        self._line = b""
        self._left = 0
        self._in_trailers = False
        self._is_over = False
        self._more = False

    @property
    def is_exact(self) -> bool:
        """Whether the body is over, and nothing came behind it."""
        return self._is_over and not self._more

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        position = 0
        while position < len(data) and not self._is_over:
            if self._left:
                position, self._left = (
                    position + self._left,
                    max(0, self._left + position - len(data)),
                )
                continue
            end = data.find(b"\n", position) + 1
            if not end:
                self._line += data[position:]
                return
            self._take(self._line + data[position:end])
            self._line, position = b"", end
        self._more = self._more or position < len(data)

    def _take(self, line: bytes) -> None:
        if self._in_trailers:
            self._is_over = not line.strip(b"\r\n")
            return
        told = _CHUNK_SIZE.match(line)
        if told is None:  # no chunk, as the parser will say
            self._is_over = self._more = True
            return
        size = int(told[0], 16)
        self._in_trailers = size == 0
        self._left = size and size + len(b"\r\n")
