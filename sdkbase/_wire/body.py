"""Request bodies: what the user gave, made ready to send, and whether it can be sent again."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from typing import IO, Any, TypeAlias, cast

import httpx
import msgspec

from .._concurrency import AnyBody
from ..config import OMIT
from ..errors import InvalidRequestError
from .headers import Headers, pairs_of

Content: TypeAlias = str | bytes | Iterable[bytes] | AsyncIterable[bytes]
"""What `content=` takes: as httpx."""

FormData: TypeAlias = Mapping[str, Any]
"""What `data=` takes: fields of a form."""

Files: TypeAlias = Mapping[str, Any] | Sequence[tuple[str, Any]]
"""What `files=` takes: as httpx."""

Stream: TypeAlias = httpx.SyncByteStream | httpx.AsyncByteStream


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


class _AnyStream(AnyBody, httpx.SyncByteStream, httpx.AsyncByteStream):
    """Lets the async client send a plain iterable too."""


def encode_body(
    *,
    json_data: object = None,
    data: FormData | None = None,
    files: Files | None = None,
    content: Content | None = None,
    event_loop: bool,
) -> Body:
    """
    Return the body of a request.

    Args:
        json_data: Anything that msgspec encodes: structs, dicts, dataclasses, lists.
        data: Form fields; with *files*, fields of the multipart form.
        files: Files of a multipart form.
        content: The raw body.
        event_loop: Whether *content* may be an async iterable.

    Raises:
        InvalidRequestError: More than one kind is given, or one can not be encoded.
    """
    if json_data is None and data is None and files is None and content is None:
        return NO_BODY
    _check_one_kind(json_data, data, files, content)
    if json_data is not None:
        return Body(encode_json(json_data), _JSON_HEADERS)
    if content is not None:
        return _raw_body(content, event_loop=event_loop)
    return _form_body(data, files)


def encode_json(value: object) -> bytes:
    """
    Encode *value* as JSON; `OMIT` as a value of a dict leaves the key out, NaN becomes null.

    Raises:
        InvalidRequestError: It holds something that has no JSON form.
    """
    if isinstance(value, Mapping):
        fields = cast("Mapping[Any, Any]", value)
        value = {key: item for key, item in fields.items() if item is not OMIT}
    try:
        return msgspec.json.encode(value)
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise InvalidRequestError(f"json_data can not be encoded as JSON: {error}") from None


def _check_one_kind(json_data: object, data: object, files: object, content: object) -> None:
    form = data is not None or files is not None
    if (json_data is not None) + (content is not None) + form > 1:
        raise InvalidRequestError("give one of json_data=, content= and data=/files=, not several")
    if data is not None and not isinstance(data, Mapping):
        raise InvalidRequestError(
            f"data= takes form fields as a mapping, got {type(data).__name__}; "
            "pass a raw body as content="
        )


def _raw_body(content: Content, *, event_loop: bool) -> Body:
    if isinstance(content, str):
        return Body(_utf8(content), {"content-type": "text/plain; charset=utf-8"})
    if isinstance(content, bytes | bytearray | memoryview):
        return Body(bytes(content), {})
    if isinstance(content, AsyncIterable):
        if not event_loop:
            raise InvalidRequestError("content= is an async iterable; this client is synchronous")
    elif not isinstance(content, Iterable):
        raise InvalidRequestError(
            f"content= takes str, bytes or an iterable of bytes, got {type(content).__name__}"
        )
    try:
        request = httpx.Request("POST", "http://body", content=content)
    except TypeError as error:
        raise InvalidRequestError(f"content= can not be sent: {error}") from None
    return _streamed(request, replayable=False)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidRequestError(f"content= has no UTF-8 form: {error.reason}") from None


def _form_body(data: FormData | None, files: Files | None) -> Body:
    fields = {name: value for name, value in (data or {}).items() if value is not OMIT}
    replayable = _all_seekable(files) if files else True
    try:
        request = httpx.Request("POST", "http://body", data=fields, files=files or None)
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidRequestError(f"data= or files= can not be encoded: {error}") from None
    if files:
        return _streamed(request, replayable=replayable)
    return Body(request.read(), {"content-type": "application/x-www-form-urlencoded"})


def _streamed(request: httpx.Request, *, replayable: bool) -> Body:
    headers = {name: value for name, value in request.headers.items() if name != "host"}
    stream = request.stream
    if not isinstance(stream, httpx.AsyncByteStream):
        stream = _AnyStream(cast("Iterable[bytes]", stream))
    return Body(None, headers, stream=stream, replayable=replayable)


def _all_seekable(files: Files) -> bool:
    seekable = [_seekable(name, part) for name, part in pairs_of(files, "files")]
    return all(seekable)


def _seekable(name: str, part: object) -> bool:
    # httpx takes text, bytes or a file, or a tuple of a file name, one of these and more.
    if isinstance(part, tuple):
        named = cast("tuple[object, ...]", part)
        part = named[1] if len(named) > 1 else None
    if isinstance(part, str | bytes):
        return True
    if not hasattr(part, "read"):
        raise InvalidRequestError(
            f"file {name!r} must be an open file (open(path, 'rb')), bytes, str, or a tuple of a "
            "file name and one of these"
        )
    return bool(getattr(cast("IO[bytes]", part), "seekable", lambda: False)())
