"""Scopes whose value is made or closed from two sides at once."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Any

from sdkbase._concurrency import AsyncScoped, SyncScoped


class Value:
    def close(self) -> None: ...


class SlowToClose:
    def __init__(self) -> None:
        self.closing = asyncio.Event()
        self.may_end = asyncio.Event()

    async def aclose(self) -> None:
        self.closing.set()
        await self.may_end.wait()


def test_closing_by_hand_while_the_loop_closes() -> None:
    scope = AsyncScoped[SlowToClose]()

    async def work() -> None:
        value = scope.get(SlowToClose)
        by_hand = asyncio.create_task(scope.aclose())
        await value.closing.wait()
        value.closing.clear()
        by_loop = asyncio.create_task(asyncio.get_running_loop().shutdown_asyncgens())
        await value.closing.wait()
        value.may_end.set()
        await asyncio.gather(by_hand, by_loop)

    asyncio.run(work())


class OvertakenLock:
    """A lock that another thread gets first, and makes the value under."""

    def __init__(self, scope: SyncScoped[Value]) -> None:
        self.scope = scope
        self.lock: Any = scope._lock
        self.first: list[Value] = []

    def __enter__(self) -> None:
        self.scope._lock = self.lock
        other = threading.Thread(target=lambda: self.first.append(self.scope.get(Value)))
        other.start()
        other.join()
        self.lock.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.lock.release()


def test_two_threads_make_one_value() -> None:
    scope = SyncScoped[Value]()
    overtaken = OvertakenLock(scope)
    scope._lock = overtaken  # type: ignore[assignment]  # a lock in all that is used of it
    assert scope.get(Value) is overtaken.first[0]
