"""
Path templates: `/repos/{owner}/{name}` with positional arguments.

Simple and reserved expansion of RFC 6570, made strict: an argument can not change the shape of the
URL, so it can not leave its place in the path. No argument is empty or a dot segment.

- `{var}` is one segment. All but unreserved characters is escaped, so any text arrives as it is.
- `{+path}` is one segment or more. `/` and what else may stand in a path stays, and so does an
  escape such as `%2F`: as RFC 6570 says, what looks escaped is taken to be it. Text in which `%41`
  means just that needs `urllib.parse.quote` first. Unlike in RFC 6570, `?`, `#`, `[` and `]` are
  escaped, because they would end the path or may not stand in it, and dot segments are refused,
  also where escapes or path parameters hide them (`%2e%2e`, `..;`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import quote, unquote
from uuid import UUID

from ..errors import ConfigurationError, InvalidRequestError
from .hooks import wire_value

PathArg: TypeAlias = str | int | UUID | date | Enum
"""What may stand in a path."""

_PLACEHOLDER = re.compile(r"\{(\+?)([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)\}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPE = re.compile(r"(%[0-9A-Fa-f]{2})")
# Path parameters do not make it another segment to every server: `..;` may be `..`.
_DOT_SEGMENT = re.compile(r"(?:^|[/\\])\.\.?(?:;[^/\\]*)?(?:$|[/\\])")
# RFC 3986, section 3.3: what a path may hold besides unreserved characters.
_PATH_CHARACTERS = "/:@!$&'()*+,;="


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
        if _SURROGATE.search(text) or any(set("{}?#") & set(piece) for piece in pieces[::3]):
            raise ConfigurationError(
                f"path template {text!r} must hold only text and placeholders such as {{user_id}} "
                "or {+path}; pass query parameters as query="
            )
        self._literals = [_escaped(literal) for literal in pieces[::3]]
        self._names = list(zip(pieces[1::3], pieces[2::3], strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the placeholders, in order."""
        return tuple(name for _, name in self._names)

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
        path = before = self._literals[0]
        for (operator, name), after, arg in zip(self._names, self._literals[1:], args, strict=True):
            if operator:
                path += self._segments(name, arg, before, after) + after
            else:
                path += self._segment(name, arg) + after
            before = after
        return path

    def _segment(self, name: str, arg: object) -> str:
        if type(arg) is int:
            return str(arg)
        text = self._text(name, arg)
        if text in ("", ".", ".."):
            raise self._refused(name, arg, "would change the path")
        return quote(text, safe="")

    def _segments(self, name: str, arg: object, before: str, after: str) -> str:
        text = self._text(name, arg)
        try:
            plain = unquote(f"{before}{text}{after}", errors="strict")
        except UnicodeDecodeError:
            raise self._refused(name, arg, "has escapes that are no UTF-8") from None
        if not text.strip("/") or _DOT_SEGMENT.search(plain):
            raise self._refused(name, arg, "would change the path")
        if _CONTROL.search(plain):
            raise self._refused(name, arg, "holds a control character")
        return _escaped(text)

    def _text(self, name: str, arg: object) -> str:
        if type(arg) is int:
            return str(arg)
        arg = wire_value(arg)
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


def _escaped(text: str) -> str:
    """Escape what may not stand in a path, except for the escapes that are there."""
    pieces = _ESCAPE.split(text)
    pieces[::2] = [quote(piece, safe=_PATH_CHARACTERS) for piece in pieces[::2]]
    return "".join(pieces)


@lru_cache(maxsize=4096)
def path_template(text: str) -> PathTemplate:
    """Return the compiled template of *text*; templates are few, so they are kept."""
    return PathTemplate(text)
