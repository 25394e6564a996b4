"""What a reply is read as: nothing, bytes, text, a model, or a model of its headers."""

from __future__ import annotations

from typing import Any, Protocol

from .call import Call
from .header_model import HeaderReader, is_header_model
from .model_reader import ModelReader
from .reply import Reply
from .text import decode_text


class Reader(Protocol):
    """What reads replies, and documents of a stream, as one type."""

    def read(self, call: Call, reply: Reply) -> Any:
        """Return what *reply* holds."""
        ...

    def loads(self, content: bytes | str, content_type: str | None) -> Any:
        """Return one document."""
        ...

    def loads_lines(self, content: bytes) -> list[Any]:
        """Return the documents of *content*, one in a line."""
        ...


def reader_for(cast_to: Any, *, lenient: bool) -> Reader:
    """
    Return what reads a type.

    Raises:
        ConfigurationError: msgspec has no way to decode the type.
    """
    if cast_to is None or cast_to is type(None):
        return _NothingReader()
    if cast_to is bytes:
        return _BytesReader()
    if cast_to is str:
        return _TextReader()
    if is_header_model(cast_to):
        return HeaderReader(cast_to)
    return ModelReader(cast_to, lenient=lenient)


class _NothingReader:
    def read(self, call: Call, reply: Reply) -> None:
        pass

    def loads(self, content: bytes | str, content_type: str | None) -> None:
        pass

    def loads_lines(self, content: bytes) -> list[None]:
        return [None for _ in _lines_of(content)]


class _BytesReader:
    def read(self, call: Call, reply: Reply) -> bytes:
        return reply.body

    def loads(self, content: bytes | str, content_type: str | None) -> bytes:
        return content.encode() if isinstance(content, str) else bytes(content)

    def loads_lines(self, content: bytes) -> list[bytes]:
        return _lines_of(content)


class _TextReader:
    def read(self, call: Call, reply: Reply) -> str:
        return decode_text(reply.body, reply.header(b"content-type"))

    def loads(self, content: bytes | str, content_type: str | None) -> str:
        return content if isinstance(content, str) else decode_text(content, content_type)

    def loads_lines(self, content: bytes) -> list[str]:
        return [decode_text(line, None) for line in _lines_of(content)]


def _lines_of(content: bytes) -> list[bytes]:
    return [line.removesuffix(b"\r") for line in content.split(b"\n") if line.strip()]
