"""Streams that are dropped without being closed: a warning, and the place is back at once."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import anyio
import pytest

from sdkbase import AsyncHttpClient, PoolConfig, SyncHttpClient, TimeoutConfig
from tests.faults.driver import in_thread, run_async
from tests.faults.server import FaultServer

DROPS = 3
SETTINGS: dict[str, Any] = {
    "pool_config": PoolConfig(max_connections=1),
    "timeout_config": TimeoutConfig(read=2.0, pool=1.0),
    "trust_env": False,
}


@contextmanager
def one_warning() -> Generator[None, None, None]:
    """Expect one ResourceWarning of ours; trio warns as well, of the generator inside."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        yield
        gc.collect()
        messages = [str(each.message) for each in seen]
        seen.clear()  # they hold what they warn of
    ours = [message for message in messages if "was dropped before its end" in message]
    assert len(ours) == 1, messages
    assert "GET /stalled" in ours[0]


@pytest.mark.parametrize("kind", ["response", "items"])
def test_a_dropped_stream(server: FaultServer, colour: str, kind: str) -> None:
    """One place serves all of them, so each waits for the one before."""

    async def drop(client: AsyncHttpClient) -> None:
        if kind == "items":
            await client.stream_lines("GET", "/stalled").__aenter__()
        else:
            await client.stream("GET", "/stalled").__aenter__()

    async def main() -> None:
        async with AsyncHttpClient(server.url, **SETTINGS) as client:
            for _ in range(DROPS):
                with one_warning():
                    await drop(client)
                assert (await client.get("/ok")).status_code == 200
            await anyio.sleep(0.01)
            assert server.open <= 1

    def sync() -> None:
        with SyncHttpClient(server.url, **SETTINGS) as client:
            for _ in range(DROPS):
                with one_warning():
                    if kind == "items":
                        client.stream_lines("GET", "/stalled").__enter__()
                    else:
                        client.stream("GET", "/stalled").__enter__()
                assert client.get("/ok").status_code == 200
            assert server.open <= 1

    in_thread(sync if colour == "sync" else lambda: run_async(colour, main))
    assert server.settles(lambda: server.open == 0)
