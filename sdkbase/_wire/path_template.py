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
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import quote, unquote
from uuid import UUID

from ..errors import ConfigurationError, InvalidRequestError
from .hooks import WIRE_ERRORS, iso_text, wire_value

PathArg: TypeAlias = str | int | Decimal | UUID | date | Enum
"""What may stand in a path; at run time also what has a `to_wire` that returns one of these."""

_PLACEHOLDER = re.compile(r"\{(\+?)([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)\}")
_SURROGATE = r"[\ud800-\udfff]"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPE = re.compile(r"(%[0-9A-Fa-f]{2})")
# Path parameters do not make it another segment to every server: `..;` may be `..`.
_DOT_SEGMENT = r"(?:^|[/\\])\.\.?(?:;[^/\\]*)?(?:$|[/\\])"
_HOST_LIKE = r"//|\\|(?:^|/)[A-Za-z][A-Za-z0-9+.-]*:/"
# RFC 3986, section 3.3: what a path may hold besides unreserved characters.
_PATH_CHARACTERS = "/:@!$&'()*+,;="


class PathTemplate:
    """
    A path with places for arguments.

    Raises:
        ConfigurationError: A brace is not part of a placeholder, or it has a query or fragment, a
            dot segment, a control character, or what could be taken for the URL of a host.
    """

    __slots__ = ("_literals", "_names", "text")

    def __init__(self, text: str) -> None:
        self.text: str = text
        pieces = _PLACEHOLDER.split(text)
        surrogate = not text.isascii() and re.search(_SURROGATE, text)
        if surrogate or any(set("{}?#") & set(piece) for piece in pieces[::3]):
            raise ConfigurationError(
                f"path template {text!r} must hold only text and placeholders such as {{user_id}} "
                "or {+path}; pass query parameters as query="
            )
        _check_literals("x".join(pieces[::3]))
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
            plural = "" if len(self._names) == 1 else "s"
            raise InvalidRequestError(
                f"path template {self.text!r} takes {len(self._names)} argument{plural} ({names}), "
                f"got {len(args)}"
            )
        path = before = self._literals[0]
        for (operator, name), after, arg in zip(self._names, self._literals[1:], args, strict=True):
            if type(arg) is int:
                path += f"{arg}{after}"
            elif operator:
                path += self._segments(name, arg, before, after) + after
            else:
                path += self._segment(name, arg) + after
            before = after
        return path

    def _segment(self, name: str, arg: object) -> str:
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
        if not text.strip("/") or re.search(_DOT_SEGMENT, plain):
            raise self._refused(name, arg, "would change the path")
        if _CONTROL.search(plain):
            raise self._refused(name, arg, "holds a control character")
        return _escaped(text)

    def _text(self, name: str, arg: object) -> str:
        told = self._told(name, arg)
        value = told.value if isinstance(told, Enum) else told
        if isinstance(value, date):
            value = iso_text(value)
        elif isinstance(value, float) and told is not arg:  # its class says that it is right
            value = repr(value)
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal | UUID):
            raise self._misfit(name, value)
        text = str(value)
        if _CONTROL.search(text):
            raise self._refused(name, arg, "holds a control character")
        if not text.isascii() and re.search(_SURROGATE, text):
            raise self._refused(name, arg, "has no UTF-8 form")
        return text

    def _told(self, name: str, arg: object) -> object:
        try:
            told: object = wire_value(arg)
        except WIRE_ERRORS as error:
            raise self._misfit(name, arg, f"without a wire form: {error}") from None
        return told

    def _misfit(self, name: str, arg: object, reason: str = "") -> InvalidRequestError:
        if isinstance(arg, float):
            reason = "which can be written in several ways; pass it as text or a Decimal"
        reason = reason or "where a string, int, Decimal, UUID, date or enum of these can stand"
        # The value may hold secrets.
        return InvalidRequestError(
            f"argument {name!r} of path template {self.text!r} is of type {type(arg).__name__}, "
            f"{reason}"
        )

    def _refused(self, name: str, arg: object, reason: str) -> InvalidRequestError:
        return InvalidRequestError(
            f"argument {name!r} of path template {self.text!r} {reason}: {arg!r}"
        )


def _check_literals(text: str) -> None:
    """Refuse a template whose own text leads out of its path, whatever the arguments are."""
    if _CONTROL.search(text) or re.search(_DOT_SEGMENT, unquote(text)):
        raise ConfigurationError(
            f"path template {text!r} must not hold dot segments or control characters"
        )
    if re.search(_HOST_LIKE, text):
        raise ConfigurationError(
            f"path template {text!r} holds what could be taken for the URL of another host; a path "
            "stays below base_url. Pass a URL that the server gave as url="
        )


def _escaped(text: str) -> str:
    """Escape what may not stand in a path, except for the escapes that are there."""
    pieces = _ESCAPE.split(text)
    pieces[::2] = [quote(piece, safe=_PATH_CHARACTERS) for piece in pieces[::2]]
    return "".join(pieces)


@lru_cache(maxsize=1024)
def path_template(text: str) -> PathTemplate:
    """Return the compiled template of *text*; templates are few, so they are kept."""
    return PathTemplate(text)
