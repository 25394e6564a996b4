"""A walk: its limit, its tokens, its memory, and a pagination of one's own."""

from __future__ import annotations

import base64
import inspect
import tracemalloc
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import InvalidRequestError, PaginationError
from sdkbase._policy.pagination import (
    CursorPagination,
    Mark,
    NextUrlPagination,
    OffsetPagination,
    PageNumberPagination,
    PageRequest,
    PageView,
    Pagination,
    SinglePage,
    Walk,
    plan_for,
    read_token,
)
from sdkbase._policy.pagination.counted import CountedPagination
from sdkbase._policy.pagination.linked import LinkedPagination
from tests.unit.policy.pagination.pages import (
    BASE,
    Item,
    Visit,
    items,
    numbered,
    offsets,
    request,
    respond,
    script,
    url_of,
)

NUMBERS = PageNumberPagination(size=2)


@pytest.mark.parametrize(
    ("limit", "calls"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 4), (100, 4)]
)
def test_no_page_is_asked_for_that_the_limit_does_not_need(limit: int, calls: int) -> None:
    visit = Visit(NUMBERS, numbered(5, 2), limit=limit)
    assert visit.ids == [1, 2, 3, 4, 5][:limit]
    assert len(visit.asked) == calls


@given(
    count=st.integers(0, 20),
    size=st.integers(1, 6),
    limits=st.lists(st.integers(1, 7), min_size=20, max_size=20),
    kind=st.sampled_from(["page", "offset", "cursor"]),
)
def test_a_walk_in_pieces_gives_every_item_once(
    count: int, size: int, limits: list[int], kind: str
) -> None:
    pagination: Pagination
    if kind == "page":
        pagination, server = PageNumberPagination(size=size), numbered(count, size)
    elif kind == "offset":
        pagination, server = OffsetPagination(size=size), offsets(count, size)
    else:
        pagination, server = CursorPagination(size=size), cursors(count, size)
    ids: list[int] = []
    token: str | None = None
    for limit in limits:
        visit = Visit(pagination, server, limit=limit, token=token)
        ids += visit.ids
        token = visit.tokens[-1]
        if token is None:
            break
    assert ids == list(range(1, count + 1))[: len(ids)]
    assert token is not None or len(ids) == count


def cursors(count: int, size: int) -> Any:
    def serve(asked: PageRequest) -> Any:
        query: Any = asked.query or {}
        at = int(query.get("cursor", 0))
        ids = range(1, count + 1)[at : at + size]
        return {"items": items(*ids), "next_cursor": at + size if at + size < count else None}

    return serve


def test_a_page_cut_by_the_limit_is_gone_on_with() -> None:
    visit = Visit(NUMBERS, numbered(5, 2), limit=3)
    assert [len(page) for page in visit.pages] == [2, 1]
    rest = Visit(NUMBERS, numbered(5, 2), token=visit.tokens[-1])
    assert rest.ids == [4, 5]
    assert [query["page"] for query in rest.queries] == [2, 3, 4]


def test_items_to_skip_may_span_pages() -> None:
    # The token was made with pages of three; a cursor does not depend on their size.
    visit = Visit(CursorPagination(size=3), cursors(6, 3), limit=2)
    rest = Visit(CursorPagination(size=1), cursors(6, 1), token=visit.tokens[-1])
    assert rest.ids == [3, 4, 5, 6]


def test_tokens_say_where_to_go_on() -> None:
    visit = Visit(NUMBERS, numbered(5, 2))
    assert visit.tokens[-1] is None
    for number, token in enumerate(visit.tokens[:-1], 1):
        assert token is not None
        assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        assert Visit(NUMBERS, numbered(5, 2), token=token).ids == visit.ids[number * 2 :]


def test_a_total_counts_over_a_resumed_walk() -> None:
    pagination = PageNumberPagination(size=2, total="total")
    server = numbered(5, 2, total=lambda n: 5)
    visit = Visit(pagination, server, limit=2)
    rest = Visit(pagination, server, token=visit.tokens[0])
    assert rest.ids == [3, 4, 5]
    assert len(rest.asked) == 2


def test_a_walk_that_was_stopped_before_its_first_page_can_be_resumed() -> None:
    # The first page of a cursor kind has no position; cut, its token begins there again.
    pagination = CursorPagination(size=3)
    visit = Visit(pagination, cursors(3, 3), limit=1)
    assert Visit(pagination, cursors(3, 3), token=visit.tokens[0]).ids == [2, 3]
    links = NextUrlPagination()
    visit = Visit(links, script({"items": items(1, 2)}), limit=1)
    assert Visit(links, script({"items": items(1, 2)}), token=visit.tokens[0]).ids == [2]


def token_of(**changes: Any) -> str:
    fields = {"kind": "PageNumberPagination", "template": "/items", "position": 2, "seen": 2}
    body = msgspec.json.encode({**fields, "size": 2, "v": 1, **changes})
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def test_the_token_of_the_tests_is_good() -> None:
    assert read_token(token_of(), NUMBERS, request()).position == 2


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("", "no token"),
        ("x", "no token"),
        ("%%%", "no token"),
        ("ä", "no token"),
        (None, "no token"),
        (7, "no token"),
        (b"abc", "no token"),
        (base64.b64encode(b"{}").decode(), "no token"),
        (base64.b64encode(b"\xff\xfe").decode(), "no token"),
        (base64.b64encode(b"[" * 100_000).decode(), "no token"),
        (token_of()[:-3], "no token"),
        (token_of(v=2), "no token"),
        (token_of(seen=-1), "no token"),
        (token_of(skip=-1), "no token"),
        (token_of(seen="x"), "no token"),
        (token_of(kind="OffsetPagination"), "of OffsetPagination over '/items', not of PageNum"),
        (token_of(template="/users"), "over '/users', not of PageNumberPagination over '/items'"),
        (token_of(size=100), "in pages of 100 items"),
        (token_of(position=-1), "no position of PageNumberPagination"),
        (token_of(position="2"), "no position of PageNumberPagination"),
        (token_of(position=True), "no position of PageNumberPagination"),
        (token_of(position=["x"]), "no position of PageNumberPagination"),
    ],
)
def test_what_is_no_token_of_these_pages(token: Any, reason: str) -> None:
    with pytest.raises(InvalidRequestError, match=reason):
        read_token(token, NUMBERS, request())


@given(st.text())
def test_any_other_text_is_no_token(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        read_token(text, NUMBERS, request())


@pytest.mark.parametrize("position", [["a"], {"a": 1}, True])
def test_a_cursor_in_a_token_has_to_fit_a_url(position: Any) -> None:
    cursor = token_of(kind="CursorPagination", position=position)
    with pytest.raises(InvalidRequestError, match="no position of CursorPagination"):
        read_token(cursor, CursorPagination(), request())
    assert read_token(cursor, CursorPagination(into="body"), request()).position == position


def test_what_there_is_no_way_on_from_has_no_token() -> None:
    visit = Visit(NextUrlPagination(), script({"items": items(1), "next": "https://evil/"}), most=1)
    assert visit.ids == [1]
    assert "more follow" in repr(visit.pages[0])
    with pytest.raises(PaginationError, match="another origin"):
        _ = visit.pages[0].next_token


def test_a_limit_spares_the_way_on() -> None:
    # Nobody needs the next page, so it does not matter that it can not be had.
    server = script({"items": items(1, 2), "next": "https://evil/"})
    assert Visit(NextUrlPagination(), server, limit=2).ids == [1, 2]


def test_an_error_says_where_to_go_on() -> None:
    plan = plan_for(NUMBERS, Item)
    walk = Walk(plan, request(), None, None)
    asked = walk.request()
    assert asked is not None
    first = ValueError("before anything came")
    walk.failed(first)
    assert not hasattr(first, "__notes__")
    page = walk.take(respond(plan, asked, {"items": items(1, 2)}))
    second = ValueError("instead of the second page")
    walk.failed(second)
    (note,) = second.__notes__
    assert page.next_token is not None
    assert page.next_token in note
    assert "pager.resume(" in note


def test_a_resumed_walk_says_so_at_once() -> None:
    mark = Mark(kind="PageNumberPagination", template="/items", position=3, seen=4)
    walk = Walk(plan_for(NUMBERS, Item), request(), mark, None)
    error = ValueError()
    walk.failed(error)
    assert "pager.resume(" in error.__notes__[0]


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ({"pages": 3, "total": 99}, 3),
        ({"pages": 0, "total": 5}, 3),
        ({"total": 6}, 3),
        ({"total": 1}, 1),
        ({"pages": 1}, 1),
        ({"total": 0}, 5),
        ({}, 5),
    ],
)
def test_guesses_end_where_the_server_says(body: Any, known: int) -> None:
    pagination = PageNumberPagination(size=2, total="total", total_pages="pages", has_more="more")
    plan = plan_for(pagination, Item)
    walk = Walk(plan, request(), None, None)
    guesses = walk.guesses()
    asked = next(guesses)
    assert asked is not None
    walk.take(respond(plan, asked, {"items": items(1, 2), "more": True, **body}))
    assert [next(guesses) is not None for _ in range(4)] == [n < known for n in range(1, 5)]


def test_guesses_are_what_is_asked_for() -> None:
    first = request()
    guesses = Walk(plan_for(NUMBERS, Item), first, None, None).guesses()
    visit = Visit(NUMBERS, numbered(5, 2), first)
    assert [next(guesses) for _ in visit.asked] == visit.asked


@pytest.mark.parametrize(("limit", "known"), [(1, 1), (2, 1), (3, 2), (5, 3), (6, 3)])
def test_guesses_end_with_the_limit(limit: int, known: int) -> None:
    guesses = Walk(plan_for(NUMBERS, Item), request(), None, limit).guesses()
    assert [next(guesses) is not None for _ in range(5)] == [n < known for n in range(5)]


@pytest.mark.parametrize(
    ("pagination", "known"),
    [(CursorPagination(), 0), (CursorPagination(start="a"), 1), (OffsetPagination(), 1)],
)
def test_what_only_the_page_before_tells_is_no_guess(pagination: Pagination, known: int) -> None:
    guesses = Walk(plan_for(pagination, Item), request(), None, None).guesses()
    assert [next(guesses) is not None for _ in range(3)] == [n < known for n in range(3)]


def test_without_a_size_a_limit_leaves_nothing_to_guess() -> None:
    guesses = Walk(plan_for(PageNumberPagination(), Item), request(), None, 50).guesses()
    assert [next(guesses) is not None for _ in range(3)] == [True, False, False]


def test_the_memory_of_positions_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sdkbase._policy.pagination.walk._MAX_POSITIONS", 10)
    plan = plan_for(CursorPagination(), Item)
    walk = Walk(plan, request(), None, None)
    number = 0

    def step() -> int:
        nonlocal number
        number += 1
        asked = walk.request()
        assert asked is not None
        walk.take(respond(plan, asked, {"items": [], "next_cursor": number % 30}))
        return len(walk._guard._seen)

    assert max(step() for _ in range(100)) <= 11
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(1000):
            step()
        assert tracemalloc.get_traced_memory()[0] - before < 100_000
    finally:
        tracemalloc.stop()


def test_a_page_is_a_sequence() -> None:
    page = Visit(SinglePage(), script(items(1, 2, 3))).pages[0]
    assert len(page) == 3
    assert [item.id for item in page] == [1, 2, 3]
    assert page[0] == Item(1)
    assert page[-1] == Item(3)
    assert page[1:] == [Item(2), Item(3)]
    assert Item(2) in page
    assert page.next_token is None
    assert repr(page) == "<Page of 3 items, last>"


class SnapshotPagination(Pagination, frozen=True):
    """A list that is read from one snapshot, behind the last id."""

    def paths(self) -> tuple[str, ...]:
        return "snapshot", "more"

    def next_position(self, page: PageView) -> Any:
        if page.read("more"):
            return [page.read("snapshot"), page.items[-1].id]
        return None

    def apply(self, request: PageRequest, position: Any) -> PageRequest:
        return request.with_query({"snapshot": position[0], "after": position[1]})


def test_a_pagination_of_ones_own_takes_less_than_15_lines() -> None:
    assert len(inspect.getsource(SnapshotPagination).strip().splitlines()) < 15
    pages = (
        {"items": items(1, 2), "snapshot": "s1", "more": True},
        {"items": items(3), "snapshot": "s1", "more": False},
    )
    visit = Visit(SnapshotPagination(), script(*pages), request(query={"role": "x"}))
    assert visit.ids == [1, 2, 3]
    assert visit.queries == [{"role": "x"}, {"role": "x", "snapshot": "s1", "after": 2}]
    again = Visit(SnapshotPagination(), script(pages[1]), token=visit.tokens[0])
    assert again.queries == [{"snapshot": "s1", "after": 2}]


def test_what_a_pagination_of_ones_own_must_have() -> None:
    class Nothing(Pagination, frozen=True):
        pass

    view: Any = None
    with pytest.raises(NotImplementedError):
        Nothing().next_position(view)
    with pytest.raises(NotImplementedError):
        Nothing().apply(request(), 1)
    with pytest.raises(NotImplementedError):
        LinkedPagination().target(view)
    for method in (CountedPagination()._following, CountedPagination()._done):
        with pytest.raises(NotImplementedError):
            method(view)
    Nothing().check_position(request(), object())
    assert Nothing().first_position(request()) is None


def test_a_request_does_not_show_what_it_holds() -> None:
    asked = request(headers={"Authorization": "x"}, json_data={"a": "secret"})
    assert repr(asked) == "<PageRequest GET /items>"
    assert url_of(asked) == f"{BASE}/items"
