"""Programs that serve on 127.0.0.1 while a test session lasts."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


def program(variable: str, name: str | None = None) -> str:
    """Return the path of a program: what the variable says, or where this machine has it."""
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
    path = os.environ.get(variable) or (name and shutil.which(name, path=places))
    if not path:
        reason = f"needs ${variable}: `source .ci/servers.sh` provides it"
        # Where all must hold, a test that is left out would go unseen.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return path


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], folder: Path, port: int) -> Iterator[None]:
    """
    Run a program in *folder* until the block is left.

    Raises:
        RuntimeError: It does not listen on *port* in time; quotes what it logged.
    """
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        if not _listens(process, port):
            raise RuntimeError(f"{command[0]} does not serve: {log.read_text()[-2000:]}")
        yield
    finally:
        _stop(process)


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        time.sleep(0.02)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
