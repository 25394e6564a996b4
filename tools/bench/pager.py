"""
Print what iterating over a pager costs for each item, beside the bare loop over decoded pages.

    python tools/bench/pager.py [--quick]

Pages of 100 users are decoded before; `fetch` hands them out. So what is left is sdkbase: the walk
from page to page, and one step of the iterator for each item.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGES, SIZE = 20, 100
LIMIT = 0.5
"""Microseconds for each item."""


def main() -> int:
    """
    Run the command.

    Returns:
        The exit code: 1 if a target was missed.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    rounds = 15 if options.quick else 60
    slowest = 0.0
    for name, walk, bare in _sides():
        micros = _overhead(rounds, walk, bare)
        slowest = max(slowest, micros)
        print(f"{name:32}{micros:6.3f} µs an item over a plain list, target {LIMIT} µs")
    return int(slowest > LIMIT)


def _overhead(rounds: int, walk: Callable[[int], object], bare: Callable[[int], object]) -> float:
    import statistics

    from tools.bench.measure import Plan, samples

    own, other = samples(Plan(rounds, 5), [walk, bare])
    over = [mine - plain for mine, plain in zip(own, other, strict=True)]
    return statistics.median(over) / (PAGES * SIZE)


def _sides() -> list[tuple[str, Callable[[int], object], Callable[[int], object]]]:
    from sdkbase import CursorPagination, PageNumberPagination

    found: list[tuple[str, Callable[[int], object], Callable[[int], object]]] = []
    for pagination in (CursorPagination(), PageNumberPagination(has_more="more", size=SIZE)):
        kind = type(pagination).__name__
        source = _Source(pagination)
        found += [
            (f"async, {kind}", source.run_async, source.run_async_bare),
            (f"sync, {kind}", source.run_sync, source.run_sync_bare),
        ]
    return found


class _Source:
    """Gives out pages that were decoded before."""

    def __init__(self, pagination: Any) -> None:
        from sdkbase import ApiResponse, PageRequest
        from sdkbase._policy.pagination import plan_for
        from sdkbase._wire.api_response import response_decoder
        from sdkbase._wire.path_template import PathTemplate
        from tools.bench.users import User

        self.plan: Any = plan_for(pagination, User)
        self.request = PageRequest(method="GET", template=PathTemplate("/users"))
        generic: Any = ApiResponse
        decoder: Any = response_decoder(generic[self.plan.body_type])
        self.responses: list[Any] = [_response(decoder, number) for number in range(PAGES)]
        self.lists: list[list[Any]] = [self.plan.items_of(one) for one in self.responses]
        self._next = iter(self.responses)

    def run_async(self, calls: int) -> int:
        async def run() -> int:
            return sum([await self._count_async() for _ in range(calls)])

        return asyncio.run(run())

    async def _count_async(self) -> int:
        from sdkbase import AsyncPager

        self._next = iter(self.responses)
        pager: AsyncPager[Any] = AsyncPager(self._fetch_async, self.plan, self.request)
        count = 0
        async for _ in pager:
            count += 1
        assert count == PAGES * SIZE
        return count

    def run_async_bare(self, calls: int) -> int:
        async def run() -> int:
            return sum([await self._bare_async() for _ in range(calls)])

        return asyncio.run(run())

    async def _bare_async(self) -> int:
        return self._bare()

    def run_sync(self, calls: int) -> int:
        return sum(self._count_sync() for _ in range(calls))

    def _count_sync(self) -> int:
        from sdkbase import SyncPager

        self._next = iter(self.responses)
        pager: SyncPager[Any] = SyncPager(self._fetch, self.plan, self.request)
        count = 0
        for _ in pager:
            count += 1
        assert count == PAGES * SIZE
        return count

    def run_sync_bare(self, calls: int) -> int:
        return sum(self._bare() for _ in range(calls))

    def _bare(self) -> int:
        count = 0
        for items in self.lists:
            for _ in items:
                count += 1
        return count

    async def _fetch_async(self, request: Any, /) -> Any:
        return next(self._next)

    def _fetch(self, request: Any, /) -> Any:
        return next(self._next)


def _response(decoder: Any, number: int) -> Any:
    from sdkbase._wire.body import NO_BODY
    from sdkbase._wire.call import Call
    from sdkbase._wire.reply import Reply
    from tools.bench.users import USER

    items = b",".join([USER.replace(b'"id":', b'"id":%d' % (number + 1), 1)] * SIZE)
    more = number + 1 < PAGES
    tail = b'"next_cursor":%s,"more":%s' % (b'"c%d"' % number, b"true") if more else b'"more":false'
    reply = Reply(200, [], b'{"items":[' + items + b"]," + tail + b"}")
    reply.call = Call("GET", f"http://bench/users?page={number}", "/users", {}, NO_BODY)
    return decoder.decode(reply.call, reply)


if __name__ == "__main__":
    sys.exit(main())
