"""Signs that a list goes on after its first page, and what is none."""

from __future__ import annotations

import warnings
from typing import Any

import msgspec
import pytest

from sdkbase import (
    CursorPagination,
    LinkHeaderPagination,
    NextUrlPagination,
    OffsetPagination,
    Pagination,
    PaginationWarning,
)
from tests.unit.policy.pagination.pages import Visit, items, request, script

LINK = [("Link", '<https://api.example/v1/items?page=2>; rel="next"')]


def told(pagination: Pagination, *answers: Any, template: str = "/items") -> list[str]:
    """Return the warnings of one walk."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Visit(pagination, script(*answers), request(template))
    assert all(one.category is PaginationWarning for one in caught)
    return [str(one.message) for one in caught]


def body(count: int = 2, /, **more: Any) -> Any:
    return {"items": items(*range(count)), **more}


def cursor(path: str, **more: Any) -> CursorPagination:
    return CursorPagination(cursor=path, **more)


def link(**more: Any) -> LinkHeaderPagination:
    return LinkHeaderPagination(items="items", **more)


@pytest.mark.parametrize(
    ("pagination", "answer", "reason"),
    [
        # Misspelt, in whatever part of the path; the page need not be full.
        (cursor("paging.nxt"), body(paging={"next": "b"}), "'paging.nxt', but 'paging.next'"),
        (cursor("next_curser"), body(next_cursor="b"), "'next_curser', but 'next_cursor'"),
        (cursor("next_cursor"), body(nextCursor=5), "'next_cursor', but 'nextCursor'"),
        (cursor("page.next"), body(paging={"next": "b"}), "'page.next', but 'paging.next'"),
        (cursor("next"), body(meta={"next": "b"}), "'next', but 'meta.next'"),
        (cursor("meta.next", size=9), body(meta={"nextt": "b"}), "but 'meta.nextt'"),
        (cursor("header:X-Nxt"), (body(), [("X-Next", "b")]), "'header:X-Nxt', but 'header:x-"),
        (NextUrlPagination(next_url="link.next"), body(links={"next": "/b"}), "but 'links.next'"),
        (
            NextUrlPagination(next_url="@odata.nextLink"),
            body(**{"@odata.nextLink": "/b"}),
            "next_url='@odata.nextLink', but '/@odata.nextLink'",
        ),
        (link(rel="nxt"), (body(), LINK), "rel='nxt', but 'next'"),
        (link(rel="after"), (body(), LINK), "but 'next'"),
        # Of another name: only if the page is full.
        (cursor("cursor", size=2), body(continuation="b"), "but 'continuation'"),
        (cursor("token", size=2), body(meta={"hasMore": True}), "but 'meta.hasMore'"),
        (cursor("a", size=2), body(**{"": {"x~/next": "b"}}), "but '//x~0~1next'"),
        (cursor("header:A", size=2), (body(), [("X-Next-Page", "2")]), "but 'header:x-next-page'"),
    ],
)
def test_signs(pagination: Pagination, answer: Any, reason: str) -> None:
    # Another template than in the other cases, as equal paginations share one plan.
    [message] = told(pagination, answer, template="/signs")
    assert message.startswith("GET /signs: the list ends after its first page, as ")
    assert reason in message
    assert "items are missing" in message


@pytest.mark.parametrize(
    ("pagination", "answer"),
    [
        (cursor("next_cursor"), body()),
        (cursor("next_cursor", size=2), body()),
        (cursor("next_cursor", size=2), body(total=2, kind="users", prev_cursor="a", etag="x")),
        (cursor("next_cursor", size=3), body(continuation="b")),
        (cursor("next_cursor"), body(continuation="b", more=True)),
        (cursor("next_cursor"), body(next_curser=None, nextCursor="", next_cursr=False)),
        # Null at the right place says that this is the end.
        (cursor("paging.nxt", size=2), body(paging={"nxt": None, "next": "b"})),
        (cursor("nxt", size=2, has_more="more"), body(next="b", more=False)),
        (cursor("nxt", size=2), body(0, next="b")),
        (cursor("nextPageContinuationToken"), body(prevPageContinuationToken="a")),
        (cursor("nextPageToken", size=2), body(nextSyncToken="b", prevPageToken="a")),
        (NextUrlPagination(next_url="/@odata.nextLink", size=2), body(**{"@odata.deltaLink": "b"})),
        (cursor("header:X-Nxt", size=2), (body(), [("X-Next", ""), ("Retry-After", "1")])),
        (cursor("nxt"), body(a={"b": {"c": {"d": {"next": "too deep"}}}})),
        (cursor("nxt"), body(list=[{"next": "in a list"}])),
        # What the page leaves out need not be right.
        (cursor("nxt"), b'{"items":[{"id":1}],"a":"\xff","next":"b"}'),
        (link(), (body(), [("Link", "</a>; rel=prev, </b>; rel=last")])),
        (link(), (body(), [("Link", "<>; rel=next")])),
        (link(rel="nxt"), body()),
        (OffsetPagination(size=2, has_more="mor", total="totl"), body(1, total=9, more=False)),
    ],
)
def test_no_signs(pagination: Pagination, answer: Any) -> None:
    last = [body(0)] if isinstance(pagination, OffsetPagination) else []
    assert told(pagination, answer, *last, template="/no-signs") == []


def test_each_template_is_told_once() -> None:
    pagination = cursor("once")
    answer = body(oncce="b")
    assert len(told(pagination, answer, template="/a")) == 1
    assert told(pagination, answer, template="/a") == []
    assert len(told(pagination, answer, template="/b")) == 1


def test_a_second_page_makes_a_template_trusted() -> None:
    pagination = cursor("trusted")
    assert told(pagination, body(trusted="b"), body(3, trustd="c")) == []
    assert told(pagination, body(trustd="c")) == []


def test_only_so_many_lists_are_looked_at() -> None:
    pagination = cursor("often")
    for _ in range(10):
        assert told(pagination, body()) == []
    assert told(pagination, body(oftn="b")) == []


def test_only_so_many_templates_are_remembered() -> None:
    pagination = cursor("many")
    for number in range(1024):
        assert told(pagination, body(), template=f"/many/{number}") == []
    assert told(pagination, body(mny="b"), template="/other") == []
    assert told(pagination, body(many="b"), body(3), template="/another") == []


def test_a_list_that_is_gone_on_with_is_not_looked_at() -> None:
    pagination = cursor("resumed")
    token = Visit(pagination, script(body(resumed="b"), body(3))).tokens[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        later = Visit(pagination, script(body(resumd="c")), request(), token=token)
    assert len(later.pages) == 1


def test_messagepack_is_read_too() -> None:
    content = msgspec.msgpack.encode(body(nextt="b"))
    [message] = told(cursor("next"), (content, [("Content-Type", "application/msgpack")]))
    assert "but 'nextt'" in message
