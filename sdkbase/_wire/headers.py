"""Header fields as a plain dict: names in lower case, values that are safe to send."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import httpx

from ..config import OMIT, Omit
from ..errors import InvalidRequestError

Headers: TypeAlias = dict[str, str]
"""Header fields by lower-case name."""

HeaderInput: TypeAlias = Mapping[str, Any] | Sequence[tuple[str, str]] | httpx.Headers
"""What `headers=` takes: as httpx, and `OMIT` as a value to take a header away."""

# RFC 9110, section 5.6.2 (token) and 5.5 (field value).
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BAD_VALUE = re.compile(r"[^\t\x20-\x7e\x80-\xff]")


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
        earlier = fields.get(key)
        separator = "; " if key == "cookie" else ", "
        fields[key] = f"{earlier}{separator}{value}" if isinstance(earlier, str) else value.strip()
    return fields


def merge_headers(base: Headers, given: HeaderInput | None) -> Headers:
    """Return *base* with the fields *given* put over it; `OMIT` takes one away."""
    if not given:
        return base
    merged = {**base, **parse_headers(given)}
    return {name: value for name, value in merged.items() if value is not OMIT}


def check_method(method: str) -> str:
    """
    Return *method* in upper case.

    Raises:
        InvalidRequestError: It is not a token.
    """
    if not isinstance(method, str) or not _NAME.fullmatch(method):
        raise InvalidRequestError(f"{method!r} is no HTTP method")
    return method.upper()


def _items(given: HeaderInput) -> Any:
    if isinstance(given, httpx.Headers):
        return given.multi_items()
    return given.items() if isinstance(given, Mapping) else given


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
        raise InvalidRequestError(
            f"the value of header {name!r} holds a line break, a control character or one outside "
            "Latin-1, which HTTP does not allow"
        )
