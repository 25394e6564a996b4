"""
Run in a process of its own: interrupt calls of the sync client, then see whether it still works.

`python -m tests.faults.interrupted random <seed>` does so by signals at random moments, 300 times;
`... <call> <package>` at every single moment of a call at which the package's code is running, and
`... loop <event loop>` while an event loop runs calls of the async client.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from random import Random
from types import FrameType
from typing import Any

import anyio

from sdkbase import (
    AsyncHttpClient,
    PoolConfig,
    RetryConfig,
    SdkError,
    SyncHttpClient,
    TimeoutConfig,
)
from tests.faults.answers import answer_of
from tests.faults.driver import run_async
from tests.faults.server import FaultServer

STRIKES = 300
SLOTS = 4
PATHS = ("/ok", "/ok", "/after-0.002-ok", "/ok-close", "/chunked", "/503", "/lost")


def interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def new_client(server: FaultServer, slots: int, deadline: float | None = None) -> SyncHttpClient:
    return SyncHttpClient(
        server.url,
        pool_config=PoolConfig(max_connections=slots),
        timeout_config=TimeoutConfig(pool=1.0),
        retry_config=RetryConfig(max_retries=1, backoff_factor=0.001, retry_quota=None),
        deadline=deadline,
        trust_env=False,
    )


def call(client: SyncHttpClient, path: str, *, stream: bool) -> None:
    if stream:
        with client.stream("GET", path) as response:
            response.read()
    else:
        client.get(path)


# --- at random moments ---------------------------------------------------------------------------


def strike(client: SyncHttpClient, random: Random) -> bool:
    """Make calls until the alarm interrupts one; tell whether it did."""
    end = time.monotonic() + 1.0
    try:
        signal.setitimer(signal.ITIMER_REAL, random.random() * 0.01 + 1e-6)
        # One that strikes inside a finalizer is lost: Python only prints it.
        while time.monotonic() < end:
            with suppress(SdkError):
                call(client, random.choice(PATHS), stream=random.random() < 0.3)
    except KeyboardInterrupt:
        return True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return False


def use_all_places(client: SyncHttpClient, server: FaultServer, slots: int) -> None:
    """Show that as many calls as there are places can be under way at once."""
    server.meet(slots)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(client.get("/meet").status_code))
        for _ in range(slots)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert statuses == [200] * slots, statuses


def at_random(server: FaultServer, seed: int) -> None:
    signal.signal(signal.SIGALRM, interrupt)
    random = Random(seed)
    with new_client(server, SLOTS) as client:
        struck = 0
        while struck < STRIKES:
            struck += strike(client, random)
            started = time.monotonic()
            assert client.get("/ok").status_code == 200
            assert time.monotonic() - started < 1.0
        gc.collect()
        assert server.settles(lambda: server.open <= SLOTS), server.open
        use_all_places(client, server, SLOTS)
        assert server.settles(lambda: server.open <= SLOTS), server.open
        print(f"struck {struck}, {client._transport!r}, peak {server.peak}")


# --- at every moment -----------------------------------------------------------------------------


class Tripwire:
    """
    Raise KeyboardInterrupt at the *moment*th moment at which a signal could do so.

    CPython runs signal handlers when a Python function begins and when a C function returns; these
    are events of a profile function. Only those in the files below *folder* count.
    """

    def __init__(self, moment: int, folder: str) -> None:
        self.left = moment
        self._folder = folder
        self.where = ""

    def look(self, frame: FrameType, event: str, _arg: Any) -> None:
        if event not in ("call", "c_return") or self._folder not in frame.f_code.co_filename:
            return
        self.left -= 1
        if self.left == 0:
            sys.setprofile(None)
            self.where = f"{event} in {frame.f_code.co_filename}:{frame.f_lineno}"
            raise KeyboardInterrupt


@contextmanager
def watched(wire: Tripwire) -> Iterator[None]:
    sys.setprofile(wire.look)
    try:
        yield
    finally:
        sys.setprofile(None)


def get(client: SyncHttpClient) -> None:
    client.get("/ok")


def stream(client: SyncHttpClient) -> None:
    with client.stream("GET", "/ok") as response:
        response.read()


def lost(client: SyncHttpClient) -> None:
    client.post("/lost", json_data={})


CALLS: dict[str, Callable[[SyncHttpClient], None]] = {"get": get, "stream": stream, "lost": lost}


def at_moment(
    server: FaultServer, make_call: Callable[[SyncHttpClient], None], moment: int, folder: str
) -> bool:
    """Interrupt one call at *moment*; tell whether it lasted that long."""
    wire = Tripwire(moment, folder)
    with new_client(server, 1, deadline=5.0) as client:
        try:
            with watched(wire):
                make_call(client)
        except (KeyboardInterrupt, SdkError):
            pass
        gc.collect()
        try:
            assert client.get("/ok").status_code == 200
        except SdkError as error:
            raise AssertionError(f"{wire.where}: {error}") from error
        assert server.settles(lambda: server.open <= 1), f"{wire.where}: {server.open} open"
    return wire.left <= 0


def at_every_moment(server: FaultServer, name: str, folder: str) -> None:
    moment = 1
    while at_moment(server, CALLS[name], moment, folder):
        moment += 1
    assert server.settles(lambda: server.open == 0), server.open
    print(f"{moment - 1} moments")


# --- in an event loop ----------------------------------------------------------------------------

ROUNDS = 20


async def calls_for_ever(client: AsyncHttpClient, seed: int) -> None:
    random = Random(seed)
    while True:
        with suppress(SdkError):
            path = random.choice(PATHS)
            if random.random() < 0.3:
                async with client.stream("GET", path) as response:
                    await response.aread()
            else:
                await client.get(path)


def in_a_loop(server: FaultServer, colour: str) -> None:
    """Press Ctrl-C while calls are under way, again and again with the same client."""
    random = Random(5)
    client = AsyncHttpClient(
        server.url,
        pool_config=PoolConfig(max_connections=SLOTS),
        timeout_config=TimeoutConfig(pool=1.0),
        retry_config=RetryConfig(max_retries=1, backoff_factor=0.001, retry_quota=None),
        trust_env=False,
    )

    async def run() -> None:
        # Not before: in its first steps an event loop takes no signals.
        delay = random.random() * 0.03
        threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT)).start()
        async with anyio.create_task_group() as group:
            for number in range(2 * SLOTS):
                group.start_soon(calls_for_ever, client, number)

    async def at_last() -> int:
        async with client:
            return (await client.get("/ok")).status_code

    struck = 0
    for _ in range(ROUNDS):
        try:
            run_async(colour, run)
        except* KeyboardInterrupt:
            struck += 1
        # Trio interrupts whatever runs, between any two steps: what it held is garbage then.
        gc.collect()
        assert server.settles(lambda: server.open == 0), server.open
    assert run_async(colour, at_last) == 200
    assert server.settles(lambda: server.open == 0), server.open
    print(f"struck {struck}")


if __name__ == "__main__":
    faulthandler.dump_traceback_later(20, exit=True)
    # What is there now never becomes garbage; so collecting is quick.
    gc.collect()
    gc.freeze()
    with FaultServer(answer_of) as running:
        if sys.argv[1] == "random":
            at_random(running, int(sys.argv[2]))
        elif sys.argv[1] == "loop":
            in_a_loop(running, sys.argv[2])
        else:
            at_every_moment(running, sys.argv[1], f"/{sys.argv[2]}/")
