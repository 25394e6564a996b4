"""A walk from page to page: what to ask for next, and what to make of what came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec

from ..._wire.api_response import ApiResponse
from ..._wire.hooks import WIRE_ERRORS
from ...errors import ConfigurationError, PaginationError
from .base import Pagination
from .page import Page
from .plan import PagePlan
from .request import PageRequest
from .token import Mark
from .view import PageView, plain_position

T = TypeVar("T")

_MAX_POSITIONS = 100_000
_MAX_EMPTY = 100


class Walk(Generic[T]):
    """
    One walk over all pages, or over those from a mark on.

    Args:
        plan: How to take a page apart.
        request: The call for the first page.
        mark: Where to begin, or None for the beginning.
        limit: Number of items after which it ends, or None.
    """

    def __init__(
        self, plan: PagePlan[T], request: PageRequest, mark: Mark | None, limit: int | None
    ) -> None:
        self._plan = plan
        self._pagination = plan.pagination
        self._caller = request
        wanted = None if limit is None else limit + (mark.skip if mark else 0)
        self._first = plan.pagination.sized(request, wanted)
        self._size = plan.pagination.size_of(self._first)
        self._mark = mark or self._mark_at(_beginning(plan.pagination, request), 0)
        self._next: Mark | PaginationError | None = self._mark if limit != 0 else None
        self._limit = limit
        self._left = limit
        self._last: Any = None
        self._resumable = mark is not None
        self._guard = _Guard(refuse_repeats=plan.pagination.refuses_repeats())

    @property
    def over(self) -> bool:
        """Whether there is no further page."""
        return self._next is None

    def request(self) -> PageRequest | None:
        """
        Return the call for the next page, or None after the last.

        Raises:
            PaginationError: There is no way to the next page.
        """
        if isinstance(self._next, PaginationError):
            raise self._next
        return None if self._next is None else self._request_at(self._next.position)

    def guesses(self) -> Iterator[PageRequest | None]:
        """Give the calls that will be asked for, as far as they are known before the pages are."""
        position, number = self._mark.position, 0
        while position is not None and self._is_wanted(number):
            yield self._request_at(position)
            position, number = self._pagination.guess(position, self._last), number + 1
        while True:
            yield None

    def take(self, response: ApiResponse[Any]) -> Page[T]:
        """
        Return the page in *response*, and move on.

        Raises:
            DecodeError: The items are not what they should be.
            PaginationError: The server sent the same page again.
        """
        mark = self._mark
        items = self._plan.items_of(response)
        view = PageView(
            self._caller,
            mark.position,
            items,
            seen=mark.seen + len(items),
            size=self._size,
            response=response,
        )
        self._guard.check_page(view)
        following = self._following(view)
        given = items[mark.skip :] if mark.skip else items
        if self._left is not None:
            given, following = self._limited(given, following)
        self._move(following)
        return Page(given, response, self._pagination, following)

    def failed(self, error: Exception) -> None:
        """Note on *error*, which struck instead of a page, where to go on."""
        if self._resumable and isinstance(self._next, Mark):
            token = self._next.encode(self._pagination)
            error.add_note(f"the pages before it are done; go on with pager.resume({token!r})")

    def _request_at(self, position: Any) -> PageRequest:
        return self._first if position is None else self._pagination.apply(self._first, position)

    def _mark_at(self, position: Any, seen: int, skip: int = 0) -> Mark:
        return Mark(
            kind=type(self._pagination).__name__,
            template=self._caller.template.text,
            position=position,
            seen=seen,
            skip=skip,
            size=self._size if self._pagination.needs_size else None,
        )

    def _is_wanted(self, number: int) -> bool:
        if self._limit is None or number == 0:
            return True
        return self._size is not None and number * self._size < self._limit

    def _following(self, view: PageView) -> Mark | PaginationError | None:
        # The page is whole even if there is no way on: its items are given out first.
        try:
            position = view.plain(self._pagination.next_position(view))
            if position is None:
                self._check_end(view)
                return None
            self._plan.end_check.trust(self._caller.template.text)
            self._last = self._pagination.last_position(view)
            self._guard.check_position(view, position)
        except PaginationError as error:
            # Without the frames inside, whose variables hold what the server sent.
            return error.with_traceback(None)
        skip = max(0, self._mark.skip - len(view.items))
        return self._mark_at(position, view.seen, skip)

    def _check_end(self, view: PageView) -> None:
        if view.items and not self._resumable:
            self._plan.end_check.check(view, self._pagination.overlooked(view))

    def _limited(
        self, items: list[T], following: Mark | PaginationError | None
    ) -> tuple[list[T], Mark | PaginationError | None]:
        left, self._left = self._left or 0, max(0, (self._left or 0) - len(items))
        if left >= len(items):
            return items, following
        skip = self._mark.skip + left
        return items[:left], msgspec.structs.replace(self._mark, skip=skip)

    def _move(self, following: Mark | PaginationError | None) -> None:
        self._resumable = True
        self._next = None if self._left == 0 else following
        if isinstance(following, Mark):
            self._mark = following


def _beginning(pagination: Pagination, request: PageRequest) -> Any:
    position = pagination.first_position(request)
    try:
        return plain_position(position)
    except WIRE_ERRORS as error:
        kind = type(position).__name__
        raise ConfigurationError(
            f"{type(pagination).__name__} begins at a {kind}, which has no JSON form: {error}"
        ) from None


class _Guard:
    """Notice when pages go in a circle. Bounded: it knows the last 100,000 positions."""

    def __init__(self, *, refuse_repeats: bool) -> None:
        self._refuse_repeats = refuse_repeats
        self._seen: dict[int, None] = {}
        self._body: bytes | None = None
        self._empty = 0

    def check_page(self, view: PageView) -> None:
        body = view.reply.body
        if view.items:
            self._empty = 0
            if self._refuse_repeats and body == self._body:
                raise view.error(
                    "the same page came twice: the server does not heed the position, or gives the "
                    "last page for all further ones; say total=, total_pages= or has_more= in the "
                    "pagination, or allow_repeats=True if the pages are right"
                )
        elif self._refuse_repeats:
            self._empty += 1
            if self._empty > _MAX_EMPTY:
                raise view.error(f"more than {_MAX_EMPTY} empty pages came in a row")
        self._body = body
        self._note(view.position)
        self._note(view.url)

    def check_position(self, view: PageView, position: Any) -> None:
        if self._hash(position) in self._seen:
            raise view.error("the pages go in a circle: the next one was asked for before")

    def _note(self, position: Any) -> None:
        self._seen[self._hash(position)] = None
        if len(self._seen) > _MAX_POSITIONS:
            del self._seen[next(iter(self._seen))]

    def _hash(self, position: Any) -> int:
        return hash(msgspec.json.encode(position))
