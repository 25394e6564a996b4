from __future__ import annotations

import asyncio
import random

import anyio
import anyio.lowlevel
import pytest

from sdkbase._concurrency import AsyncGate, AsyncPermit

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def settle() -> None:
    """Let every other task run as far as it can."""
    for _ in range(5):
        await anyio.lowlevel.checkpoint()


async def test_no_more_than_the_capacity_at_once() -> None:
    gate, inside, peak = AsyncGate(3), 0, 0

    async def visit() -> None:
        nonlocal inside, peak
        permit = await gate.acquire(None)
        inside += 1
        peak = max(peak, inside)
        await anyio.lowlevel.checkpoint()
        inside -= 1
        permit.release()

    async with anyio.create_task_group() as group:
        for _ in range(50):
            group.start_soon(visit)
    assert (peak, gate.in_use, repr(gate)) == (3, 0, "<AsyncGate free=3 waiting=0>")


async def test_first_come_first_served() -> None:
    gate, order = AsyncGate(1), list[int]()
    first = await gate.acquire(None)

    async def visit(number: int) -> None:
        permit = await gate.acquire(None)
        order.append(number)
        permit.release()

    async with anyio.create_task_group() as group:
        for number in range(10):
            group.start_soon(visit, number)
            await settle()
        assert repr(gate) == "<AsyncGate free=0 waiting=10>"
        first.release()
    assert order == list(range(10))


async def test_a_release_goes_to_the_line_and_not_to_a_newcomer() -> None:
    gate, served = AsyncGate(1), list[str]()
    first = await gate.acquire(None)

    async def visit(name: str) -> None:
        await gate.acquire(None)
        served.append(name)

    async with anyio.create_task_group() as group:
        group.start_soon(visit, "in line")
        await settle()
        first.release()
        with pytest.raises(TimeoutError):
            await gate.acquire(0)
    assert served == ["in line"] and gate.in_use == 1


async def test_a_wait_that_is_too_long_ends_and_leaves_the_line() -> None:
    gate = AsyncGate(1)
    permit = await gate.acquire(None)
    for timeout in (0, 0.01):
        with pytest.raises(TimeoutError):
            await gate.acquire(timeout)
    assert repr(gate) == "<AsyncGate free=0 waiting=0>"
    permit.release()
    assert gate.in_use == 0
    (await gate.acquire(0)).release()


async def test_a_cancelled_waiter_leaves_the_line() -> None:
    gate = AsyncGate(1)
    permit = await gate.acquire(None)
    async with anyio.create_task_group() as group:
        group.start_soon(gate.acquire, None)
        await settle()
        group.cancel_scope.cancel()
    assert repr(gate) == "<AsyncGate free=0 waiting=0>"
    permit.release()
    assert gate.in_use == 0


@pytest.mark.parametrize("cancel_first", [True, False])
async def test_a_place_given_to_a_cancelled_waiter_is_handed_on(cancel_first: bool) -> None:
    gate, served = AsyncGate(1), list[str]()
    first = await gate.acquire(None)

    async def visit(name: str, scope: anyio.CancelScope) -> None:
        with scope:
            permit = await gate.acquire(None)
            served.append(name)
            permit.release()

    doomed = anyio.CancelScope()
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(visit, "doomed", doomed)
            await settle()
            group.start_soon(visit, "next", anyio.CancelScope())
            await settle()
            for step in (doomed.cancel, first.release)[:: 1 if cancel_first else -1]:
                step()
    assert served[-1] == "next"
    assert repr(gate) == "<AsyncGate free=1 waiting=0>"


async def test_a_permit_is_released_once() -> None:
    gate = AsyncGate(2)
    permit = await gate.acquire(None)
    permit.release()
    permit.release()
    assert gate.in_use == 0
    permits = [await gate.acquire(0) for _ in range(2)]
    with pytest.raises(TimeoutError):
        await gate.acquire(0)
    assert len(permits) == gate.in_use == 2


async def test_random_cancels_lose_no_place() -> None:
    gate, rng, inside = AsyncGate(3), random.Random(7), list[AsyncPermit]()

    async def visit(delays: list[int], patience: float | None) -> None:
        for _ in range(delays[0]):
            await anyio.lowlevel.checkpoint()
        try:
            permit = await gate.acquire(patience)
        except TimeoutError:
            return
        inside.append(permit)
        assert len(inside) <= 3
        try:
            for _ in range(delays[1]):
                await anyio.lowlevel.checkpoint()
        finally:
            inside.remove(permit)
            permit.release()

    for _ in range(60):
        async with anyio.create_task_group() as group:
            for _ in range(12):
                delays = [rng.randrange(4), rng.randrange(4)]
                group.start_soon(visit, delays, rng.choice([None, 0, 5.0]))
            for _ in range(rng.randrange(8)):
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
        assert repr(gate) == "<AsyncGate free=3 waiting=0>"


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_asyncio_s_own_cancel_hands_the_place_on() -> None:
    gate = AsyncGate(1)
    first = await gate.acquire(None)
    doomed = asyncio.ensure_future(gate.acquire(None))
    waiter = asyncio.ensure_future(gate.acquire(None))
    await settle()
    first.release()
    doomed.cancel()
    permit = await asyncio.wait_for(waiter, 1.0)
    assert doomed.cancelled() and gate.in_use == 1
    permit.release()
    assert gate.in_use == 0
