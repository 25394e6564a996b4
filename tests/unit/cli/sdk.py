"""A new SDK in a temporary folder, and the tools that run in it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from sdkbase.cli import main


@dataclass(frozen=True)
class Sdk:
    folder: Path
    package: str

    def path(self, name: str) -> Path:
        return self.folder / name

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a file by hand."""
        text = self.path(name).read_text()
        assert old in text
        self.path(name).write_text(text.replace(old, new))

    def add(self, name: str, text: str) -> None:
        """Add to the end of a file, which is made if it is not there."""
        with self.path(name).open("a") as file:
            file.write(text)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module of this Python in the SDK's folder."""
        return run(self.folder, *arguments)

    def passes(self, *arguments: str) -> str:
        """Run a module that must succeed, and give what it says."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fails(self, *arguments: str) -> str:
        """Run a module that must find something wrong, and give what it says."""
        done = self.run(*arguments)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def check(self) -> str:
        """Run `sdkbase check`, which must find nothing, and give what it says."""
        code, output = self._check()
        assert code == 0, output
        return output

    def refusal(self) -> str:
        """Run `sdkbase check`, which must find something, and give what it says."""
        code, output = self._check()
        assert code == 1, output
        return output

    def _check(self) -> tuple[int, str]:
        # In this process: starting another for each check takes most of the time.
        paths, modules = sys.path.copy(), set(sys.modules)
        output = StringIO()
        try:
            with chdir(self.folder), redirect_stdout(output), redirect_stderr(output):
                return main(["check"]), output.getvalue()
        finally:
            sys.path[:] = paths
            for name in set(sys.modules) - modules:
                if name.partition(".")[0] == self.package:
                    del sys.modules[name]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The tools that this Python has come first; what pytest set up for itself stays here.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    kept = {name: it for name, it in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**kept, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
