"""KeyboardInterrupt in the sync client: no deadlock, no place lost, and the client goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*args: str) -> str:
    """Run `interrupted.py`, which ends itself with a stack dump if anything hangs."""
    command = [sys.executable, "-m", "tests.faults.interrupted", *args]
    # Not measured: an interrupt inside coverage's own lock would leave that held for ever.
    unmeasured = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    done = subprocess.run(
        command, cwd=ROOT, env=unmeasured, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.mark.parametrize("seed", ["25"])
def test_three_hundred_random_interrupts(seed: str) -> None:
    assert _run("random", seed).startswith("struck 300")


@pytest.mark.parametrize(
    ("call", "package"),
    [("get", "sdkbase"), ("stream", "sdkbase"), ("get", "httpcore"), ("lost", "httpcore")],
)
def test_an_interrupt_at_every_moment(call: str, package: str) -> None:
    moments = int(_run(call, package).split()[0])
    assert moments > 50
