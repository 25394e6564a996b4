"""Content codings undone piece by piece, within bounds, and by libraries that may not be there."""

from __future__ import annotations

import gzip
import sys
import tracemalloc
import types
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
import zstandard

from sdkbase._wire.content_coding import (
    BodyTooLargeError,
    ContentCodingError,
    ContentDecoder,
    DecoderMissingError,
    decode_content,
    decode_partly,
)

brotli: Any = import_module("brotli")  # it has no types

MIB = 1024 * 1024
PLAIN = b"plain text " * 20
BOMB = b"\0" * (50 * MIB)


def raw_deflate(plain: bytes) -> bytes:
    return zlib.compress(plain)[2:-4]


def zstd_frames(plain: bytes) -> bytes:
    return zstandard.compress(plain[:30]) + zstandard.compress(plain[30:])


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PLAIN)),
        ("gzip", gzip.compress(PLAIN) + b"\0" * 9),
        ("gzip", gzip.compress(PLAIN[:30]) + gzip.compress(PLAIN[30:])),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", raw_deflate(PLAIN)),
        ("deflate", zlib.compress(PLAIN) + b"ignored"),
        ("br", brotli.compress(PLAIN)),
        ("zstd", zstandard.compress(PLAIN)),
        ("zstd", zstd_frames(PLAIN)),
        ("zstd", b"\x50\x2a\x4d\x18\x03\0\0\0skp" + zstandard.compress(PLAIN)),
        ("identity, zstd, br", brotli.compress(zstandard.compress(PLAIN))),
        ("x-unknown", PLAIN),
    ],
)
def test_pieces_of_any_size_give_the_same_body(coding: str, body: bytes, size: int) -> None:
    decoder = ContentDecoder(coding)
    pieces = [b"".join(decoder.feed(body[at : at + size])) for at in range(0, len(body), size)]
    assert list(decoder.feed(b"")) == []
    decoder.finish()
    assert b"".join(pieces) == PLAIN


# --- bounds ---------------------------------------------------------------------------------------

BOMBS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": raw_deflate,
    "br": lambda plain: bytes(brotli.compress(plain, quality=5)),
    "zstd": zstandard.compress,
    "gzip, gzip": lambda plain: gzip.compress(gzip.compress(plain)),
    "zstd, gzip": lambda plain: gzip.compress(zstandard.compress(plain)),
}


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    return {coding: encode(BOMB) for coding, encode in BOMBS.items()}


@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_is_refused_before_it_grows(coding: str, bombs: dict[str, bytes]) -> None:
    bomb = bombs[coding]
    decode_content(BOMBS[coding](PLAIN), coding)  # its library is imported now, not measured
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLargeError) as caught:
            decode_content(bomb, coding, MIB)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * MIB
    assert caught.value.limit == MIB < caught.value.size < 2 * MIB


@pytest.mark.parametrize("coding", BOMBS)
def test_without_a_limit_it_comes_in_pieces(coding: str, bombs: dict[str, bytes]) -> None:
    decoder = ContentDecoder(coding)
    total = 0
    for piece in decoder.feed(bombs[coding]):
        assert len(piece) <= 9 * MIB  # zstd alone can not be told to stop
        total += len(piece)
    decoder.finish()
    assert total == len(BOMB)


@pytest.mark.parametrize("coding", BOMBS)
def test_exactly_as_much_as_the_limit_is_not_too_much(coding: str) -> None:
    body = BOMBS[coding](PLAIN)
    assert decode_content(body, coding, max(len(PLAIN), len(body))) == PLAIN
    with pytest.raises(BodyTooLargeError, match=f"of {len(PLAIN) - 1} that are allowed"):
        decode_content(body, coding, len(PLAIN) - 1)


def test_what_is_between_two_codings_counts_too() -> None:
    # 3 MiB of empty gzip members come to nothing in the end.
    members = gzip.compress(b"") * (3 * MIB // 20)
    with pytest.raises(BodyTooLargeError):
        decode_content(gzip.compress(members), "gzip, gzip", MIB)


def test_a_partial_body_ends_at_the_limit(bombs: dict[str, bytes]) -> None:
    assert 0 < len(decode_partly(bombs["gzip"], "gzip", MIB)) <= MIB
    assert decode_partly(gzip.compress(PLAIN)[:-5], "gzip") == PLAIN
    assert decode_partly(b"no gzip", "gzip") == b""


@pytest.mark.parametrize("codings", ["gzip, gzip, gzip", "br, gzip, identity, x-unknown"])
def test_more_than_two_codings_are_refused(codings: str) -> None:
    with pytest.raises(ContentCodingError, match="has 3 content codings; at most 2 are undone"):
        decode_content(gzip.compress(PLAIN), codings)
    assert decode_content(b"", codings) == b""


def test_a_window_that_is_not_for_the_web_is_refused() -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=24, enable_ldm=True)
    encoder = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    with pytest.raises(ContentCodingError, match="the zstd body is broken: .* too much memory"):
        decode_content(encoder.compress(PLAIN * MIB) + encoder.flush(), "zstd")


# --- libraries ------------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_a_missing_library_is_named(coding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("brotli", "brotlicffi", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    package = {"br": "brotli", "zstd": "zstandard"}[coding]
    with pytest.raises(DecoderMissingError, match=f"coded with {coding}: pip install '{package}>"):
        decode_content(b"anything", coding)
    assert decode_content(b"", coding) == b""


def test_a_library_without_limits_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    class Decompressor:
        def process(self, data: bytes) -> bytes:
            raise AssertionError

    old = types.ModuleType("brotli")
    vars(old).update(Decompressor=Decompressor, error=ValueError)
    monkeypatch.setitem(sys.modules, "brotli", old)
    monkeypatch.setitem(sys.modules, "brotlicffi", brotli)
    assert decode_content(brotli.compress(PLAIN), "br") == PLAIN
    monkeypatch.setitem(sys.modules, "brotlicffi", None)
    with pytest.raises(DecoderMissingError, match="brotli>=1.2"):
        decode_content(brotli.compress(PLAIN), "br")
