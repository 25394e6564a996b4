from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Coroutine
from typing import Any

import anyio.lowlevel
import pytest
import trio

from sdkbase._concurrency import AsyncScoped, SyncScoped


class Value:
    """Something that a loop or a process owns; closing it may be repeated, as with a client."""

    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        await anyio.lowlevel.checkpoint()
        self.closed = True


async def get(scope: AsyncScoped[Value]) -> Value:
    first = scope.get(Value)
    await asyncio.sleep(0)
    assert scope.get(Value) is first
    return first


def test_each_loop_has_its_own_value() -> None:
    scope: AsyncScoped[Value] = AsyncScoped()
    assert asyncio.run(get(scope)) is not asyncio.run(get(scope))


def test_loops_in_threads_do_not_share() -> None:
    scope: AsyncScoped[Value] = AsyncScoped()
    barrier, values = threading.Barrier(4), list[Value]()

    async def work() -> None:
        values.append(scope.get(Value))
        barrier.wait(5)
        assert scope.get(Value) in values

    threads = [threading.Thread(target=asyncio.run, args=(work(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, values))) == 4


def test_a_run_of_trio_has_a_value() -> None:
    scope: AsyncScoped[Value] = AsyncScoped()

    async def work() -> Value:
        first = scope.get(Value)
        await trio.lowlevel.checkpoint()
        assert scope.get(Value) is first
        return first

    assert trio.run(work) is not trio.run(work)


def test_values_of_closed_loops_are_dropped() -> None:
    scope: AsyncScoped[Value] = AsyncScoped()
    old = asyncio.new_event_loop()
    gone = weakref.ref(old.run_until_complete(get(scope)))
    assert gone() is not None
    old.close()
    kept = asyncio.run(get(scope))
    gc.collect()
    assert gone() is None and isinstance(kept, Value)


def test_values_of_open_loops_are_kept() -> None:
    scope: AsyncScoped[Value] = AsyncScoped()
    loop = asyncio.new_event_loop()
    try:
        first = loop.run_until_complete(get(scope))
        asyncio.run(get(scope))
        assert loop.run_until_complete(get(scope)) is first
    finally:
        loop.close()


async def use_and_leave(scope: AsyncScoped[Value]) -> Value:
    return scope.get(Value)


async def use_and_close(scope: AsyncScoped[Value]) -> Value:
    await scope.aclose()
    first = scope.get(Value)
    await scope.aclose()
    await scope.aclose()
    assert first.closed
    assert scope.get(Value) is not first
    await scope.aclose()
    return first


@pytest.mark.parametrize(
    "run", [asyncio.run, lambda work: trio.run(lambda: work)], ids=["asyncio", "trio"]
)
def test_a_value_is_closed_by_hand_or_by_the_loop(run: Any) -> None:
    scope: AsyncScoped[Value] = AsyncScoped()
    for use in (use_and_leave, use_and_close):
        assert run(awaited(use(scope))).closed


async def awaited(work: Coroutine[Any, Any, Value]) -> Value:
    return await work


def test_what_trio_runs_leave_is_dropped() -> None:
    scope: AsyncScoped[Value] = AsyncScoped()
    gone = [weakref.ref(trio.run(use_and_leave, scope)) for _ in range(3)]
    gc.collect()
    trio.run(use_and_leave, scope)
    gc.collect()
    assert [reference() for reference in gone] == [None] * 3


def test_one_value_for_all_threads() -> None:
    scope: SyncScoped[Value] = SyncScoped()
    made, values = list[Value](), list[Value]()
    barrier = threading.Barrier(8)

    def make() -> Value:
        made.append(Value())
        return made[-1]

    def work() -> None:
        barrier.wait(5)
        values.append(scope.get(make))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and values == made * 8


def test_the_process_s_value_is_closed_by_hand() -> None:
    scope: SyncScoped[Value] = SyncScoped()
    scope.close()
    first = scope.get(Value)
    scope.close()
    scope.close()
    assert first.closed
    assert scope.get(Value) is not first


def test_reset_forgets() -> None:
    scope, looped = SyncScoped[Value](), AsyncScoped[Value]()
    first = scope.get(Value)
    scope.reset_lock()
    assert scope.get(Value) is not first

    async def work() -> None:
        own = looped.get(Value)
        looped.reset_lock()
        assert looped.get(Value) is not own

    asyncio.run(work())


FORK = """
import os, sys
from sdkbase._concurrency import SyncScoped
scope, holder = SyncScoped(), []
class Value:
    def close(self): ...
parent = scope.get(Value)
scope._lock.acquire()  # another thread of the parent's was just making a value
child = os.fork()
if child == 0:
    os._exit(0 if scope.get(Value) is not parent else 1)
scope._lock.release()
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) or (0 if scope.get(Value) is parent else 2))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_makes_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", FORK], timeout=30, check=False)
    assert done.returncode == 0
