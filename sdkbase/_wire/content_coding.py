"""Content codings of responses (RFC 9110, section 8.4), decoded whole or not at all."""

from __future__ import annotations

import zlib

import httpx

_GZIP_WINDOW = 16 + zlib.MAX_WBITS


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


def _decode_one(content: bytes, coding: str) -> bytes:
    try:
        if coding in ("gzip", "x-gzip"):
            return _gunzip(content)
        if coding == "deflate":
            return _inflate(content)
        return _by_httpx(content, coding)
    except (zlib.error, httpx.DecodingError) as error:
        raise ContentCodingError(f"the {coding} body is broken: {error}") from None


def _gunzip(content: bytes) -> bytes:
    members: list[bytes] = []
    while content:
        decoder = zlib.decompressobj(_GZIP_WINDOW)
        members.append(decoder.decompress(content) + decoder.flush())
        if not decoder.eof:
            raise ContentCodingError("the gzip body ends too early")
        # Zero padding after the last member is allowed, as in the gzip tool.
        content = decoder.unused_data.lstrip(b"\0")
    return b"".join(members)


def _inflate(content: bytes) -> bytes:
    # Some servers send raw deflate data under this name; the zlib header tells them apart.
    zlib_header = content[0] & 0x0F == 8 and int.from_bytes(content[:2], "big") % 31 == 0
    decoder = zlib.decompressobj(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)
    plain = decoder.decompress(content) + decoder.flush()
    if not decoder.eof:
        raise ContentCodingError("the deflate body ends too early")
    return plain


def _by_httpx(content: bytes, coding: str) -> bytes:
    return httpx.Response(200, headers={"content-encoding": coding}, content=content).content
