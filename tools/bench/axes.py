"""The axes that all sides are measured on, and how a side makes its calls there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import msgspec

from .measure import Plan, Sample, Side, in_turn
from .peer import Peer
from .peers_async import ASYNC_PEERS
from .peers_sync import SYNC_PEERS
from .server import Site, Sites
from .workload import Kind, check

Made = dict[str, Side]
"""Sides by name."""


class Axis(msgspec.Struct, frozen=True):
    """One thing that all sides are measured at."""

    key: str
    title: str
    kind: Kind
    plan: Plan
    quick: Plan
    is_async: bool = False
    width: int = 1
    """Tasks or threads at once."""
    tls: bool = False


class Measured(msgspec.Struct, frozen=True):
    """The samples of an axis, by side."""

    key: str
    title: str
    samples: dict[str, list[Sample]]


class Selection(msgspec.Struct, frozen=True):
    """Which sides take part, and which could not."""

    wanted: list[str]
    """Words of which a side's name holds at least one; empty for all sides."""
    missing: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    """Why a side is left out, by its name."""
    failed: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    """How a side failed, by its name and the axis."""

    def takes(self, name: str) -> bool:
        """Whether the side of this *name* is asked for."""
        return not self.wanted or any(word in name for word in self.wanted)


WARM = 100
"""Calls before each sample, at most: as many connections as most sides keep."""

_ONE, _ONE_QUICK = Plan(30, 50), Plan(10, 40)
_PAGE, _PAGE_QUICK = Plan(20, 10), Plan(7, 10)

AXES = [
    Axis("get-sync", "GET of 200 bytes, sync", "user", _ONE, _ONE_QUICK),
    Axis("get-async", "GET of 200 bytes, 1 task", "user", _ONE, _ONE_QUICK, is_async=True),
    Axis("tasks-50", "50 tasks", "user", Plan(15, 200), Plan(5, 100), is_async=True, width=50),
    Axis("tasks-500", "500 tasks", "user", Plan(5, 1000), Plan(3, 500), is_async=True, width=500),
    Axis(
        "tasks-2000", "2,000 tasks", "user", Plan(3, 4000), Plan(1, 2000), is_async=True, width=2000
    ),
    Axis("page-sync", "page of 100 users (29 KB), sync", "page", _PAGE, _PAGE_QUICK),
    Axis("page-async", "page of 100 users, 1 task", "page", _PAGE, _PAGE_QUICK, is_async=True),
    Axis("post-sync", "POST of 1 KB, sync", "note", _ONE, _ONE_QUICK),
    Axis("post-async", "POST of 1 KB, 1 task", "note", _ONE, _ONE_QUICK, is_async=True),
    Axis("tls-sync", "GET over TLS, sync", "user", _ONE, _ONE_QUICK, tls=True),
    Axis("tls-async", "GET over TLS, 1 task", "user", _ONE, _ONE_QUICK, is_async=True, tls=True),
    Axis("threads-8", "8 threads", "user", Plan(12, 160), Plan(5, 80), width=8),
    Axis("threads-32", "32 threads", "user", Plan(12, 320), Plan(5, 160), width=32),
]
"""The first and the next two are what the others are read against."""


def measure(axis: Axis, sites: Sites, selection: Selection, *, quick: bool) -> Measured:
    """Return the samples of all sides that were asked for and are there."""
    site = sites.tls if axis.tls else sites.plain
    if site is None:
        selection.missing["TLS"] = "no trustme to make the certificate with"
        return Measured(axis.key, axis.title, {})
    opened = _async_sides if axis.is_async else _sync_sides
    failed: dict[str, str] = {}
    with opened(axis, site, selection) as sides:
        safe = [_guarded(axis.kind, name, side, failed) for name, side in sides.items()]
        found = in_turn(axis.quick if quick else axis.plan, safe, min(axis.width, WARM))
    selection.failed.update({f"{name}, {axis.title}": why for name, why in failed.items()})
    samples = dict(zip(sides, found, strict=True))
    return Measured(
        axis.key, axis.title, {name: samples[name] for name in samples if name not in failed}
    )


def _guarded(kind: Kind, name: str, side: Side, failed: dict[str, str]) -> Side:
    """Return the *side* as one whose first failure is noted and its last run."""

    def run(calls: int) -> None:
        if name not in failed:
            try:
                check(kind, side(calls))
            except Exception as error:
                failed[name] = _sentence(error)

    return run


def _sentence(error: Exception) -> str:
    of_tasks: tuple[Exception, ...] = getattr(error, "exceptions", ())
    return _sentence(of_tasks[0]) if of_tasks else f"{type(error).__name__}: {error}"


@contextmanager
def _sync_sides(axis: Axis, site: Site, selection: Selection) -> Generator[Made, None, None]:
    with ExitStack() as stack:
        sides: Made = {}
        for name, peer in _made(SYNC_PEERS, site, selection).items():
            stack.callback(peer.close)
            call: Callable[[], Any] = getattr(peer, axis.kind)
            if axis.width == 1:
                sides[name] = partial(_repeat, call)
            else:
                threads = stack.enter_context(ThreadPoolExecutor(axis.width))
                sides[name] = partial(_in_threads, threads, axis.width, call)
        yield sides


@contextmanager
def _async_sides(axis: Axis, site: Site, selection: Selection) -> Generator[Made, None, None]:
    with asyncio.Runner() as runner, ExitStack() as stack:

        async def make() -> dict[str, Peer]:
            return _made(ASYNC_PEERS, site, selection)

        def close(peer: Peer) -> None:
            runner.run(peer.close())

        def side(call: Callable[[], Any]) -> Side:
            return lambda calls: runner.run(_in_tasks(min(axis.width, calls), call, calls))

        peers = runner.run(make())
        for peer in peers.values():
            stack.callback(close, peer)
        yield {name: side(getattr(peer, axis.kind)) for name, peer in peers.items()}


def _made(
    peers: dict[str, Callable[[Site], Peer]], site: Site, selection: Selection
) -> dict[str, Peer]:
    made: dict[str, Peer] = {}
    for name in filter(selection.takes, peers):
        try:
            made[name] = peers[name](site)
        except ImportError as error:
            selection.missing[name] = str(error)
    return made


def _repeat(call: Callable[[], Any], calls: int) -> object:
    answer = None
    for _ in range(calls):
        answer = call()
    return answer


def _in_threads(
    threads: ThreadPoolExecutor, width: int, call: Callable[[], Any], calls: int
) -> object:
    return [*threads.map(partial(_repeat, call), [calls // width] * width)][-1]


async def _in_tasks(width: int, call: Callable[[], Any], calls: int) -> object:
    async def work() -> object:
        answer = None
        for _ in range(calls // width):
            answer = await call()
        return answer

    if width == 1:
        return await work()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work()) for _ in range(width)]
    return tasks[-1].result()
