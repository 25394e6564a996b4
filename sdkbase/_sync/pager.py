# Generated from _async/pager.py by sdkbase.codegen. Do not edit.
# sha256: dc13ae6c38aa47c2
"""All items of a list that comes in pages, and the pages themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from .._concurrency import SyncOnly
from .._exports import publish
from .._policy.pagination import Mark, Page, PagePlan, PageRequest, Walk, read_token
from ..errors import InvalidRequestError
from .prefetch import SyncFetch, SyncPages

T = TypeVar("T")


class SyncPager(SyncOnly, Generic[T]):
    """
    A list that comes in pages.

    Iterate over it for its items; nothing is sent before. It is never used up: each iteration
    begins anew, and `limit`, `prefetch` and `resume` return another pager.

        for user in acme.users.list().limit(500):
            print(user.name)

    Args:
        fetch: Sends the call for one page.
        plan: Where the items are, and which page follows.
        request: The call for the first page.
        mark: Where to begin, or None for the beginning.
        limit: Number of items after which it ends, or None.
        ahead: Number of pages to fetch before they are asked for.
    """

    def __init__(
        self,
        fetch: SyncFetch,
        plan: PagePlan[T],
        request: PageRequest,
        *,
        mark: Mark | None = None,
        limit: int | None = None,
        ahead: int = 0,
    ) -> None:
        self._fetch = fetch
        self._plan = plan
        self._request = request
        self._mark = mark
        self._limit = limit
        self._ahead = ahead

    def __iter__(self) -> Iterator[T]:
        return SyncItems(self.pages())

    def pages(self) -> SyncPages[T]:
        """
        Return an iterator over the pages.

        Raises:
            CallError: While iterating; a note on it tells how to go on from there.
            PaginationError: While iterating; the pages go in a circle or to a place not trusted.
        """
        return SyncPages(self._fetch, self._walk(), self._ahead)

    def first_page(self) -> Page[T]:
        """
        Return the first page only.

        Raises:
            CallError: The call failed.
        """
        for page in SyncPages(self._fetch, self._walk(), 0):
            return page
        raise InvalidRequestError("limit(0) leaves no page")

    def collect(self) -> list[T]:
        """
        Return all items in one list.

        Raises:
            CallError: A call failed; a note on it tells how to go on from there.
            PaginationError: The pages go in a circle or to a place that is not trusted.
        """
        items: list[T] = []
        for page in self.pages():
            items += page.items
        return items

    def limit(self, items: int) -> SyncPager[T]:
        """
        Return a pager that ends after a number of *items*; no page is fetched that is not needed.

        Raises:
            InvalidRequestError: It is not 0 or more.
        """
        return self._with(limit=_count("limit", items))

    def prefetch(self, pages: int) -> SyncPager[T]:
        """
        Return a pager that fetches up to a number of *pages* before they are asked for.

        So many pages at most are in flight or wait to be taken, in order. Once the first page is
        there, numbered pages are fetched at once, up to the last if the server says which that is;
        others one after another. In sync, leaving a loop half-way lets calls in flight run out.

        Raises:
            InvalidRequestError: It is not 0 or more.
        """
        return self._with(ahead=_count("prefetch", pages))

    def resume(self, token: str) -> SyncPager[T]:
        """
        Return a pager that goes on after the page that gave *token* as its `next_token`.

        Raises:
            InvalidRequestError: It is no such token, or of another list.
        """
        return self._with(mark=read_token(token, self._plan.pagination, self._request))

    def _with(
        self, *, mark: Mark | None = None, limit: int | None = None, ahead: int | None = None
    ) -> SyncPager[T]:
        return SyncPager(
            self._fetch,
            self._plan,
            self._request,
            mark=self._mark if mark is None else mark,
            limit=self._limit if limit is None else limit,
            ahead=self._ahead if ahead is None else ahead,
        )

    def _walk(self) -> Walk[T]:
        return Walk(self._plan, self._request, self._mark, self._limit)

    def __repr__(self) -> str:
        kind = type(self._plan.pagination).__name__
        label = self._request.method + " " + self._request.template.text
        return f"<{type(self).__name__} {label} {kind}>"


class SyncItems(SyncOnly, Generic[T]):
    """
    The items of *pages*, in order.

    Args:
        pages: Are taken as their items are needed.
    """

    def __init__(self, pages: SyncPages[T]) -> None:
        self._pages = pages
        self._items: Iterator[T] = iter(())

    def __iter__(self) -> SyncItems[T]:
        return self

    def __next__(self) -> T:
        while True:
            for item in self._items:
                return item
            page = self._pages.__next__()
            self._items = iter(page.items)

    def close(self) -> None:
        """Stop what is fetched ahead, and wait until it is over. Safe to repeat."""
        self._pages.close()


def _count(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidRequestError(f"{name}() takes a whole number, 0 or more, got {value!r}")
    return value


publish(SyncPager)
