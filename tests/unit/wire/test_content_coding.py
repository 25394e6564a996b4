from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._wire.content_coding import ContentCodingError, decode_content

from .messages import fixed

brotli: Any = import_module("brotli")  # it has no types

# Text and noise: several deflate blocks of different kinds.
PLAIN = b'{"id": 7, "name": "caf\xc3\xa9"}' * 20 + random.Random(7).randbytes(500)


def raw_deflate(plain: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return encoder.compress(plain) + encoder.flush()


def gzip_members(plain: bytes) -> bytes:
    half = len(plain) // 2
    return gzip.compress(plain[:half], mtime=0) + gzip.compress(plain[half:], mtime=0)


def zstd_frames(plain: bytes) -> bytes:
    half = len(plain) // 2
    return zstandard.compress(plain[:half]) + zstandard.compress(plain[half:])


# What the first of two parts comes to: nothing tells, where it ends, that there was to be a second.
FIRST_PARTS: dict[str, Callable[[bytes], bytes]] = {
    "two members": lambda plain: gzip.compress(plain, mtime=0),
    "two frames": zstandard.compress,
}

CODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "stored gzip": ("gzip", lambda plain: gzip.compress(plain, 0)),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "two members": ("gzip", gzip_members),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
    "two frames": ("zstd", zstd_frames),
    "stacked": ("deflate, gzip", lambda plain: gzip.compress(zlib.compress(plain))),
}

ANY_CODINGS = ["gzip", "deflate", "br", "zstd", "gzip, deflate", "zstd, br"]

coding_cases = pytest.mark.parametrize("case", CODINGS)


@coding_cases
def test_decoded_whole(case: str) -> None:
    name, encode = CODINGS[case]
    assert decode_content(encode(PLAIN), name) == PLAIN
    assert decode_content(encode(PLAIN), name.upper()) == PLAIN
    assert decode_content(encode(b""), name) == b""


@coding_cases
def test_cut_at_any_byte_it_is_an_error_never_a_part(case: str) -> None:
    name, encode = CODINGS[case]
    whole = encode(PLAIN)
    first = FIRST_PARTS[case](PLAIN[: len(PLAIN) // 2]) if case in FIRST_PARTS else b""
    for end in set(range(1, len(whole))) - {len(first)}:
        with pytest.raises(ContentCodingError):
            decode_content(whole[:end], name)


@coding_cases
def test_no_bytes_are_no_body(case: str) -> None:
    assert decode_content(b"", CODINGS[case][0]) == b""


@coding_cases
def test_noise_is_an_error(case: str) -> None:
    with pytest.raises(ContentCodingError, match="body"):
        decode_content(b"\x00<html>not compressed</html>", CODINGS[case][0])


def test_a_broken_checksum_is_an_error() -> None:
    whole = bytearray(gzip.compress(PLAIN))
    whole[-5] ^= 1
    with pytest.raises(ContentCodingError, match="the gzip body is broken"):
        decode_content(bytes(whole), "gzip")


def test_zero_padding_after_a_gzip_member_is_allowed() -> None:
    assert decode_content(gzip.compress(PLAIN) + b"\0" * 512, "gzip") == PLAIN


def test_other_bytes_after_a_gzip_member_are_an_error() -> None:
    with pytest.raises(ContentCodingError):
        decode_content(gzip.compress(PLAIN) + b"tail", "gzip")


def test_codings_are_undone_last_first() -> None:
    body = zlib.compress(gzip.compress(PLAIN))
    assert decode_content(body, "gzip, deflate") == PLAIN
    assert decode_content(body, " GZIP ,deflate") == PLAIN
    with pytest.raises(ContentCodingError):
        decode_content(body, "deflate, gzip")


@pytest.mark.parametrize("coding", ["identity", "x-unknown", ""])
def test_an_unknown_coding_leaves_the_bytes(coding: str) -> None:
    assert decode_content(PLAIN, coding) == PLAIN


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4))
@fixed
def test_any_number_of_members_is_one_body(parts: list[bytes]) -> None:
    assert decode_content(b"".join(map(gzip.compress, parts)), "gzip") == b"".join(parts)


@given(st.binary(max_size=200))
@fixed
def test_both_kinds_of_deflate_are_told_apart(plain: bytes) -> None:
    assert decode_content(raw_deflate(plain), "deflate") == plain
    for level in range(10):
        assert decode_content(zlib.compress(plain, level), "deflate") == plain


@given(st.binary(min_size=1, max_size=60), st.sampled_from(ANY_CODINGS))
@fixed
def test_no_bytes_raise_anything_else(content: bytes, codings: str) -> None:
    try:
        assert isinstance(decode_content(content, codings), bytes)
    except ContentCodingError as error:
        assert error.__cause__ is None
