"""Content codings of responses (RFC 9110, section 8.4), decoded whole or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Protocol

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_DEFLATE_HEADER = 2
_PLAIN = frozenset({"", "identity"})
_BY_LIBRARY = frozenset({"br", "zstd"})
# A body that was encoded more often than this was made to do harm.
_MAX_CODINGS = 2
# zlib copies what is left of its input over and over.
_SLICE = 16 * 1024
# A few bytes may grow to a thousand times as many: no more than this comes out at once.
_PIECE = 256 * 1024


class BodyError(ValueError):
    """The body can not be handed out."""


class ContentCodingError(BodyError):
    """The body is not what its Content-Encoding says, or ends too early."""


class DecoderMissingError(BodyError):
    """What decodes the body is not installed."""


class BodyTooLargeError(BodyError):
    """
    The decoded body is longer than it may be.

    Args:
        limit: Bytes that it may have.
        size: Bytes that came out until it was refused.
    """

    def __init__(self, limit: int, size: int) -> None:
        super().__init__(f"{size} decoded bytes, of {limit} that are allowed")
        self.limit: int = limit
        self.size: int = size


class Stage(Protocol):
    """Undoes one coding piece by piece; its errors are `BodyError`s."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what *data* adds to the body."""
        ...

    def finish(self) -> None:
        """Note that there is no more; raises if the body ends too early."""
        ...


class ContentDecoder:
    """
    Undo the content codings of a body piece by piece.

    httpx would take a truncated body, or the first member of several, for the whole, and has no
    limit. A coding that nobody knows leaves the bytes as they are.

    Args:
        codings: Value of Content-Encoding, in the order they were applied.
        max_bytes: Bytes that may come out of any of them; None for no limit.
    """

    def __init__(self, codings: str, max_bytes: int | None = None) -> None:
        names = (name.strip().lower() for name in codings.split(","))
        self._names = [name for name in names if name not in _PLAIN]
        self._max_bytes = max_bytes
        self._stages: list[Stage] = []
        self._sizes: list[int] = []

    def feed(self, data: bytes) -> Iterator[bytes]:
        """
        Yield what *data* adds to the plain body, in pieces of bounded size.

        Raises:
            BodyError: It is broken or too large, or nothing here decodes it.
        """
        if data and not self._stages:
            self._stages = self._new_stages()
            self._sizes = [0] * len(self._stages)
        return self._through(0, data) if data else iter(())

    def _new_stages(self) -> list[Stage]:
        if len(self._names) > _MAX_CODINGS:
            raise ContentCodingError(
                f"the body has {len(self._names)} content codings; at most {_MAX_CODINGS} are "
                "undone"
            )
        stages = (_stage(name, self._max_bytes) for name in reversed(self._names))
        return [stage for stage in stages if stage is not None]

    def _through(self, index: int, data: bytes) -> Iterator[bytes]:
        if index == len(self._stages):
            yield data
            return
        limit = self._max_bytes
        for piece in self._stages[index].feed(data):
            size = self._sizes[index] = self._sizes[index] + len(piece)
            if limit is not None and size > limit:
                raise BodyTooLargeError(limit, size)
            yield from self._through(index + 1, piece)

    def finish(self) -> None:
        """
        Note that there is no more.

        Raises:
            ContentCodingError: The body ends too early.
        """
        for stage in self._stages:
            stage.finish()


def decode_content(content: bytes, codings: str, max_bytes: int | None = None) -> bytes:
    """
    Undo the content codings of a body.

    Args:
        content: The body as it came over the wire.
        codings: Value of Content-Encoding, in the order they were applied.
        max_bytes: Bytes that may come out of any of them; None for no limit.

    Raises:
        BodyError: The body is broken, ends too early or is too large, or nothing here decodes it.
    """
    decoder = ContentDecoder(codings, max_bytes)
    pieces = list(decoder.feed(content))
    decoder.finish()
    return b"".join(pieces)


def decode_partly(content: bytes, codings: str, max_bytes: int | None = None) -> bytes:
    """Return as much of a body that is cut short or too large as can be decoded."""
    pieces: list[bytes] = []
    with suppress(BodyError):
        pieces.extend(ContentDecoder(codings, max_bytes).feed(content))
    return b"".join(pieces)


class _Inflater:
    """Undoes gzip or deflate."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._decoder: Any = None
        self._ended = False
        self._waiting = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _SLICE):
            yield from self._inflated(self._waiting + data[start : start + _SLICE])

    def _inflated(self, data: bytes) -> Iterator[bytes]:
        self._waiting = b""
        full = False
        while data or full:
            decoder = self._decoder = self._decoder or self._start(data)
            if decoder is None:
                break
            try:
                piece = decoder.decompress(data, _PIECE)
            except zlib.error as error:
                raise ContentCodingError(f"the {self._coding} body is broken: {error}") from None
            if piece:
                yield piece
            # A full piece may leave more of them inside, even if all input is used up.
            full = len(piece) == _PIECE and not decoder.eof
            data = self._after_member() if decoder.eof else decoder.unconsumed_tail

    def _start(self, data: bytes) -> Any:
        if self._coding == "deflate":
            if self._ended or len(data) < _DEFLATE_HEADER:
                self._waiting = b"" if self._ended else data
                return None
            return zlib.decompressobj(_deflate_window(data))
        if self._ended and not data.strip(b"\0"):
            return None  # zero padding after the last member, as the gzip tool allows it
        return zlib.decompressobj(_GZIP_WINDOW)

    def _after_member(self) -> bytes:
        rest: bytes = self._decoder.unused_data
        self._decoder, self._ended = None, True
        return rest if self._coding == "deflate" else rest.lstrip(b"\0")

    def finish(self) -> None:
        if self._decoder is not None or self._waiting:
            raise ContentCodingError(f"the {self._coding} body ends too early")


def _deflate_window(data: bytes) -> int:
    # Some servers send raw deflate data under this name; the zlib header tells them apart.
    zlib_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS


_INFLATED: dict[str, Callable[[str], Stage]] = dict.fromkeys(
    ("gzip", "x-gzip", "deflate"), _Inflater
)


def _stage(coding: str, max_bytes: int | None) -> Stage | None:
    if coding in _INFLATED:
        return _INFLATED[coding](coding)
    if coding not in _BY_LIBRARY:
        return None
    from .library_codings import brotli_stage, zstd_stage  # late: few servers send them unasked

    return brotli_stage() if coding == "br" else zstd_stage(max_bytes)
