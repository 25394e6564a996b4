"""The chat example runs from any folder and shows the same in both colours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# What the programs run, other tests cover.
pytestmark = pytest.mark.usefixtures("uncovered_children")

SCRIPT = Path(__file__).parents[4] / "examples/chat_quickstart.py"


def test_both_colours_show_the_same_conversation(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", str(SCRIPT)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    conversation = "[Weather call-1] [Weather call-2] I looked it up: sunny in Paris; snow in Oslo."
    assert (done.returncode, done.stderr) == (0, "")
    first, second, third = done.stdout.splitlines()
    assert first == f"async: {conversation}"
    assert second == f"sync:  {conversation}"
    assert third.startswith("error: You said: ... POST /v1/completions -> 200: ")
    assert "The model ran out of breath." in third
