"""
Path templates: `/repos/{owner}/{name}` with positional arguments.

Simple and reserved expansion of RFC 6570 (`{var}`, `{+path}`), made strict: an argument can not
change the shape of the URL, so it can not leave its place in the path.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import quote
from uuid import UUID

from ..errors import ConfigurationError, InvalidRequestError

PathArg: TypeAlias = str | int | UUID | date | Enum
"""What may stand in a path."""

_PLACEHOLDER = re.compile(r"\{(\+?)([A-Za-z_][A-Za-z0-9_]*)\}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class PathTemplate:
    """
    A path with places for arguments.

    Raises:
        ConfigurationError: A brace is not part of a placeholder, or it has a query or fragment.
    """

    __slots__ = ("_literals", "_names", "text")

    def __init__(self, text: str) -> None:
        self.text: str = text
        pieces = _PLACEHOLDER.split(text)
        self._literals = pieces[::3]
        self._names = list(zip(pieces[1::3], pieces[2::3], strict=True))
        if any(mark in literal for literal in self._literals for mark in "{}?#"):
            raise ConfigurationError(
                f"path template {text!r} must hold only text and placeholders such as {{user_id}} "
                "or {+path}; pass query parameters as query="
            )

    def expand(self, args: Sequence[object]) -> str:
        """
        Fill the places with *args*, in order, percent-encoded.

        Raises:
            InvalidRequestError: Their number does not match, or one has no safe place in a path.
        """
        if len(args) != len(self._names):
            names = ", ".join(name for _, name in self._names) or "none"
            raise InvalidRequestError(
                f"path template {self.text!r} takes {len(self._names)} arguments ({names}), "
                f"got {len(args)}"
            )
        if not args:
            return self.text
        path = self._literals[0]
        for (operator, name), literal, arg in zip(
            self._names, self._literals[1:], args, strict=True
        ):
            path += (self._segments if operator else self._segment)(name, arg) + literal
        return path

    def _segment(self, name: str, arg: object) -> str:
        if type(arg) is int:
            return str(arg)
        text = self._text(name, arg)
        if text in ("", ".", ".."):
            raise self._refused(name, arg, "would change the path")
        return quote(text, safe="")

    def _segments(self, name: str, arg: object) -> str:
        text = self._text(name, arg)
        if any(part in (".", "..") for part in re.split(r"[/\\]", text)) or not text.strip("/"):
            raise self._refused(name, arg, "would change the path")
        return quote(text, safe="/")

    def _text(self, name: str, arg: object) -> str:
        if type(arg) is int:
            return str(arg)
        if isinstance(arg, Enum):
            arg = arg.value
        if isinstance(arg, datetime | date):
            arg = arg.isoformat()
        if isinstance(arg, bool) or not isinstance(arg, str | int | UUID):
            raise self._refused(name, arg, "is no string, number, UUID, date or enum of these")
        text = str(arg)
        if _CONTROL.search(text):
            raise self._refused(name, arg, "holds a control character")
        if not text.isascii() and _SURROGATE.search(text):
            raise self._refused(name, arg, "has no UTF-8 form")
        return text

    def _refused(self, name: str, arg: object, reason: str) -> InvalidRequestError:
        return InvalidRequestError(
            f"argument {name!r} of path template {self.text!r} {reason}: {arg!r}"
        )


@lru_cache(maxsize=4096)
def path_template(text: str) -> PathTemplate:
    """Return the compiled template of *text*; templates are few, so they are kept."""
    return PathTemplate(text)
