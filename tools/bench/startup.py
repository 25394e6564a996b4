"""What it costs to import sdkbase, its parts and its peers."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from .axes import Measured, Selection
from .measure import Sample

KEY, TITLE = "import", "import in a fresh interpreter"
MODULES = (
    "sdkbase",
    "httpx",
    "msgspec",
    "httpx, msgspec",
    "httpx2",
    "aiohttp",
    "niquests",
    "urllib3",
    "pyreqwest.client",
    "openai",
    "anthropic",
    "httpware",
    "stripe",
)

_ROOT = Path(__file__).resolve().parents[2]

# The clock starts after the interpreter did, so its own start is not part of the figure.
_IMPORT = """
import time
wall, cpu = time.perf_counter(), time.process_time()
import {}
print(time.process_time() - cpu, time.perf_counter() - wall)
"""


def measure(selection: Selection, *, quick: bool) -> Measured:
    """Return what fresh interpreters take to import each module that is there."""
    wanted = [name for name in MODULES if selection.takes(name)]
    missing = [name for name in wanted if not find_spec(name.partition(",")[0].partition(".")[0])]
    selection.missing.update({f"import {name}": "not installed" for name in missing})
    present = [name for name in wanted if name not in missing]
    return Measured(KEY, TITLE, _samples(3 if quick else 11, present))


def _samples(rounds: int, modules: list[str]) -> dict[str, list[Sample]]:
    with TemporaryDirectory() as bytecode:
        for module in modules:
            _import(module, bytecode)  # warm-up: compiles, and fills the page cache
        measured: dict[str, list[Sample]] = {module: [] for module in modules}
        for number in range(rounds):
            for module in modules[:: -1 if number % 2 else 1]:
                measured[module].append(_import(module, bytecode))
    return measured


def _import(module: str, bytecode: str) -> Sample:
    # A developer's shell may forbid bytecode; installed packages have it, so all sides get it.
    environment = os.environ | {"PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-c", _IMPORT.format(module)]
    result = subprocess.run(
        command, cwd=_ROOT, env=environment, check=True, capture_output=True, text=True
    )
    cpu, wall = map(float, result.stdout.split())
    return Sample(cpu * 1e6, wall * 1e6)
