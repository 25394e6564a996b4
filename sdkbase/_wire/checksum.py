"""Checksums of files: those that the caller knows, and those that servers send along."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any, TypeAlias

import httpx
import msgspec

from ..errors import InvalidRequestError

ChecksumInput: TypeAlias = str | tuple[str, str]
"""
`sha256:...` or `("sha256", "...")` in hex: what the file must have. `sha256` alone is worked out
and returned. `server` takes what the server sends along, if anything.
"""

# Names in headers (RFC 9530, section 5, and the registry of RFC 3230), the strongest first.
_BY_HEADER_NAME = {"sha-512": "sha512", "sha-256": "sha256", "sha": "sha1", "md5": "md5"}
# RFC 9530 writes `sha-256=:...:`, RFC 3230 `SHA-256=...`.
_MEMBER = re.compile(r"([a-z0-9-]+)=(:?)([A-Za-z0-9+/]+=*)\2(?:;[^,]*)?", re.IGNORECASE)


class Checksum(msgspec.Struct, frozen=True):
    """A checksum to work out, and what it must come to if that is known."""

    algorithm: str
    """As `hashlib` calls it."""
    expected: str | None = None
    """In hex."""

    def new(self) -> Any:
        """Return a hash object."""
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.expected or ''}"


def checksum_of(given: object) -> Checksum | None:
    """
    Return the checksum that the caller gave; None if there is none, or the server has to tell it.

    Raises:
        InvalidRequestError: It is not one of `ChecksumInput`.
    """
    match given:
        case None | "server":
            return None
        case str(text) if ":" not in text:
            return _known(text)
        case str(text):
            name, _, value = text.partition(":")
            return _expecting(_known(name), value)
        case (str(name), str(value)):
            return _expecting(_known(name), value)
        case _:
            raise InvalidRequestError(
                "checksum must be 'sha256:<hex>', ('sha256', '<hex>'), 'sha256' or 'server', "
                f"got {type(given).__name__}"
            )


def _known(name: str) -> Checksum:
    algorithm = _BY_HEADER_NAME.get(name.strip().lower(), name.strip().lower())
    if algorithm not in hashlib.algorithms_guaranteed or algorithm.startswith("shake"):
        raise InvalidRequestError(f"checksum: {name!r} is no known algorithm; sha256 is one")
    return Checksum(algorithm)


def _expecting(checksum: Checksum, value: str) -> Checksum:
    expected, digits = value.strip().lower(), checksum.new().digest_size * 2
    if not re.fullmatch(rf"[0-9a-f]{{{digits}}}", expected):
        raise InvalidRequestError(
            f"checksum: {checksum.algorithm} has {digits} hexadecimal digits, "
            f"got {len(expected)} characters"
        )
    return Checksum(checksum.algorithm, expected)


def server_checksum(status: int, headers: httpx.Headers) -> Checksum | None:
    """
    Return the checksum of the whole file that a response tells, or None.

    `Repr-Digest` and `Content-Digest` (RFC 9530), `Digest` (RFC 3230) and `Content-MD5` are known.
    Of a part of a file, only the first and the third speak of the whole.
    """
    if is_encoded(headers):
        return None  # they are of the encoded bytes
    whole = status != 206
    members = [*_split(headers, "repr-digest"), *_split(headers, "digest")]
    if whole:
        members += _split(headers, "content-digest")
        members += [f"md5={value}" for value in _split(headers, "content-md5")]
    found: dict[str, str] = {}
    for member in members:
        found = _digest(member) | found
    return next(
        (Checksum(own, found[own]) for own in _BY_HEADER_NAME.values() if own in found), None
    )


def is_encoded(headers: httpx.Headers) -> bool:
    """Return whether a body has to be decoded before it is the file."""
    return headers.get("content-encoding", "identity").strip().lower() not in ("identity", "")


def _split(headers: httpx.Headers, name: str) -> list[str]:
    return [member.strip() for member in headers.get(name, "").split(",") if member.strip()]


def _digest(member: str) -> dict[str, str]:
    """Return algorithm and digest in hex of one member of a header, or nothing."""
    found = _MEMBER.fullmatch(member)
    algorithm = _BY_HEADER_NAME.get(found[1].lower()) if found else None
    if found is None or algorithm is None:
        return {}
    try:
        digest = base64.b64decode(found[3], validate=True)
    except binascii.Error:
        return {}
    return {algorithm: digest.hex()} if len(digest) == Checksum(algorithm).new().digest_size else {}
