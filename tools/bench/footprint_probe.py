"""
One figure of the footprint, measured in a process that does nothing else.

    python -m tools.bench.footprint_probe KIND SIDE URL CALLS
"""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import statistics
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

_PAGE = os.sysconf("SC_PAGE_SIZE")
_CLIENTS = 200
_MEMORY = "http://memory"
_CONNECTIONS = 100
_PATH = "/users/7"


def main() -> None:
    """Measure what the command line asks for, and print it."""
    kind, side, url, calls = sys.argv[1:5]
    print(_KINDS[kind](side, url, int(calls)))


def client_maker(side: str, url: str) -> Callable[[], Any]:
    """Return what makes a client of *side*, after its module was imported."""
    package, name = _MAKERS[side]
    cls = getattr(import_module(package), name)
    if package == "openai":
        return lambda: cls(base_url=url, api_key="none")
    return lambda: cls(base_url=url)


_MAKERS = {
    "sdkbase, sync": ("sdkbase", "SyncHttpClient"),
    "sdkbase, async": ("sdkbase", "AsyncHttpClient"),
    "httpx, sync": ("httpx", "Client"),
    "httpx, async": ("httpx", "AsyncClient"),
    "openai, sync": ("openai", "OpenAI"),
    "openai, async": ("openai", "AsyncOpenAI"),
}


def _first(side: str, url: str, _: int) -> float:
    make = client_maker(side, url)
    began = time.process_time()
    client = make()
    return _kept((time.process_time() - began) * 1e6, client)


def _second(side: str, url: str, _: int) -> float:
    make = client_maker(side, url)
    count = _CLIENTS if side.startswith("sdkbase") else _CLIENTS // 20
    found: list[float] = []
    kept: list[Any] = [make()]
    for _round in range(5):
        gc.collect()
        began = time.process_time()
        kept += [make() for _ in range(count)]
        found.append((time.process_time() - began) / count * 1e6)
    return _kept(statistics.median(found), kept)


def _second_memory(side: str, url: str, _: int) -> float:
    make = client_maker(side, url)
    count = 2000 if side.startswith("sdkbase") else 50
    kept = [make() for _ in range(10)]
    before = _rss()
    kept += [make() for _ in range(count)]
    return _kept((_rss() - before) / count, kept)


def _second_traced(side: str, url: str, _: int) -> float:
    make = client_maker(side, url)
    kept = [make() for _ in range(10)]
    gc.collect()
    tracemalloc.start()
    kept += [make() for _ in range(50)]
    gc.collect()
    return _kept(tracemalloc.get_traced_memory()[0] / 50 / 1024, kept)


def _idle_connection(side: str, url: str, _: int) -> float:
    if side.endswith("async"):
        return asyncio.run(_idle_in_a_loop(side, url))
    client = client_maker(side, url)()
    with ThreadPoolExecutor(_CONNECTIONS) as threads:
        together = threading.Barrier(_CONNECTIONS)

        def meet(_: int) -> None:
            together.wait()

        def get(number: int) -> None:
            meet(number)
            client.get(_PATH)

        client.get(_PATH)
        list(threads.map(meet, range(_CONNECTIONS)))  # so that the threads are there
        traced = _Traced()
        list(threads.map(get, range(_CONNECTIONS)))
        return _kept(traced.per_socket(), client)


async def _idle_in_a_loop(side: str, url: str) -> float:
    if side.startswith("aiohttp"):
        client = import_module("aiohttp").ClientSession(base_url=url)
    else:
        client = client_maker(side, url)()

    async def get() -> None:
        response = await client.get(_PATH)
        await response.read() if side.startswith("aiohttp") else None

    await get()
    traced = _Traced()
    await asyncio.gather(*(get() for _ in range(_CONNECTIONS)))
    grown = traced.per_socket()
    await (client.close() if side.startswith("aiohttp") else client.aclose())
    return grown


class _Traced:
    """What is allocated from now on."""

    def __init__(self) -> None:
        gc.collect()
        self._sockets = _open_files()
        tracemalloc.start()

    def per_socket(self) -> float:
        """Return the KiB that came for each socket which was opened and still is."""
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0]
        return grown / (_open_files() - self._sockets) / 1024


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def _used(side: str, _: str, __: int) -> float:
    """Return the KiB of a client whose metrics hold all the calls that they keep."""
    import sdkbase

    from .users import SyncMemory, SyncUsers

    def client() -> Any:
        return sdkbase.SyncHttpClient(_MEMORY, transport=SyncMemory())

    SyncUsers(client()).retrieve(7)
    gc.collect()
    tracemalloc.start()
    kept = [client() for _ in range(10)]
    for one in kept:
        users = SyncUsers(one)
        for number in range(1100):
            users.retrieve(number)
    gc.collect()
    return _kept(tracemalloc.get_traced_memory()[0] / len(kept) / 1024, kept)


def _growth_in_memory(side: str, _: str, calls: int) -> float:
    from .users import AsyncMemory, SyncMemory

    memory = SyncMemory() if side == "sdkbase, sync" else AsyncMemory()
    return _growth(side, _MEMORY, calls, transport=memory)


def _growth_of_all_kinds(_: str, __: str, calls: int) -> float:
    """Return what calls leave that differ in all that a call can differ in, and often fail."""
    import httpx

    import sdkbase

    from .users import SyncUsers

    def answer(request: httpx.Request) -> httpx.Response:
        number = int(request.url.path.rpartition("/")[2])
        if number % 4 == 0:
            raise httpx.ConnectError(f"broken for the {number}th time")
        fields = {f"x-{number}": "1", "content-type": "application/json"}
        return httpx.Response(200 + number % 400, headers=fields, content=f'{{"at":{number}}}')

    with sdkbase.SyncHttpClient(
        _MEMORY,
        transport=httpx.MockTransport(answer),
        retry_config=sdkbase.RetryConfig(max_retries=0),
        auth=sdkbase.BearerAuth(lambda: secrets.token_hex(40)),
    ) as client:
        users = SyncUsers(client)

        def call(number: int) -> None:
            with suppress(sdkbase.SdkError):
                if number % 3:
                    users.retrieve(number)
                else:
                    client.get(f"/teams/{number}", params={f"q{number}": "1"})

        return _grown(call, calls // 5)


def _growth_on_a_socket(side: str, url: str, calls: int) -> float:
    return _growth(side, url, calls // 5)


def _growth(side: str, url: str, calls: int, **settings: Any) -> float:
    import sdkbase

    from .users import AsyncUsers, SyncUsers

    if side == "sdkbase, sync":
        with sdkbase.SyncHttpClient(url, **settings) as client:
            users = SyncUsers(client)
            return _grown(lambda number: users.retrieve(_id(url, number)), calls)
    with asyncio.Runner() as runner:
        a_client = sdkbase.AsyncHttpClient(url, **settings)
        a_users = AsyncUsers(a_client)

        async def many(numbers: range) -> None:
            for number in numbers:
                await a_users.retrieve(_id(url, number))

        runner.run(many(range(calls // 10)))
        before = _rss()
        runner.run(many(range(calls)))
        grown = _rss() - before
        runner.run(a_client.aclose())
        return grown


def _id(url: str, number: int) -> int:
    return number if url == _MEMORY else 7  # the one that the server has


def _grown(call: Callable[[int], object], calls: int) -> float:
    for number in range(calls // 10):
        call(number)
    before = _rss()
    for number in range(calls):
        call(number)
    return _rss() - before


def _rss() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE / 1024


def _kept(value: float, _: object) -> float:
    """Return *value*; what it was measured on is alive until then."""
    return value


_KINDS: dict[str, Callable[[str, str, int], float]] = {
    "first": _first,
    "second": _second,
    "memory": _second_memory,
    "traced": _second_traced,
    "used": _used,
    "idle": _idle_connection,
    "growth": _growth_in_memory,
    "growth-mixed": _growth_of_all_kinds,
    "growth-socket": _growth_on_a_socket,
}


if __name__ == "__main__":
    main()
