"""What type checkers see of lists in pages. Checked by mypy and pyright, never executed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, assert_type

import msgspec

from sdkbase import (
    ApiResponse,
    AsyncPager,
    AsyncResource,
    CursorPagination,
    KeyRangePagination,
    LinkHeaderPagination,
    NextUrlPagination,
    OffsetPagination,
    Page,
    PageNumberPagination,
    PageRequest,
    PageView,
    Pagination,
    SinglePage,
    SyncPager,
    SyncResource,
)


class User(msgspec.Struct):
    id: int


class Post(msgspec.Struct):
    title: str


class UserPage(msgspec.Struct):
    users: list[User]
    total: int


NUMBERS = PageNumberPagination(size=100, total="total", total_pages="pages", start=0)
EVERY: list[Pagination] = [
    NUMBERS,
    OffsetPagination(param="skip", stop_on_short_page=True, size=10),
    CursorPagination(cursor="meta.next", into="body", param="page.after", start=[1]),
    KeyRangePagination(key="id", has_more="has_more"),
    KeyRangePagination(key=lambda user: user.id),
    LinkHeaderPagination(rel="next"),
    NextUrlPagination(next_url="/@odata.nextLink", allow_other_origin=True),
    SinglePage(items="data"),
]


class OwnPagination(Pagination, frozen=True):
    def paths(self) -> tuple[str, ...]:
        return ("more",)

    def next_position(self, page: PageView) -> Any:
        assert_type(page.read_flag("more"), bool | None)
        assert_type(page.read_count("total"), int | None)
        assert_type(page.response, ApiResponse[Any])
        return page.items[-1].id if page.read("more") else None

    def apply(self, request: PageRequest, position: Any) -> PageRequest:
        assert_type(request.put("body", "a.b", position), PageRequest)
        return request.with_query({"after": position})


class AsyncUsers(AsyncResource[User]):
    path = "/users"

    def all(self) -> AsyncPager[User]:
        pager = self._paginate("", NUMBERS, query={"role": "x"})
        assert_type(pager, AsyncPager[User])
        return pager

    def posts(self, user_id: int) -> AsyncPager[Post]:
        pager = self._paginate("/{user_id}/posts", OwnPagination(), user_id, cast_to=Post)
        assert_type(pager, AsyncPager[Post])
        return pager

    def whole(self) -> AsyncPager[User]:
        return self._paginate("", CursorPagination(items="users"), page=UserPage)

    def either(self) -> AsyncPager[User | Post]:
        pager = self._paginate("", NUMBERS, cast_to=User | Post)
        assert_type(pager, AsyncPager[User | Post])
        return pager


class SyncUsers(SyncResource[User]):
    path = "/users"

    def all(self) -> SyncPager[User]:
        pager = self._paginate("", NUMBERS)
        assert_type(pager, SyncPager[User])
        return pager


async def use(users: AsyncUsers) -> None:
    pager = users.all()
    async for user in pager:
        assert_type(user, User)
    async for page in pager.pages():
        assert_type(page, Page[User])
    assert_type(await pager.first_page(), Page[User])
    assert_type(await pager.collect(), list[User])
    assert_type(pager.limit(3).prefetch(2), AsyncPager[User])
    assert_type(pager.resume("token"), AsyncPager[User])
    assert_type([post.title async for post in users.posts(1)], list[str])
    takes_items(pager.__aiter__())


def use_sync(users: SyncUsers) -> None:
    pager = users.all()
    for user in pager:
        assert_type(user, User)
    for page in pager.pages():
        assert_type(page, Page[User])
    assert_type(pager.first_page(), Page[User])
    assert_type(pager.collect(), list[User])
    assert_type(pager.limit(3).prefetch(2).resume("token"), SyncPager[User])
    assert_type(list(pager), list[User])
    takes_sync_items(iter(pager))


def use_page(page: Page[User]) -> None:
    assert_type(page.items, list[User])
    assert_type(page[0], User)
    assert_type(page[1:], list[User])
    assert_type([user.id for user in page], list[int])
    assert_type(len(page), int)
    assert_type(page.next_token, str | None)
    assert_type(page.response, ApiResponse[Any])


def takes_items(items: AsyncIterator[User]) -> None: ...


def takes_sync_items(items: Iterator[User]) -> None: ...


def wrong(users: AsyncUsers, others: SyncUsers) -> None:
    for _ in users.all():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]  # needs async for
        pass
    PageNumberPagination(into="header")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # no such place
    PageNumberPagination("items")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # by keyword
    NUMBERS.size = 3  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]  # frozen
    users.all().limit("3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # no number


async def wrong_colour(others: SyncUsers) -> None:
    async for _ in others.all():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]  # needs for
        pass
    await others.all()  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]  # not awaitable
