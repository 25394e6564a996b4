"""The build hook, in real builds by hatchling."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

PROJECT = """
[build-system]
requires = ["hatchling", "sdkbase[codegen]"]
build-backend = "hatchling.build"

[project]
name = "acme"
version = "1"

[tool.hatch.build.targets.wheel]
packages = ["src/acme"]

[tool.hatch.build.targets.sdist]
include = ["/src"]

[[tool.sdkbase.codegen.targets]]
source = "src/acme/_async"
output = "src/acme/_sync"

[[tool.sdkbase.codegen.targets]]
source = "tests/_async"
output = "tests/_sync"

[tool.hatch.build.hooks.sdkbase]
"""
SOURCE = "class AsyncAcme:\n    async def get(self) -> int:\n        return 1\n"
TWIN = "class SyncAcme:\n    def get(self) -> int:\n        return 1\n"


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    for name in ("src/acme/_async/client.py", "tests/_async/test_client.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(SOURCE)
    (tmp_path / "src/acme/__init__.py").write_text("")
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    return tmp_path


def build(folder: Path, *targets: str) -> tuple[int, str]:
    arguments = [part for target in targets for part in ("-t", target)]
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *arguments],
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def packed(folder: Path) -> dict[str, str]:
    """Read the Python files of the wheel."""
    with zipfile.ZipFile(next(folder.glob("dist/*.whl"))) as wheel:
        names = [name for name in wheel.namelist() if name.endswith(".py")]
        return {name: wheel.read(name).decode() for name in names}


@pytest.mark.usefixtures("uncovered_children")
@pytest.mark.parametrize("ignored", [False, True], ids=["committed", "ignored by git"])
def test_a_wheel_holds_what_the_source_says(acme: Path, ignored: bool) -> None:
    if ignored:
        (acme / ".gitignore").write_text("_sync/\n")
    stale = acme / "src/acme/_sync/gone.py"
    assert build(acme, "wheel")[0] == 0
    stale.write_bytes((acme / "src/acme/_sync/client.py").read_bytes())
    code, output = build(acme, "wheel")
    assert code == 0, output
    files = packed(acme)
    assert files.keys() == {
        "acme/__init__.py",
        "acme/_async/client.py",
        "acme/_sync/client.py",
    }
    assert files["acme/_sync/client.py"].endswith(TWIN)


@pytest.mark.usefixtures("uncovered_children")
def test_an_sdist_without_the_tests_can_be_built_from(acme: Path) -> None:
    code, output = build(acme, "sdist")
    assert code == 0, output
    with tarfile.open(next(acme.glob("dist/*.tar.gz"))) as sdist:
        sdist.extractall(acme / "unpacked", filter="data")
    (folder,) = (acme / "unpacked").iterdir()
    assert (folder / "src/acme/_sync/client.py").is_file()
    assert not (folder / "tests").exists()
    code, output = build(folder, "wheel")
    assert code == 0, output
    assert packed(folder)["acme/_sync/client.py"].endswith(TWIN)


@pytest.mark.usefixtures("uncovered_children")
def test_a_missing_source_folder_ends_a_build_from_the_repository(acme: Path) -> None:
    (acme / "tests/_async/test_client.py").unlink()
    (acme / "tests/_async").rmdir()
    code, output = build(acme, "wheel")
    assert code == 1
    assert "The sync code cannot be built.\nerror: tests/_async: the source folder does" in output


def test_an_edit_by_hand_ends_the_build(acme: Path) -> None:
    assert build(acme, "wheel")[0] == 0
    twin = acme / "src/acme/_sync/client.py"
    twin.write_text(twin.read_text() + "x = 1\n")
    code, output = build(acme, "wheel")
    assert code == 1
    assert "error: src/acme/_sync/client.py: was edited by hand" in output


def test_a_build_may_only_compare(acme: Path) -> None:
    (acme / "pyproject.toml").write_text(PROJECT + "check = true\n")
    code, output = build(acme, "wheel")
    assert code == 1
    assert "error: src/acme/_sync/client.py: missing\n" in output
    assert "error: the sync code is out of date. Run: sdkbase sync\n" in output
    assert not (acme / "src/acme/_sync").exists()
    subprocess.run([sys.executable, "-m", "sdkbase.codegen", str(acme)], check=True)
    assert build(acme, "wheel")[0] == 0


def test_a_wrong_setting_is_named(acme: Path) -> None:
    (acme / "pyproject.toml").write_text(PROJECT + "check = 'yes'\n")
    code, output = build(acme, "wheel")
    assert code == 1
    assert "error: [tool.hatch.build.hooks.sdkbase] needs true or false for 'check'" in output
