"""The tutorial: its files are written, its commands run, and what it shows is what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path

import pytest

# What the programs run, other tests cover.
pytestmark = pytest.mark.usefixtures("uncovered_children")

TUTORIAL = Path(__file__).resolve().parents[2] / "examples/tutorial/README.md"
_BLOCK = re.compile(
    r"(?P<skip><!-- not run: [^\n]+ -->\n)?^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.S | re.M
)
_FILE = re.compile(r"(?:#|//) (?P<action>file|add to): (?P<path>\S+)\n")


@dataclass(frozen=True)
class Block:
    language: str
    code: str


def blocks() -> Iterator[Block]:
    for found in _BLOCK.finditer(TUTORIAL.read_text()):
        if not found["skip"]:
            yield Block(found["language"], found["code"])


class Reader:
    """Do what the tutorial says."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.said: str | None = None
        tools = str(Path(sys.executable).parent)
        kept = {name: it for name, it in os.environ.items() if not name.startswith("PYTEST_")}
        path = os.pathsep.join([tools, kept.get("PATH", "")])
        self.variables = {**kept, "PATH": path, "MYPY_CACHE_DIR": str(cache)}

    def run(self, commands: str) -> None:
        # The next commands go on in the folder that these end in.
        script = f"set -eo pipefail\n{commands}\npwd >&3\n"
        place, end = os.pipe()
        command = ["bash", "-c", script.replace(">&3", f">&{end}")]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.variables,
            pass_fds=[end],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        os.close(end)
        with open(place) as file:
            self.folder = Path(file.read().strip() or self.folder)
        assert done.returncode == 0, f"{commands}\n{done.stdout}"
        self.said = done.stdout

    def compare(self, shown: str) -> None:
        assert self.said is not None
        same = OutputChecker().check_output(shown, self.said, ELLIPSIS)
        assert same, f"shown:\n{shown}\nsaid:\n{self.said}"

    def write(self, code: str) -> None:
        found = _FILE.match(code)
        assert found, f"a file has to be named in the first line of {code!r}"
        path, text = self.folder / found["path"], code[found.end() :]
        if found["action"] == "file":
            assert not path.exists()
            path.write_text(text)
        else:
            path.write_text(path.read_text() + text)

    def patch(self, code: str) -> None:
        name, *hunks = re.split("^@@ .*\n", code, flags=re.M)
        path = self.folder / name.removeprefix("--- ").strip()
        for hunk in hunks:
            lines = hunk.splitlines(keepends=True)
            old = "".join(line[1:] for line in lines if line[0] in " -")
            new = "".join(line[1:] for line in lines if line[0] in " +")
            assert path.read_text().count(old) == 1
            path.write_text(path.read_text().replace(old, new))


def test_the_tutorial_does_what_it_says(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader = Reader(tmp_path, tmp_path_factory.getbasetemp() / "mypy")
    kinds: set[str] = set()
    for block in blocks():
        kinds.add(block.language)
        if block.language == "bash":
            reader.run(block.code)
        elif block.language == "text":
            reader.compare(block.code)
        elif block.language == "diff":
            reader.patch(block.code)
        else:
            reader.write(block.code)
    assert kinds == {"bash", "text", "python", "diff", "json", "toml"}
    assert {path.suffix for path in reader.folder.glob("dist/*")} == {".whl", ".gz"}


def test_the_tutorial_is_short() -> None:
    lines = TUTORIAL.read_text().splitlines()
    assert len(lines) <= 200
    assert max(map(len, lines)) <= 100
