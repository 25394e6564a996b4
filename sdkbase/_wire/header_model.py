"""Results that are in the headers of a response: `Location`, `ETag`, counts, dates, digests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urljoin
from urllib.request import parse_http_list

import msgspec
from msgspec import inspect

from ..errors import ConfigurationError
from .call import Call
from .hooks import dec_hook, is_wire_type
from .http_date import http_date
from .reply import Reply
from .type_graph import Node
from .type_names import type_name

_Convert = Callable[[list[str], str], Any]
"""Takes the values of a field and the URL of the request."""

_URLS = frozenset({"location", "content-location"})


class FromHeaders:
    """
    Mark a struct as read from the headers of a response, whatever its body is.

    A mixin: `class Upload(FromHeaders, msgspec.Struct): ...`. Its field `content_length: int` is
    taken from `Content-Length`; another name is declared as
    `msgspec.field(name="X-Total-Count")`. Case does not matter. Use the struct as `cast_to=`, for
    any method and any status of success.

    Values become what their field declares: `int`, `float`, `bool`, `Decimal`, an enum, a
    `datetime` (HTTP date, ISO 8601, or seconds since the epoch, also as in RFC 9745, `@1688169599`)
    or a class with `from_wire`. A field that is repeated or comma-separated becomes a list where
    one is declared, and else one text, as RFC 9110, section 5.2 says. `Location` and
    `Content-Location` are made absolute by the URL of the request; everything else stays as it was
    sent. A header without which there is no result has no default: its absence is a `DecodeError`.
    """

    __slots__ = ()


def is_header_model(cast_to: Any) -> bool:
    """Return whether a type is read from headers."""
    return isinstance(cast_to, type) and issubclass(cast_to, FromHeaders)


class HeaderReader:
    """
    Read one model from the headers of replies.

    Raises:
        ConfigurationError: The model has a field that no text can become.
    """

    def __init__(self, model: type[FromHeaders]) -> None:
        self._model: type[FromHeaders] = model
        self._fields: list[tuple[bytes, inspect.Field, _Convert]] = []
        for field in _fields_of(model):
            name = _header_name(field)
            kinds = _kinds_of(field.type)
            if problem := _problem(name, kinds):
                raise ConfigurationError(
                    f"{model.__name__}.{field.name} can not be read from a header: {problem}"
                )
            self._fields.append((name.encode("ascii"), field, _converter(name, kinds)))

    def read(self, call: Call, reply: Reply) -> Any:
        """Return what the headers of *reply* say."""
        sent: dict[bytes, list[str]] = {}
        for name, value in reply.headers:
            sent.setdefault(name.lower(), []).append(value.decode("latin-1"))
        values: dict[str, Any] = {}
        for name, field, convert in self._fields:
            if name in sent:
                values[field.encode_name] = convert(sent[name], call.url)
            elif field.required:
                raise msgspec.ValidationError(f"there is no header `{name.decode('ascii')}`")
        return msgspec.convert(values, self._model, strict=False, dec_hook=dec_hook)

    def loads(self, content: bytes | str, content_type: str | None) -> Any:
        """Refuse: a document has no headers."""
        raise self._no_document()

    def loads_lines(self, content: bytes) -> list[Any]:
        """Refuse: a document has no headers."""
        raise self._no_document()

    def _no_document(self) -> ConfigurationError:
        return ConfigurationError(
            f"{self._model.__name__} is made of headers; a stream can not be read as it"
        )


def _fields_of(model: type[FromHeaders]) -> tuple[inspect.Field, ...]:
    try:
        info: Any = inspect.type_info(model)
    except (TypeError, ValueError, NameError) as error:
        raise ConfigurationError(f"{model.__name__} can not be decoded: {error}") from None
    if not isinstance(info, inspect.StructType | inspect.DataclassType):
        raise ConfigurationError(
            f"{model.__name__} can not be decoded: declare it as "
            f"class {model.__name__}(FromHeaders, msgspec.Struct)"
        )
    return info.fields


def _header_name(field: inspect.Field) -> str:
    # A name that was declared is taken as it is: header names may hold underscores.
    name = field.encode_name
    return (name.replace("_", "-") if name == field.name else name).lower()


def _kinds_of(node: Node) -> list[Any]:
    """Return the types that a field may be of."""
    if isinstance(node, inspect.Metadata):
        return _kinds_of(node.type)
    if isinstance(node, inspect.UnionType):
        return [kind for option in node.types for kind in _kinds_of(option)]
    return [node]


def _problem(name: str, kinds: list[Any]) -> str:
    if not name.isascii():
        return f"{name!r} is no name of a header"
    for kind in kinds:
        if isinstance(kind, inspect.CustomType) and not is_wire_type(kind.cls):
            return f"{type_name(kind.cls)} has no `from_wire`"
        if hasattr(kind, "fields") or hasattr(kind, "value_type"):
            return "a header holds text or a list, no object"
    return ""


def _converter(name: str, kinds: list[Any]) -> _Convert:
    if any(hasattr(kind, "item_type") or hasattr(kind, "item_types") for kind in kinds):
        # Cookies hold commas that separate nothing (RFC 6265, section 3).
        return _as_they_came if name == "set-cookie" else _items
    if any(isinstance(kind, inspect.DateTimeType) for kind in kinds):
        return _moment
    return _absolute if name in _URLS else _joined


def _as_they_came(values: list[str], url: str) -> list[str]:
    return values


def _items(values: list[str], url: str) -> list[str]:
    return [item for value in values for item in parse_http_list(value) if item]


def _joined(values: list[str], url: str) -> str:
    return ", ".join(values)


def _absolute(values: list[str], url: str) -> str:
    try:
        return urljoin(url, values[0])
    except ValueError:  # it is no URL, which whoever sends the next request will say
        return values[0]


def _moment(values: list[str], url: str) -> datetime | str:
    text = values[0]
    if text.startswith("@"):
        return text[1:]
    try:
        return http_date(text)
    except (ValueError, OverflowError):
        return text
