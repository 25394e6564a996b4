"""Pages by number and by offset: where they end, and that nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import ConfigurationError, InvalidRequestError, PaginationError
from sdkbase._policy.pagination import OffsetPagination, PageNumberPagination
from tests.unit.policy.pagination.pages import Visit, items, numbered, offsets, request, script


def test_numbered_pages_end_at_an_empty_one() -> None:
    visit = Visit(PageNumberPagination(size=2), numbered(5, 2))
    assert visit.ids == [1, 2, 3, 4, 5]
    assert visit.queries == [{"page": number, "size": 2} for number in (1, 2, 3, 4)]


def test_a_short_page_is_not_the_end() -> None:
    visit = Visit(
        PageNumberPagination(size=3),
        script(
            {"items": items(1, 2, 3)}, {"items": items(4)}, {"items": items(5, 6)}, {"items": []}
        ),
    )
    assert visit.ids == [1, 2, 3, 4, 5, 6]


def test_a_short_page_is_the_end_where_the_api_says_so() -> None:
    pagination = PageNumberPagination(size=2, stop_on_short_page=True)
    assert len(Visit(pagination, numbered(5, 2)).asked) == 3
    assert len(Visit(pagination, numbered(4, 2)).asked) == 3
    # The caller's own size is what a page is measured by.
    assert Visit(pagination, numbered(3, 1), request(query={"size": 1})).ids == [1, 2, 3]
    assert Visit(pagination, numbered(3, 1), request(query={"size": "1"})).ids == [1, 2, 3]


@pytest.mark.parametrize(
    ("pagination", "more", "calls"),
    [
        (PageNumberPagination(size=2, total="total"), {"total": lambda n: 5}, 3),
        (PageNumberPagination(size=2, total="total"), {"total": lambda n: "5"}, 3),
        (PageNumberPagination(size=2, total="total"), {"total": lambda n: 4}, 2),
        (PageNumberPagination(size=2, total="total"), {"total": lambda n: None}, 4),
        (PageNumberPagination(size=2, total="total"), {"total": lambda n: 0}, 4),
        (PageNumberPagination(size=2, total="total"), {"total": lambda n: -1}, 4),
        (PageNumberPagination(size=2, total="total"), {}, 4),
        (PageNumberPagination(size=2, total_pages="pages"), {"pages": lambda n: 3}, 3),
        (PageNumberPagination(size=2, total_pages="pages"), {"pages": lambda n: 0}, 4),
        (PageNumberPagination(size=2, has_more="more"), {"more": lambda n: n < 3}, 3),
        (PageNumberPagination(size=2, has_more="more"), {"more": lambda n: None}, 4),
        # What the server says about the next page counts more than any total.
        (
            PageNumberPagination(size=2, has_more="more", total="total", total_pages="pages"),
            {"more": lambda n: n < 3, "total": lambda n: 2, "pages": lambda n: 1},
            3,
        ),
    ],
)
def test_where_the_server_says_that_it_ends(
    pagination: PageNumberPagination, more: dict[str, Any], calls: int
) -> None:
    visit = Visit(pagination, numbered(5, 2, **more))
    assert len(visit.asked) == calls
    assert len(visit.ids) == (4 if calls == 2 else 5)


def test_a_total_is_held_against_what_was_received() -> None:
    # The server caps the size at 2: two pages of "100" are not all of 5.
    visit = Visit(PageNumberPagination(size=100, total="total"), numbered(5, 2, total=lambda n: 5))
    assert visit.ids == [1, 2, 3, 4, 5]


def test_a_total_in_a_header() -> None:
    pagination = PageNumberPagination(items="", total="header:X-Total")
    header = [("x-total", "3")]
    visit = Visit(pagination, script((items(1, 2), header), (items(3), header)))
    assert visit.ids == [1, 2, 3]


@pytest.mark.parametrize(("flag", "calls"), [("true", 2), ("false", 1)])
def test_a_flag_in_a_header(flag: str, calls: int) -> None:
    pagination = PageNumberPagination(items="", has_more="header:X-More")
    answers = (items(1), [("x-more", flag)]), (items(2), [("x-more", "false")])
    assert len(Visit(pagination, script(*answers)).asked) == calls


def test_an_empty_page_goes_on_if_the_server_says_so() -> None:
    visit = Visit(
        PageNumberPagination(has_more="more"),
        script(
            {"items": items(1), "more": True},
            {"items": [], "more": True},
            {"items": [], "more": True},
            {"items": items(2), "more": False},
        ),
    )
    assert visit.ids == [1, 2]


@pytest.mark.parametrize("value", [1, "yes", []])
def test_a_flag_must_be_a_bool(value: Any) -> None:
    visit = Visit(
        PageNumberPagination(has_more="more"), numbered(1, 1, more=lambda n: value), most=1
    )
    assert visit.ids == [1]
    with pytest.raises(PaginationError, match="'more' should be true or false, and is"):
        _ = visit.tokens


@pytest.mark.parametrize("value", [1.5, "many", True, []])
def test_a_total_must_be_a_number(value: Any) -> None:
    pagination = PageNumberPagination(total="total")
    visit = Visit(pagination, numbered(1, 1, total=lambda n: value), most=1)
    with pytest.raises(PaginationError, match="'total' should be a whole number, and is"):
        _ = visit.tokens


def test_pages_that_count_from_zero() -> None:
    pagination = PageNumberPagination(start=0, param="p", total_pages="pages")
    visit = Visit(
        pagination,
        script({"items": items(1), "pages": 2}, {"items": items(2), "pages": 2}),
    )
    assert visit.queries == [{"p": 0}, {"p": 1}]


@pytest.mark.parametrize("given", [3, "3"])
def test_the_caller_may_begin_further_on(given: Any) -> None:
    # The total can not be held against items that were never seen.
    pagination = PageNumberPagination(size=1, total="total", total_pages="pages")
    server = numbered(4, 1, total=lambda n: 4, pages=lambda n: 4)
    visit = Visit(pagination, server, request(query={"page": given}))
    assert visit.ids == [3, 4]


@pytest.mark.parametrize("given", ["x", -1, True, 1.5])
def test_where_the_caller_can_not_begin(given: Any) -> None:
    with pytest.raises(InvalidRequestError, match="'page' must be a whole number"):
        Visit(PageNumberPagination(), numbered(1, 1), request(query={"page": given}))


def test_a_server_that_does_not_heed_the_number() -> None:
    with pytest.raises(PaginationError, match="the same page came twice"):
        Visit(PageNumberPagination(), lambda asked: {"items": items(1, 2)})
    with pytest.raises(PaginationError, match="the same page came twice"):
        Visit(OffsetPagination(), lambda asked: {"items": items(1, 2)})


def test_pages_that_are_rightly_the_same() -> None:
    pagination = PageNumberPagination(allow_repeats=True)
    page = {"items": items(1, 1)}
    assert Visit(pagination, script(page, page, {"items": []})).ids == [1, 1, 1, 1]


def test_empty_pages_without_end() -> None:
    pagination = PageNumberPagination(has_more="more")
    with pytest.raises(PaginationError, match="100 empty pages"):
        Visit(pagination, lambda asked: {"items": [], "more": True}, most=1000)


def test_offsets_count_what_was_received() -> None:
    visit = Visit(OffsetPagination(size=4), offsets(7, 4, sizes=[3, 1, 2, 4]))
    assert visit.ids == [1, 2, 3, 4, 5, 6, 7]
    assert [query["offset"] for query in visit.queries] == [0, 3, 4, 6, 7]
    assert {query["limit"] for query in visit.queries} == {4}


@pytest.mark.parametrize(("start", "first"), [(0, None), (0, 2), (1, None), (1, 3)])
def test_a_total_of_offsets(start: int, first: int | None) -> None:
    pagination = OffsetPagination(start=start, total="total")

    def server(asked: Any) -> Any:
        offset = asked.query["offset"] - start
        return {"items": items(*range(6)[offset : offset + 2]), "total": 6}

    query = None if first is None else {"offset": first}
    visit = Visit(pagination, server, request(query=query))
    assert visit.ids == list(range(6)[(start if first is None else first) - start :])
    assert len(visit.asked) == len(visit.ids) // 2


def test_an_offset_that_does_not_move() -> None:
    pagination = OffsetPagination(has_more="more")
    visit = script({"items": items(1), "more": True}, {"items": [], "more": True})
    with pytest.raises(PaginationError, match="in a circle"):
        Visit(pagination, visit)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"size": 0}, "size must be a whole number, 1 or more"),
        ({"size": True}, "size must be a whole number"),
        ({"size": 10, "size_param": ""}, "size_param must be a name"),
        ({"start": -1}, "start must be a whole number, 0 or more"),
        ({"param": ""}, "param must be a name"),
        ({"into": "header"}, "into must be 'query', 'path' or 'body'"),
        ({"into": "body", "param": "a..b"}, "an empty name"),
        ({"items": "a..b"}, "an empty name"),
        ({"total": "/~"}, "~0"),
        ({"total": 3}, "must be a string"),
        ({"stop_on_short_page": True}, "needs size="),
    ],
)
def test_a_wrong_declaration(args: Any, message: str) -> None:
    for kind in (PageNumberPagination, OffsetPagination):
        with pytest.raises(ConfigurationError, match=message) as caught:
            kind(**args)
        assert kind.__name__ in str(caught.value)


@given(
    count=st.integers(0, 40),
    asked=st.integers(1, 20),
    cap=st.integers(1, 20),
    ends=st.sampled_from(["", "total", "total_pages", "has_more"]),
)
def test_every_item_comes_once_however_it_is_cut(
    count: int, asked: int, cap: int, ends: str
) -> None:
    # The server gives what was asked for, but not more than its cap.
    size = min(asked, cap)
    pages = -(-count // size)
    how: dict[str, Any] = {ends: ends} if ends else {}
    pagination = PageNumberPagination(size=asked, **how)
    server = numbered(
        count,
        size,
        total=lambda n: count,
        total_pages=lambda n: pages,
        has_more=lambda n: n < pages,
    )
    visit = Visit(pagination, server)
    assert visit.ids == list(range(1, count + 1))
    assert len(visit.asked) == (max(1, pages) if ends else pages + 1)


@given(count=st.integers(0, 30), sizes=st.lists(st.integers(1, 5), min_size=30))
def test_every_item_comes_once_by_offset(count: int, sizes: list[int]) -> None:
    assert Visit(OffsetPagination(), offsets(count, 1, sizes)).ids == list(range(1, count + 1))
