"""`tools/dev.py`: the parts that need no network."""

import ast
import os
import runpy
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import dev

# What runs is pip, above all.
pytestmark = pytest.mark.usefixtures("uncovered_children")

SOURCE = Path(dev.__file__)
posix_only = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


def test_it_parses_on_python_3_6() -> None:
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or later; this is "):
        runpy.run_path(str(SOURCE))


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["check", "more"]])
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        dev.main(arguments)
    assert caught.value.code == 2
    assert "usage: dev.py" in capsys.readouterr().err


def test_a_failure_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(extra: str) -> dev.Venv:
        raise dev.Failure("no luck")

    monkeypatch.setattr(dev, "ready", fail)
    assert dev.main(["test", "-k", "x"]) == 1
    assert capsys.readouterr().err == "dev.py: no luck\n"


def test_ctrl_c_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(extra: str) -> dev.Venv:
        raise KeyboardInterrupt

    monkeypatch.setattr(dev, "ready", interrupt)
    assert dev.main(["demo"]) == 130
    assert capsys.readouterr().err == ""


class RecordingVenv(dev.Venv):
    """An environment with this Python that only notes what it is to do."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.python = Path(sys.executable)
        self.commands: list[tuple[str, ...]] = []

    def run(self, *arguments: str, **variables: str) -> None:
        self.commands.append(arguments)


@pytest.fixture(name="venv")
def venv_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordingVenv:
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    (tmp_path / ".venv").mkdir()
    venv = RecordingVenv(tmp_path / ".venv")

    def ready(extra: str) -> dev.Venv:
        return venv

    monkeypatch.setattr(dev, "ready", ready)
    return venv


def test_the_whole_suite_is_held_to_its_coverage(venv: RecordingVenv) -> None:
    assert dev.main(["test"]) == 0
    words = [command[1:3] for command in venv.commands]
    expected = ["erase", "run", "run", "combine", "report"]
    assert words == [("coverage", word) for word in expected]
    assert "--fail-under=95" in venv.commands[-1]


def test_the_two_halves_are_the_whole_suite() -> None:
    tests = Path(__file__).parents[1]
    with_tests = {path.relative_to(tests).parts[0] for path in tests.rglob("test_*.py")}
    halves = [folder.removeprefix("tests/").split("/")[0] for half in dev.HALVES for folder in half]
    assert sorted(halves) == sorted(with_tests)
    assert all((tests.parent / path).exists() for path in dev.SAME_EVERYWHERE)


def test_arguments_go_to_pytest_without_coverage(venv: RecordingVenv) -> None:
    assert dev.main(["test", "tests/unit", "-k", "x"]) == 0
    assert venv.commands == [("-m", "pytest", "tests/unit", "-k", "x")]


def test_check_goes_on_after_a_failure(
    venv: RecordingVenv, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(["check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    summary = [line.split()[0] for line in lines[lines.index("== Summary") + 1 :]]
    # Nothing was built, since this environment only takes notes.
    assert summary == ["ok"] * 7 + ["FAILED"] * 2
    assert len(venv.commands) == 7


def test_an_install_is_skipped_until_something_changes(venv: RecordingVenv) -> None:
    def installs() -> int:
        venv.install_project("dev")
        return len(venv.commands)

    assert [installs(), installs()] == [1, 1]
    venv.install_project("")
    assert installs() == 1
    (dev.ROOT / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert [installs(), installs()] == [2, 2]


def test_the_plain_install_does_not_stand_for_the_extra(venv: RecordingVenv) -> None:
    venv.install_project("")
    venv.install_project("dev")
    assert [command[-1] for command in venv.commands] == [".", ".[dev]"]


def test_an_install_that_fails_does_not_count(
    venv: RecordingVenv, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: dev.Venv, *requirements: str) -> None:
        raise dev.Failure("offline")

    with monkeypatch.context() as patch, pytest.raises(dev.Failure):
        patch.setattr(dev.Venv, "install", fail)
        venv.install_project("dev")
    venv.install_project("dev")
    assert len(venv.commands) == 1


def test_a_broken_environment_is_not_taken_for_one(tmp_path: Path) -> None:
    venv = dev.Venv(tmp_path / ".venv")
    assert venv.interpreter() is None
    venv.python.parent.mkdir(parents=True)
    venv.python.write_text("not a program")
    assert venv.interpreter() is None


def test_making_an_environment_replaces_what_is_there(tmp_path: Path) -> None:
    venv = dev.Venv(tmp_path / ".venv")
    venv.folder.write_text("in the way")
    venv.make(sys.executable)
    found = venv.interpreter()
    assert found is not None
    assert found.version == sys.version_info[:3]


def test_an_environment_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    venv = dev.Venv(tmp_path / ".venv")
    with pytest.raises(dev.Failure, match="cannot make a virtual environment"):
        venv.make(str(tmp_path / "nothing"))
    assert not venv.folder.exists()


def test_removing_a_link_spares_what_it_leads_to(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    link = tmp_path / "link"
    link.symlink_to(target, target_is_directory=True)
    dev.remove(link)
    assert target.is_dir()
    assert not link.is_symlink()


def test_steps_all_run_and_one_failure_counts(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise dev.Failure("broken")

    def skip() -> None:
        raise dev.Skipped("not here")

    def passes() -> None:
        return

    def outcome(*actions: Callable[[], None]) -> int:
        return dev.run_steps(dev.Step(action.__name__, action) for action in actions)

    assert outcome(passes, skip) == 0
    capsys.readouterr()
    assert outcome(fail, skip, passes) == 1
    summary = capsys.readouterr().out.split("== Summary\n")[1].splitlines()
    assert [line.split()[0] for line in summary] == ["FAILED", "skipped", "ok"]
    assert [line.rpartition("s  ")[2] for line in summary[:2]] == ["broken", "not here"]


GOOD = ["sdkbase/py.typed", "sdkbase/_async/a.py", "sdkbase/_sync/a.py"]


def archives(folder: Path, names: list[str]) -> Path:
    """Write a wheel and an sdist with empty files."""
    with zipfile.ZipFile(folder / "sdkbase-1.whl", "w") as wheel:
        for name in names:
            wheel.writestr(name, "")
    with tarfile.open(folder / "sdkbase-1.tar.gz", "w:gz") as sdist:
        for name in names:
            sdist.addfile(tarfile.TarInfo(f"sdkbase-1/{name}"))
    return folder


def test_good_archives_pass(tmp_path: Path) -> None:
    dev.check_content(archives(tmp_path, GOOD))


@pytest.mark.parametrize("missing", range(3))
def test_a_missing_file_is_named(tmp_path: Path, missing: int) -> None:
    names = [name for name in GOOD if name != GOOD[missing]]
    lost = GOOD[missing].removesuffix("a.py")
    with pytest.raises(dev.Failure, match=f"the wheel lacks {lost}"):
        dev.check_content(archives(tmp_path, names))


def test_packed_tests_are_named(tmp_path: Path) -> None:
    with pytest.raises(dev.Failure, match="the wheel holds tests/unit/x.py"):
        dev.check_content(archives(tmp_path, [*GOOD, "sdkbase/testing/a.py", "tests/unit/x.py"]))


def test_no_archive_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(dev.Failure, match=r"0 files \*\.whl"):
        dev.check_content(tmp_path)


def fake_python(folder: Path, name: str, answer: str) -> Path:
    """Write a stand-in for a Python that answers every question alike."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)
    return path


@posix_only
def test_one_python_is_found_for_each_minor_version(tmp_path: Path) -> None:
    paths = [
        fake_python(tmp_path, "newer", "[[3, 13, 1], true]"),
        fake_python(tmp_path, "bare", "[[3, 12, 9], false]"),
        fake_python(tmp_path, "whole", "[[3, 12, 1], true]"),
        fake_python(tmp_path, "strange", "hello"),
        tmp_path / "missing",
    ]
    found = [(python.minor, Path(python.path).name) for python in dev.find_pythons(paths)]
    assert found == [("3.12", "whole"), ("3.13", "newer")]


def test_this_python_is_found_by_itself() -> None:
    found = dev.probe(sys.executable)
    assert found is not None
    assert found.version == sys.version_info[:3]


def test_finding_no_other_python_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "find_pythons", list[dev.Interpreter])
    assert dev.main(["pythons"]) == 0
    assert "Found no other CPython" in capsys.readouterr().out


def test_a_python_without_venv_is_skipped(tmp_path: Path) -> None:
    python = dev.Interpreter(str(tmp_path / "nothing"), (3, 12, 0), has_ensurepip=False)
    with pytest.raises(dev.Skipped, match="cannot make a virtual environment"):
        dev.try_python(python)


@pytest.mark.parametrize(
    ("version", "raised"), [((3, 11, 0), dev.Failure), ((3, 99, 0), dev.Skipped)]
)
def test_missing_packages_fail_only_a_supported_python(
    monkeypatch: pytest.MonkeyPatch,
    version: tuple[int, int, int],
    raised: type[Exception],
) -> None:
    def make(self: dev.Venv, python: str) -> None:
        return

    def install(self: dev.Venv, *requirements: str) -> None:
        raise dev.Failure("no wheel")

    monkeypatch.setattr(dev.Venv, "make", make)
    monkeypatch.setattr(dev.Venv, "install", install)
    with pytest.raises(raised, match="no wheel"):
        dev.try_python(dev.Interpreter("python", version, has_ensurepip=True))


def test_a_command_that_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(dev.Failure, match=r"`python\S* -c exit\(3\)` failed with exit code 3"):
        dev.run([sys.executable, "-c", "exit(3)"])
    with pytest.raises(dev.Failure, match="cannot run "):
        dev.run([str(tmp_path / "nothing")])


def test_children_do_not_get_the_callers_python_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("OTHER", "kept")
    seen = dev.environment(EXTRA="1")
    assert "PYTHONPATH" not in seen
    assert (seen["OTHER"], seen["EXTRA"]) == ("kept", "1")


def test_it_runs_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, str(SOURCE), "--help"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "test [ARG ...]" in shown.stdout
