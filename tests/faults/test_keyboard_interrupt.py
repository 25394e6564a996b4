"""KeyboardInterrupt: no deadlock, no connection or place lost, and the client goes on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.backends import command_on

ROOT = Path(__file__).parents[2]


pytestmark = pytest.mark.wire


def _run(backend: str, *args: str) -> str:
    """Run `interrupted.py`, which ends itself with a stack dump if anything hangs."""
    command = command_on(backend, "-m", "tests.faults.interrupted", *args)
    # Not measured: an interrupt inside coverage's own lock would leave that held for ever.
    unmeasured = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    done = subprocess.run(
        command, cwd=ROOT, env=unmeasured, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.mark.parametrize("seed", ["25"])
def test_three_hundred_random_interrupts(backend: str, seed: str) -> None:
    assert _run(backend, "random", seed).startswith("struck 300")


@pytest.mark.parametrize("call", ["get", "stream", "lost"])
def test_an_interrupt_at_every_moment(backend: str, call: str) -> None:
    moments = int(_run(backend, call, "sdkbase").split()[0])
    assert moments > 50


@pytest.mark.parametrize("call", ["get", "lost"])
def test_an_interrupt_at_every_moment_inside_httpcore(backend: str, call: str) -> None:
    moments = int(_run(backend, call, "httpcore").split()[0])
    assert moments > 50


@pytest.mark.parametrize("colour", ["asyncio", "trio"])
def test_ctrl_c_while_an_event_loop_runs(backend: str, colour: str) -> None:
    assert _run(backend, "loop", colour).startswith("struck 20")
