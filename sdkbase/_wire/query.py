"""Query strings: what a Python value looks like in a URL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias, cast
from urllib.parse import quote
from uuid import UUID

import httpx
import msgspec

from ..config import OMIT, QueryStyle
from ..errors import InvalidRequestError
from .headers import pairs_of
from .hooks import WIRE_ERRORS, iso_text, to_plain, wire_value

QueryParams: TypeAlias = (
    Mapping[str, Any] | Sequence[tuple[str, Any]] | msgspec.Struct | httpx.QueryParams | str | bytes
)
"""What `params=` and `query=` take: as httpx, or a struct; and `OMIT` as a value."""

# RFC 3986, section 2.3: what never needs escapes.
_PLAIN = re.compile(r"[A-Za-z0-9._~-]*").fullmatch
_SINGLE = frozenset({str, int, float, bool, type(None)})
# The key of an item, after that of its array.
_ITEM_KEYS = {"repeat": "", "brackets": "[]", "indices": "[{}]", "deepObject": ""}
# Those that can write what is inside an item of an array, and what is inside a mapping.
_NESTED_ITEMS = ("brackets", "indices")
_MAPPINGS = ("brackets", "indices", "deepObject")


def encode_query(params: QueryParams | None, style: QueryStyle = "repeat") -> str:
    """
    Return *params* as a query string without its question mark.

    `OMIT` leaves a parameter out, None gives an empty value, bools are `true` and `false`,
    datetimes RFC 3339. Structs and dataclasses are mappings of what msgspec makes of their fields;
    what has a `to_wire` is written as that says.

    | style      | `a=[1, 2]`    | `a={"b": 1}` | `a={"b": [1, 2]}`   | `a=[{"b": 1}]` |
    |------------|---------------|--------------|---------------------|----------------|
    | repeat     | `a=1&a=2`     | refused      | refused             | refused        |
    | comma      | `a=1,2`       | refused      | refused             | refused        |
    | brackets   | `a[]=1&a[]=2` | `a[b]=1`     | `a[b][]=1&a[b][]=2` | `a[][b]=1`     |
    | indices    | `a[0]=1&...`  | `a[b]=1`     | `a[b][0]=1&...`     | `a[0][b]=1`    |
    | deepObject | `a=1&a=2`     | `a[b]=1`     | `a[b]=1&a[b]=2`     | refused        |

    Args:
        params: Names and values, or a query string that is ready made.
        style: How arrays and mappings are written.

    Raises:
        InvalidRequestError: A value has no form in a URL.
    """
    if not params:
        return ""
    if isinstance(params, str | bytes):
        return _ready_made(params)
    try:
        return "&".join(
            item
            for name, value in query_pairs(params)
            if value is not OMIT and value is not msgspec.UNSET
            for item in _items(str(name), _quoted(name, str(name), safe="[]"), value, style)
        )
    except RecursionError:
        raise InvalidRequestError("a query parameter is nested too deeply") from None


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


def query_pairs(params: Any) -> Iterable[tuple[Any, Any]]:
    """
    Return names and values of *params*, which are no ready-made string.

    Raises:
        InvalidRequestError: They are no parameters, or a field has no form in a query.
    """
    if isinstance(params, httpx.QueryParams):
        return params.multi_items()
    return pairs_of(_fields(params) if _is_object(params) else params, "params or query")


def _items(name: str, key: str, value: object, style: QueryStyle) -> Iterator[str]:
    """
    Yield `key=value` for each single value in *value*.

    Args:
        name: The parameter, for errors.
        key: The key so far, encoded.
        value: What to write.
        style: How.
    """
    if type(value) in _SINGLE:
        yield f"{key}={_quoted(name, _text(name, value))}"
        return
    value = _told(name, value)
    if _is_object(value):
        value = _fields(value)
    if isinstance(value, Mapping):
        yield from _mapping_items(name, key, cast("Mapping[Any, Any]", value), style)
    elif _is_array(value):
        items = [_told(name, item) for item in cast("Iterable[Any]", value) if item is not OMIT]
        yield from _array_items(name, key, items, style)
    else:
        yield f"{key}={_quoted(name, _text(name, value))}"


def _array_items(name: str, key: str, items: list[Any], style: QueryStyle) -> Iterator[str]:
    if style not in _NESTED_ITEMS and any(map(_is_nested, items)):
        raise InvalidRequestError(
            f"query parameter {name!r} is an array of mappings or arrays, which the style "
            f"{style!r} can not write; use query_style='indices' (or 'brackets')"
        )
    if style == "comma":
        yield f"{key}={','.join(_quoted(name, _text(name, item)) for item in items)}"
        return
    for index, item in enumerate(items):
        yield from _items(name, key + _ITEM_KEYS[style].format(index), item, style)


def _mapping_items(
    name: str, key: str, fields: Mapping[Any, Any], style: QueryStyle
) -> Iterator[str]:
    if style not in _MAPPINGS:
        raise InvalidRequestError(
            f"query parameter {name!r} is a mapping, which the style {style!r} can not write; "
            "use query_style='deepObject' (or 'brackets' or 'indices'), of the client or of "
            "RequestOptions"
        )
    for field, value in fields.items():
        if value is not OMIT and value is not msgspec.UNSET:
            yield from _items(name, f"{key}[{_quoted(name, _text(name, field))}]", value, style)


def _quoted(name: object, text: str, safe: str = "") -> str:
    if _PLAIN(text):
        return text
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError as error:
        raise InvalidRequestError(
            f"query parameter {name!r} has no UTF-8 form: {error.reason}"
        ) from None


def _is_object(value: object) -> bool:
    return isinstance(value, msgspec.Struct) or (
        hasattr(value, "__dataclass_fields__") and not isinstance(value, type)
    )


def _fields(value: object) -> Any:
    try:
        return to_plain(value)
    except WIRE_ERRORS as error:
        hint = "; a field that is left out is msgspec.UNSET" if "Omit" in str(error) else ""
        raise InvalidRequestError(
            f"a {type(value).__name__} has no form in a query: {error}{hint}"
        ) from None


def _told(name: str, value: object) -> Any:
    try:
        return wire_value(value)
    except WIRE_ERRORS as error:
        raise InvalidRequestError(
            f"query parameter {name!r}, a {type(value).__name__}, has no wire form: {error}"
        ) from None


def _is_nested(value: object) -> bool:
    return type(value) not in _SINGLE and (
        isinstance(value, Mapping) or _is_object(value) or _is_array(value)
    )


def _is_array(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping | Enum)


def _text(name: str, value: object) -> str:
    if isinstance(value, Enum):
        value = value.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return iso_text(value)
    if isinstance(value, str | int | float | Decimal | UUID):
        return str(value)
    raise InvalidRequestError(
        f"query parameter {name!r} must be a string, number, bool, date, UUID, enum, None, or a "
        f"list of these, got {type(value).__name__}"
    )
