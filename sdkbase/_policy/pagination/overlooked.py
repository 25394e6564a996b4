"""What a pagination may have overlooked: signs that a list goes on after its first page."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, cast

from ..._wire.codec import decoder_for
from ..._wire.pointer import MISSING, Path, parse_path, read_path
from ...errors import DecodeError
from .view import HEADER, PageView, in_header

# Of each template: how many lists of one page are looked at, and of how many templates.
_CHECKS = 10
_TEMPLATES = 1024
# `nxt` is as like `next` as that, and `nextLink` to `deltaLink` is less.
_ALIKE = 0.85
_DEPTH = 4
_GOES_ON = re.compile(r"next|cursor|continu|after|scroll|marker|more|pagetoken|skiptoken")
_OTHERS = re.compile(r"prev|start|first|sync|delta|retry")


class PaginationWarning(UserWarning):
    """Warns that a list seems to go on where its pagination does not look, so items are missing."""


class EndCheck:
    """
    Warn of lists that seem to go on after their first page, each template once.

    A misspelt `cursor=`, `next_url=` or `rel=` ends each list after its first page, as nothing is
    at that place; a server that leaves the cursor out on the last page looks the same. So there
    must be a sign: beside the absent place, a member with a value whose name is nearly that one;
    or, if the page is as full as was asked for, one whose name speaks of a way on, such as `next`.
    Once a list had a second page, its template is trusted.
    """

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left: dict[str, int] = {}

    def trust(self, template: str) -> None:
        """Take note that a way on was found, so the pagination is right."""
        if template in self._left or len(self._left) < _TEMPLATES:
            self._left[template] = 0

    def check(self, page: PageView, overlooked: Iterable[str]) -> None:
        """
        Warn with `PaginationWarning` if *page*, the first and the last, has signs of another.

        Args:
            page: The page.
            overlooked: Says what the signs are; is not used up without need.
        """
        template = page.request.template.text
        left = self._left.get(template, _CHECKS if len(self._left) < _TEMPLATES else 0)
        if left <= 0:
            return
        sign = next(iter(overlooked), None)
        self._left[template] = 0 if sign else left - 1
        if sign:
            warnings.warn(
                f"{page.request.method} {template}: the list ends after its first page, as {sign}; "
                "if that is the way on, items are missing: name it in the pagination",
                PaginationWarning,
                stacklevel=2,
            )


def signs(page: PageView, option: str, path: str, known: Iterable[str]) -> Iterator[str]:
    """
    Give what in *page* looks like the value that *path* does not lead to.

    Args:
        page: The first page, which has nothing at *path*.
        option: Name of the option that holds the path, for the message.
        path: Where the pagination looks for the way on.
        known: All paths that it reads.
    """
    members = _headers(page) if in_header(path) else _members(page, parse_path(path))
    full = page.size is not None and len(page.items) >= page.size
    read = {_shown(one) for one in known if one}
    for other in members:
        if other not in read and (_is_like(other, _shown(path)) or (full and _goes_on(other))):
            yield f"the response has no {option}={path!r}, but {other!r}"


def alike(name: str, other: str) -> bool:
    """Tell whether two names are nearly the same."""
    name, other = _plain(name), _plain(other)
    if _OTHERS.findall(name) != _OTHERS.findall(other):
        return False
    return SequenceMatcher(None, name, other).ratio() >= _ALIKE


def _is_like(name: str, other: str) -> bool:
    return _plain(name) == _plain(other) or alike(_last(name), _last(other))


def _goes_on(name: str) -> bool:
    last = _plain(_last(name))
    return bool(_GOES_ON.search(last)) and not _OTHERS.search(last)


def _headers(page: PageView) -> list[str]:
    pairs = page.reply.headers
    return [HEADER + name.decode("latin-1").lower() for name, value in pairs if value.strip()]


def _members(page: PageView, path: Path) -> Iterable[str]:
    """Return the places that have a value in the whole body; none if *path* is there as well."""
    call = page.reply.call
    try:
        body = decoder_for(Any).decode(call, page.reply) if call else None
    except DecodeError:  # what the typed page leaves out need not be right
        return ()
    return _places(body, ()) if read_path(body, path) is MISSING else ()


def _places(value: Any, way: Path) -> Iterator[str]:
    if isinstance(value, Mapping) and len(way) < _DEPTH:
        for name, member in cast("Mapping[Any, Any]", value).items():
            yield from _places(member, (*way, str(name)))
    elif way and value and isinstance(value, str | int):
        yield _joined(way)


def _shown(path: str) -> str:
    return path.lower() if in_header(path) else _joined(parse_path(path))


def _joined(path: Path) -> str:
    """Return a path as its author writes it: dotted if it can be, or as a JSON pointer."""
    if not any(set("./") & set(name) or not name for name in path):
        return ".".join(path)
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path)


def _last(path: str) -> str:
    return path.removeprefix(HEADER) if in_header(path) else parse_path(path)[-1]


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))
