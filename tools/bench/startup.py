"""What it costs to import sdkbase and to make one more client."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from sdkbase import AsyncHttpClient, SyncHttpClient

from .measure import Side
from .users import SyncUsers

_ROOT = Path(__file__).resolve().parents[2]

# The clock starts after the interpreter did, so its own start is not part of the figure.
_IMPORT = "import time; t = time.process_time(); import {}; print(time.process_time() - t)"


def import_samples(rounds: int, modules: list[str]) -> list[list[float]]:
    """Return the microseconds of CPU that fresh interpreters take to import each of *modules*."""
    with TemporaryDirectory() as bytecode:
        for module in modules:
            _import_micros(module, bytecode)  # warm-up: compiles, and fills the page cache
        measured: list[list[float]] = [[] for _ in modules]
        for number in range(rounds):
            turns = list(zip(modules, measured, strict=True))
            for module, values in turns[:: -1 if number % 2 else 1]:
                values.append(_import_micros(module, bytecode))
    return measured


def _import_micros(module: str, bytecode: str) -> float:
    # A developer's shell may forbid bytecode; installed packages have it, so all sides get it.
    environment = os.environ | {"PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-c", _IMPORT.format(module)]
    result = subprocess.run(
        command, cwd=_ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return float(result.stdout) * 1e6


@contextmanager
def sync_clients(url: str) -> Generator[list[Side], None, None]:
    """Give the making of one more sync client, while the first one is there."""
    with SyncHttpClient(base_url=url), httpx.Client(base_url=url):
        yield [
            lambda calls: [SyncHttpClient(base_url=url) for _ in range(calls)],
            lambda calls: [httpx.Client(base_url=url) for _ in range(calls)],
        ]


@contextmanager
def async_clients(url: str) -> Generator[list[Side], None, None]:
    """Give the making of one more async client, while the first one is there."""
    with asyncio.Runner() as runner:
        client, bare = AsyncHttpClient(base_url=url), httpx.AsyncClient(base_url=url)
        yield [
            lambda calls: [AsyncHttpClient(base_url=url) for _ in range(calls)],
            lambda calls: [httpx.AsyncClient(base_url=url) for _ in range(calls)],
        ]
        runner.run(client.aclose())
        runner.run(bare.aclose())


@contextmanager
def first_calls(url: str) -> Generator[list[Side], None, None]:
    """Give one more sync client with its first call, so that nothing lazy stays uncounted."""

    def typed(calls: int) -> None:
        for _ in range(calls):
            with SyncHttpClient(base_url=url) as client:
                SyncUsers(client).retrieve(7)

    def bare(calls: int) -> None:
        for _ in range(calls):
            with httpx.Client(base_url=url) as client:
                client.get("/users/7").json()

    yield [typed, bare]
