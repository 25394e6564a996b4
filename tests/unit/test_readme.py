"""
Every Python block of the README runs.

A block is a program of its own, run in an empty folder. In it, `https://api.example.com` stands for
the demo API, whose token is `demo-token`. `README_PYTHON` names another Python to run them with,
which has the package installed; `tools/dev.py check` does so with the built wheel.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from demo_api import DemoApi
from sdkbase import BearerAuth, DecodeError, NotFoundError, SyncHttpClient, SyncResource

# What the programs run, other tests cover.
pytestmark = pytest.mark.usefixtures("uncovered_children")

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
PLACEHOLDER = "https://api.example.com"
SECONDS = 60
INSTALLED = os.environ.get("README_PYTHON")


class Block(NamedTuple):
    line: int
    code: str

    def __str__(self) -> str:
        return f"line {self.line}"


def blocks_of(text: str, language: str) -> Iterator[Block]:
    for found in re.finditer(rf"^```{language}[^\n]*\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        yield Block(text.count("\n", 0, found.start()) + 1, found.group(1))


BLOCKS = list(blocks_of(README.read_text(), "python"))


def run(code: str, folder: Path, base_url: str) -> subprocess.CompletedProcess[str]:
    path = {} if INSTALLED else {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [INSTALLED or sys.executable, "-W", "error", "-c", code.replace(PLACEHOLDER, base_url)],
        cwd=folder,
        env={**os.environ, **path, "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_there_are_blocks_and_all_of_them_are_found() -> None:
    assert len(BLOCKS) >= 3
    assert README.read_text().count("```python") == len(BLOCKS)


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_the_block_runs(block: Block, api: DemoApi, tmp_path: Path) -> None:
    done = run(block.code, tmp_path, api.base_url)
    assert done.returncode == 0, (
        f"the Python block at line {block.line} of README.md fails:\n\n"
        f"{block.code}\n--- it printed\n{done.stdout}\n--- and ended with\n{done.stderr}"
    )
    assert done.stdout or api.requests, f"the block at line {block.line} shows nothing"


def test_a_block_that_fails_is_shown_with_its_error(tmp_path: Path) -> None:
    done = run("import sdkbase\nsdkbase.AsyncHttpClient(base_url='nowhere')", tmp_path, "")
    assert done.returncode == 1
    assert "ConfigurationError: base_url" in done.stderr


def shell_commands() -> list[str]:
    lines = [
        line for block in blocks_of(README.read_text(), "bash") for line in block.code.split("\n")
    ]
    return [command for line in lines if (command := line.partition("#")[0].strip())]


def test_the_setup_commands_are_there() -> None:
    setup = [command for command in shell_commands() if "tools/dev.py" in command]
    assert setup == ["python tools/dev.py demo", "python tools/dev.py test"]
    told = subprocess.run(
        [sys.executable, str(ROOT / "tools/dev.py"), "--help"], capture_output=True, text=True
    ).stdout
    assert "{demo,test," in told


def test_the_generator_runs_with_the_settings_shown(tmp_path: Path) -> None:
    (settings,) = blocks_of(README.read_text(), "toml")
    (tmp_path / "pyproject.toml").write_text(settings.code)
    source = tmp_path / "src/acme/_async/client.py"
    source.parent.mkdir(parents=True)
    source.write_text("class AsyncAcme:\n    async def get(self) -> int:\n        return 1\n")
    for folder in ("src/acme", "src/acme/_async"):
        (tmp_path / folder / "__init__.py").write_text('"""A package."""\n')
    commands = [command for command in shell_commands() if command.startswith("sdkbase ")]
    assert len(commands) == 3
    for command in commands:
        program, *arguments = shlex.split(command, comments=True)
        subprocess.run(
            [sys.executable, "-m", f"{program}.cli", *arguments], cwd=tmp_path, check=True
        )
    assert "class Acme:\n    def get(self)" in (tmp_path / "src/acme/_sync/client.py").read_text()


def test_the_errors_shown_are_the_errors_raised(api: DemoApi) -> None:
    (shown,) = blocks_of(README.read_text(), "text")
    with SyncHttpClient(api.base_url, auth=BearerAuth("demo-token")) as client:
        users = Users(client)
        with pytest.raises(NotFoundError) as missing:
            users._get("/{user_id}", 9999)
        with pytest.raises(DecodeError) as misfit:
            users._get("/{user_id}", 7, cast_to=dict[str, int])
    text = " ".join(shown.code.split())
    assert f"sdkbase.NotFoundError: {missing.value}" in text
    start, _, end = str(misfit.value).partition(" bytes) is not a valid ")
    assert f"sdkbase.DecodeError: {start.rpartition(' ')[0]}" in text
    assert (
        "Expected `int`, got `str` - at `$" in end and "Expected `int`, got `str` - at `$" in text
    )


class Users(SyncResource[dict[str, object]]):
    path = "/users"
