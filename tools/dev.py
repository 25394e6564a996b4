#!/usr/bin/env python3
"""
The developer's commands: `python tools/dev.py demo | test | check | pythons`.

Standard library only. Any Python from 3.11 on will do; older ones, down to 3.6, can still
parse this file and say so.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this message is what the block is for
    sys.exit("tools/dev.py needs Python 3.11 or later; this is " + sys.version.split()[0] + ".")

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
COVERAGE_PERCENT = 95
TEMPLATE = "sdkbase/cli/template/"
# The suite in two parts that take equally long.
HALVES = (("tests/_sync", "tests/faults", "tests/servers"), ("tests/_async", "tests/unit"))
# What of the unit tests says nothing about the Python that it runs on, or little for its time.
SAME_EVERYWHERE = (
    "tests/unit/cli",
    "tests/unit/examples",
    "tests/unit/test_clock.py",
    "tests/unit/test_fuzz_bodies.py",
    "tests/unit/test_fuzz_responses.py",
    "tests/unit/test_soak.py",
    "tests/unit/test_tutorial.py",
)
BETWEEN = ["tests/unit/codegen", "tests/unit/concurrency", "tests/unit/test_surface.py"]
_WINDOWS = os.name == "nt"
_STAMP = "sdkbase-dev-stamp"
_USAGE = """\
commands:
  demo             run examples/demo.py
  test [ARG ...]   run all tests, with coverage; or pytest with these arguments, without
  check            linters, type checkers, generated code, packaging
  pythons          run the unit tests on the other Pythons found, on all but the newest only some

.venv is made and filled when needed.
"""
# Fails unless it runs on a finished CPython >= 3.11 for which packages have wheels.
_PROBE = """\
import importlib.util, json, sys, sysconfig
info = sys.version_info
assert info >= (3, 11) and info[3] == "final" and sys.implementation.name == "cpython"
assert not sysconfig.get_config_var("Py_GIL_DISABLED")
print(json.dumps([info[:3], importlib.util.find_spec("ensurepip") is not None]))
"""


class Failure(Exception):
    """Raised when a command cannot go on; the message is one line for the user."""


class Skipped(Exception):
    """Raised by a step that does not apply here; the message says why."""


class Step(NamedTuple):
    """A named part of a command; it fails by raising `Failure`."""

    name: str
    action: Callable[[], None]


class Result(NamedTuple):
    """How a step went."""

    name: str
    outcome: str
    seconds: float
    remark: str


class Interpreter(NamedTuple):
    """A Python found on this machine."""

    path: str
    version: tuple[int, int, int]
    has_ensurepip: bool

    @property
    def minor(self) -> str:
        """Its version as in `python3.12`."""
        return f"{self.version[0]}.{self.version[1]}"


class Venv:
    """A virtual environment, which may not be there yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / ("Scripts/python.exe" if _WINDOWS else "bin/python")

    def interpreter(self) -> Interpreter | None:
        """Describe its Python; None when it is missing, broken, too old or without pip."""
        found = probe(str(self.python))
        return found if found and succeeds([str(self.python), "-I", "-c", "import pip"]) else None

    def make(self, python: str) -> None:
        """Make it with *python*, from scratch."""
        remove(self.folder)
        # Debian may leave ensurepip out, but then its own pip can install another.
        bare = not succeeds([python, "-I", "-c", "import ensurepip"])
        try:
            options = ["--without-pip"] if bare else []
            run([python, "-m", "venv", *options, str(self.folder)])
            if bare:
                run([python, "-m", "pip", "--python", str(self.python), "install", "-q", "pip"])
        except Failure as failure:
            remove(self.folder)
            raise Failure(
                f"{python} cannot make a virtual environment ({failure}); "
                "on Debian and Ubuntu, install python3-venv"
            ) from None

    def run(self, *arguments: str, **variables: str) -> None:
        """Run its Python in the project's folder."""
        # `pyright --verifytypes` looks at no setting, only at the first Python on PATH.
        path = os.pathsep.join([str(self.python.parent), os.environ.get("PATH", os.defpath)])
        run([str(self.python), *arguments], environment(PATH=path, **variables))

    def install(self, *requirements: str) -> None:
        """Install packages with pip."""
        self.run("-m", "pip", "install", "-q", *requirements)

    def install_project(self, extra: str) -> None:
        """Install the project, editable, unless nothing has changed since the last time."""
        stamp = self.folder / _STAMP
        if stamp.is_file() and self._digest(extra) in stamp.read_text().split():
            return
        say(f"Installing the project{f' with [{extra}]' if extra else ''} into {self.folder.name}")
        # An install that is cut short must not count as done.
        stamp.unlink(missing_ok=True)
        self.install("-e", f".[{extra}]" if extra else ".")
        stamp.write_text("\n".join(self._digest(part) for part in {extra, ""}))

    def _digest(self, extra: str) -> str:
        version = probe(str(self.python))
        what = json.dumps([str(ROOT), extra, version])
        return hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + what.encode()).hexdigest()


def main(arguments: Sequence[str]) -> int:
    """
    Run one command.

    Args:
        arguments: The command, and for `test` what pytest is to get.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(
        prog="dev.py", epilog=_USAGE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["demo", "test", "check", "pythons"])
    command: str = parser.parse_args(arguments[:1]).command
    rest = arguments[1:]
    if rest and command != "test":
        parser.error(f"{command} takes no arguments")
    commands = {"demo": demo, "check": check, "pythons": pythons}
    try:
        return test(rest) if command == "test" else commands[command]()
    except Failure as failure:
        print(f"dev.py: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def demo() -> int:
    """Show the library at work."""
    ready("").run("examples/demo.py", PYTHONPATH=str(ROOT / "examples"))
    return 0


def test(arguments: Sequence[str]) -> int:
    """Run all tests and hold the coverage, or run pytest with *arguments*."""
    venv = ready("dev")
    if arguments:
        venv.run("-m", "pytest", *arguments)
        return 0
    venv.run("-m", "coverage", "erase")
    # Side by side, because the whole suite in one process takes twice as long.
    with ThreadPoolExecutor() as threads:
        for half in [threads.submit(measure, venv, folders) for folders in HALVES]:
            half.result()
    venv.run("-m", "coverage", "combine", "-q")
    report = ["--skip-covered", "--show-missing", f"--fail-under={COVERAGE_PERCENT}"]
    venv.run("-m", "coverage", "report", *report)
    return 0


def measure(venv: Venv, folders: Sequence[str]) -> None:
    """
    Run the tests in *folders*, and note what they cover.

    Raises:
        Failure: A test failed.
    """
    venv.run("-m", "coverage", "run", "-m", "pytest", "-p", "no:cacheprovider", *folders)


def check() -> int:
    """Run every check, whether or not an earlier one fails."""
    venv = ready("dev")
    commands = {
        "ruff check": ["-m", "ruff", "check", "."],
        "ruff format": ["-m", "ruff", "format", "--check", "."],
        "generated code": ["tools/generate_sync.py", "--check"],
        "mypy": ["-m", "mypy"],
        "pyright": ["-m", "pyright"],
        "verify types": ["-m", "pyright", "--verifytypes", "sdkbase", "--ignoreexternal"],
    }

    with temporary_folder() as folder:
        dist = Path(folder, "dist")
        return run_steps(
            [
                *(Step(name, partial(venv.run, *command)) for name, command in commands.items()),
                Step("build", partial(venv.run, "-m", "build", "--outdir", str(dist))),
                Step("package content", partial(check_content, dist)),
                Step("package import", partial(check_import, venv, dist, Path(folder))),
            ]
        )


def pythons() -> int:
    """Run the unit tests on one Python of every minor version but that of .venv."""
    used = Venv(ROOT / ".venv").interpreter() or probe(sys.executable)
    others = [other for other in find_pythons() if used is None or other.minor != used.minor]
    for other in others:
        say(f"Found Python {other.minor}: {other.path}")
    if not others:
        say("Found no other CPython from 3.11 on")
    return run_steps(Step(f"Python {it.minor}", partial(try_python, it)) for it in others)


def ready(extra: str) -> Venv:
    """Return .venv with the project installed, having made what was missing."""
    venv = Venv(ROOT / ".venv")
    if venv.interpreter() is None:
        say(f"Making {venv.folder}")
        venv.make(_base_python())
    venv.install_project(extra)
    return venv


def find_pythons(candidates: Iterable[Path] | None = None) -> list[Interpreter]:
    """
    List one Python for each minor version, lowest first; those with ensurepip are preferred.

    Args:
        candidates: Executables that may be one; those on PATH and of pyenv if None.
    """
    paths = _candidates() if candidates is None else candidates
    found = [python for python in map(probe, map(str, paths)) if python is not None]
    best: dict[str, Interpreter] = {}
    for python in sorted(found, key=lambda it: (it.version[:2], not it.has_ensurepip)):
        best.setdefault(python.minor, python)
    return list(best.values())


def try_python(python: Interpreter) -> None:
    """
    Check the generated code and run the unit tests on *python*.

    Raises:
        Skipped: It cannot make a virtual environment, or lacks packages and is not supported.
    """
    with temporary_folder() as folder:
        venv = Venv(Path(folder, "venv"))
        try:
            venv.make(python.path)
        except Failure as failure:
            raise Skipped(str(failure)) from None
        try:
            venv.install(".[dev]")
        except Failure as failure:
            if python.minor in supported_versions():
                raise
            raise Skipped(f"not a supported version, and {failure}") from None
        venv.run("tools/generate_sync.py", "--check")
        ignored = [f"--ignore={path}" for path in SAME_EVERYWHERE]
        # What holds on the Python of .venv and on the newest one holds between them: there, the
        # parts that depend on the grammar and on the library's details are enough.
        newest = python.minor == supported_versions()[-1]
        folders = ["tests/unit"] if newest else BETWEEN
        venv.run("-m", "pytest", *folders, "-q", *ignored)


def check_content(dist: Path) -> None:
    """
    Look into the built wheel and sdist.

    Raises:
        Failure: A file is missing, or tests are packed.
    """
    with zipfile.ZipFile(only(dist, "*.whl")) as wheel:
        check_names("the wheel", wheel.namelist())
    with tarfile.open(only(dist, "*.tar.gz")) as sdist:
        check_names("the sdist", [name.partition("/")[2] for name in sdist.getnames()])


def check_names(archive: str, names: Sequence[str]) -> None:
    """
    Hold the file *names* of an *archive* to what belongs in it.

    Raises:
        Failure: A file is missing, or tests are packed.
    """
    for wanted in ("sdkbase/py.typed", "sdkbase/_async/", "sdkbase/_sync/"):
        if not any(name.startswith(wanted) and name.endswith((".py", ".typed")) for name in names):
            raise Failure(f"{archive} lacks {wanted}")
    for name in names:
        # The tests of an SDK that `sdkbase new` writes are data.
        if "tests" in name.split("/") and TEMPLATE not in name:
            raise Failure(f"{archive} holds {name}")


def check_import(dev: Venv, dist: Path, folder: Path) -> None:
    """
    Install the wheel in a new environment, import it from another folder, run the README on it.

    Raises:
        Failure: It cannot be installed or imported, another copy is imported, or a block fails.
    """
    wheel, venv = only(dist, "*.whl"), Venv(folder / "fresh")
    venv.make(_base_python())
    venv.install(str(wheel))
    # -I keeps the current folder and the user's own packages off the import path.
    code = "import sdkbase, sys; print(sdkbase.__file__); assert sys.prefix in sdkbase.__file__"
    run([str(venv.python), "-I", "-c", code], cwd=folder)
    dev.run("-m", "pytest", "-q", "tests/unit/test_readme.py", README_PYTHON=str(venv.python))


def only(folder: Path, pattern: str) -> Path:
    """
    Return the one file in *folder* that matches *pattern*.

    Raises:
        Failure: There is none, or there are several.
    """
    files = list(folder.glob(pattern))
    if len(files) != 1:
        raise Failure(f"the build left {len(files)} files {pattern}, not 1")
    return files[0]


def run_steps(steps: Iterable[Step]) -> int:
    """Run all *steps*, print a line for each, and return the exit code."""
    results = [_run_step(step) for step in steps]
    say("Summary")
    for result in results:
        line = f"{result.outcome:<7} {result.name:<16} {result.seconds:6.1f} s  {result.remark}"
        print(line.rstrip(), flush=True)
    return int(any(result.outcome == "FAILED" for result in results))


def _run_step(step: Step) -> Result:
    say(step.name)
    outcome, remark, start = "ok", "", time.monotonic()
    try:
        step.action()
    except Skipped as reason:
        outcome, remark = "skipped", str(reason)
    except (Failure, OSError) as failure:
        outcome, remark = "FAILED", str(failure)
        print(remark, flush=True)
    return Result(step.name, outcome, time.monotonic() - start, remark)


def supported_versions() -> list[str]:
    """List the Python versions that pyproject.toml names, as in `3.12`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    classifiers: list[str] = project.get("classifiers", [])
    return [text.rpartition(" ")[2] for text in classifiers if "Python :: 3." in text]


def probe(python: str) -> Interpreter | None:
    """Ask *python* what it is; None when it does not answer or is not usable."""
    try:
        answer = subprocess.run(
            [python, "-I", "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            env=environment(),
            check=True,
        )
        (major, minor, micro), has_ensurepip = json.loads(answer.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Interpreter(python, (major, minor, micro), has_ensurepip)


def run(command: Sequence[str], variables: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    """
    Run *command* and wait for it.

    Raises:
        Failure: It cannot be started, or its exit code is not 0.
    """
    shown = " ".join([Path(command[0]).name, *command[1:]])
    try:
        code = subprocess.run(command, cwd=cwd, env=variables or environment()).returncode
    except OSError as error:
        raise Failure(f"cannot run {command[0]}: {error.strerror}") from None
    if code:
        raise Failure(f"`{shown}` failed with exit code {code}")


def succeeds(command: Sequence[str]) -> bool:
    """Tell whether *command*, run silently, exits with 0."""
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment())
    except OSError:
        return False
    return done.returncode == 0


def environment(**variables: str) -> dict[str, str]:
    """Build the environment of a child process."""
    # What the caller set for another Python would leak into the one that is run.
    foreign = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    pip = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0"}
    return {**kept, **pip, **variables}


def remove(path: Path) -> None:
    """Remove a file, a link (not what it leads to) or a folder, if it is there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Make a folder outside the project that is removed after use."""
    return tempfile.TemporaryDirectory(prefix="sdkbase-", ignore_cleanup_errors=True)


def say(text: str) -> None:
    """Print a heading, in order with the output of child processes."""
    print(f"== {text}", flush=True)


def _base_python() -> str:
    # An environment made from another one would break when that one is remade.
    return getattr(sys, "_base_executable", None) or sys.executable


def _candidates() -> list[Path]:
    names = ["python3", "python", *(f"python3.{minor}" for minor in range(11, 40))]
    suffix = ".exe" if _WINDOWS else ""
    found = [Path(folder, name + suffix) for folder in os.get_exec_path() for name in names]
    homes = [os.environ.get("PYENV_ROOT"), os.path.expanduser("~/.pyenv")]
    for home in filter(None, homes):
        found += sorted(Path(home, "versions").glob("*/bin/python"))
    return [path for path in found if path.is_file()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
