from __future__ import annotations

import gc
import threading
import weakref
from contextlib import ExitStack

import anyio
import anyio.lowlevel
import pytest

from sdkbase._concurrency import AsyncShield, AsyncTimeLimit, SyncShield, SyncTimeLimit


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Abort:
    """A blocked read that only another thread can end."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.called = threading.Event()

    def abort(self) -> None:
        self.threads.append(threading.get_ident())
        self.called.set()


@pytest.mark.anyio
@pytest.mark.parametrize("seconds", [0.01, 0.0, -5.0])
async def test_async_stops_the_block_and_says_so(seconds: float) -> None:
    abort, reached = Abort(), False
    with AsyncTimeLimit(seconds, abort.abort) as limit:
        await anyio.sleep(30)
        reached = True
    assert limit.expired and not reached
    assert abort.threads == []


@pytest.mark.anyio
@pytest.mark.parametrize("seconds", [None, 30.0])
async def test_async_lets_a_quick_block_pass(seconds: float | None) -> None:
    with AsyncTimeLimit(seconds, Abort().abort) as limit:
        await anyio.lowlevel.checkpoint()
    assert not limit.expired


@pytest.mark.anyio
@pytest.mark.parametrize("seconds", [None, 30.0])
async def test_async_lets_errors_and_other_cancels_through(seconds: float | None) -> None:
    with pytest.raises(KeyError), AsyncTimeLimit(seconds, Abort().abort) as limit:
        raise KeyError
    with anyio.CancelScope() as outer, AsyncTimeLimit(seconds, Abort().abort) as limit:
        outer.cancel()
        await anyio.sleep(30)
    assert outer.cancelled_caught and not limit.expired


def test_sync_calls_abort_from_another_thread_and_swallows_what_it_breaks() -> None:
    abort = Abort()
    with SyncTimeLimit(0.01, abort.abort) as limit:
        assert abort.called.wait(10)
        raise OSError("the socket was closed under the read")
    assert limit.expired
    assert len(abort.threads) == 1 and abort.threads[0] != threading.get_ident()


def test_sync_says_so_even_if_the_block_came_through() -> None:
    abort = Abort()
    with SyncTimeLimit(0.0, abort.abort) as limit:
        assert abort.called.wait(10)
    assert limit.expired


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_sync_never_swallows_what_is_no_exception(error: type[BaseException]) -> None:
    abort = Abort()
    with pytest.raises(error), SyncTimeLimit(0.0, abort.abort):
        assert abort.called.wait(10)
        raise error


@pytest.mark.parametrize("seconds", [None, 30.0])
def test_sync_lets_errors_through_in_time(seconds: float | None) -> None:
    before = threading.active_count()
    with pytest.raises(KeyError), SyncTimeLimit(seconds, Abort().abort) as limit:
        raise KeyError
    assert not limit.expired
    # One watchdog serves all limits of the process.
    assert threading.active_count() <= before + 1


def test_sync_limits_share_one_thread() -> None:
    aborts = [Abort() for _ in range(20)]
    limits = [SyncTimeLimit(0.01, abort.abort) for abort in aborts]
    with limits[0]:
        before = threading.active_count()
        with ExitStack() as stack:
            for limit in limits[1:]:
                stack.enter_context(limit)
            assert threading.active_count() == before
            assert all(abort.called.wait(10) for abort in aborts)
    assert all(limit.expired for limit in limits)


def test_sync_limits_that_are_over_are_forgotten() -> None:
    for _ in range(3000):
        with SyncTimeLimit(3600.0, Abort().abort):
            pass
    late = Abort()
    with SyncTimeLimit(0.01, late.abort) as limit:
        assert late.called.wait(10)
    assert limit.expired


def test_sync_never_aborts_after_the_block() -> None:
    abort = Abort()
    with SyncTimeLimit(30.0, abort.abort) as limit:
        pass
    limit.expire()  # the timer that fired as the block ended
    assert abort.threads == [] and not limit.expired


def test_sync_does_not_keep_what_it_would_abort() -> None:
    abort = Abort()
    gone, limit = weakref.ref(abort), SyncTimeLimit(30.0, abort.abort)
    del abort
    gc.collect()
    assert gone() is None
    limit.expire()
    assert limit.expired


def test_sync_without_limit_starts_no_thread() -> None:
    before = threading.active_count()
    with SyncTimeLimit(None, Abort().abort):
        assert threading.active_count() == before


def test_what_needs_an_abort() -> None:
    assert (AsyncTimeLimit.NEEDS_ABORT, SyncTimeLimit.NEEDS_ABORT) == (False, True)


@pytest.mark.anyio
async def test_a_shielded_block_finishes() -> None:
    finished = False
    with anyio.CancelScope() as scope:
        scope.cancel()
        with AsyncShield():
            await anyio.sleep(0.001)
            finished = True
        await anyio.sleep(30)
    assert finished and scope.cancelled_caught


def test_threads_need_no_shield() -> None:
    with pytest.raises(KeyError), SyncShield():
        raise KeyError
