"""Multipart forms (RFC 7578), with names escaped as browsers do it."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any, cast

from .._concurrency import Part
from ..errors import InvalidRequestError
from .headers import pairs_of, parse_headers
from .upload import bytes_part, part_of

_FORM = "the form"
_DEFAULT_TYPE = "application/octet-stream"
_ESCAPED = r'["\\\x00-\x1a\x1c-\x1f]'


def multipart_parts(
    fields: Iterable[tuple[str, str | bytes]], files: object, boundary: str, *, event_loop: bool
) -> list[Part]:
    """
    Return the parts of a multipart form.

    Args:
        fields: Names and values of the fields.
        files: A mapping or pairs of field names and files; a list as a value gives several files.
        boundary: What separates the parts; must occur in none of them.
        event_loop: Whether a file may be an async iterable.

    Raises:
        InvalidRequestError: A field or file can not be sent.
    """
    parts: list[Part] = []
    for name, value in fields:
        head = _head(boundary, name, None, {})
        content = value if isinstance(value, bytes) else value.encode()
        parts.append(bytes_part(head + content + b"\r\n", _FORM))
    for name, spec in _single(files):
        filename, source, headers = _file(name, spec)
        parts.append(bytes_part(_head(boundary, name, filename, headers), _FORM))
        parts.append(part_of(source, f"file {name!r}", event_loop=event_loop))
        parts.append(bytes_part(b"\r\n", _FORM))
    parts.append(bytes_part(f"--{boundary}--\r\n".encode("ascii"), _FORM))
    return parts


def _single(files: object) -> Iterator[tuple[str, Any]]:
    for name, spec in pairs_of(files, "files"):
        if not isinstance(name, str):
            raise InvalidRequestError(f"the name of a form field must be a string, got {name!r}")
        several = cast("list[Any]", spec) if isinstance(spec, list) else [spec]
        for one in several:
            yield name, one


def _file(name: str, spec: Any) -> tuple[str | None, object, dict[str, str]]:
    """Return file name, source and headers of a file of a form."""
    given = cast("tuple[Any, ...]", spec) if isinstance(spec, tuple) else (_name_of(spec), spec)
    if not 2 <= len(given) <= 4:
        raise InvalidRequestError(
            f"file {name!r} must be a source or a tuple of a file name, a source, and perhaps its "
            f"content type and headers, got a tuple of {len(given)}"
        )
    filename, source, kind, own = (*given, None, None)[:4]
    if filename is not None and not isinstance(filename, str):
        raise InvalidRequestError(f"file {name!r}: the file name must be a string or None")
    try:
        headers = dict(pairs_of(own or {}, "its headers"))
        if "content-type" not in parse_headers(headers):
            kind = kind or _type_of(filename)
            headers |= {"Content-Type": kind} if kind else {}
            parse_headers(headers)
    except InvalidRequestError as error:
        raise InvalidRequestError(f"file {name!r}: {error}") from None
    return filename, source, headers


def _name_of(source: Any) -> str:
    path: Any = source if hasattr(source, "__fspath__") else getattr(source, "name", None)
    # Files without a name of their own have a number.
    return "upload" if path is None or isinstance(path, int) else PurePath(path).name


def _type_of(filename: str | None) -> str | None:
    return (mimetypes.guess_type(filename)[0] or _DEFAULT_TYPE) if filename else None


def _head(boundary: str, name: str, filename: str | None, headers: Mapping[str, str]) -> bytes:
    named = f'name="{_escaped(name)}"'
    if filename:
        named += f'; filename="{_escaped(filename)}"'
    lines = [f"--{boundary}", f"Content-Disposition: form-data; {named}"]
    lines += [f"{key}: {value}" for key, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


def _escaped(text: str) -> str:
    return re.sub(_ESCAPED, _escape, text)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return "\\\\" if character == "\\" else f"%{ord(character):02X}"
