"""Pages by number and by offset: the client counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from ...config import OMIT, to_count
from ...errors import ConfigurationError, InvalidRequestError
from .base import PlacedPagination
from .request import PageRequest
from .view import PageView


class CountedPagination(PlacedPagination, frozen=True, kw_only=True):
    """Base of pages by number and by offset."""

    start: int = 1
    total: str = ""
    has_more: str = ""
    stop_on_short_page: bool = False
    allow_repeats: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        to_count(self.start, f"{type(self).__name__}.start", minimum=0)
        if self.stop_on_short_page and self.size is None:
            raise ConfigurationError(f"{type(self).__name__}.stop_on_short_page needs size=")

    def refuses_repeats(self) -> bool:
        """Tell whether the same page twice in a row is an error."""
        return not self.allow_repeats

    def paths(self) -> Iterable[str]:
        """Return where the server says how much there is."""
        return self.total, self.has_more

    def first_position(self, request: PageRequest) -> int:
        """Return the caller's own position, or `start`."""
        given = request.get(self.into, self.param)
        if given is OMIT or given is None:
            return int(self.start)
        if isinstance(given, str) and given.isdecimal():
            return int(given)
        if isinstance(given, bool) or not isinstance(given, int) or given < 0:
            raise InvalidRequestError(f"{self.param!r} must be a whole number, got {given!r}")
        return int(given)

    def check_position(self, request: PageRequest, position: Any) -> None:
        """Refuse what is no whole number."""
        if isinstance(position, bool) or not isinstance(position, int) or position < 0:
            raise InvalidRequestError(f"the token holds no position of {type(self).__name__}")

    def next_position(self, page: PageView) -> int | None:
        """Return the number or offset of the page after *page*."""
        return None if self._is_last(page) else self._following(page)

    def _is_last(self, page: PageView) -> bool:
        more = page.read_flag(self.has_more)
        if more is not None:
            return not more
        short = page.size is not None and len(page.items) < page.size
        return (
            not page.items
            or (self.stop_on_short_page and short)
            or 0 < (page.read_count(self.total) or 0) <= self._done(page)
        )

    def _following(self, page: PageView) -> int:
        raise NotImplementedError

    def _done(self, page: PageView) -> int:
        """Return how many of all items are done with, or 0 if it is unknown."""
        raise NotImplementedError


class PageNumberPagination(CountedPagination, frozen=True, kw_only=True):
    """
    Pages have numbers: `?page=2&size=100`.

    They end at an empty page, or earlier where the server says so: by `has_more`, or else by a
    total. A page that is only short is not the end, as servers cap sizes and filter late.

    Args:
        items: Path to the list of items, such as `data.users`; empty if the body is the list.
        optional_items: Whether a page without its list is empty, as servers on protobuf send it.
        size: Items in a page to ask for; the caller's own `query=` wins.
        size_param: Name of the parameter for the size.
        param: Name of the parameter, placeholder or place in the body that takes the number.
        into: Where `param` is: `query`, `path` or `body`. A placeholder of the path is left out of
            the call's own arguments.
        start: Number of the first page; a number that the caller has in `param` wins.
        total: Path to the number of all items, or `header:X-Total-Count`. 0 and less say nothing.
        total_pages: Path to the number of pages, or `header:X-Total-Pages`; 0 says nothing.
        has_more: Path to a bool that says whether there is a further page.
        stop_on_short_page: Whether a page with fewer items than `size` is the last.
        allow_repeats: Whether a page may be the same as the one before it, byte for byte.
    """

    param: str = "page"
    size_param: str = "size"
    total_pages: str = ""

    needs_size: ClassVar[bool] = True

    def paths(self) -> Iterable[str]:
        """Return where the server says how much there is."""
        return self.total, self.has_more, self.total_pages

    def last_position(self, page: PageView) -> int | None:
        """Return the number of the last page, by the server's totals."""
        pages = page.read_count(self.total_pages) or 0
        if pages <= 0 and page.size:
            pages = -(-(page.read_count(self.total) or 0) // page.size)
        return self.start + pages - 1 if pages > 0 else None

    def guess(self, position: Any, last: Any) -> int | None:
        """Return the next number, up to the last."""
        return None if last is not None and position >= last else int(position) + 1

    def _is_last(self, page: PageView) -> bool:
        number = page.position - self.start + 1
        known = page.read_flag(self.has_more) is not None
        pages = page.read_count(self.total_pages) or 0
        return super()._is_last(page) or (not known and 0 < pages <= number)

    def _following(self, page: PageView) -> int:
        return int(page.position) + 1

    def _done(self, page: PageView) -> int:
        # What came before a page that the caller began with is not known.
        return page.seen if self.first_position(page.request) == self.start else 0


class OffsetPagination(CountedPagination, frozen=True, kw_only=True):
    """
    Items have numbers: `?offset=200&limit=100`. The next offset counts what was received.

    They end at an empty page, or earlier where the server says so: by `has_more`, or else by a
    total. A page that is only short is not the end, as servers cap sizes and filter late.
    A pager's `limit` below `size` is the size to ask for.

    Args:
        items: Path to the list of items, such as `data.users`; empty if the body is the list.
        optional_items: Whether a page without its list is empty, as servers on protobuf send it.
        size: Items in a page to ask for; the caller's own `query=` wins.
        size_param: Name of the parameter for the size.
        param: Name of the parameter, placeholder or place in the body that takes the offset.
        into: Where `param` is: `query`, `path` or `body`. A placeholder of the path is left out of
            the call's own arguments.
        start: The first offset; one that the caller has in `param` wins.
        total: Path to the number of all items, or `header:X-Total-Count`. 0 and less say nothing.
        has_more: Path to a bool that says whether there is a further page.
        stop_on_short_page: Whether a page with fewer items than `size` is the last.
        allow_repeats: Whether a page may be the same as the one before it, byte for byte.
    """

    param: str = "offset"
    start: int = 0

    counts_items: ClassVar[bool] = True

    def _following(self, page: PageView) -> int:
        return int(page.position) + len(page.items)

    def _done(self, page: PageView) -> int:
        return self._following(page) - self.start
