"""The content codings br (RFC 7932) and zstd (RFC 8878), undone by the libraries for them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from .content_coding import ContentCodingError, DecoderMissingError, Stage

_PIECE = 64 * 1024
# RFC 9659: more than this is not to be used on the web.
_ZSTD_WINDOW = 8 * 1024 * 1024
# What can come out of the shortest block, of so many bytes.
_ZSTD_BLOCK = 128 * 1024
_ZSTD_BLOCK_BYTES = 4
_MAX_ZSTD_SLICE = 256


def brotli_stage() -> Stage:
    """
    Return what undoes br.

    Raises:
        DecoderMissingError: No library for it is installed, or an old one that has no limits.
    """
    for name in ("brotli", "brotlicffi"):
        try:
            library: Any = import_module(name)
        except ImportError:
            continue
        decoder = library.Decompressor()
        if hasattr(decoder, "can_accept_more_data"):
            return _Brotli(decoder, library.error)
    raise DecoderMissingError("the body is coded with br: pip install 'brotli>=1.2'")


def zstd_stage(max_bytes: int | None) -> Stage:
    """
    Return what undoes zstd.

    Args:
        max_bytes: Bytes that may come out of it, by which it chooses its steps.

    Raises:
        DecoderMissingError: The library for it is not installed.
    """
    try:
        library: Any = import_module("zstandard")
    except ImportError:
        raise DecoderMissingError(
            "the body is coded with zstd: pip install 'zstandard>=0.22'"
        ) from None
    return _Zstd(library, max_bytes)


class _Brotli:
    def __init__(self, decoder: Any, error: type[Exception]) -> None:
        self._decoder = decoder
        self._error = error

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            piece: bytes = self._decoder.process(data, output_buffer_limit=_PIECE)
            while piece:
                yield piece
                if self._decoder.is_finished():
                    break
                piece = self._decoder.process(b"", output_buffer_limit=_PIECE)
        except self._error:
            raise ContentCodingError("the br body is broken") from None

    def finish(self) -> None:
        if not self._decoder.is_finished():
            raise ContentCodingError("the br body ends too early")


class _Zstd:
    def __init__(self, library: Any, max_bytes: int | None) -> None:
        # The decoder takes no limit for what comes out, so what goes in is limited.
        blocks = _MAX_ZSTD_SLICE if max_bytes is None else max_bytes // (2 * _ZSTD_BLOCK)
        self._slice = min(_MAX_ZSTD_SLICE, max(1, blocks) * _ZSTD_BLOCK_BYTES)
        self._frames = library.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._error: type[Exception] = library.ZstdError
        self._frame: Any = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        view = memoryview(data)
        for start in range(0, len(data), self._slice):
            yield from self._frames_of(view[start : start + self._slice])

    def _frames_of(self, data: bytes | memoryview) -> Iterator[bytes]:
        while data:
            frame = self._frame = self._frame or self._frames.decompressobj()
            try:
                piece: bytes = frame.decompress(data)
            except self._error as error:
                raise ContentCodingError(f"the zstd body is broken: {error}") from None
            if piece:
                yield piece
            data = frame.unused_data if frame.eof else b""
            if frame.eof:
                self._frame = None

    def finish(self) -> None:
        if self._frame is not None:
            raise ContentCodingError("the zstd body ends too early")
