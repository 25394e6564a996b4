"""One place reads clocks and sleeps, and a system clock that jumps changes no wait."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sdkbase
from tests.servers.process import program

ROOT = Path(__file__).parents[2]
PACKAGE = Path(sdkbase.__file__).parent
CLOCK = "_concurrency/_clock.py"
# Where waits for the network end.
LIMITS = "_concurrency/_limits.py"

# Of the library `time` and its like: what reads the wall clock, and what waits.
WALL = {"time.time", "time.time_ns", "time.localtime", "time.gmtime", "date.today"} | {
    f"datetime.{name}" for name in ("now", "utcnow", "today")
}
SLEEP = {"time.sleep", "anyio.sleep", "asyncio.sleep", "trio.sleep", "anyio.sleep_until"}
TIMER = {"anyio.move_on_after", "anyio.fail_after", "asyncio.wait_for", "asyncio.timeout"}


def uses(path: Path, names: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if f"{owner}.{node.attr}" in names:
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno} {owner}.{node.attr}"


@pytest.mark.parametrize(
    ("names", "places"),
    [(WALL, (CLOCK,)), (SLEEP, (CLOCK,)), (TIMER, (CLOCK, LIMITS))],
    ids=["the wall clock", "sleeps", "timers"],
)
def test_only_the_clock_of_the_client_has(names: set[str], places: tuple[str, ...]) -> None:
    found = [use for path in PACKAGE.rglob("*.py") for use in uses(path, names)]
    assert {use.partition(":")[0] for use in found} == set(places)


def test_the_scan_sees_what_it_looks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    (tmp_path / "a.py").write_text("import datetime, time\ndatetime.datetime.now()\ntime.sleep(1)")
    assert list(uses(tmp_path / "a.py", WALL)) == ["a.py:2 datetime.now"]
    assert list(uses(tmp_path / "a.py", SLEEP)) == ["a.py:3 time.sleep"]


# --- with a system clock that really jumps -------------------------------------------------------


def faketime() -> str:
    """Return the path of libfaketime."""
    installed = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return str(installed[0]) if installed else program("LIBFAKETIME")


@pytest.mark.parametrize("colour", ["asyncio", "sync"])
def test_a_system_clock_that_jumps(colour: str, tmp_path: Path) -> None:
    told = tmp_path / "offset"
    told.write_text("+0")
    environment = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    environment |= {
        "LD_PRELOAD": faketime(),
        "FAKETIME_TIMESTAMP_FILE": str(told),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.jumping_clock", colour, str(told)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout == "jumped\n"
