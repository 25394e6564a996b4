"""Decoding: a reply into the type that was asked for, or an error that says why not."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

from typing_extensions import TypeForm

from ..errors import ConfigurationError
from .call import Call
from .formats import UNREADABLE
from .readers import Reader, reader_for
from .reply import Reply
from .text import BOM as BOM
from .text import decode_text as decode_text
from .text import shortened as shortened
from .type_names import type_name as type_name

U = TypeVar("U")


class Decoder(Generic[U]):
    """
    Turn replies into one type.

    Args:
        cast_to: The type.
        lenient: Whether numbers and booleans may come as strings.

    Raises:
        ConfigurationError: msgspec has no way to decode the type.
    """

    __slots__ = ("_read", "_reader", "type")

    def __init__(self, cast_to: TypeForm[U], *, lenient: bool = False) -> None:
        #: What replies become.
        self.type: Any = cast_to
        self._reader: Reader = reader_for(cast_to, lenient=lenient)
        self._read = self._reader.read

    def decode(self, call: Call, reply: Reply) -> U:
        """
        Return *reply* as the type: its body, as MessagePack if it says so and else as JSON.

        Args:
            call: What was asked, as it was sent last.
            reply: What came.

        Raises:
            DecodeError: The body is not JSON, or does not fit the type.
        """
        try:
            return self._read(call, reply)  # type: ignore[no-any-return]  # of the type
        except UNREADABLE as error:
            from .decode_error import decode_error  # late: most replies are what they should be

            raise decode_error(call, reply, self.type, error) from None

    def loads(self, content: bytes | str, content_type: str | None = None) -> U:
        """
        Return one document, such as an event or a line of a stream, as the type.

        Args:
            content: The document, without a byte order mark.
            content_type: What it says it is; JSON, unless it is MessagePack.

        Raises:
            msgspec.MsgspecError: It is not what it says, or does not fit the type.
            RecursionError: It is nested too deeply.
            ValueError: It is not UTF-8, or a moment is of no year that there is.
            ConfigurationError: The type is made of headers.
        """
        return self._reader.loads(content, content_type)  # type: ignore[no-any-return]  # the same

    def loads_lines(self, content: bytes) -> list[U]:
        """
        Return the JSON documents of *content*, one in a line; lines of white space hold none.

        Raises:
            msgspec.MsgspecError: A line is not JSON, or does not fit the type.
            RecursionError: One is nested too deeply.
            ValueError: One is not UTF-8, or a moment is of no year that there is.
            ConfigurationError: The type is made of headers.
        """
        return self._reader.loads_lines(content)

    def __repr__(self) -> str:
        return f"Decoder({type_name(self.type)})"


def decoder_for(cast_to: TypeForm[U], *, lenient: bool = False) -> Decoder[U]:
    """
    Return the decoder of a type; the last 1,024 are kept.

    Args:
        cast_to: The type.
        lenient: Whether numbers and booleans may come as strings.

    Raises:
        ConfigurationError: msgspec has no way to decode the type.
    """
    if isinstance(cast_to, str):
        raise ConfigurationError(f"cast_to must be a type, got the string {cast_to!r}")
    try:
        decoder: Decoder[U] = _cached_decoder(cast("Any", cast_to), lenient)
        return decoder
    except TypeError:  # the type is not hashable, such as Annotated with a list
        return Decoder(cast_to, lenient=lenient)


@lru_cache(maxsize=1024)
def _cached_decoder(cast_to: Any, lenient: bool) -> Any:
    return Decoder(cast_to, lenient=lenient)
