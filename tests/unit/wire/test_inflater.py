"""Content codings undone piece by piece, and those that are left to httpx."""

from __future__ import annotations

import gzip
import zlib

import httpx
import pytest

from sdkbase._wire.content_coding import ContentCodingError, Inflater, decode_content

PLAIN = b"plain text " * 20


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PLAIN)),
        ("gzip", gzip.compress(PLAIN) + b"\0" * 9),
        ("gzip", gzip.compress(PLAIN[:30]) + gzip.compress(PLAIN[30:])),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", zlib.compress(PLAIN)[2:-4]),
        ("deflate", zlib.compress(PLAIN) + b"ignored"),
    ],
)
def test_pieces_of_any_size_give_the_same_body(coding: str, body: bytes, size: int) -> None:
    inflater = Inflater(coding)
    pieces = [inflater.feed(body[at : at + size]) for at in range(0, len(body), size)]
    assert b"".join(pieces) + inflater.finish() == PLAIN


class BrokenDecoder:
    def decode(self, data: bytes) -> bytes:
        raise httpx.DecodingError("bad window")


def test_what_httpx_can_not_decode_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    # Stands for brotli, which httpx knows only if it is installed.
    monkeypatch.setitem(httpx._decoders.SUPPORTED_DECODERS, "br", BrokenDecoder)
    with pytest.raises(ContentCodingError, match="the br body is broken: bad window"):
        decode_content(b"anything", "br")
