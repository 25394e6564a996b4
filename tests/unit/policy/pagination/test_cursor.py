"""Pages by cursor, and by the key of the last item."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import OMIT, ConfigurationError, InvalidRequestError, PaginationError
from sdkbase._policy.pagination import CursorPagination, KeyRangePagination
from tests.unit.policy.pagination.pages import Visit, items, request, script

CURSORS = CursorPagination(size=10)


@pytest.mark.parametrize(
    "end", [{"next_cursor": None}, {"next_cursor": ""}, {"next_cursor": False}, {}]
)
def test_it_ends_where_there_is_no_cursor(end: Any) -> None:
    visit = Visit(
        CURSORS,
        script(
            {"items": items(1, 2), "next_cursor": "a"},
            {"items": items(3), "next_cursor": "b"},
            {"items": items(4), **end},
        ),
    )
    assert visit.ids == [1, 2, 3, 4]
    assert visit.queries == [
        {"limit": 10},
        {"limit": 10, "cursor": "a"},
        {"limit": 10, "cursor": "b"},
    ]


def test_an_empty_page_with_a_cursor_goes_on() -> None:
    visit = Visit(
        CURSORS,
        script(
            {"items": [], "next_cursor": "a"},
            {"items": [], "next_cursor": "b"},
            {"items": items(1), "next_cursor": None},
        ),
    )
    assert visit.ids == [1]


def test_the_same_page_under_another_cursor_is_no_error() -> None:
    visit = Visit(CURSORS, lambda asked: {"items": items(1), "next_cursor": "a"}, most=2)
    assert visit.ids == [1, 1]


@pytest.mark.parametrize("cursors", [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"], [0, 0]])
def test_the_same_cursor_again_is_an_error_after_its_page(cursors: list[Any]) -> None:
    answers = [{"items": items(n), "next_cursor": c} for n, c in enumerate(cursors)]
    given: list[int] = []

    def count(asked: Any) -> Any:
        given.append(len(given))
        return answers[len(given) - 1]

    with pytest.raises(PaginationError, match="in a circle") as caught:
        Visit(CURSORS, count)
    # The items of every page that came were given out, and nothing was asked for again.
    assert len(given) == len(cursors)
    assert caught.value.status_code == 200
    assert str(caught.value).startswith("GET /items -> 200: ")
    assert caught.value.template == "/items"


@pytest.mark.parametrize("cursor", [7, 0, 1.5, "x"])
def test_a_cursor_is_text_or_a_number(cursor: Any) -> None:
    visit = Visit(CURSORS, script({"items": [], "next_cursor": cursor}, {"items": items(1)}))
    assert visit.queries[1]["cursor"] == cursor


@pytest.mark.parametrize("cursor", [True, ["a"], {"a": 1}])
def test_another_cursor_has_no_place_in_a_url(cursor: Any) -> None:
    with pytest.raises(PaginationError, match="'next_cursor' should be text or a number"):
        Visit(CURSORS, script({"items": [], "next_cursor": cursor}))


def test_a_cursor_may_be_anything_in_a_body() -> None:
    visit = Visit(
        CursorPagination(into="body", param="start_key", cursor="last_key", size=5),
        script({"items": items(1), "last_key": {"id": {"N": "1"}}}, {"items": items(2)}),
        request(method="POST", json_data={"table": "t"}),
    )
    assert [asked.json_data for asked in visit.asked] == [
        {"table": "t", "limit": 5},
        {"table": "t", "limit": 5, "start_key": {"id": {"N": "1"}}},
    ]
    assert visit.queries == [None, None]


class Search(msgspec.Struct, rename="camel", omit_defaults=True):
    query_text: str
    variables: dict[str, Any] = {}


@pytest.mark.parametrize(
    "body", [{"queryText": "q", "variables": {"id": 1}}, Search("q", {"id": 1})]
)
def test_a_cursor_deep_in_a_body(body: Any) -> None:
    pagination = CursorPagination(
        items="data.user.posts.nodes",
        cursor="data.user.posts.pageInfo.endCursor",
        has_more="data.user.posts.pageInfo.hasNextPage",
        param="variables.after",
        size_param="variables.first",
        size=2,
        into="body",
    )

    def answer(ids: tuple[int, ...], cursor: str, *, more: bool) -> Any:
        info = {"endCursor": cursor, "hasNextPage": more}
        return {"data": {"user": {"posts": {"nodes": items(*ids), "pageInfo": info}}}}

    visit = Visit(
        pagination,
        script(answer((1, 2), "a", more=True), answer((3,), "b", more=False)),
        request(method="POST", json_data=body),
    )
    assert visit.ids == [1, 2, 3]
    assert [asked.json_data["variables"] for asked in visit.asked] == [
        {"id": 1, "first": 2},
        {"id": 1, "first": 2, "after": "a"},
    ]
    assert body in ({"queryText": "q", "variables": {"id": 1}}, Search("q", {"id": 1}))


def test_a_cursor_in_the_path() -> None:
    visit = Visit(
        CursorPagination(into="path", param="cursor", start="first"),
        script({"items": items(1), "next_cursor": "a/b"}, {"items": items(2)}),
        request("/{org}/after/{cursor}/{kind}", path_args=("acme", "big")),
    )
    assert [asked.path_args for asked in visit.asked] == [
        ("acme", "first", "big"),
        ("acme", "a/b", "big"),
    ]


def test_a_placeholder_that_is_not_there() -> None:
    pagination = CursorPagination(into="path", param="cursr", start="first")
    with pytest.raises(InvalidRequestError, match="no placeholder 'cursr'"):
        Visit(pagination, script(), request("/after/{cursor}"))


@pytest.mark.parametrize("flag", [False, None, True])
def test_has_more_beside_a_cursor(flag: bool | None) -> None:
    pagination = CursorPagination(has_more="more")
    server = script(
        {"items": items(1), "next_cursor": "a", "more": flag}, {"items": items(2), "more": False}
    )
    assert Visit(pagination, server).ids == ([1] if flag is False else [1, 2])


def test_more_without_a_cursor_is_an_error_not_the_end() -> None:
    with pytest.raises(PaginationError, match="there is more, but there is no cursor at 'next_cur"):
        Visit(CursorPagination(has_more="more"), script({"items": items(1), "more": True}))


def test_the_caller_may_begin_at_a_cursor() -> None:
    pagination = CursorPagination(start="zero")
    server = script({"items": items(1), "next_cursor": "b"}, {"items": items(2)})
    visit = Visit(pagination, server, request(query={"cursor": "a"}))
    assert [query["cursor"] for query in visit.queries] == ["a", "b"]
    server = script({"items": items(1), "next_cursor": "b"}, {"items": items(2)})
    visit = Visit(pagination, server, request(query={"cursor": OMIT, "role": "x"}))
    assert [query["cursor"] for query in visit.queries] == ["zero", "b"]


def test_a_cursor_in_a_header() -> None:
    visit = Visit(
        CursorPagination(items="", cursor="header:X-Continuation", param="c"),
        script((items(1), [("x-continuation", "abc")]), items(2)),
    )
    assert visit.queries == [None, {"c": "abc"}]


def test_the_shape_of_the_query_is_kept() -> None:
    answers = ({"items": items(1), "next_cursor": "a&b"}, {"items": items(2)})
    for given, sent in [
        ([("x", 1), ("x", 2), ("cursor", OMIT)], [("x", 1), ("x", 2), ("cursor", "a&b")]),
        ("x=1&x=2", "x=1&x=2&cursor=a%26b"),
        (b"x=%20", "x=%20&cursor=a%26b"),
        ("", "cursor=a%26b"),
        (httpx.QueryParams("x=1&x=2"), [("x", "1"), ("x", "2"), ("cursor", "a&b")]),
    ]:
        first = request(query=given)
        assert Visit(CursorPagination(), script(*answers), first).queries == [given, sent]


def test_the_callers_own_place_in_any_shape_of_query() -> None:
    for given in ("cursor=a%26b", b"cursor=a%26b", [("cursor", "a&b")], {"cursor": "a&b"}):
        assert request(query=given).get("query", "cursor") == "a&b"
    assert request(query=httpx.QueryParams({"cursor": "a&b"})).get("query", "cursor") == "a&b"


KEYS = KeyRangePagination(size=2)


def test_the_key_of_the_last_item() -> None:
    visit = Visit(KEYS, script({"items": items(1, 2)}, {"items": items(3, 5)}, {"items": []}))
    assert visit.ids == [1, 2, 3, 5]
    assert visit.queries == [{"limit": 2}, {"limit": 2, "after": 2}, {"limit": 2, "after": 5}]


def test_has_more_beside_a_key() -> None:
    pagination = KeyRangePagination(has_more="has_more", param="starting_after")
    visit = Visit(
        pagination,
        script({"items": items(1), "has_more": True}, {"items": items(2), "has_more": False}),
    )
    assert visit.queries == [None, {"starting_after": 1}]
    with pytest.raises(PaginationError, match="there is more, but the page is empty"):
        Visit(pagination, script({"items": [], "has_more": True}))


class Event(msgspec.Struct, rename="camel"):
    happened_at: datetime | None


@pytest.mark.parametrize("key", ["happenedAt", "happened_at", lambda event: event.happened_at])
def test_a_key_from_a_function_or_a_path(key: Any) -> None:
    visit = Visit(
        KeyRangePagination(items="", key=key, param="since", start="1970-01-01"),
        script([{"happenedAt": "2026-01-02T03:04:05Z"}], []),
        item=Event,
    )
    assert [query["since"] for query in visit.queries] == ["1970-01-01", "2026-01-02T03:04:05Z"]
    assert visit.pages[0][0].happened_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("key", ["nope", "happened_at", lambda event: None])
def test_an_item_without_its_key(key: Any) -> None:
    pagination = KeyRangePagination(items="", key=key)
    with pytest.raises(PaginationError, match="the last item has no key"):
        Visit(pagination, script([{"happenedAt": None}]), item=Event)


def test_a_range_that_includes_its_end_does_not_go_on_for_ever() -> None:
    with pytest.raises(PaginationError, match="in a circle"):
        Visit(KEYS, script({"items": items(1, 2)}, {"items": items(2)}))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CursorPagination(cursor=""), "cursor must be a path"),
        (lambda: CursorPagination(cursor="a..b"), "an empty name"),
        (lambda: CursorPagination(into="path"), "needs start="),
        (lambda: KeyRangePagination(into="path"), "needs start="),
        (lambda: KeyRangePagination(key=""), "key must be a name"),
        (lambda: KeyRangePagination(key="/~"), "~0"),
        (lambda: KeyRangePagination(key=3), "key must be a name"),  # type: ignore[arg-type]  # wrong
    ],
)
def test_a_wrong_declaration(make: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        make()


def test_they_are_constants() -> None:
    with pytest.raises(AttributeError):
        CURSORS.size = 3  # type: ignore[misc]  # what is tested
    assert CursorPagination(size=10) == CURSORS
    assert hash(CursorPagination(size=10)) == hash(CURSORS)
