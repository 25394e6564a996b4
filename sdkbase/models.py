"""
What forward-compatible models need and msgspec does not have.

Write models as msgspec structs. `rename="camel"`, `UNSET`, tagged unions, `datetime`, `Decimal`,
`UUID` and the like are msgspec's own. This module adds:

- `OpenEnum`, `OpenIntEnum`: a value that the SDK does not know is kept, not refused.
- `Unknown`: the same for the kinds of a tagged union, `Shape = Circle | Square | Unknown`.
- `unknown_members`: a field that keeps the members which its struct does not declare.
- `Lenient`, `LENIENT`: numbers and booleans that come as strings.
- `FromHeaders`: results that are in the headers of a response.
- `EpochSeconds`, `EpochMillis`, `HttpDate`, `Int64String`: values in other forms than JSON's.

A class of one's own can be a field, too, if it says how it is written: a class method
`from_wire(value)` makes one from the plain value that came and raises `ValueError` if it can not;
a method `to_wire()` returns such a plain value. In a union it goes with None only.

`json_data=` and `msgpack_data=` encode all of these; outside of a call, `encode_json` and
`encode_msgpack` do, and `decode_json` and `decode_msgpack` read them.
"""

from __future__ import annotations

from typing import TypeVar

from typing_extensions import TypeForm

from ._exports import publish as _publish
from ._wire.codec import decoder_for
from ._wire.formats import JSON, MSGPACK
from ._wire.header_model import FromHeaders
from ._wire.open_enum import OpenEnum, OpenIntEnum
from ._wire.open_models import LENIENT, Lenient, Unknown, unknown_members
from ._wire.wire_types import EpochMillis, EpochSeconds, HttpDate, Int64String

__all__ = [
    "LENIENT",
    "EpochMillis",
    "EpochSeconds",
    "FromHeaders",
    "HttpDate",
    "Int64String",
    "Lenient",
    "OpenEnum",
    "OpenIntEnum",
    "Unknown",
    "decode_json",
    "decode_msgpack",
    "encode_json",
    "encode_msgpack",
    "unknown_members",
]

U = TypeVar("U")


def encode_json(value: object) -> bytes:
    """
    Encode *value* as JSON, as `json_data=` does.

    Raises:
        TypeError, ValueError, OverflowError, RecursionError: It has no such form.
    """
    return JSON.encode(value)


def encode_msgpack(value: object) -> bytes:
    """
    Encode *value* as MessagePack, as `msgpack_data=` does.

    Raises:
        TypeError, ValueError, OverflowError, RecursionError: It has no such form.
    """
    return MSGPACK.encode(value)


def decode_json(content: bytes | str, cast_to: TypeForm[U], *, lenient: bool = False) -> U:
    """
    Decode JSON into a type, as `cast_to=` does: recorded examples, webhooks, caches.

    Args:
        content: One document.
        cast_to: The type.
        lenient: Whether numbers and booleans may come as strings.

    Raises:
        msgspec.MsgspecError: It is not JSON, or does not fit the type.
        RecursionError: It is nested too deeply.
        ValueError: It is not UTF-8, or holds a time that Python has no year for.
        ConfigurationError: msgspec has no way to decode the type.
    """
    return decoder_for(cast_to, lenient=lenient).loads(content)


def decode_msgpack(content: bytes, cast_to: TypeForm[U], *, lenient: bool = False) -> U:
    """
    Decode MessagePack into a type, as `cast_to=` does.

    Args:
        content: One document.
        cast_to: The type.
        lenient: Whether numbers and booleans may come as strings.

    Raises:
        msgspec.MsgspecError: It is not MessagePack, or does not fit the type.
        RecursionError: It is nested too deeply.
        ValueError: It holds text that is not UTF-8, or a time that Python has no year for.
        ConfigurationError: msgspec has no way to decode the type.
    """
    return decoder_for(cast_to, lenient=lenient).loads(content, "application/msgpack")


_publish(*(globals()[name] for name in __all__), package=__name__)
