"""Work beside the caller, waited for from the same loop, another one, or a thread."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from sdkbase._concurrency import AsyncBackground, Outcome, SyncBackground

pytestmark = pytest.mark.anyio
VARIABLE: ContextVar[str] = ContextVar("VARIABLE", default="unset")
SECONDS = 5.0


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def double(number: int) -> int:
    await anyio.lowlevel.checkpoint()
    return 2 * number


async def broken() -> None:
    raise KeyError("broken")


async def for_ever() -> None:
    await anyio.sleep_forever()


def run(backend: str, function: Callable[[], Awaitable[Any]]) -> Any:
    return anyio.run(function, backend=backend)


# --- outcomes --------------------------------------------------------------------------------


def test_an_outcome_is_settled_once() -> None:
    outcome: Outcome[int] = Outcome()
    called: list[str] = []
    outcome.when_done(lambda: called.append("before"))
    assert outcome.done is False
    outcome.settle(1)
    outcome.settle(2)
    outcome.settle(None, KeyError())
    assert outcome.get() == 1
    outcome.when_done(lambda: called.append("after"))
    assert called == ["before", "after"]


def test_a_callback_can_be_taken_back() -> None:
    outcome: Outcome[int] = Outcome()
    called: list[int] = []

    def callback() -> None:
        called.append(1)

    outcome.when_done(callback)
    outcome.forget(callback)
    outcome.forget(callback)
    outcome.settle(None)
    assert called == []


def test_an_outcome_may_be_an_error() -> None:
    outcome: Outcome[int] = Outcome()
    outcome.settle(None, KeyError("x"))
    with pytest.raises(KeyError):
        outcome.get()


# --- in an event loop ------------------------------------------------------------------------


async def test_a_result() -> None:
    background = AsyncBackground.start(double, 21)
    seen = [background.done]
    assert await background.result() == 42
    assert [*seen, background.done] == [False, True]
    assert await background.result() == 42
    await background.cancel()
    background.stop()


async def test_an_error_reaches_all_who_wait() -> None:
    background = AsyncBackground.start(broken)
    for _ in range(2):
        with pytest.raises(KeyError, match="broken"):
            await background.result()


async def test_many_may_wait() -> None:
    async def wait() -> None:
        results.append(await background.result())

    results: list[int] = []
    background = AsyncBackground.start(double, 1)
    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(wait)
    assert results == [2] * 10


async def test_a_cancelled_waiter_does_not_stop_it() -> None:
    async def work() -> int:
        await go_on.wait()
        return 7

    go_on = anyio.Event()
    background = AsyncBackground.start(work)
    with anyio.move_on_after(0.001) as scope:
        await background.result()
    assert scope.cancelled_caught
    assert not background.outcome._callbacks
    go_on.set()
    assert await background.result() == 7


async def test_a_waiter_may_have_a_limit() -> None:
    background = AsyncBackground.start(for_ever)
    with pytest.raises(TimeoutError):
        await AsyncBackground.wait_for(background.outcome, 0.001)
    assert not background.outcome._callbacks
    await background.cancel()
    assert await AsyncBackground.wait_for(AsyncBackground.start(double, 1).outcome, SECONDS) == 2


@pytest.mark.parametrize("stop_first", [True, False])
async def test_cancel_waits_for_the_end(stop_first: bool) -> None:
    async def work() -> None:
        started.set()
        try:
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.001)
            ended.append(True)

    started, ended = anyio.Event(), list[bool]()
    background = AsyncBackground.start(work)
    await started.wait()
    if stop_first:
        background.stop()
    await background.cancel()
    assert ended == [True] and background.done
    with pytest.raises(RuntimeError, match="stopped before it was over"):
        await background.result()
    await background.cancel()


async def test_one_that_has_not_begun_can_be_cancelled() -> None:
    background = AsyncBackground.start(for_ever)
    await background.cancel()
    assert background.done


async def test_it_has_the_context_of_who_started_it() -> None:
    async def look() -> str:
        return VARIABLE.get()

    VARIABLE.set("set")
    assert await AsyncBackground.start(look).result() == "set"


async def test_nobody_else_has_to_keep_it() -> None:
    async def work() -> None:
        await anyio.sleep(0.001)
        done.set()

    done = anyio.Event()
    AsyncBackground.start(work)
    gc.collect()
    with anyio.fail_after(SECONDS):
        await done.wait()


@pytest.mark.parametrize("begun", [True, False])
def test_it_ends_with_its_loop(anyio_backend: str, begun: bool) -> None:
    async def main() -> None:
        backgrounds.append(AsyncBackground.start(for_ever))
        if begun:
            await anyio.sleep(0.001)

    backgrounds: list[AsyncBackground[None]] = []
    run(anyio_backend, main)
    assert backgrounds[0].done
    with pytest.raises(RuntimeError, match="stopped before it was over"):
        backgrounds[0].outcome.get()


# --- in a thread -----------------------------------------------------------------------------


def test_a_thread_has_a_result() -> None:
    background = SyncBackground.start(lambda number: 2 * number, 21)
    assert background.result() == 42
    assert background.done
    background.cancel()
    assert background.result() == 42


def test_a_thread_may_fail_with_anything() -> None:
    def work() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        SyncBackground.start(work).result()


def test_a_thread_is_only_left_alone() -> None:
    go_on = threading.Event()
    background = SyncBackground.start(go_on.wait, SECONDS)
    with pytest.raises(TimeoutError):
        SyncBackground.wait_for(background.outcome, 0.001)
    assert not background.outcome._callbacks
    with pytest.raises(TimeoutError):
        SyncBackground.wait_for(background.outcome, -1.0)
    background.stop()
    with pytest.raises(RuntimeError, match="stopped before it was over"):
        background.result()
    go_on.set()


def test_a_thread_has_the_context_of_who_started_it() -> None:
    token = VARIABLE.set("of the thread")
    try:
        assert SyncBackground.start(VARIABLE.get).result() == "of the thread"
    finally:
        VARIABLE.reset(token)


def test_no_exit_waits_for_a_thread() -> None:
    go_on = threading.Event()
    background = SyncBackground.start(threading.current_thread)
    assert background.result().daemon
    go_on.set()


# --- from one colour to the other ------------------------------------------------------------


def test_threads_wait_for_the_work_of_a_loop(anyio_backend: str) -> None:
    async def main() -> list[int]:
        go_on = anyio.Event()

        async def work() -> int:
            await go_on.wait()
            return 3

        background = AsyncBackground.start(work)
        waiting = [
            threads.submit(SyncBackground.wait_for, background.outcome, SECONDS) for _ in range(5)
        ]
        await anyio.to_thread.run_sync(until_waited_for, background.outcome, 5)
        go_on.set()
        return [await anyio.to_thread.run_sync(future.result, SECONDS) for future in waiting]

    with ThreadPoolExecutor(5) as threads:
        assert run(anyio_backend, main) == [3] * 5


def until_waited_for(outcome: Outcome[Any], count: int) -> None:
    while len(outcome._callbacks) < count:
        threading.Event().wait(0.001)


@pytest.mark.parametrize("other", ["asyncio", "trio"])
def test_loops_wait_for_the_work_of_a_thread(anyio_backend: str, other: str) -> None:
    go_on = threading.Event()
    background = SyncBackground.start(go_on.wait, SECONDS)

    async def wait() -> bool:
        return await AsyncBackground.wait_for(background.outcome, SECONDS)

    with ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(run, backend, wait) for backend in (anyio_backend, other)]
        until_waited_for(background.outcome, 2)
        go_on.set()
        assert [future.result(SECONDS) for future in waiting] == [True, True]


def test_it_can_be_stopped_from_another_thread(anyio_backend: str) -> None:
    async def main() -> None:
        background = AsyncBackground.start(for_ever)
        await anyio.lowlevel.checkpoint()
        await anyio.to_thread.run_sync(background.stop)
        with pytest.raises(RuntimeError, match="stopped"), anyio.fail_after(SECONDS):
            await background.result()

    run(anyio_backend, main)


def test_a_loop_that_is_gone_needs_no_wake_up(anyio_backend: str) -> None:
    outcome: Outcome[int] = Outcome()

    async def main() -> None:
        task.append(AsyncBackground.start(for_ever))
        with anyio.move_on_after(0.001):
            await AsyncBackground.wait_for(outcome)

    task: list[AsyncBackground[None]] = []
    run(anyio_backend, main)
    outcome.settle(1)
    task[0].stop()


def test_a_loop_closed_under_its_waiters() -> None:
    outcome: Outcome[int] = Outcome()
    loop = asyncio.new_event_loop()
    waiting = loop.create_task(AsyncBackground.wait_for(outcome))
    loop.run_until_complete(asyncio.sleep(0))
    waiting.cancel()
    wake = outcome._callbacks[0]
    loop.run_until_complete(asyncio.gather(waiting, return_exceptions=True))
    loop.close()
    wake()
