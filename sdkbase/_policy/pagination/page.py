"""One page of items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar, overload

from ..._wire.api_response import ApiResponse
from ...errors import PaginationError
from .base import Pagination
from .token import Mark

T = TypeVar("T")


class Page(Generic[T]):
    """
    One page of items, which it is a sequence of.

    Attributes:
        items: The items.
        response: The response, with status, headers and the decoded body as its `data`.
    """

    __slots__ = ("_next", "_pagination", "items", "response")

    def __init__(
        self,
        items: list[T],
        response: ApiResponse[Any],
        pagination: Pagination,
        following: Mark | PaginationError | None,
    ) -> None:
        self.items: list[T] = items
        self.response: ApiResponse[Any] = response
        self._pagination = pagination
        self._next = following

    @property
    def body(self) -> Any:
        """The decoded body: the author's page struct, or one with what the pagination reads."""
        return self.response.data

    @property
    def next_token(self) -> str | None:
        """
        What `pager.resume` goes on from after this page; None if it is the last.

        Raises:
            PaginationError: There is a next page, but no way to it.
        """
        if isinstance(self._next, PaginationError):
            raise self._next
        return None if self._next is None else self._next.encode(self._pagination)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        return self.items[index]

    def __repr__(self) -> str:
        more = "last" if self._next is None else "more follow"
        return f"<Page of {len(self.items)} items, {more}>"
