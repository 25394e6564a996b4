"""Ten thousand calls at once over a hundred connections: all of them end, and none is lost."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
import pytest

from sdkbase import AsyncHttpClient, PoolConfig, TimeoutConfig
from tests.faults.driver import run_async
from tests.faults.quick_server import QuickServer, quick_server
from tests.scale import scaled

CONNECTIONS = 100
# The line of calls is httpx2's own there, and takes far longer.
TASKS = {name: scaled(full=10_000, ci=1_000) for name in ("httpx", "reqwest")}
TASKS["httpx2"] = scaled(full=10_000, ci=300)
PATIENT = TimeoutConfig(connect=60.0, read=60.0, write=60.0, pool=None)

pytestmark = [pytest.mark.wire, pytest.mark.usefixtures("uncovered")]


@pytest.fixture
def quick() -> Iterator[QuickServer]:
    with quick_server() as running:
        yield running


@pytest.mark.parametrize("colour", ["asyncio", "trio"])
def test_all_of_them_end(quick: QuickServer, colour: str, backend: str) -> None:
    answers: list[str] = []

    async def call(client: AsyncHttpClient, number: int) -> None:
        answers.append((await client.post("/", content=f'"{number}"')).text)

    async def main() -> None:
        pool = PoolConfig(max_connections=CONNECTIONS)
        client = AsyncHttpClient(
            quick.url, pool_config=pool, timeout_config=PATIENT, trust_env=False
        )
        async with client, anyio.create_task_group() as group:
            for number in range(TASKS[backend]):
                group.start_soon(call, client, number)

    run_async(colour, main)
    assert sorted(answers) == sorted(f'"{number}"' for number in range(TASKS[backend]))
    assert quick.settles_at(0)
    if backend != "reqwest":  # whose engine may open one more while one is closing
        assert quick.counts().peak <= CONNECTIONS
