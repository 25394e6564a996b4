"""What a body is sent from: bytes, files, paths, iterators and functions that return these."""

from __future__ import annotations

import inspect
import os
from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias, cast

import httpx

from .._concurrency import AsyncUpload, Outline, Part, SyncUpload
from .._concurrency._files import OpenFile, PathFile
from ..config import Progress
from ..errors import InvalidRequestError

_SLICE = 256 * 1024
_BYTES = (bytes, bytearray, memoryview)

# A part that fails in one of these ways must not look like a connection that broke: the names by
# which transport errors are known.
_MISLEADING = frozenset(
    {"OSError", "RequestError", "BrokenResourceError", "ClosedResourceError", "EndOfStream"}
)


class _AsyncStream(AsyncUpload, httpx.AsyncByteStream):
    """As httpx takes it."""


class _SyncStream(SyncUpload, httpx.SyncByteStream):
    """As httpx takes it."""


Stream: TypeAlias = httpx.SyncByteStream | httpx.AsyncByteStream


def stream_of(outline: Outline, *, event_loop: bool) -> Stream:
    """Return the stream of a body, in the client's colour."""
    return _AsyncStream(outline) if event_loop else _SyncStream(outline)


def outline_of(parts: list[Part], progress: Progress | None) -> Outline:
    """Return the outline of a body whose errors are the caller's to mend."""
    return Outline(parts, progress, _explained)


def framing_of(outline: Outline) -> dict[str, str]:
    """Return the header that tells where a body ends (RFC 9112, section 6.3)."""
    if outline.size is None:
        return {"transfer-encoding": "chunked"}
    return {"content-length": str(outline.size)}


def part_of(source: Any, name: str, *, event_loop: bool) -> Part:
    """
    Return *source* as a part of a body.

    Args:
        source: As `Source` of `body`.
        name: What to call it in errors.
        event_loop: Whether it may be an async iterable.

    Raises:
        InvalidRequestError: It can not be sent.
    """
    if isinstance(source, str):
        return bytes_part(_utf8(source, name), name)
    if _is_a(source, *_BYTES):
        return bytes_part(bytes(source), name)
    if isinstance(source, os.PathLike):
        path = cast("os.PathLike[str]", source)
        return _file_part(f"{name} ({os.fspath(path)})", PathFile, path)
    read = getattr(source, "read", None)
    if read is not None and not inspect.iscoroutinefunction(read):
        return _file_part(name, OpenFile, source)
    return _iterable_part(source, name, event_loop=event_loop)


def bytes_part(content: bytes, name: str) -> Part:
    """Return *content* as a part of a body."""
    return Part(name, lambda: _slices(content), size=len(content), replayable=True)


def _slices(content: bytes) -> Iterator[bytes]:
    if len(content) <= _SLICE:
        yield content
        return
    for start in range(0, len(content), _SLICE):
        yield content[start : start + _SLICE]


def _file_part(name: str, kind: Callable[[Any], OpenFile | PathFile], source: object) -> Part:
    try:
        file = kind(source)
    except (OSError, ValueError) as error:
        raise _explained(name, error) from error
    return Part(
        name,
        file.pieces,
        size=file.size,
        replayable=file.replayable,
        blocking=file.blocking,
        check=file.check,
    )


def _iterable_part(source: Any, name: str, *, event_loop: bool) -> Part:
    if _is_a(source, list, tuple):
        return _list_part(source, name)
    if _is_a(source, AsyncIterable):
        if not event_loop:
            raise InvalidRequestError(f"{name} is an async iterable; this client is synchronous")
        return Part(name, lambda: aiter(source))
    if _is_a(source, Iterable) and not _is_a(source, Mapping):
        return Part(name, lambda: iter(source))
    if callable(source):
        return Part(name, lambda: _made(source(), event_loop=event_loop), replayable=True)
    hint = "; its read() is async" if hasattr(source, "read") else ""
    raise InvalidRequestError(
        f"{name} takes str, bytes, a path, a file that is open in binary mode, or an iterable of "
        f"bytes, got {type(source).__name__}{hint}"
    )


def _list_part(source: Iterable[Any], name: str) -> Part:
    pieces: list[bytes] = []
    for piece in source:
        if not _is_a(piece, *_BYTES):
            raise InvalidRequestError(f"{name} holds {type(piece).__name__}, not only bytes")
        pieces.append(bytes(piece))
    return Part(name, lambda: iter(pieces), size=sum(map(len, pieces)), replayable=True)


def _made(made: Any, *, event_loop: bool) -> Any:
    if event_loop and _is_a(made, AsyncIterable):
        return aiter(made)
    if _is_a(made, Iterable) and not _is_a(made, str, bytes, Mapping):
        return iter(made)
    raise TypeError(f"the function returned {type(made).__name__}, no iterable of bytes")


def _is_a(value: object, *kinds: type[Any]) -> bool:
    # Unlike isinstance() it leaves the type of *value* as it is: Any, which nothing is unknown of.
    return isinstance(value, kinds)


def _utf8(text: str, name: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidRequestError(f"{name} has no UTF-8 form: {error.reason}") from None


def _explained(name: str, error: Exception) -> Exception:
    """Return *error* if it speaks for itself, else one that no one takes for a lost connection."""
    names = {cls.__name__ for cls in type(error).__mro__}
    if isinstance(error, InvalidRequestError) or (
        not names & _MISLEADING and not isinstance(error, ValueError | TypeError)
    ):
        return error
    return InvalidRequestError(f"{name}: {str(error) or type(error).__name__}")
