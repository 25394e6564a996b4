# sync: skip
"""Downloads that are stopped from outside: what is left is the beginning of the file."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from sdkbase import SyncHttpClient
from tests._async.downloading import client_of, left_of, part_of, read
from tests.file_server import FileServer

SIZE = 5_000_000
CONTENT = os.urandom(SIZE)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(CONTENT) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


@pytest.mark.parametrize("at", [1, SIZE // 3, SIZE])
async def test_a_cancelled_download_goes_on_from_what_it_left(
    server: FileServer, target: Path, at: int
) -> None:
    async with client_of(server) as client:
        with anyio.CancelScope() as scope:

            def stop(done: int, total: int | None) -> None:
                if done >= at:
                    scope.cancel()

            await client.download("/file", target, progress=stop)
        if scope.cancelled_caught:
            assert left_of(target) == ["file.bin.part", "file.bin.part.json"]
            there = part_of(target)
            assert CONTENT.startswith(there)
            assert len(there) >= at
        file = await client.download("/file", target, checksum=f"sha256:{SHA256}")
    assert read(target) == CONTENT
    assert file.size == SIZE
    assert left_of(target) == ["file.bin"]


async def test_a_download_that_waits_for_the_server_can_be_cancelled(
    server: FileServer, target: Path
) -> None:
    go_on = threading.Event()
    server.before_answer = lambda: go_on.wait(5)
    async with client_of(server) as client:
        with anyio.move_on_after(0.05) as scope:
            await client.download("/file", target)
    go_on.set()
    assert scope.cancelled_caught
    assert left_of(target) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_process_that_dies_leaves_a_part_for_the_next(
    server: FileServer, target: Path, number: signal.Signals
) -> None:
    script = (
        "import sys, time, sdkbase\n"
        "def progress(done, total):\n"
        "    if done >= 3_500_000:\n"
        "        print(done, flush=True)\n"
        "        time.sleep(30)\n"
        "client = sdkbase.SyncHttpClient(sys.argv[1])\n"
        "client.download('/file', sys.argv[2], progress=progress)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, server.url, str(target)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout is not None and process.stdout.readline()
        process.send_signal(number)
    assert process.returncode != 0
    assert left_of(target) == ["file.bin.part", "file.bin.part.json"]
    there = part_of(target)
    assert CONTENT.startswith(there)
    assert len(there) >= 3_000_000
    with SyncHttpClient(server.url) as client:
        file = client.download("/file", target, checksum=f"sha256:{SHA256}")
    assert read(target) == CONTENT
    assert file.resumed_from == len(there)
    assert server.asked_for == [None, f"bytes={len(there)}-"]
