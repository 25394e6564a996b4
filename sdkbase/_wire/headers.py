"""Header fields as a plain dict: names in lower case, values that are safe to send."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import httpx

from ..config import OMIT, Omit
from ..errors import InvalidRequestError

Headers: TypeAlias = dict[str, str]
"""Header fields by lower-case name."""

HeaderInput: TypeAlias = Mapping[str, Any] | Sequence[tuple[str, str]] | httpx.Headers
"""What `headers=` takes: as httpx, and `OMIT` as a value to take a header away."""

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
"""The usual methods."""

# RFC 9110, section 5.6.2 (token) and 5.5 (field value).
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BAD_VALUE = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def parse_headers(given: HeaderInput | None) -> dict[str, str | Omit]:
    """
    Return *given* as fields by lower-case name; repeated fields are joined as RFC 9110 says.

    Raises:
        InvalidRequestError: A name or value could not be sent, or would break the message.
    """
    fields: dict[str, str | Omit] = {}
    if not given:
        return fields
    for name, value in _items(given):
        _check_name(name)
        key = name.lower()
        if value is OMIT:
            fields[key] = OMIT
            continue
        _check_value(name, value)
        value = value.strip(" \t")
        earlier = fields.get(key)
        separator = "; " if key == "cookie" else ", "
        fields[key] = f"{earlier}{separator}{value}" if isinstance(earlier, str) else value
    return fields


def merge_headers(base: Headers, given: HeaderInput | None) -> Headers:
    """Return *base* with the fields *given* put over it; `OMIT` takes one away."""
    if not given:
        return base
    merged = {**base, **parse_headers(given)}
    return {name: value for name, value in merged.items() if not isinstance(value, Omit)}


def check_method(method: str) -> str:
    """
    Return *method* in upper case.

    Raises:
        InvalidRequestError: It is not a token.
    """
    if method in METHODS:
        return method
    if not isinstance(method, str) or not _NAME.fullmatch(method):
        raise InvalidRequestError(f"{method!r} is no HTTP method")
    return method.upper()


def check_request(request: httpx.Request) -> None:
    """
    Refuse a request that an interceptor or an auth flow has changed into no valid message.

    Raises:
        InvalidRequestError: Its method or a name is no token, or a value has a control character.
    """
    check_method(request.method)
    for raw_name, value in request.headers.raw:
        name = raw_name.decode("latin-1")
        if not _NAME.fullmatch(name):  # which may be a secret in the wrong place
            raise InvalidRequestError("an interceptor or auth has set a header with no valid name")
        if _CONTROL.search(value):
            raise _bad_value(name)


def raw_headers(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Return *headers* as they go over the wire."""
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]


def _items(given: HeaderInput) -> Iterable[tuple[Any, Any]]:
    if isinstance(given, httpx.Headers):
        return given.multi_items()
    return pairs_of(given, "headers")


def pairs_of(given: object, name: str) -> Iterable[tuple[Any, Any]]:
    """
    Return the names and values of a mapping or a list of pairs.

    Raises:
        InvalidRequestError: It is neither; the error calls it *name*.
    """
    if isinstance(given, Mapping):
        return cast("Mapping[Any, Any]", given).items()
    try:
        return [(key, value) for key, value in cast("Iterable[Any]", given)]
    except (TypeError, ValueError):
        kind = type(given).__name__
        raise InvalidRequestError(
            f"{name} must be a mapping or a list of pairs, got {kind}"
        ) from None


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidRequestError(f"{name!r} is no valid header name")


def _check_value(name: str, value: object) -> None:
    # The value may be a secret, so the error does not show it.
    if not isinstance(value, str):
        raise InvalidRequestError(
            f"header {name!r} must have a string as its value, got {type(value).__name__}"
        )
    if _BAD_VALUE.search(value):
        raise _bad_value(name)


def _bad_value(name: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"the value of header {name!r} holds a line break, a control character or one outside "
        "Latin-1, which HTTP does not allow"
    )
