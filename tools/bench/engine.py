"""A typed call that is answered from memory: what is left is sdkbase."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from loguru import logger

from sdkbase import AsyncHttpClient, LoggingInterceptor, SyncHttpClient

from .axes import Measured
from .measure import Plan, Side, in_turn
from .users import AsyncMemory, AsyncUsers, SyncMemory, SyncUsers

KEY, TITLE = "engine", "typed GET over memory"


def measure(*, quick: bool) -> Measured:
    """Return the samples of both colours, bare and with a log line."""
    with _sides() as sides:
        found = in_turn(Plan(10 if quick else 40, 500), list(sides.values()))
        return Measured(KEY, TITLE, dict(zip(sides, found, strict=True)))


@contextmanager
def _sides() -> Generator[dict[str, Side], None, None]:
    logger.remove()
    logger.add(lambda message: None, level="INFO")
    with asyncio.Runner() as runner:
        sides: dict[str, Side] = {}
        for name, interceptors in {"": [], ", INFO line": [LoggingInterceptor("INFO")]}.items():
            sides[f"sync{name}"] = _sync(interceptors)
            sides[f"async{name}"] = _async(interceptors, runner)
        yield sides


def _sync(interceptors: list[LoggingInterceptor]) -> Side:
    client = SyncHttpClient("http://memory", transport=SyncMemory(), interceptors=interceptors)
    users = SyncUsers(client)

    def side(calls: int) -> None:
        for _ in range(calls):
            users.retrieve(7)

    return side


def _async(interceptors: list[LoggingInterceptor], runner: asyncio.Runner) -> Side:
    client = AsyncHttpClient("http://memory", transport=AsyncMemory(), interceptors=interceptors)
    users = AsyncUsers(client)

    async def run(calls: int) -> None:
        for _ in range(calls):
            await users.retrieve(7)

    return lambda calls: runner.run(run(calls))
