"""
Places in a JSON document, written as a path.

`meta.next` is short for the JSON pointer `/meta/next` (RFC 6901). A name that holds a dot or a
slash needs the pointer, in which `~1` stands for `/` and `~0` for `~`. An empty path is the whole
document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias, cast

import msgspec

from ..config import OMIT
from ..errors import ConfigurationError, InvalidRequestError
from .hooks import WIRE_ERRORS, to_plain

Path: TypeAlias = tuple[str, ...]
"""The names on the way to a place; a number in digits may be the index of an array."""

MISSING: Final = object()
"""What stands where a document has no such place."""

_BAD_ESCAPE = r"~(?![01])"
_INDEX = r"0|[1-9][0-9]*"


@lru_cache(maxsize=1024)
def parse_path(text: str) -> Path:
    """
    Return the names of a path, dotted or a JSON pointer.

    Raises:
        ConfigurationError: It is neither.
    """
    if not isinstance(text, str):
        raise ConfigurationError(f"a path must be a string such as 'meta.next', got {text!r}")
    if not text:
        return ()
    if not text.startswith("/"):
        if "" in (names := tuple(text.split("."))):
            raise ConfigurationError(
                f"path {text!r} has an empty name; write names and single dots"
            )
        return names
    if re.search(_BAD_ESCAPE, text):
        raise ConfigurationError(f"path {text!r}: '~' must be '~0' (for ~) or '~1' (for /)")
    return tuple(name.replace("~1", "/").replace("~0", "~") for name in text[1:].split("/"))


def is_index(name: str) -> bool:
    """Tell whether a name may be the index of an array (RFC 6901, section 4)."""
    return re.fullmatch(_INDEX, name) is not None


def read_path(document: Any, path: Path) -> Any:
    """
    Return what is at *path*, or `MISSING`.

    Structs and dataclasses are read by the names that they have in JSON and by their own.
    """
    for name in path:
        if isinstance(document, Mapping):
            document = cast("Mapping[str, Any]", document).get(name, MISSING)
        elif isinstance(document, list | tuple):
            document = _element(cast("list[Any]", document), name)
        else:
            attribute = attributes_of(document.__class__).get(name)
            document = MISSING if attribute is None else getattr(document, attribute)
    return document


def _element(array: Any, name: str) -> Any:
    inside = is_index(name) and int(name) < len(array)
    return array[int(name)] if inside else MISSING


@lru_cache(maxsize=1024)
def attributes_of(cls: type[Any]) -> dict[str, str]:
    """Return the attributes of a struct or dataclass, by name in JSON and by their own name."""
    if issubclass(cls, msgspec.Struct):
        struct = msgspec.structs.fields(cls)
        # The names in JSON come last: they win where one is another field's own name.
        own = {field.name: field.name for field in struct}
        return own | {field.encode_name: field.name for field in struct}
    return {name: name for name in getattr(cls, "__dataclass_fields__", ())}


def put_path(document: Any, path: Path, value: Any) -> Any:
    """
    Return a copy of *document* with *value* at *path*; what is not on the way is shared.

    Args:
        document: None, a mapping, a list, or what msgspec encodes as one.
        path: Objects that are missing on the way are made.
        value: What to put there.

    Raises:
        InvalidRequestError: Something on the way is no object, or an array without that element.
    """
    if not path:
        return value
    name, rest = path[0], path[1:]
    if document is None or document is MISSING or document is OMIT:
        return {name: put_path(None, rest, value)}
    if not isinstance(document, Mapping | list | tuple):
        document = _builtins(document)
    if isinstance(document, Mapping):
        fields = cast("Mapping[str, Any]", document)
        return {**fields, name: put_path(fields.get(name), rest, value)}
    if isinstance(document, list | tuple):
        array = list(cast("list[Any]", document))
        if _element(array, name) is not MISSING:
            array[int(name)] = put_path(array[int(name)], rest, value)
            return array
    kind = type(cast("object", document)).__name__
    raise InvalidRequestError(f"json_data has no place {name!r} to put a value: it is {kind} there")


def _builtins(document: Any) -> Any:
    try:
        return to_plain(document)
    except WIRE_ERRORS as error:
        raise InvalidRequestError(f"json_data can not be encoded as JSON: {error}") from None
