"""Content codings of responses (RFC 9110, section 8.4), decoded whole or not at all."""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import Any

import httpx

_INFLATED = frozenset({"gzip", "x-gzip", "deflate"})
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_DEFLATE_HEADER = 2


class ContentCodingError(ValueError):
    """The body is not what its Content-Encoding says, or ends too early."""


def decode_content(content: bytes, codings: str) -> bytes:
    """
    Undo the content codings of a body.

    gzip and deflate are decoded here, because httpx takes a truncated or a second gzip member
    for the end of the body and drops the rest; br and zstd are left to httpx.

    Args:
        content: The body as it came over the wire.
        codings: Value of Content-Encoding, in the order they were applied.

    Raises:
        ContentCodingError: The body is broken or ends too early.
    """
    for coding in reversed([name.strip().lower() for name in codings.split(",")]):
        if content:
            content = _decode_one(content, coding)
    return content


def decode_partly(content: bytes, codings: str) -> bytes:
    """Return as much of a body that was cut short as can be decoded; nothing if that is unknown."""
    inflater = inflater_for(codings)
    with suppress(ContentCodingError):
        return b"" if inflater is None else inflater.feed(content)
    return b""


class Inflater:
    """
    Undo gzip or deflate piece by piece.

    Args:
        coding: `gzip`, `x-gzip` or `deflate`.
    """

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._decoder: Any = None
        self._ended = False
        self._waiting = b""

    def feed(self, data: bytes) -> bytes:
        """
        Return what *data* adds to the plain body.

        Raises:
            ContentCodingError: It is broken.
        """
        data, self._waiting = self._waiting + data, b""
        pieces: list[bytes] = []
        while data:
            decoder = self._decoder = self._decoder or self._start(data)
            if decoder is None:
                break
            try:
                pieces.append(decoder.decompress(data))
            except zlib.error as error:
                raise ContentCodingError(f"the {self._coding} body is broken: {error}") from None
            data = self._after_member() if decoder.eof else b""
        return b"".join(pieces)

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

    def finish(self) -> bytes:
        """
        Note that there is no more; return nothing.

        Raises:
            ContentCodingError: The body ends too early.
        """
        if self._decoder is not None or self._waiting:
            raise ContentCodingError(f"the {self._coding} body ends too early")
        return b""


def inflater_for(codings: str) -> Inflater | None:
    """Return what undoes *codings* piece by piece, or None if there is none or several."""
    coding = codings.strip().lower()
    return Inflater(coding) if coding in _INFLATED else None


def _deflate_window(data: bytes) -> int:
    # Some servers send raw deflate data under this name; the zlib header tells them apart.
    zlib_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS


def _decode_one(content: bytes, coding: str) -> bytes:
    if coding in _INFLATED:
        inflater = Inflater(coding)
        return inflater.feed(content) + inflater.finish()
    try:
        return httpx.Response(200, headers={"content-encoding": coding}, content=content).content
    except httpx.DecodingError as error:
        raise ContentCodingError(f"the {coding} body is broken: {error}") from None
