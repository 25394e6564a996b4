from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable

import pytest

from sdkbase._concurrency import SyncGate, SyncPermit
from sdkbase._concurrency._flag import ThreadFlag


def until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        time.sleep(0.001)
    raise AssertionError("it never came true")


def start(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def join(*threads: threading.Thread) -> None:
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_a_permit_is_a_place_until_released() -> None:
    gate = SyncGate(2)
    permits = [gate.acquire(0), gate.acquire(0)]
    assert repr(gate) == "<SyncGate free=0 waiting=0>"
    with pytest.raises(TimeoutError):
        gate.acquire(0)
    permits[0].release()
    permits[0].release()
    assert gate.in_use == 1
    again = gate.acquire(0)
    permits[0].release()
    assert gate.in_use == 2
    again.release()
    permits[1].release()
    assert gate.in_use == 0


def test_a_wait_that_is_too_long_ends_and_leaves_the_line() -> None:
    gate = SyncGate(1)
    permit = gate.acquire(None)
    for timeout in (0.0, 0.02, -1.0):
        with pytest.raises(TimeoutError):
            gate.acquire(timeout)
    assert repr(gate) == "<SyncGate free=0 waiting=0>"
    permit.release()


def test_a_forgotten_permit_comes_back() -> None:
    gate = SyncGate(1)
    permit = gate.acquire(None)
    assert gate.in_use == 1
    del permit
    gc.collect()
    assert gate.in_use == 0
    gate.acquire(0).release()


def test_a_permit_lost_in_a_circle_comes_back_and_wakes_the_line() -> None:
    gate, served = SyncGate(1), threading.Event()

    def visit() -> None:
        permit = gate.acquire(None)
        served.set()
        permit.release()

    circle: list[object] = [gate.acquire(None)]
    circle.append(circle)
    thread = start(visit)
    until(lambda: "waiting=1" in repr(gate))
    del circle
    gc.collect()
    assert served.wait(5)
    join(thread)
    assert repr(gate) == "<SyncGate free=1 waiting=0>"


def test_the_place_of_a_waiter_that_is_gone_vanishes() -> None:
    gate = SyncGate(1)
    permit, gone = gate.acquire(None), ThreadFlag()
    gate._line[-1] = weakref.ref(gone)
    assert "waiting=1" in repr(gate)
    thread = start(lambda: gate.acquire(None).release())
    until(lambda: "waiting=2" in repr(gate))
    permit.release()
    time.sleep(0.01)
    assert thread.is_alive()
    del gone
    join(thread)
    assert repr(gate) == "<SyncGate free=1 waiting=0>"


def test_a_newcomer_never_takes_a_free_place_before_the_line() -> None:
    gate, first = SyncGate(1), ThreadFlag()
    gate._line[-1] = weakref.ref(first)
    assert "free=1 waiting=1" in repr(gate)
    with pytest.raises(TimeoutError):
        gate.acquire(0)
    del first
    gate.acquire(0.0).release()


def test_first_come_first_served() -> None:
    gate, order = SyncGate(1), list[int]()
    permit, threads = gate.acquire(None), list[threading.Thread]()

    def visit(number: int) -> None:
        own = gate.acquire(None)
        order.append(number)
        own.release()

    for number in range(8):
        threads.append(start(lambda number=number: visit(number)))  # type: ignore[misc]  # mypy#15459
        until(lambda number=number: f"waiting={number + 1}" in repr(gate))  # type: ignore[misc]  # mypy#15459
    with pytest.raises(TimeoutError):
        gate.acquire(0)
    permit.release()
    join(*threads)
    assert order == list(range(8))


def test_a_released_place_is_taken_at_once_not_at_the_next_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sdkbase._concurrency._gate._RECHECK_SECONDS", 3600.0)
    gate = SyncGate(1)
    for _ in range(20):
        permit = gate.acquire(None)
        thread = start(lambda: gate.acquire(None).release())
        until(lambda: "waiting=1" in repr(gate))
        permit.release()
        join(thread)


def test_a_lost_wake_up_is_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = SyncGate(1)
    permit = gate.acquire(None)
    thread = start(lambda: gate.acquire(None).release())
    until(lambda: "waiting=1" in repr(gate))
    monkeypatch.setattr(SyncGate, "_wake_first", lambda self: None)
    permit.release()
    join(thread)


@pytest.mark.usefixtures("eager_switches")
@pytest.mark.parametrize("capacity", [1, 4])
def test_thirty_two_threads_never_pass_the_capacity(capacity: int) -> None:
    gate, inside, peaks = SyncGate(capacity), list[int](), list[int]()

    def hammer(number: int) -> None:
        for turn in range(60):
            permit: SyncPermit | None = gate.acquire(None)
            inside.append(number)
            peaks.append(len(inside))
            inside.remove(number)
            if permit is not None and turn % 3:
                permit.release()
            permit = None

    join(*[start(lambda number=number: hammer(number)) for number in range(32)])  # type: ignore[misc]  # mypy#15459
    assert len(peaks) == 32 * 60
    assert max(peaks) <= capacity
    assert repr(gate) == f"<SyncGate free={capacity} waiting=0>"


@pytest.mark.usefixtures("eager_switches")
def test_impatient_threads_lose_no_place() -> None:
    gate, served, refused = SyncGate(2), list[int](), list[int]()

    def hammer(number: int) -> None:
        for turn in range(40):
            try:
                permit = gate.acquire((number + turn) % 3 * 0.0005)
            except TimeoutError:
                refused.append(number)
            else:
                served.append(number)
                permit.release()

    join(*[start(lambda number=number: hammer(number)) for number in range(16)])  # type: ignore[misc]  # mypy#15459
    assert len(served) + len(refused) == 16 * 40 and served
    assert repr(gate) == "<SyncGate free=2 waiting=0>"
