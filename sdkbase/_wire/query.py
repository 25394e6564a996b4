"""Query strings: what a Python value looks like in a URL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Literal, TypeAlias
from urllib.parse import quote
from uuid import UUID

import httpx

from ..config import OMIT
from ..errors import InvalidRequestError
from .headers import pairs_of

QueryStyle: TypeAlias = Literal["repeat", "comma", "brackets", "indices"]
"""How an array is written: `a=1&a=2`, `a=1,2`, `a[]=1&a[]=2` or `a[0]=1&a[1]=2`."""

QueryParams: TypeAlias = (
    Mapping[str, Any] | Sequence[tuple[str, Any]] | httpx.QueryParams | str | bytes
)
"""What `params=` and `query=` take: as httpx, and `OMIT` as a value."""

_ARRAY_KEYS = {"repeat": "{}", "brackets": "{}[]", "indices": "{}[{}]"}


def encode_query(params: QueryParams | None, style: QueryStyle = "repeat") -> str:
    """
    Return *params* as a query string without its question mark.

    `OMIT` leaves a parameter out, None gives an empty value, bools are `true` and `false`,
    datetimes ISO 8601.

    Raises:
        InvalidRequestError: A value has no form in a URL.
    """
    if not params:
        return ""
    if isinstance(params, str | bytes):
        return _ready_made(params)
    pairs = _pairs(params)
    return "&".join(
        f"{_quoted(name, key, safe='[]')}={value}"
        for name, given in pairs
        if given is not OMIT
        for key, value in _expand(str(name), given, style)
    )


def add_query(url: str, query: str) -> str:
    """Return *url* with *query* added to what it has, and without its fragment."""
    url = url.partition("#")[0]
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query}"


def _ready_made(params: str | bytes) -> str:
    try:
        return params.decode("ascii") if isinstance(params, bytes) else params
    except UnicodeDecodeError:
        raise InvalidRequestError("params= as bytes must be ASCII, percent-encoded") from None


def _pairs(params: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(params, httpx.QueryParams):
        return params.multi_items()
    return pairs_of(params, "params or query")


def _expand(name: str, value: object, style: QueryStyle) -> Iterator[tuple[str, str]]:
    if not _is_array(value):
        yield name, _quoted(name, _text(name, value))
        return
    items = [_text(name, item) for item in value if item is not OMIT]  # type: ignore[attr-defined]  # checked above
    if style == "comma":
        yield name, ",".join(_quoted(name, item) for item in items)
        return
    for index, item in enumerate(items):
        yield _ARRAY_KEYS[style].format(name, index), _quoted(name, item)


def _quoted(name: object, text: str, safe: str = "") -> str:
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError as error:
        raise InvalidRequestError(
            f"query parameter {name!r} has no UTF-8 form: {error.reason}"
        ) from None


def _is_array(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping | Enum)


def _text(name: str, value: object) -> str:
    if isinstance(value, Enum):
        value = value.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        utc = value.tzinfo is UTC
        return value.isoformat().replace("+00:00", "Z") if utc else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | float | UUID):
        return str(value)
    raise InvalidRequestError(
        f"query parameter {name!r} must be a string, number, bool, date, UUID, enum, None or a "
        f"list of these, got {type(value).__name__}"
    )
