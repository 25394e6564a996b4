"""Typed calls, beside the same call of bare httpx, which decodes to a dict."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

import httpx

from sdkbase import AsyncHttpClient, SyncHttpClient

from .measure import Side
from .users import AsyncMemory, AsyncUsers, SyncMemory, SyncUsers


@contextmanager
def sync_get(url: str) -> Generator[list[Side], None, None]:
    """Give a typed GET and that of `httpx.Client`, one after the other."""
    with SyncHttpClient(base_url=url) as client, httpx.Client() as bare:
        users, address = SyncUsers(client), f"{url}/users/7"
        yield [
            lambda calls: _repeat(lambda: users.retrieve(7), calls),
            lambda calls: _repeat(lambda: bare.get(address).json(), calls),
        ]


@contextmanager
def async_get(url: str, tasks: int) -> Generator[list[Side], None, None]:
    """Give a typed GET and that of `httpx.AsyncClient`, in so many *tasks* at once."""
    with asyncio.Runner() as runner:
        client, bare = AsyncHttpClient(base_url=url), httpx.AsyncClient()
        users, address = AsyncUsers(client), f"{url}/users/7"

        async def get() -> object:
            return (await bare.get(address)).json()

        yield [
            lambda calls: runner.run(_spread(lambda: users.retrieve(7), calls, tasks)),
            lambda calls: runner.run(_spread(get, calls, tasks)),
        ]
        runner.run(client.aclose())
        runner.run(bare.aclose())


@contextmanager
def sync_engine() -> Generator[list[Side], None, None]:
    """Give a typed GET that is answered from memory."""
    with SyncHttpClient(base_url="http://memory", transport=SyncMemory()) as client:
        users = SyncUsers(client)
        yield [lambda calls: _repeat(lambda: users.retrieve(7), calls)]


@contextmanager
def async_engine() -> Generator[list[Side], None, None]:
    """Give a typed GET that is answered from memory, in one task."""
    with asyncio.Runner() as runner:
        client = AsyncHttpClient(base_url="http://memory", transport=AsyncMemory())
        users = AsyncUsers(client)
        yield [lambda calls: runner.run(_spread(lambda: users.retrieve(7), calls, 1))]
        runner.run(client.aclose())


def _repeat(call: Callable[[], object], calls: int) -> None:
    for _ in range(calls):
        call()


async def _spread(call: Callable[[], Awaitable[object]], calls: int, tasks: int) -> None:
    async def work() -> None:
        for _ in range(calls // tasks):
            await call()

    await asyncio.gather(*(work() for _ in range(tasks)))
