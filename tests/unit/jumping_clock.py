"""
Run in a process of its own, under libfaketime: the system's clock jumps while calls wait.

A wait that went by the clock on the wall would take an hour, or no time at all.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sdkbase import RateLimiter, RequestOptions, TimeoutConfig
from sdkbase._concurrency import AsyncGate, SyncGate
from tests.faults.answers import answer_of
from tests.faults.driver import Ask, ask, drive, run_async
from tests.faults.server import FaultServer

HOUR = 3600
WAIT = 0.25


def is_faked(told: Path) -> bool:
    """Tell whether the clock on the wall heeds the file, and the other does not."""
    wall, steady = time.time(), time.monotonic()
    told.write_text("+1h")
    ahead, since = time.time() - wall, time.monotonic() - steady
    told.write_text("+0")
    return HOUR - 1 < ahead < HOUR + 10 and since < 10


@contextmanager
def jumps(told: Path, shortest: float) -> Generator[None, None, None]:
    """Let the clock jump to and fro meanwhile, and check that the block takes its own time."""
    over = threading.Event()

    def jump() -> None:
        for offset in ("+1h", "-1h", "+0") * 100:
            told.write_text(offset)
            if over.wait(0.03):
                break

    jumping = threading.Thread(target=jump, daemon=True)
    jumping.start()
    started = time.monotonic()
    yield
    taken = time.monotonic() - started
    over.set()
    jumping.join()
    assert shortest * 0.98 <= taken < shortest + 10, (taken, shortest)


def wait_in_line(colour: str) -> None:
    """Wait for a place that nobody gives back."""

    async def wait() -> None:
        gate = AsyncGate(1)
        await gate.acquire(None)
        try:
            await gate.acquire(WAIT)
        except TimeoutError:
            return
        raise AssertionError

    if colour != "sync":
        run_async(colour, wait)
        return
    gate = SyncGate(1)
    permit = gate.acquire(None)
    try:
        gate.acquire(WAIT)
    except TimeoutError:
        return permit.release()
    raise AssertionError


def main(server: FaultServer, colour: str, told: Path) -> None:
    limits, hurried = TimeoutConfig(read=WAIT), RequestOptions(deadline=WAIT)
    turns = [ask("GET", f"{server.url}/ok")] * 3
    hole = f"{server.url}/black-hole"
    waits: list[tuple[float, list[Ask], dict[str, Any], list[str]]] = [
        (WAIT, [ask("GET", hole, options=hurried)], {}, ["DeadlineExceededError"]),
        (WAIT, [ask("POST", hole)], {"timeout_config": limits}, ["ReadTimeoutError"]),
    ]
    if colour != "sync":  # libfaketime lets time.sleep fail, which asks for a moment of this clock
        waits.append((2 * WAIT, turns, {"rate_limiter": RateLimiter(1, WAIT)}, ["HTTP 200"] * 3))
    for shortest, asks, settings, expected in waits:
        with jumps(told, shortest):
            assert [outcome.result for outcome in drive(colour, asks, **settings)] == expected
    with jumps(told, WAIT):
        wait_in_line(colour)


if __name__ == "__main__":
    file = Path(sys.argv[2])
    assert is_faked(file)
    with FaultServer(answer_of) as running:
        main(running, sys.argv[1], file)
    print("jumped")
