"""What the fast transport can't do as the default one does, it refuses before it sends."""

from __future__ import annotations

import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from sdkbase import (
    AsyncHttpClient,
    AsyncReqwestTransport,
    ConfigurationError,
    SyncReqwestTransport,
)
from tests.faults.driver import run_async

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("transport", [AsyncReqwestTransport, SyncReqwestTransport])
def test_a_context_of_the_users_own_is_refused(
    transport: type[AsyncReqwestTransport | SyncReqwestTransport],
) -> None:
    with pytest.raises(ConfigurationError, match="can not take an ssl.SSLContext; give verify="):
        transport(verify=ssl.create_default_context())


def test_trio_is_refused() -> None:
    async def main() -> None:
        transport = AsyncReqwestTransport(trust_env=False)
        async with AsyncHttpClient("http://127.0.0.1:1", transport=transport) as client:
            with pytest.raises(ConfigurationError, match="needs asyncio; under trio use the def"):
                await client.get("/")

    run_async("trio", main)


LOADED_IN_A_THREAD = """
import threading
from sdkbase import SyncReqwestTransport

for _ in range(4):
    thread = threading.Thread(target=SyncReqwestTransport)
    thread.start()
    thread.join()
"""


def test_the_engine_outlives_the_thread_that_loads_it() -> None:
    """Its memory would go with that thread, and the next use would abort the process."""
    command = [sys.executable, "-c", LOADED_IN_A_THREAD]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
