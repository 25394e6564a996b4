"""Request bodies: what the user gave, made ready to send, and whether it can be sent again."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, TypeAlias, cast

from .._concurrency import is_async
from ..config import OMIT, Progress, QueryStyle
from ..errors import InvalidRequestError
from .formats import JSON, MSGPACK
from .headers import Headers

# Late, all of it: most requests have no body, or one of JSON.
if TYPE_CHECKING:
    from .._concurrency import Part
    from .upload import Stream

Pieces: TypeAlias = Iterable[bytes] | AsyncIterable[bytes]
"""An iterator over bytes; in the sync client not an async one."""

Source: TypeAlias = str | bytes | os.PathLike[str] | IO[bytes] | Pieces | Callable[[], Pieces]
"""
Where the bytes of a body come from.

A file that is open, in binary mode, is sent from where it stands; a path is opened, and closed
after. Both are sent again from the same place if an attempt has to be repeated, as are lists,
tuples and what a function returns. Any other iterator is sent once.
"""

FileSpec: TypeAlias = (
    Source
    | tuple[str | None, Source]
    | tuple[str | None, Source, str | None]
    | tuple[str | None, Source, str | None, Mapping[str, str]]
)
"""
A file of a form: where its bytes come from; or a tuple of its file name, that, its content type,
and headers of its own. Without a name of the tuple's it gets the file's own, or `upload`.
"""

Content: TypeAlias = Source
"""What `content=` takes."""

FormData: TypeAlias = Mapping[str, Any]
"""What `data=` takes: fields of a form."""

Files: TypeAlias = Mapping[str, FileSpec | Sequence[FileSpec]] | Sequence[tuple[str, FileSpec]]
"""What `files=` takes; a list as a value gives several files under one name."""


class Body:
    """
    A request body.

    Attributes:
        content: All of it, or None if it is streamed.
        stream: The stream that yields it, or None.
        headers: The fields that describe it.
        replayable: Whether it can be sent more than once.
    """

    __slots__ = ("content", "headers", "replayable", "stream")

    def __init__(
        self,
        content: bytes | None,
        headers: Headers,
        *,
        stream: Stream | None = None,
        replayable: bool = True,
    ) -> None:
        self.content: bytes | None = content
        self.headers: Headers = headers
        self.stream: Stream | None = stream
        self.replayable: bool = replayable


NO_BODY = Body(None, {})

_JSON_HEADERS = {"content-type": "application/json"}
_MSGPACK_HEADERS = {"content-type": "application/msgpack"}
_FORM_HEADERS = {"content-type": "application/x-www-form-urlencoded"}
_TEXT_HEADERS = {"content-type": "text/plain; charset=utf-8"}


def encode_body(
    *,
    json_data: object = None,
    msgpack_data: object = None,
    data: FormData | None = None,
    files: Files | None = None,
    content: Content | None = None,
    event_loop: bool,
    progress: Progress | None = None,
    query_style: QueryStyle = "repeat",
) -> Body:
    """
    Return the body of a request.

    Args:
        json_data: Anything that msgspec encodes: structs, dicts, dataclasses, lists.
        msgpack_data: The same, sent as MessagePack.
        data: Form fields; with *files*, fields of the multipart form.
        files: Files of a multipart form.
        content: The raw body.
        event_loop: Whether files and *content* may be async iterables.
        progress: Is told how many bytes were sent, and of how many.
        query_style: How arrays and mappings stand in *data*, as in a query.

    Raises:
        InvalidRequestError: More than one kind is given, or one can not be encoded.
    """
    if json_data is None and msgpack_data is None and data is None and files is None:
        if content is None:
            return NO_BODY
        body = _raw_body(content, event_loop=event_loop, progress=progress)
    else:
        _check_one_kind(json_data, msgpack_data, data, files, content)
        if files:
            from .form import form_fields

            fields = form_fields(data or {}, query_style)
            return _multipart_body(fields, files, event_loop=event_loop, progress=progress)
        body = _encoded_body(json_data, msgpack_data, data or {}, query_style)
    if progress is None or not body.content:
        return body
    from .upload import bytes_part

    part = bytes_part(body.content, "the body")
    return _streamed([part], body.headers, event_loop=event_loop, progress=progress)


def encode_json(value: object) -> bytes:
    """
    Encode *value* as JSON; `OMIT` as a value of a dict leaves the key out, NaN becomes null.

    Raises:
        InvalidRequestError: It holds something that has no JSON form.
    """
    return _encode(JSON.encode, value, "json_data", "JSON")


def encode_msgpack(value: object) -> bytes:
    """
    Encode *value* as MessagePack; `OMIT` as a value of a dict leaves the key out.

    Raises:
        InvalidRequestError: It holds something that has no such form.
    """
    return _encode(MSGPACK.encode, value, "msgpack_data", "MessagePack")


def _encode(encode: Callable[..., bytes], value: object, name: str, form: str) -> bytes:
    if isinstance(value, Mapping):
        fields = cast("Mapping[Any, Any]", value)
        value = {key: item for key, item in fields.items() if item is not OMIT}
    try:
        return encode(value)
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise InvalidRequestError(f"{name} can not be encoded as {form}: {error}") from None


def _check_one_kind(
    json_data: object, msgpack_data: object, data: object, files: object, content: object
) -> None:
    kinds = (json_data, msgpack_data, content, files if data is None else data)
    if sum(kind is not None for kind in kinds) > 1:
        raise InvalidRequestError(
            "give one of json_data=, msgpack_data=, content= and data=/files=, not several"
        )
    if data is not None and not isinstance(data, Mapping):
        raise InvalidRequestError(
            f"data= takes form fields as a mapping, got {type(data).__name__}; "
            "pass a raw body as content="
        )


def _encoded_body(
    json_data: object, msgpack_data: object, data: FormData, style: QueryStyle
) -> Body:
    if json_data is not None:
        return Body(encode_json(json_data), _JSON_HEADERS)
    if msgpack_data is not None:
        return Body(encode_msgpack(msgpack_data), _MSGPACK_HEADERS)
    from .form import encode_form

    return Body(encode_form(data, style), _FORM_HEADERS)


def _raw_body(content: object, *, event_loop: bool, progress: Progress | None) -> Body:
    from .upload import part_of

    part = part_of(content, "content=", event_loop=event_loop)
    if isinstance(content, str | bytes | bytearray | memoryview):
        headers = _TEXT_HEADERS if isinstance(content, str) else {}
        whole = b"".join(cast("Any", part.pieces()))
        return Body(whole, headers)
    return _streamed([part], {}, event_loop=event_loop, progress=progress)


def _multipart_body(
    fields: list[tuple[str, str | bytes]],
    files: Files,
    *,
    event_loop: bool,
    progress: Progress | None,
) -> Body:
    from .multipart import multipart_parts

    boundary = os.urandom(16).hex()
    parts = multipart_parts(fields, files, boundary, event_loop=event_loop)
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    return _streamed(parts, headers, event_loop=event_loop, progress=progress)


def _streamed(
    parts: list[Part], headers: Headers, *, event_loop: bool, progress: Progress | None
) -> Body:
    if not event_loop and progress is not None and is_async(progress):
        raise InvalidRequestError("upload_progress is async; this client is synchronous")
    from .upload import framing_of, outline_of, stream_of

    outline = outline_of(parts, progress)
    return Body(
        None,
        {**headers, **framing_of(outline)},
        stream=stream_of(outline, event_loop=event_loop),
        replayable=outline.replayable,
    )
