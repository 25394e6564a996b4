"""An iterable of one colour in a loop of the other: an answer that helps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from sdkbase import AsyncHttpClient, AsyncResource, SinglePage, SyncHttpClient, SyncResource

BASE = "https://api.example"
USES: dict[str, Callable[[Any], Any]] = {
    "itself": lambda pager: pager,
    "its pages": lambda pager: pager.pages(),
    "its pages, fetched ahead": lambda pager: pager.prefetch(2).pages(),
}


def async_pager() -> Any:
    return AsyncResource[Any](AsyncHttpClient(BASE))._paginate("", SinglePage(), cast_to=int)


def sync_pager() -> Any:
    return SyncResource[Any](SyncHttpClient(BASE))._paginate("", SinglePage(), cast_to=int)


@pytest.mark.parametrize("use", USES)
def test_a_plain_loop_over_what_is_asynchronous(use: str) -> None:
    iterable = USES[use](async_pager())
    with pytest.raises(TypeError, match=r"^Async\w+ is asynchronous: write `async for ... in`"):
        for _ in iterable:
            pass
    with pytest.raises(TypeError, match="is asynchronous"):
        list(iterable)


@pytest.mark.parametrize("use", USES)
def test_an_async_loop_over_what_is_synchronous(use: str) -> None:
    iterable = USES[use](sync_pager())

    async def loop() -> None:
        async for _ in iterable:
            pass

    with pytest.raises(TypeError, match=r"^Sync\w+ is synchronous: write `for ... in` instead"):
        asyncio.run(loop())


@pytest.mark.parametrize(
    ("make", "hint"),
    [(async_pager, "is not awaited itself: write `async for"), (sync_pager, "leave `await` out")],
)
@pytest.mark.parametrize("use", ["itself", "its pages"])
def test_awaiting_it(make: Callable[[], Any], hint: str, use: str) -> None:
    iterable = USES[use](make())

    async def wait() -> None:
        await iterable

    with pytest.raises(TypeError, match=hint):
        asyncio.run(wait())


MADE: dict[str, Callable[[Any], Any]] = {
    "a stream": lambda client: client.stream("GET", "/"),
    "a stream of items": lambda client: client.stream_lines("GET", "/"),
    "a stream of events": lambda client: client.stream_events("GET", "/", cast_to=int),
}


@pytest.mark.parametrize("make", MADE)
def test_a_plain_block_of_an_asynchronous_stream(make: str) -> None:
    made = MADE[make](AsyncHttpClient(BASE))
    message = r"^Async\w+ is asynchronous: write `async with` instead of `with`$"
    with pytest.raises(TypeError, match=message), made:
        pass


@pytest.mark.parametrize("make", MADE)
def test_an_async_block_of_a_synchronous_stream(make: str) -> None:
    made = MADE[make](SyncHttpClient(BASE))

    async def block() -> None:
        async with made:
            pass

    message = r"^Sync\w+ is synchronous: write `with` instead of `async with`$"
    with pytest.raises(TypeError, match=message):
        asyncio.run(block())


@pytest.mark.parametrize("make", MADE)
@pytest.mark.parametrize(
    ("client", "hint"),
    [
        (AsyncHttpClient, "is not awaited itself: write `async "),
        (SyncHttpClient, "leave `await` out"),
    ],
)
def test_awaiting_a_stream(make: str, client: Callable[[str], Any], hint: str) -> None:
    async def wait() -> None:
        await MADE[make](client(BASE))

    with pytest.raises(TypeError, match=hint):
        asyncio.run(wait())


def test_the_items_of_either_colour_say_so_too() -> None:
    with pytest.raises(TypeError, match="AsyncItems is asynchronous"):
        iter(async_pager().__aiter__())
    with pytest.raises(TypeError, match="SyncItems is synchronous"):
        aiter(iter(sync_pager()))
