"""What every pagination is: where the items are, and which page follows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

import msgspec

from ..._wire.pointer import parse_path
from ...config import to_count
from ...errors import ConfigurationError, InvalidRequestError
from .request import PageRequest, Place
from .view import PageView, in_header


class Pagination(msgspec.Struct, frozen=True, kw_only=True):
    """
    Base of all paginations: frozen, checked when made, fit for a constant that both colours share.

    One of your own has `next_position` and `apply`, and names in `paths` what it reads:

        class SnapshotPagination(Pagination, frozen=True):
            def paths(self):
                return ("snapshot", "last_id")

            def next_position(self, page):
                return [page.read(path) for path in self.paths()] if page.items else None

            def apply(self, request, position):
                return request.with_query({"snapshot": position[0], "after": position[1]})

    A position is any JSON value but null, and says all that is needed to ask for its page. What
    has a JSON form, such as a datetime or a class with `to_wire`, is turned into that.

    Args:
        items: Path to the list of items, such as `data.users`; empty if the body is the list.
        optional_items: Whether a page without its list is empty, as servers on protobuf send it.
        size: Items in a page to ask for; the caller's own `query=` wins.
        size_param: Name of the parameter for the size.
    """

    items: str = "items"
    optional_items: bool = False
    size: int | None = None
    size_param: str = "limit"

    #: Whether a position means nothing without the page's size.
    needs_size: ClassVar[bool] = False
    #: Whether a position stays right when the size changes, as it counts or names items. A cursor
    #: of the server's may be the number of a page.
    counts_items: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for path in (self.items, *self.paths()):
            self._checked(path)
        if self.size is not None:
            to_count(self.size, f"{type(self).__name__}.size", minimum=1)
            self._named("size_param")

    def paths(self) -> Iterable[str]:
        """Return the paths that `next_position` reads, empty ones for what is not used."""
        return ()

    def first_position(self, request: PageRequest) -> Any:
        """Return where to begin, or None to send the first *request* as it is."""
        return None

    def next_position(self, page: PageView) -> Any:
        """
        Return where the page after *page* is, or None if it was the last.

        Raises:
            PaginationError: It is at a place that can not be right.
        """
        raise NotImplementedError

    def apply(self, request: PageRequest, position: Any) -> PageRequest:
        """Return the *request* for the page at *position*."""
        raise NotImplementedError

    def refuses_repeats(self) -> bool:
        """Tell whether the same page twice in a row means that the position is not heeded."""
        return False

    def last_position(self, page: PageView) -> Any:
        """Return where the last page is, as far as *page* tells; None if it does not."""
        return None

    def guess(self, position: Any, last: Any) -> Any:
        """
        Return what follows *position* if anything does, or None if only its page will tell.

        Args:
            position: Where a page is.
            last: Where the last page is, or None if that is unknown.
        """
        return None

    def check_position(self, request: PageRequest, position: Any) -> None:
        """
        Make sure that a *position* out of a token is one of this pagination's.

        Raises:
            InvalidRequestError: It is not, or is not allowed.
        """

    def public_position(self, position: Any) -> Any:
        """Return *position* without secrets, for a token."""
        return position

    def size_of(self, request: PageRequest) -> int | None:
        """Return the size that pages are asked for in: the caller's, or else this one's."""
        given = request.get(self._size_place(), self.size_param)
        if isinstance(given, str) and given.isdecimal():
            return int(given)
        return int(given) if isinstance(given, int) and given > 0 else self.size

    def sized(self, request: PageRequest, most: int | None = None) -> PageRequest:
        """
        Return *request* with the size, unless the caller gave one.

        Args:
            request: The call for the first page.
            most: Number of items after which the walk ends, or None.
        """
        place = self._size_place()
        if self.size is None or request.get(place, self.size_param):
            return request
        size = min(self.size, most) if most and self.counts_items else self.size
        return request.put(place, self.size_param, size)

    def overlooked(self, page: PageView) -> Iterable[str]:
        """
        Give what in *page* looks like a way on, though `next_position` found none.

        Args:
            page: The first page of a list, which has items.
        """
        return ()

    def _size_place(self) -> Literal["query", "body"]:
        return "query"

    def _named(self, field: str) -> None:
        value = getattr(self, field)
        if not isinstance(value, str) or not value:
            raise ConfigurationError(f"{type(self).__name__}.{field} must be a name, got {value!r}")

    def _checked(self, path: str) -> None:
        try:
            if not in_header(path):
                parse_path(path)
        except ConfigurationError as error:
            raise ConfigurationError(f"{type(self).__name__}: {error}") from None


class PlacedPagination(Pagination, frozen=True, kw_only=True):
    """Base of the paginations whose position is one value in the request."""

    param: str = "cursor"
    into: Place = "query"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._named("param")
        if self.into not in ("query", "path", "body"):
            raise ConfigurationError(
                f"{type(self).__name__}.into must be 'query', 'path' or 'body', got {self.into!r}"
            )
        if self.into == "body":
            self._checked(self.param)
            self._checked(self.size_param)

    def apply(self, request: PageRequest, position: Any) -> PageRequest:
        """Put *position* into its place."""
        return request.put(self.into, self.param, position)

    def check_position(self, request: PageRequest, position: Any) -> None:
        """Refuse what has no place in a URL."""
        if self.into != "body" and not is_scalar(position):
            raise InvalidRequestError(f"the token holds no position of {type(self).__name__}")

    def _size_place(self) -> Literal["query", "body"]:
        return "body" if self.into == "body" else "query"

    def _needs_start(self, start: object) -> None:
        if self.into == "path" and start is None:
            raise ConfigurationError(
                f"{type(self).__name__}(into='path') needs start=, as the path of the first page "
                "has the placeholder too"
            )


def is_scalar(value: object) -> bool:
    """Tell whether a JSON value can stand in a URL."""
    return isinstance(value, str | int | float) and not isinstance(value, bool)


class SinglePage(Pagination, frozen=True, kw_only=True):
    """
    All items come in one page.

    Args:
        items: Path to the list of items, such as `data.users`; empty if the body is the list.
        optional_items: Whether a page without its list is empty, as servers on protobuf send it.
        size: Items in a page to ask for; the caller's own `query=` wins.
        size_param: Name of the parameter for the size.
    """

    items: str = ""

    def next_position(self, page: PageView) -> None:
        """Return None: there is no page after it."""
        return
