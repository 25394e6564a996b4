"""Positions that JSON has no form of its own for: what they are in a request and in a token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec
import pytest

from sdkbase import ConfigurationError, Pagination, PaginationError
from sdkbase._policy.pagination import CursorPagination, KeyRangePagination, OffsetPagination
from sdkbase._wire.pointer import put_path
from sdkbase._wire.query import encode_query
from sdkbase.models import EpochMillis, EpochSeconds, HttpDate, Int64String
from tests.unit.policy.pagination.pages import Visit, items, request, script, url_of

WHEN = datetime(2026, 1, 2, tzinfo=UTC)


class Place(Enum):
    A = "a"


class Version:
    """A class of an SDK's own."""

    def __init__(self, *parts: int) -> None:
        self.parts = parts

    @classmethod
    def from_wire(cls, value: Any) -> Version:
        return cls(*map(int, value.split(".")))

    def to_wire(self) -> str:
        if not self.parts:
            raise LookupError("no parts")
        return ".".join(map(str, self.parts))


POSITIONS: list[tuple[type[Any], Any, Any]] = [
    (Int64String, "9007199254740993", "9007199254740993"),
    (EpochSeconds, 1767312000, 1767312000),
    (EpochSeconds, 1767312000.25, 1767312000.25),
    (EpochMillis, 1767312000000, 1767312000000),
    (HttpDate, "Fri, 02 Jan 2026 00:00:00 GMT", "Fri, 02 Jan 2026 00:00:00 GMT"),
    (Version, "1.20", "1.20"),
    (datetime, "2026-01-02T00:00:00+00:00", "2026-01-02T00:00:00Z"),
    (UUID, str(UUID(int=1)), str(UUID(int=1))),
    (Decimal, "1.50", "1.50"),
    (Place, "a", "a"),
]


@pytest.mark.parametrize("into", ["query", "path", "body"])
@pytest.mark.parametrize(("kind", "raw", "wire"), POSITIONS)
@pytest.mark.parametrize("by_cursor", [False, True])
def test_a_position_of_any_type(by_cursor: bool, kind: Any, raw: Any, wire: Any, into: Any) -> None:
    row: Any = msgspec.defstruct("Row", [("id", kind)])
    page: Any = msgspec.defstruct(
        "RowPage", [("items", list[row]), ("next_cursor", kind | None, None)]
    )
    made: Any = CursorPagination if by_cursor else KeyRangePagination
    pagination = made(param="at", into=into, start=0 if into == "path" else None)
    first = request("/items/{at}" if into == "path" else "/items")
    answers = [{"items": [{"id": raw}], "next_cursor": raw}, {"items": []}]
    visit = Visit(pagination, script(*answers), first, item=row, page=page)
    assert len(visit.pages) == 2
    asked: Any = visit.asked[1]
    if into == "path":
        assert asked.path_args[0] in (wire, str(wire))
        assert url_of(asked) != url_of(visit.asked[0])
    else:
        assert (asked.query if into == "query" else asked.json_data)["at"] == wire
        assert type(asked.get(into, "at")) is type(wire)
    later = Visit(
        pagination, script({"items": []}), first, item=row, page=page, token=visit.tokens[0]
    )
    assert later.asked == [asked]


def test_a_circle_of_such_positions_is_noticed() -> None:
    row = msgspec.defstruct("Row", [("id", Int64String)])
    with pytest.raises(PaginationError, match="circle"):
        Visit(KeyRangePagination(), lambda asked: {"items": [{"id": "7"}]}, item=row)


@pytest.mark.parametrize(
    ("start", "query"),
    [
        (EpochSeconds.of(WHEN), "after=1767312000"),
        (Int64String(7), "after=7"),
        (WHEN, "after=2026-01-02T00%3A00%3A00Z"),
    ],
)
def test_a_beginning_of_any_type(start: Any, query: str) -> None:
    visit = Visit(KeyRangePagination(start=start), script({"items": items(1)}, {"items": []}))
    assert encode_query(visit.queries[0]) == query
    assert [token is None for token in visit.tokens] == [False, True]


def test_counts_may_be_of_such_a_type() -> None:
    pagination = OffsetPagination(start=Int64String(0), size=Int64String(2))
    answers: list[Any] = [{"items": items(1, 2)}, {"items": []}]
    assert [query["offset"] for query in Visit(pagination, script(*answers)).queries] == [0, 2]
    first = request(query={"offset": Int64String(4), "limit": Int64String(2)})
    visit = Visit(OffsetPagination(), script(*answers), first)
    assert [query["offset"] for query in visit.queries] == [4, 6]
    assert visit.tokens[0]


def test_a_beginning_without_a_form_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="KeyRangePagination begins at a Version, which"):
        Visit(KeyRangePagination(start=Version()), script())


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (lambda item: item.nothing, "key= failed with AttributeError"),
        (lambda item: object(), "the position is a object, which has no JSON form"),
        (lambda item: Version(), "the position is a Version, which has no JSON form"),
        (lambda item: float("nan"), "the position is a float, which has no JSON form"),
        (lambda item: "\ud800", "the position is a str, which has no JSON form"),
        (lambda item: {"a": 1}, "key of the last item should be text or a number, and is dict"),
    ],
)
def test_a_key_without_a_form_is_an_error_after_its_page(key: Any, reason: str) -> None:
    given: list[Any] = []

    def serve(asked: Any) -> Any:
        given.append(asked)
        return {"items": items(1)}

    with pytest.raises(PaginationError, match=reason):
        Visit(KeyRangePagination(key=key), serve)
    assert len(given) == 1


class TimePagination(Pagination, frozen=True):
    """One of an author's own, whose position is no JSON value."""

    def next_position(self, page: Any) -> Any:
        return WHEN + timedelta(days=page.items[-1].id) if page.items else None

    def apply(self, request: Any, position: Any) -> Any:
        return request.with_query({"since": position})


def test_a_pagination_of_ones_own() -> None:
    visit = Visit(TimePagination(), script({"items": items(1)}, {"items": []}))
    assert visit.queries[1] == {"since": "2026-01-03T00:00:00Z"}
    later = Visit(TimePagination(), script({"items": []}), token=visit.tokens[0])
    assert later.queries == visit.queries[1:]


class Filter(msgspec.Struct):
    since: EpochSeconds
    role: str | msgspec.UnsetType = msgspec.UNSET


def test_a_struct_as_the_callers_query() -> None:
    first = request(query=Filter(EpochSeconds.of(WHEN)))
    visit = Visit(OffsetPagination(size=2), script({"items": items(1)}, {"items": []}), first)
    assert [encode_query(query) for query in visit.queries] == [
        "since=1767312000&limit=2&offset=0",
        "since=1767312000&limit=2&offset=1",
    ]


def test_a_struct_as_the_callers_body() -> None:
    body = put_path(Filter(EpochSeconds.of(WHEN)), ("after",), 1)
    assert body == {"since": 1767312000, "after": 1}


@pytest.mark.parametrize("pagination", [OffsetPagination(size=9), KeyRangePagination(size=9)])
def test_a_limit_below_the_size_is_the_size(pagination: Pagination) -> None:
    visit = Visit(pagination, lambda asked: {"items": items(1, 2, 3)}, limit=3)
    assert visit.ids == [1, 2, 3]
    assert [query["limit"] for query in visit.queries] == [3]
    # What was not given out of a page still has to be asked for, and is left out again.
    part = Visit(pagination, lambda asked: {"items": items(1, 2, 3)}, limit=2)
    more = Visit(pagination, script({"items": items(1, 2, 3)}), limit=1, token=part.tokens[0])
    assert (part.ids, more.ids) == ([1, 2], [3])
    assert more.queries[0]["limit"] == 3
    given = Visit(pagination, script({"items": items(1)}), request(query={"limit": 5}), limit=1)
    assert given.queries[0]["limit"] == 5


def test_a_limit_above_the_size_or_over_a_cursor_changes_no_size() -> None:
    visit = Visit(OffsetPagination(size=2), script({"items": items(1, 2)}), limit=2)
    assert visit.queries[0]["limit"] == 2
    cursors = Visit(CursorPagination(size=9), script({"items": items(1)}), limit=1)
    assert cursors.queries[0] == {"limit": 9}


def test_a_size_that_was_lowered_counts_as_the_size() -> None:
    pagination = OffsetPagination(size=9, stop_on_short_page=True)
    visit = Visit(pagination, script({"items": items(1, 2, 3)}), limit=3)
    assert visit.tokens[0] is not None
