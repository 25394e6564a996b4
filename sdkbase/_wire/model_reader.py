"""What reads the documents of one model, in any format, with all that a model may ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

import msgspec
from msgspec import inspect

from ..errors import ConfigurationError
from .call import Call
from .formats import JSON, MSGPACK, Format, format_of
from .header_model import FromHeaders
from .hooks import is_wire_type
from .open_models import asks_leniency
from .reply import Reply
from .reshape import Reshaping, reshaping_of
from .text import BOM
from .type_graph import is_a, nodes_of
from .type_names import type_name

_JSON_STARTS = b"{["
_UNKNOWN = r"\bUnknown\b"

Loads = Callable[[bytes | str], Any]


class ModelReader:
    """
    Read documents of one type.

    Args:
        cast_to: Type of the documents.
        lenient: Whether numbers and booleans may come as strings.

    Raises:
        ConfigurationError: msgspec has no way to decode the type.
    """

    def __init__(self, cast_to: Any, *, lenient: bool) -> None:
        self._type: Any = cast_to
        try:
            root = inspect.type_info(cast_to)
            self._strict: bool = not (lenient or any(map(asks_leniency, nodes_of(root))))
            decoder = JSON.decoder(cast_to, strict=self._strict)
        except (TypeError, ValueError, NameError) as error:
            raise _undecodable(cast_to, f"{error}{_hint(str(error))}") from None
        _check_classes(cast_to, root)
        self._reshaping: Reshaping | None = reshaping_of(root)
        self._json: Loads = self._loads(JSON, decoder)
        self._json_lines: Callable[[bytes], list[Any]] = decoder.decode_lines

    def read(self, call: Call, reply: Reply) -> Any:
        """Return the document in the body of *reply*."""
        body = reply.body
        # Which no MessagePack is but the one byte of 91 or 123; so most replies end here.
        if len(body) > 1 and body[0] in _JSON_STARTS:
            return self._json(body)
        if not body and reply.status_code in (204, 205):
            # A response without a body says what `null` says: None if the type allows it.
            return self._json(b"null")
        if format_of(reply.header(b"content-type")) is MSGPACK:
            return self._msgpack(body)
        return self._json(body.removeprefix(BOM))

    def loads(self, content: bytes | str, content_type: str | None) -> Any:
        """Return the document *content*."""
        loads = self._json if format_of(content_type) is JSON else self._msgpack
        return loads(content)

    def loads_lines(self, content: bytes) -> list[Any]:
        """Return the documents of *content*, one in a line."""
        if self._reshaping is None:
            return self._json_lines(content)
        if not self._reshaping.always:
            try:
                return self._json_lines(content)
            except msgspec.ValidationError:
                pass
        return [self._json(line) for line in content.split(b"\n") if line.strip()]

    @cached_property
    def _msgpack(self) -> Loads:
        return self._loads(MSGPACK, MSGPACK.decoder(self._type, strict=self._strict))

    def _loads(self, format: Format, decoder: Any) -> Loads:
        reshaping, decode = self._reshaping, decoder.decode
        if reshaping is None:
            return decode  # type: ignore[no-any-return]  # of either format

        def loads_reshaped(content: bytes | str) -> Any:
            return decode(format.untree(reshaping.step(format.tree(content))))

        def loads(content: bytes | str) -> Any:
            try:
                return decode(content)
            except msgspec.ValidationError:
                return loads_reshaped(content)

        return loads_reshaped if reshaping.always else loads


def _check_classes(cast_to: Any, root: inspect.Type) -> None:
    for node in nodes_of(root):
        if is_a(node, FromHeaders):
            reason = "a struct that is made of headers stands in no body; use it as it is"
        elif isinstance(node, inspect.CustomType) and not _can_be_made(node.cls):
            reason = (
                f"msgspec does not know {node.cls!r}; use a msgspec.Struct, dataclass, TypedDict "
                "or built-in type, or give the class `from_wire` and `to_wire`"
            )
        elif isinstance(node, inspect.Field) and _is_of_struct(node):
            reason = f"{node.name!r} is declared as a field of a msgspec.Struct, but is in none"
        else:
            continue
        raise _undecodable(cast_to, reason)


def _is_of_struct(field: inspect.Field) -> bool:
    # A dataclass takes what declares a struct's field for a default.
    return isinstance(field.default, type(msgspec.field()))


def _undecodable(cast_to: Any, reason: str) -> ConfigurationError:
    return ConfigurationError(f"{type_name(cast_to)} can not be decoded: {reason}")


def _hint(reason: str) -> str:
    if "same `tag_field`" in reason and re.search(_UNKNOWN, reason):
        return "; give Unknown theirs: class UnknownKind(Unknown, tag_field=...)"
    return ""


def _can_be_made(cls: Any) -> bool:
    return cls is object or is_wire_type(cls)  # `object` takes whatever there is
