# sync: skip
"""The module-level functions over event loops, threads and a fork."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import threading
from pathlib import Path

import pytest

import sdkbase
from demo_api import DemoApi
from sdkbase import sync
from tests.backends import command_on

ROOT = Path(__file__).resolve().parents[2]


def test_several_runs_need_no_closing(api: DemoApi) -> None:
    async def main() -> list[int]:
        calls = [sdkbase.get(f"{api.base_url}/health") for _ in range(5)]
        return [response.status_code for response in await asyncio.gather(*calls)]

    for _ in range(5):
        assert asyncio.run(main()) == [200] * 5
    gc.collect()
    assert len(api.requests) == 25


def test_closing_in_each_run(api: DemoApi) -> None:
    async def main() -> None:
        await sdkbase.get(f"{api.base_url}/health")
        await sdkbase.close_global_client()

    for _ in range(3):
        asyncio.run(main())
    assert len(api.requests) == 3


def test_closing_in_a_run_that_made_no_call() -> None:
    asyncio.run(sdkbase.close_global_client())


def test_a_loop_in_each_of_several_threads(api: DemoApi) -> None:
    async def main() -> None:
        responses = [await sdkbase.get(f"{api.base_url}/health") for _ in range(3)]
        statuses.extend(response.status_code for response in responses)

    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: asyncio.run(main())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 12


def test_the_sync_functions_from_several_threads(api: DemoApi) -> None:
    statuses: list[int] = []

    def work() -> None:
        statuses.append(sync.get(f"{api.base_url}/health").status_code)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sync.close_global_client()
    assert statuses == [200] * 8


FORK = """
import os, sys
import sdkbase
from sdkbase import sync
from tests.backends import command_on

url = sys.argv[1]
assert sync.get(url).status_code == 200
child = os.fork()
if child == 0:
    ok = sync.get(url).status_code == 200
    sync.close_global_client()
    os._exit(0 if ok else 3)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0, status
assert sync.get(url).status_code == 200
sync.close_global_client()
"""

FORK_ASYNC = """
import asyncio, os, sys
import sdkbase

url = sys.argv[1]

async def main():
    return (await sdkbase.get(url)).status_code

assert asyncio.run(main()) == 200
child = os.fork()
if child == 0:
    os._exit(0 if asyncio.run(main()) == 200 else 3)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0, status
assert asyncio.run(main()) == 200
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform has no fork")
@pytest.mark.parametrize("code", [FORK, FORK_ASYNC], ids=["sync", "async"])
def test_a_forked_child_has_connections_of_its_own(code: str, backend: str, api: DemoApi) -> None:
    done = subprocess.run(
        command_on(backend, "-c", code, f"{api.base_url}/health"),
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if backend == "reqwest":  # it can not be used in a forked child, and says so
        assert done.returncode == 1
        assert "ConfigurationError: the fast transport can not start" in done.stderr
        assert len(api.requests) == 1
    else:
        assert (done.returncode, done.stderr) == (0, "")
        assert len(api.requests) == 3


def test_a_client_serves_several_loops_one_after_the_other(api: DemoApi) -> None:
    client = sdkbase.AsyncHttpClient(api.base_url)

    async def main() -> int:
        status = (await client.get("/health")).status_code
        await asyncio.sleep(0)
        return status

    for _ in range(3):
        assert asyncio.run(main()) == 200
    asyncio.run(client.aclose())
    gc.collect()
