"""A pagination together with the types that its pages are decoded into."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

import msgspec
from typing_extensions import TypeForm

from ..._wire.api_response import ApiResponse
from ..._wire.codec import type_name
from ..._wire.decode_error import decode_error
from ..._wire.pointer import MISSING, parse_path, read_path
from ...errors import ConfigurationError
from .base import Pagination
from .envelope import check_page_type, envelope_type
from .overlooked import EndCheck
from .view import in_header

T = TypeVar("T")


class PagePlan(Generic[T]):
    """
    How to take a page apart.

    Args:
        pagination: Where the items are, and which page follows.
        item_type: Type of an item.
        page_type: The author's own type of a page, or None.

    Raises:
        ConfigurationError: The paths do not fit the types, or each other.
    """

    __slots__ = ("_item_type", "_items", "body_type", "end_check", "pagination")

    def __init__(self, pagination: Pagination, item_type: TypeForm[T], page_type: Any) -> None:
        if isinstance(pagination, type) and issubclass(pagination, Pagination):
            name = pagination.__name__
            raise ConfigurationError(f"pagination is the class {name}; make one: {name}(...)")
        if not isinstance(pagination, Pagination):
            raise ConfigurationError(
                "pagination must be one such as PageNumberPagination(), got "
                f"{type(pagination).__name__}"
            )
        self.pagination: Pagination = pagination
        self._item_type = cast("Any", item_type)
        self._items = parse_path(pagination.items)
        #: What looks for signs of a further page.
        self.end_check: EndCheck = EndCheck()
        #: What the body is decoded into.
        self.body_type: Any = page_type
        reads = [parse_path(path) for path in pagination.paths() if path and not in_header(path)]
        if page_type is None:
            self.body_type = envelope_type(
                self._item_type, self._items, reads, optional=pagination.optional_items
            )
        else:
            check_page_type(page_type, [self._items, *reads])

    def items_of(self, response: ApiResponse[Any]) -> list[T]:
        """
        Return the items in the decoded body of *response*.

        Raises:
            DecodeError: They are not where they should be, or not what they should be.
        """
        found = read_path(response.data, self._items)
        if self.pagination.optional_items and (found is None or found is MISSING):
            return []
        if self.body_type is not Any and isinstance(found, list):
            return cast("list[T]", found)
        return self._converted(response, found)

    def _converted(self, response: ApiResponse[Any], found: Any) -> list[T]:
        item_type: Any = self._item_type
        target: Any = list[item_type]
        call, reply = response.reply.call, response.reply
        if call is None:  # pragma: no cover - the engine sets it at once
            raise RuntimeError("a reply without its call")
        try:
            if found is MISSING:
                raise msgspec.ValidationError(f"Object has no {self.pagination.items!r}")
            converted: list[T] = msgspec.convert(found, target, str_keys=True)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise decode_error(call, reply, target, error).with_history(reply.history) from None
        return converted

    def __repr__(self) -> str:
        return f"<PagePlan {type(self.pagination).__name__} of {type_name(self._item_type)}>"


def plan_for(pagination: Pagination, item_type: TypeForm[T], page_type: Any = None) -> PagePlan[T]:
    """
    Return the plan of a pagination; the last 1,024 are kept.

    Raises:
        ConfigurationError: The paths do not fit the types, or each other.
    """
    try:
        # 1, 1.0 and an `Int64String` are equal, and are not the same on the wire.
        kinds = tuple(map(type, msgspec.structs.astuple(pagination)))
        return cast("PagePlan[T]", _cached(pagination, cast("Any", item_type), page_type, kinds))
    except TypeError:  # one of them is not hashable, such as Annotated with a list
        return PagePlan(pagination, item_type, page_type)


@lru_cache(maxsize=1024)
def _cached(pagination: Pagination, item_type: Any, page_type: Any, kinds: Any) -> Any:
    return PagePlan(pagination, item_type, page_type)
