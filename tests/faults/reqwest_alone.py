"""Run in a process of its own: what a signal, a fork or the end of a loop does to fast clients."""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from sdkbase import ConfigurationError, RequestOptions, TimeoutConfig
from tests.faults.answers import answer_of
from tests.faults.server import FaultServer
from tests.reqwest_client import ONE_PLACE, AsyncFastClient, SyncFastClient

HURRIED = RequestOptions(timeout=TimeoutConfig(read=0.2))


def raise_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def interrupted(server: FaultServer) -> None:
    """Interrupt a call that waits for its headers, and one that waits for its body."""
    signal.signal(signal.SIGALRM, raise_interrupt)
    with SyncFastClient(
        server.url, pool_config=ONE_PLACE, timeout_config=TimeoutConfig(pool=0.2)
    ) as client:
        for path in ("/black-hole", "/stalled"):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            try:
                client.get(path, options=HURRIED)
            except KeyboardInterrupt:
                print("interrupted", path)
            assert client.get("/ok").status_code == 200
            assert "free=1" in client.pool, client.pool
        assert server.settles(lambda: server.open <= 1), server.open


def left_hanging(url: str) -> None:
    """End event loops, and then the process, in which cancelled requests still hang."""

    async def main() -> None:
        client = AsyncFastClient(url)
        calls = [asyncio.ensure_future(client.get("/black-hole")) for _ in range(3)]
        assert (await client.get("/after-0.1-ok")).status_code == 200
        calls[0].cancel()
        await asyncio.wait(calls[:1])
        calls[1].cancel()

    for _ in range(2):
        asyncio.run(main())
        gc.collect()
        print("ended")


def in_child(function: Callable[[], object]) -> int:
    """Run *function* in a forked child, which ends itself if it hangs; return its exit status."""
    child = os.fork()
    if child == 0:
        signal.alarm(2)
        try:
            function()
            os._exit(0)
        except ConfigurationError as error:
            print("child:", error, flush=True)
            os._exit(7)
        except BaseException as error:
            print("child:", repr(error), flush=True)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def forked_before(server: FaultServer) -> None:
    """Fork a process with clients that were not used yet."""
    client, other = SyncFastClient(server.url), AsyncFastClient(server.url)
    assert in_child(lambda: client.get("/ok").raise_for_status()) == 0
    assert in_child(lambda: asyncio.run(closing(other))) == 0
    with client:
        assert client.get("/ok").status_code == 200
    asyncio.run(closing(other))
    print(len(server.requests), "calls")


async def closing(client: AsyncFastClient) -> None:
    async with client:
        (await client.get("/ok")).raise_for_status()


def forked_after(server: FaultServer) -> None:
    """Fork a process whose clients are in use."""
    with SyncFastClient(server.url) as client:
        assert client.get("/ok").status_code == 200
        assert in_child(lambda: client.get("/ok")) == 7
        assert in_child(lambda: SyncFastClient(server.url).get("/ok")) == 7
        assert in_child(lambda: asyncio.run(closing(AsyncFastClient(server.url)))) == 7
        assert client.get("/ok").status_code == 200
    print(len(server.requests), "calls")


COMMANDS = (interrupted, forked_before, forked_after)

if __name__ == "__main__":
    faulthandler.dump_traceback_later(15, exit=True)
    if sys.argv[1] == left_hanging.__name__:
        # Its server has to live on: the engine panics when an answer, or the end of a connection,
        # comes while the interpreter is being taken down.
        left_hanging(sys.argv[2])
    else:
        with FaultServer(answer_of) as running:
            {command.__name__: command for command in COMMANDS}[sys.argv[1]](running)
