"""Pages by cursor, given by the server or computed from the last item."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from ..._wire.pointer import MISSING, parse_path, read_path
from ...config import OMIT
from ...errors import ConfigurationError, PaginationError
from .base import PlacedPagination, is_scalar
from .overlooked import signs
from .request import PageRequest
from .view import PageView


class CursorPagination(PlacedPagination, frozen=True, kw_only=True):
    """
    Each page names the next: a cursor, page token or continuation token.

    It ends where there is no cursor, or null, or an empty one; an empty page is not the end. For a
    Google-like API: `CursorPagination(cursor="nextPageToken", param="pageToken")`; for GraphQL
    `into="body"`, with `param="variables.after"`.

    If the first page has items and no way on, but in its body a member that is nearly called so,
    or in a full page one such as `next`, that is a `PaginationWarning`: the path may be misspelt.

    Args:
        cursor: Path to the next cursor, or `header:X-Continuation`.
        has_more: Path to a bool that says whether there is a further page.
        start: The cursor of the first page, if it has one.
        items: Path to the list of items, such as `data.users`; empty if the body is the list.
        optional_items: Whether a page without its list is empty, as servers on protobuf send it.
        size: Items in a page to ask for; the caller's own `query=` wins.
        size_param: Name of the parameter for the size.
        param: Name of the parameter, placeholder or place in the body that takes the cursor.
        into: Where `param` is: `query`, `path` or `body`. A placeholder of the path is left out of
            the call's own arguments.
    """

    cursor: str = "next_cursor"
    has_more: str = ""
    start: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._needs_start(self.start)
        if not self.cursor:
            raise ConfigurationError(f"{type(self).__name__}.cursor must be a path, got ''")

    def paths(self) -> Iterable[str]:
        """Return where the cursor is."""
        return self.cursor, self.has_more

    def first_position(self, request: PageRequest) -> Any:
        """Return `start`, unless the caller has a cursor."""
        return self.start if request.get(self.into, self.param) is OMIT else None

    def next_position(self, page: PageView) -> Any:
        """Return the cursor in *page*."""
        more = page.read_flag(self.has_more)
        if more is False:
            return None
        found = page.read(self.cursor)
        cursor = page.plain(found)
        if cursor is None or cursor is False or cursor == "":
            return _end(page, more, f"there is no cursor at {self.cursor!r}")
        if self.into != "body" and not is_scalar(cursor):
            raise page.error(
                f"the cursor at {self.cursor!r} should be text or a number, and is "
                f"{type(found).__name__}"
            )
        return cursor

    def overlooked(self, page: PageView) -> Iterable[str]:
        """Give what is like a cursor, unless the server says that this is the end."""
        if page.read_flag(self.has_more) is None:
            yield from signs(page, "cursor", self.cursor, self.paths())


class KeyRangePagination(PlacedPagination, frozen=True, kw_only=True):
    """
    Each page begins after the last item of the one before it: `?after=<id of that item>`.

    It ends at an empty page, or earlier where `has_more` says so. A pager's `limit` below `size`
    is the size to ask for.

    Args:
        key: Path to the key in an item, or a function that returns it.
        has_more: Path to a bool that says whether there is a further page.
        start: The key to begin after, if the first page needs one.
        items: Path to the list of items, such as `data.users`; empty if the body is the list.
        optional_items: Whether a page without its list is empty, as servers on protobuf send it.
        size: Items in a page to ask for; the caller's own `query=` wins.
        size_param: Name of the parameter for the size.
        param: Name of the parameter, placeholder or place in the body that takes the key.
        into: Where `param` is: `query`, `path` or `body`. A placeholder of the path is left out of
            the call's own arguments.
    """

    param: str = "after"
    key: str | Callable[[Any], Any] = "id"
    has_more: str = ""
    start: Any = None

    counts_items: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._needs_start(self.start)
        if not callable(self.key):
            self._named("key")
            self._checked(self.key)

    def paths(self) -> Iterable[str]:
        """Return where the server says whether there is more."""
        return (self.has_more,)

    def first_position(self, request: PageRequest) -> Any:
        """Return `start`, unless the caller has a key."""
        return self.start if request.get(self.into, self.param) is OMIT else None

    def next_position(self, page: PageView) -> Any:
        """Return the key of the last item."""
        more = page.read_flag(self.has_more)
        if more is False:
            return None
        if not page.items:
            return _end(page, more, "the page is empty, so there is no last item")
        last = page.items[-1]
        try:
            found = self.key(last) if callable(self.key) else read_path(last, parse_path(self.key))
        except Exception as error:  # of a function of the author's
            raise page.error(f"key= failed with {type(error).__name__}") from error
        if found is None or found is MISSING:
            raise page.error(f"the last item has no key {self.key!r}")
        key = page.plain(found)
        if self.into != "body" and not is_scalar(key):
            raise page.error(
                f"the key of the last item should be text or a number, and is "
                f"{type(found).__name__}"
            )
        return key


def _end(page: PageView, more: bool | None, reason: str) -> None:
    """Return None, which ends the pages, unless the server says that there are *more*."""
    if more:
        error: PaginationError = page.error(f"the server says that there is more, but {reason}")
        raise error
