"""Pages that are fetched ahead: how many, in which order, and what becomes of them."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from sdkbase import (
    AsyncClock,
    AsyncPager,
    CursorPagination,
    OffsetPagination,
    Page,
    PageNumberPagination,
)
from sdkbase._concurrency import AsyncBackground, AsyncHooks, Outcome
from sdkbase._policy.pagination import PageRequest, Pagination, plan_for
from sdkbase._wire.api_response import ApiResponse
from tests.unit.policy.pagination.pages import Item, items, request, respond

NUMBERS = PageNumberPagination()
CURSORS = CursorPagination()
OFFSETS = OffsetPagination()
PATIENCE = 5.0


class AsyncServer:
    """
    A server of *count* pages with one item each, which can hold its answers back.

    Attributes:
        started: Positions, as they were asked for.
        ended: Positions, as they were answered.
        stopped: Positions whose calls were cancelled.
        most: The most calls that were under way at once.
    """

    def __init__(
        self,
        pagination: Pagination,
        count: int,
        *,
        holding: int | None = None,
        pause: float = 0.001,
    ) -> None:
        self._pagination = pagination
        self._plan = plan_for(pagination, Item)
        self._count = count
        self._holding = holding
        self._pause = pause
        self._release: Outcome[None] = Outcome()
        self._running = 0
        self.most = 0
        self.started: list[int] = []
        self.ended: list[int] = []
        self.stopped: list[int] = []
        self.broken: dict[int, Exception] = {}

    @property
    def pager(self) -> AsyncPager[Item]:
        return AsyncPager(self.fetch, self._plan, request())

    async def fetch(self, asked: PageRequest, /) -> ApiResponse[Any]:
        query: Any = asked.query or {}
        number = int(query.get("page") or query.get("cursor") or query.get("offset", 0) + 1)
        self.started.append(number)
        self._running += 1
        self.most = max(self.most, self._running)
        try:
            # Another turn for the others, so that calls that may overlap do.
            await AsyncClock().sleep(self._pause)
            if self._holding is not None and number >= self._holding:
                await AsyncBackground.wait_for(self._release)
        except BaseException:
            self.stopped.append(number)
            raise
        finally:
            self._running -= 1
        if number in self.broken:
            raise self.broken[number]
        self.ended.append(number)
        return respond(self._plan, asked, self._body(number))

    def _body(self, number: int) -> Any:
        more = number < self._count
        return {
            "items": items(number) if number <= self._count else [],
            "next_cursor": number + 1 if more else None,
            "pages": self._count,
            "total": self._count,
        }

    def release(self) -> None:
        self._release.settle(None)

    async def until(self, started: int) -> None:
        """Wait until so many calls were begun, and for more of them that should not come."""
        clock = AsyncClock()
        end = clock.monotonic() + PATIENCE
        while len(self.started) < started and clock.monotonic() < end:
            await clock.sleep(0.001)
        await clock.sleep(0.01)

    async def until_quiet(self) -> None:
        """Wait until no call is under way."""
        clock = AsyncClock()
        end = clock.monotonic() + PATIENCE
        while self._running and clock.monotonic() < end:
            await clock.sleep(0.001)
        assert not self._running


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("pagination", [NUMBERS, CURSORS, OFFSETS])
@pytest.mark.parametrize("count", [0, 1, 2, 7])
@pytest.mark.parametrize("ahead", [1, 2, 3, 20])
async def test_every_item_comes_once_and_in_order(
    pagination: Pagination, count: int, ahead: int
) -> None:
    server = AsyncServer(pagination, count)
    assert [item.id async for item in server.pager.prefetch(ahead)] == list(range(1, count + 1))
    await server.until_quiet()


@pytest.mark.parametrize("ahead", [1, 2, 4])
async def test_numbered_pages_are_fetched_at_once_and_not_more(ahead: int) -> None:
    server = AsyncServer(NUMBERS, 50, pause=0.02)
    pages = server.pager.prefetch(ahead).pages()
    for taken in range(1, 6):
        await pages.__anext__()
        await server.until(taken + ahead)
        assert len(server.started) == taken + ahead
        assert sorted(server.started) == list(range(1, taken + ahead + 1))
    assert server.most <= ahead
    assert ahead == 1 or server.most > 1
    await pages.aclose()


@pytest.mark.parametrize("pagination", [CURSORS, OFFSETS])
async def test_other_pages_are_fetched_one_after_another(pagination: Pagination) -> None:
    server = AsyncServer(pagination, 50)
    pages = server.pager.prefetch(3).pages()
    for taken in range(1, 6):
        await pages.__anext__()
        await server.until(taken + 3)
        assert server.started == list(range(1, taken + 4))
    assert server.most == 1
    await pages.aclose()


async def test_pages_beyond_the_last_do_not_matter() -> None:
    server = AsyncServer(NUMBERS, 2)
    server.broken = {number: ValueError(str(number)) for number in range(4, 20)}
    # The third page is empty, which ends it.
    assert [item.id async for item in server.pager.prefetch(5)] == [1, 2]
    assert max(server.started) > 3
    await server.until_quiet()


@pytest.mark.parametrize(
    "pagination",
    [PageNumberPagination(total_pages="pages"), PageNumberPagination(total="total", size=1)],
)
@pytest.mark.parametrize("count", [1, 2, 5])
async def test_no_page_beyond_the_last_where_the_server_tells(
    pagination: Pagination, count: int
) -> None:
    server = AsyncServer(pagination, count)
    assert len([item async for item in server.pager.prefetch(10)]) == count
    assert sorted(server.started) == list(range(1, count + 1))


async def test_the_first_page_comes_alone() -> None:
    server = AsyncServer(NUMBERS, 50)
    server.broken = {1: ValueError("no access")}
    with pytest.raises(ValueError, match="no access"):
        await server.pager.prefetch(10).collect()
    assert server.started == [1]


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("pagination", [NUMBERS, CURSORS])
async def test_a_long_walk_holds_few_pages(pagination: Pagination) -> None:
    server = AsyncServer(pagination, 60)
    pages = server.pager.prefetch(2).pages()
    gc.collect()
    before = held()
    for _ in range(50):
        await pages.__anext__()
    gc.collect()
    assert held() - before <= 4
    await pages.aclose()


def held() -> int:
    return sum(isinstance(one, Page) for one in gc.get_objects())


@pytest.mark.parametrize("pagination", [NUMBERS, CURSORS])
async def test_an_error_comes_in_its_turn(pagination: Pagination) -> None:
    server = AsyncServer(pagination, 9)
    server.broken = {3: ValueError("the third"), 4: ValueError("the fourth")}
    seen: list[int] = []
    pages = server.pager.prefetch(4).pages()
    with pytest.raises(ValueError, match="the third") as caught:
        async for page in pages:
            seen.append(page[0].id)  # noqa: PERF401  # what came before the error
    assert seen == [1, 2]
    assert "pager.resume(" in caught.value.__notes__[0]
    await server.until_quiet()
    # It is over then, like a generator that raised.
    assert [page async for page in pages] == []


@pytest.mark.parametrize("pagination", [NUMBERS, CURSORS])
@pytest.mark.parametrize("way", ["break", "raise", "drop", "close"])
async def test_leaving_half_way_leaves_nothing_running(pagination: Pagination, way: str) -> None:
    server = AsyncServer(pagination, 50, holding=3)
    if way == "break":
        async for item in server.pager.prefetch(4):
            if item.id == 2:
                await server.until(3)
                break
    elif way == "raise":
        with pytest.raises(KeyError):
            async for item in server.pager.prefetch(4):
                if item.id == 2:
                    await server.until(3)
                    raise KeyError
    else:
        items = server.pager.prefetch(4).__aiter__()
        assert [(await items.__anext__()).id for _ in range(2)] == [1, 2]
        await server.until(3)
        if way == "close":
            await items.aclose()  # type: ignore[attr-defined]  # more than an iterator
            await items.aclose()  # type: ignore[attr-defined]  # safe to repeat
        del items
    gc.collect()
    begun = len(server.started)
    # A thread can not be stopped; it ends with the call that it is in.
    if not AsyncHooks.EVENT_LOOP:
        server.release()
    await server.until_quiet()
    await AsyncClock().sleep(0.01)
    assert len(server.started) == begun
    if AsyncHooks.EVENT_LOOP:
        assert sorted(server.stopped) == sorted(set(server.started) - {1, 2})
    server.release()


async def test_closing_waits_until_it_is_over() -> None:
    server = AsyncServer(NUMBERS, 50, holding=2)
    pages = server.pager.prefetch(3).pages()
    await pages.__anext__()
    await server.until(4)
    await pages.aclose()
    if AsyncHooks.EVENT_LOOP:
        assert sorted(server.stopped) == [2, 3, 4]
    with pytest.raises(StopAsyncIteration):
        await pages.__anext__()
    server.release()
    await server.until_quiet()


async def test_closing_what_was_never_begun() -> None:
    server = AsyncServer(NUMBERS, 5)
    for ahead in (0, 3):
        pages = server.pager.prefetch(ahead).pages()
        await pages.aclose()
        assert [page async for page in pages] == []
    assert server.started == []
