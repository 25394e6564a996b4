"""How a page is taken apart: paths, the author's own page types, and what does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypedDict, TypeVar

import msgspec
import pytest

from sdkbase import ConfigurationError, DecodeError
from sdkbase._policy.pagination import (
    CursorPagination,
    LinkHeaderPagination,
    PageNumberPagination,
    Pagination,
    SinglePage,
    plan_for,
)
from tests.unit.policy.pagination.pages import Item, Visit, items, request, respond, script

T = TypeVar("T")


def items_in(pagination: Pagination, body: Any, *, page: Any = None, item: Any = Item) -> list[Any]:
    plan: Any = plan_for(pagination, item, page)
    response = respond(plan, request(), body)
    found: list[Any] = plan.items_of(response)
    return found


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", items(1, 2)),
        ("items", {"items": items(1, 2), "other": [1]}),
        ("data.users", {"data": {"users": items(1, 2), "x": 1}, "y": 2}),
        ("/data/users", {"data": {"users": items(1, 2)}}),
        ("/@graph", {"@graph": items(1, 2)}),
        ("/a.b/c~1d", {"a.b": {"c/d": items(1, 2)}}),
        ("class", {"class": items(1, 2)}),
        ("_embedded.__x__", {"_embedded": {"__x__": items(1, 2)}}),
        ("/", {"": items(1, 2)}),
        ("1", [{"page": 1}, items(1, 2)]),
        ("results.0.rows", {"results": [{"rows": items(1, 2)}]}),
    ],
)
def test_where_the_items_are(path: str, body: Any) -> None:
    assert items_in(SinglePage(items=path), body) == [Item(1), Item(2)]


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("", {"items": []}, "Expected `array`, got `object`"),
        ("items", items(1), "Expected `object`, got `array`"),
        ("items", {"items": None}, r"\$.items"),
        ("items", {}, "missing required field `items`"),
        ("data.users", {"data": None}, r"\$.data"),
        ("data.users", {}, "missing required field `data`"),
        ("items", {"items": [{"id": "x"}]}, r"\$.items\[0\].id"),
        ("1", [{}], "no '1'"),
        ("1", [{}, {}], "Expected `array`, got `object`"),
        ("1", [{}, [{"id": "x"}]], r"\$\[0\].id"),
        ("1", [{}, None], "Expected `array`, got `null`"),
    ],
)
def test_items_that_are_not_there_are_an_error(path: str, body: Any, place: str) -> None:
    with pytest.raises(DecodeError, match=place):
        items_in(SinglePage(items=path), body)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("items", {}),
        ("items", {"items": None}),
        ("data.users", {}),
        ("data.users", {"data": None}),
        ("data.users", {"data": {"other": 1}}),
        ("", b"null"),
        ("results.0", {"results": []}),
    ],
)
def test_items_that_may_be_missing(path: str, body: Any) -> None:
    assert items_in(SinglePage(items=path, optional_items=True), body) == []


def test_optional_items_that_are_there() -> None:
    pagination = SinglePage(items="data.users", optional_items=True)
    assert items_in(pagination, {"data": {"users": items(1)}}) == [Item(1)]
    with pytest.raises(DecodeError, match="users"):
        items_in(pagination, {"data": {"users": [1]}})


def test_the_body_holds_what_was_read() -> None:
    pagination = CursorPagination(items="data.users", cursor="data.next", has_more="meta.page.more")
    body = {
        "data": {"users": items(1), "next": "c", "secret": 1},
        "meta": {"page": {"more": True}, "x": 1},
    }
    page = Visit(pagination, script(body), most=1).pages[0]
    assert page.body.data.next == "c"
    assert page.body.meta.page.more is True
    assert repr(page.body).startswith("PageOfItem(")
    assert page.response.data is page.body


def test_paths_through_a_path() -> None:
    pagination = CursorPagination(items="rows", cursor="links.next.href", has_more="links")
    assert plan_for(pagination, Item).body_type.__struct_fields__ == ("rows", "links")
    pagination = CursorPagination(items="rows", cursor="links.0.href")
    body = {"rows": items(1), "links": [{"href": "x"}]}
    assert Visit(pagination, script(body), most=1).pages[0].body.links == [{"href": "x"}]
    pagination = CursorPagination(items="rows", cursor="0.next")
    pages = script({"rows": items(1), "0": {"next": "x"}}, {"rows": items(2)})
    assert Visit(pagination, pages).ids == [1, 2]


@pytest.mark.parametrize(
    ("pagination", "reason"),
    [
        (
            CursorPagination(items="", cursor="next"),
            "the body is the list of items, so ./next. is not in it",
        ),
        (CursorPagination(items="data", cursor="data.next"), "'/data/next' holds the items"),
        (CursorPagination(items="data.users", cursor="data"), "'/data' holds the items"),
        (CursorPagination(items="data", cursor="data"), "'/data' holds the items"),
        ("cursor", "must be one such as PageNumberPagination"),
        (PageNumberPagination, "is the class PageNumberPagination; make one"),
    ],
)
def test_paths_that_do_not_fit(pagination: Any, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        plan_for(pagination, Item)


def test_headers_beside_a_list() -> None:
    plan_for(CursorPagination(items="", cursor="header:X-Next"), Item)


class Meta(msgspec.Struct, rename="camel"):
    next_page: str | None = None


class Listing(msgspec.Struct, Generic[T], rename="camel"):
    all_rows: list[T]
    meta: Meta | None = None
    extra: dict[str, Any] = {}
    parts: list[Meta] = []


@dataclass
class Plain:
    rows: list[Item]


class Typed(TypedDict):
    rows: list[Item]


@pytest.mark.parametrize("path", ["allRows", "all_rows"])
@pytest.mark.parametrize("cursor", ["meta.nextPage", "meta.next_page", "/meta/next_page"])
def test_the_authors_own_page(path: str, cursor: str) -> None:
    pagination = CursorPagination(items=path, cursor=cursor)
    visit = Visit(
        pagination,
        script(
            {"allRows": items(1), "meta": {"nextPage": "b"}},
            {"allRows": items(2), "meta": {"nextPage": None}},
        ),
        page=Listing[Item],
    )
    assert visit.ids == [1, 2]
    assert type(visit.pages[0].body) is Listing
    assert visit.pages[0].body.meta == Meta("b")


@pytest.mark.parametrize("page", [Plain, Typed, dict[str, list[Item]]])
def test_other_types_of_page(page: Any) -> None:
    assert items_in(SinglePage(items="rows"), {"rows": items(1)}, page=page) == [Item(1)]


@pytest.mark.parametrize("path", ["extra.any.thing", "parts.0.next_page"])
def test_paths_into_what_the_page_leaves_open(path: str) -> None:
    plan_for(CursorPagination(items="all_rows", cursor=path), Item, Listing[Item])


@pytest.mark.parametrize(
    "path", ["nope", "meta.nope", "meta.next_page.deeper", "all_rows.next", "parts.first"]
)
def test_a_path_that_the_page_has_not(path: str) -> None:
    with pytest.raises(ConfigurationError, match=r"Listing\[Item\] has no '/.*', which"):
        plan_for(CursorPagination(items="all_rows", cursor=path), Item, Listing[Item])


def test_a_page_that_msgspec_does_not_know() -> None:
    with pytest.raises(ConfigurationError, match="page="):
        plan_for(SinglePage(items="rows"), Item, dict[str, int] | Listing[int])


def test_a_page_whose_items_are_no_list() -> None:
    class Odd(msgspec.Struct):
        rows: list[Item] | dict[str, int] | None

    assert items_in(SinglePage(items="rows"), {"rows": items(1)}, page=Odd) == [Item(1)]
    with pytest.raises(DecodeError, match="Expected `array`, got `object`"):
        items_in(SinglePage(items="rows"), {"rows": {"a": 1}}, page=Odd)
    with pytest.raises(DecodeError, match="Expected `array`, got `null`"):
        items_in(SinglePage(items="rows"), {"rows": None}, page=Odd)


def test_plans_are_kept() -> None:
    links = LinkHeaderPagination()
    assert plan_for(links, Item) is plan_for(LinkHeaderPagination(), Item)
    assert repr(plan_for(links, int)) == "<PagePlan LinkHeaderPagination of int>"
    assert repr(plan_for(links, Item)) == "<PagePlan LinkHeaderPagination of Item>"


def test_what_can_not_be_kept_works_too() -> None:
    small: Any = Annotated[int, msgspec.Meta(extra_json_schema={"x": [1]})]
    with_list = CursorPagination(into="body", start=["a"])
    assert items_in(with_list, {"items": [1, 2]}, item=small) == [1, 2]


@pytest.mark.parametrize("item", [int, dict[str, int], Item | int | None, Any])
def test_items_of_any_type(item: Any) -> None:
    assert plan_for(SinglePage(items="x"), item).body_type.__name__.startswith("PageOf")
