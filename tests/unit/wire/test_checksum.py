from __future__ import annotations

import base64
import hashlib
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._wire.checksum import Checksum, checksum_of, is_encoded, server_checksum
from sdkbase.errors import InvalidRequestError

DATA = b"hello"
MD5 = hashlib.md5(DATA).hexdigest()
SHA1 = hashlib.sha1(DATA).hexdigest()
SHA256 = hashlib.sha256(DATA).hexdigest()
SHA512 = hashlib.sha512(DATA).hexdigest()


def b64(digest: str) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (None, None),
        ("server", None),
        (f"sha256:{SHA256}", Checksum("sha256", SHA256)),
        (f" SHA-256 : {SHA256.upper()} ", Checksum("sha256", SHA256)),
        (("sha256", SHA256), Checksum("sha256", SHA256)),
        (("md5", MD5), Checksum("md5", MD5)),
        ("blake2b", Checksum("blake2b")),
        ("sha3_256", Checksum("sha3_256")),
        ("sha512", Checksum("sha512")),
    ],
)
def test_what_a_caller_may_give(given_: Any, expected: Checksum | None) -> None:
    assert checksum_of(given_) == expected


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ("", "'' is no known algorithm"),
        ("crc32", "'crc32' is no known algorithm; sha256 is one"),
        ("shake_128:00", "is no known algorithm"),
        ("sha256:", "sha256 has 64 hexadecimal digits, got 0"),
        (("sha256", ""), "got 0 characters"),
        ("sha256:abc", "got 3 characters"),
        (f"sha256:{SHA256}0", "got 65"),
        (f"sha256:{b64(SHA256)}", "got 44"),
        (f"md5:{SHA256}", "md5 has 32"),
        (SHA256, "is no known algorithm"),
        (5, "checksum must be 'sha256:<hex>', .* got int"),
        (b"sha256", "got bytes"),
        (("sha256",), "got tuple"),
        (("sha256", 5), "got tuple"),
    ],
)
def test_what_is_no_checksum_is_refused(given_: Any, says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        checksum_of(given_)


def test_a_checksum_reads_back_from_its_text() -> None:
    checksum = Checksum("sha256", SHA256)
    assert checksum_of(str(checksum)) == checksum
    assert checksum.new().hexdigest() == hashlib.sha256().hexdigest()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        # RFC 9530
        ({"repr-digest": f"sha-256=:{b64(SHA256)}:"}, Checksum("sha256", SHA256)),
        ({"content-digest": f"sha-512=:{b64(SHA512)}:"}, Checksum("sha512", SHA512)),
        (
            {"repr-digest": f"sha-256=:{b64(SHA256)}:, sha-512=:{b64(SHA512)}:"},
            Checksum("sha512", SHA512),
        ),
        ({"repr-digest": f"sha-256=:{b64(SHA256)}:;x=y"}, Checksum("sha256", SHA256)),
        # RFC 3230
        ({"digest": f"SHA-256={b64(SHA256)}"}, Checksum("sha256", SHA256)),
        ({"digest": f"MD5={b64(MD5)},SHA={b64(SHA1)}"}, Checksum("sha1", SHA1)),
        ({"content-md5": b64(MD5)}, Checksum("md5", MD5)),
        # The one that speaks of the whole wins.
        (
            {"repr-digest": f"md5=:{b64(MD5)}:", "content-md5": b64("00" * 16)},
            Checksum("md5", MD5),
        ),
        # What can not be understood is none.
        ({"repr-digest": "sha-256=:abc:"}, None),
        ({"repr-digest": f"sha-256=:{b64(MD5)}:"}, None),
        ({"repr-digest": f"sha-256=:{b64(SHA256)}"}, None),
        ({"repr-digest": f"crc32c=:{b64('00000000')}:"}, None),
        ({"digest": "unixsum=30637"}, None),
        ({"digest": "SHA-256=a=b"}, None),
        ({"content-md5": "?"}, None),
        ({"repr-digest": ",,"}, None),
        ({"content-md5": b64(MD5), "content-encoding": "gzip"}, None),
        ({"content-md5": b64(MD5), "content-encoding": "identity"}, Checksum("md5", MD5)),
    ],
)
def test_what_a_server_says(headers: dict[str, str], expected: Checksum | None) -> None:
    assert server_checksum(200, httpx.Headers(headers)) == expected


def test_of_a_part_only_the_digest_of_the_whole_counts() -> None:
    for name, value in [
        ("content-digest", f"sha-256=:{b64(SHA256)}:"),
        ("content-md5", b64(MD5)),
    ]:
        assert server_checksum(206, httpx.Headers({name: value})) is None
    for name, value in [
        ("repr-digest", f"sha-256=:{b64(SHA256)}:"),
        ("digest", f"sha-256={b64(SHA256)}"),
    ]:
        assert server_checksum(206, httpx.Headers({name: value})) == Checksum("sha256", SHA256)


@pytest.mark.parametrize(
    ("coding", "expected"),
    [(None, False), ("", False), ("identity", False), (" Identity", False), ("gzip", True)],
)
def test_whether_a_body_is_encoded(coding: str | None, expected: bool) -> None:
    headers = {} if coding is None else {"content-encoding": coding}
    assert is_encoded(httpx.Headers(headers)) is expected


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_nothing_that_is_sent_is_an_error(value: str) -> None:
    for name in ("repr-digest", "digest", "content-digest", "content-md5"):
        for text in (value, f"sha-256=:{value}:", f"md5={value}"):
            server_checksum(200, httpx.Headers({name: text}))
