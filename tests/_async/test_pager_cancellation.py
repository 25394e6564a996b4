# sync: skip
"""Cancelling whoever walks over pages: what runs ahead is cancelled with it."""

from __future__ import annotations

import gc
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from sdkbase import AsyncPager, CursorPagination, PageNumberPagination
from sdkbase._policy.pagination import PageRequest, Pagination, plan_for
from sdkbase._wire.api_response import ApiResponse
from tests.unit.policy.pagination.pages import Item, items, request, respond

pytestmark = pytest.mark.anyio


class Server:
    """Answers the first page, and no other."""

    def __init__(self, pagination: Pagination) -> None:
        self.plan = plan_for(pagination, Item)
        self.running = 0
        self.started = anyio.Event()

    async def fetch(self, asked: PageRequest, /) -> ApiResponse[Any]:
        query: Any = asked.query or {}
        if query.get("page", 1) == 1 and "cursor" not in query:
            return respond(self.plan, asked, {"items": items(1), "next_cursor": "b"})
        self.running += 1
        self.started.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.running -= 1
        raise AssertionError

    @property
    def pager(self) -> AsyncPager[Item]:
        return AsyncPager(self.fetch, self.plan, request())


BOTH = pytest.mark.parametrize("pagination", [CursorPagination(), PageNumberPagination()])
AHEAD = pytest.mark.parametrize("ahead", [0, 1, 3])


async def settle() -> None:
    gc.collect()
    for _ in range(10):
        await anyio.lowlevel.checkpoint()


@pytest.mark.usefixtures("uncovered")
@BOTH
@AHEAD
async def test_cancelling_the_one_who_waits(pagination: Pagination, ahead: int) -> None:
    server = Server(pagination)
    seen: list[int] = []

    async def walk() -> None:
        async for item in server.pager.prefetch(ahead):
            seen.append(item.id)  # noqa: PERF401  # what came before the end

    async with anyio.create_task_group() as group:
        group.start_soon(walk)
        await server.started.wait()
        group.cancel_scope.cancel()
    await settle()
    assert seen == [1]
    assert server.running == 0


@BOTH
async def test_cancelling_inside_the_body_of_the_loop(pagination: Pagination) -> None:
    server = Server(pagination)

    async def walk() -> None:
        async for _ in server.pager.prefetch(2):
            await anyio.sleep_forever()

    async with anyio.create_task_group() as group:
        group.start_soon(walk)
        await server.started.wait()
        assert server.running >= 1
        group.cancel_scope.cancel()
    await settle()
    assert server.running == 0


@BOTH
async def test_a_time_limit_around_a_walk(pagination: Pagination) -> None:
    server = Server(pagination)
    with anyio.move_on_after(0.02) as scope:
        await server.pager.prefetch(2).collect()
    assert scope.cancelled_caught
    await settle()
    assert server.running == 0
