"""Races of attempts: who is seen first, what becomes of the others, threads and references."""

from __future__ import annotations

import gc
import os
import threading
import time
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import anyio
import pytest

from sdkbase._concurrency import SyncClock, SyncGate, SyncTimeLimit
from sdkbase._concurrency._race import AsyncRace, SyncRace
from sdkbase._concurrency._racer import BrokenOff, Racer, set_racer
from sdkbase._concurrency._workers import Workers, workers

GATE = SyncGate(1)
COLOUR: ContextVar[str] = ContextVar("COLOUR", default="none")


def wait_for(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.001)
    return True


class Read:
    """A read that blocks until it is aborted, as of a socket that is shut down."""

    def __init__(self) -> None:
        self.woken = threading.Event()
        self.began = threading.Event()
        self.ended: list[BaseException] = []

    def abort(self) -> None:
        self.woken.set()

    def __call__(self) -> str:
        try:
            with SyncTimeLimit(None, self.abort):
                self.began.set()
                assert self.woken.wait(5)
            return "it was not broken off"  # pragma: no cover
        except BaseException as error:
            self.ended.append(error)
            raise


def test_threads_that_lost_are_broken_off() -> None:
    slow = Read()
    with SyncRace[str]() as race:
        assert race.start(slow)
        assert race.next(0.01) is None
        assert race.start(lambda: "quick")
        finish = race.next(None)
        assert finish is not None and finish.value == "quick"
        assert race.running == 1
        assert slow.began.wait(5) and not slow.woken.is_set()
    assert wait_for(lambda: bool(slow.ended))
    assert isinstance(slow.ended[0], BrokenOff)


def test_an_attempt_that_lost_before_it_began_to_read_does_not_begin() -> None:
    entered, go_on = threading.Event(), threading.Event()
    ended: list[BaseException] = []

    def late() -> None:
        entered.set()
        go_on.wait(5)
        try:
            with SyncTimeLimit(5.0, go_on.set):
                raise AssertionError("it was sent")  # pragma: no cover
        except BaseException as error:
            ended.append(error)
            raise

    with SyncRace[None]() as race:
        race.start(late)
        assert entered.wait(5)
    go_on.set()
    assert wait_for(lambda: bool(ended))
    assert isinstance(ended[0], BrokenOff)


@pytest.mark.parametrize("wait", [lambda: SyncClock().sleep(60), lambda: GATE.acquire(60)])
def test_an_attempt_that_lost_while_it_waits_ends_there(wait: Callable[[], object]) -> None:
    permit = GATE.try_acquire()
    entered, ended = threading.Event(), list[BaseException]()

    def late() -> None:
        entered.set()
        try:
            wait()
        except BaseException as error:
            ended.append(error)
            raise

    with SyncRace[None]() as race:
        race.start(late)
        assert entered.wait(5)
    assert wait_for(lambda: bool(ended))
    assert isinstance(ended[0], BrokenOff)
    assert permit is not None and GATE.in_use == 1
    permit.release()


def test_a_wait_of_an_attempt_that_goes_on_is_an_ordinary_one() -> None:
    def wait() -> str:
        SyncClock().sleep(0.001)
        GATE.acquire(0.01).release()
        return "done"

    with SyncRace[str]() as race:
        race.start(wait)
        finish = race.next(5)
        assert finish is not None and finish.value == "done"


def test_outside_of_a_race_a_time_limit_knows_nothing_of_it() -> None:
    racer = Racer()
    racer.break_off()
    with SyncTimeLimit(None, threading.Event().set):
        pass
    set_racer(racer)
    try:
        with pytest.raises(BrokenOff), SyncTimeLimit(None, threading.Event().set):
            pass
    finally:
        set_racer(None)


def test_a_connection_that_went_on_is_not_shut_down() -> None:
    racer, first, second = Racer(), Read(), Read()
    racer.enter(weakref.WeakMethod(first.abort))
    racer.leave()
    racer.enter(weakref.WeakMethod(second.abort))
    racer.enter(weakref.WeakMethod(Read().abort))  # which is gone
    racer.break_off()
    racer.break_off()
    assert second.woken.is_set() and not first.woken.is_set()
    with pytest.raises(BrokenOff):
        racer.leave()


def test_errors_of_threads_come_to_the_caller_and_the_context_goes_along() -> None:
    COLOUR.set("blue")

    def fail() -> str:
        raise SystemExit(COLOUR.get())

    with SyncRace[str]() as race:
        race.start(fail)
        finish = race.next(None)
    assert finish is not None and finish.value is None
    assert isinstance(finish.error, SystemExit) and str(finish.error) == "blue"


def test_without_a_thread_there_is_no_race(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sdkbase._concurrency._race.workers", Workers(most=0))
    with SyncRace[str]() as race:
        assert not race.start(lambda: "x")
        assert race.running == 0


# --- the threads ------------------------------------------------------------------------------


def test_threads_are_used_again_and_bounded() -> None:
    crew = Workers(most=2)
    go_on, seen = threading.Event(), list[int]()

    def job() -> None:
        seen.append(threading.get_ident())
        go_on.wait(5)

    assert crew.run(job) and crew.run(job)
    assert not crew.run(job)
    go_on.set()
    assert wait_for(lambda: len(seen) == 2)
    for count in range(3, 20):
        assert wait_for(lambda: crew.run(job))
        assert wait_for(lambda: len(seen) == count)  # noqa: B023  # it is called at once
    assert len(set(seen)) == 2 and len(crew.alive) == 2


def test_idle_threads_end() -> None:
    crew = Workers(idle_seconds=0.01)
    done = threading.Event()
    assert crew.run(done.set) and done.wait(5)
    assert wait_for(lambda: not crew.alive)
    done.clear()
    assert crew.run(done.set) and done.wait(5)


def test_a_thread_that_is_chosen_as_it_is_about_to_end_stays() -> None:
    crew = Workers(idle_seconds=0.002)
    for _ in range(100):
        done = threading.Event()
        assert crew.run(done.set) and done.wait(5)
        time.sleep(0.002)
    assert wait_for(lambda: not crew.alive)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own() -> None:
    done = threading.Event()
    assert workers.run(done.set) and done.wait(5)
    child = os.fork()
    if child == 0:  # pragma: no cover - in the child
        done = threading.Event()
        os._exit(0 if workers.run(done.set) and done.wait(5) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# --- tasks ------------------------------------------------------------------------------------

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    return request.param


async def test_tasks_that_lost_are_cancelled_and_over() -> None:
    ended: list[str] = []

    async def slow() -> str:
        try:
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.01)
            ended.append("slow")
        return "slow"  # pragma: no cover

    async def quick() -> str:
        return "quick"

    async with AsyncRace[str]() as race:
        race.start(slow)
        assert await race.next(0.01) is None
        race.start(quick)
        finish = await race.next(None)
    assert finish is not None and finish.value == "quick"
    assert ended == ["slow"]


async def test_what_is_raised_in_the_block_comes_out_as_it_is() -> None:
    with pytest.raises(KeyboardInterrupt):
        async with AsyncRace[None]() as race:
            race.start(anyio.sleep_forever)
            raise KeyboardInterrupt


async def test_a_race_is_cancelled_as_a_whole() -> None:
    ended: list[str] = []

    async def slow() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("slow")

    with anyio.move_on_after(0.01) as scope:
        async with AsyncRace[None]() as race:
            race.start(slow)
            await race.next(None)
    assert scope.cancelled_caught and ended == ["slow"]


async def test_attempts_that_end_meanwhile_are_seen_one_by_one() -> None:
    async def fail(text: str) -> None:
        raise ValueError(text)

    async with AsyncRace[None]() as race:
        race.start(fail, "first")
        race.start(fail, "second")
        await anyio.sleep(0.01)
        finishes = [await race.next(0), await race.next(0), await race.next(0)]
    assert {finish and str(finish.error) for finish in finishes[:2]} == {"first", "second"}
    assert finishes[2] is None
    assert race.running == 0


async def test_an_error_is_not_kept_alive_by_its_own_traceback() -> None:
    class Held(Exception): ...

    async def fail() -> None:
        raise Held

    def fail_in_thread() -> None:
        raise Held

    gc.collect()
    gc.disable()
    try:
        async with AsyncRace[None]() as race:
            race.start(fail)
            finish = await race.next(None)
            assert finish is not None and finish.error is not None
            seen = [weakref.ref(finish.error)]
        with SyncRace[None]() as threads:
            threads.start(fail_in_thread)
            finish = threads.next(None)
            assert finish is not None and finish.error is not None
            seen.append(weakref.ref(finish.error))
        del finish
        assert wait_for(lambda: [reference() for reference in seen] == [None, None])
    finally:
        gc.enable()
