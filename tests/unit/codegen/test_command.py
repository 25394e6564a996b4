from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from sdkbase.codegen import MissingToolError, _errors
from sdkbase.codegen._cli import main
from sdkbase.codegen._table import BASE
from tests.unit.codegen.project import Project
from tools import generate_sync

# It formats by ruff, again and again.
pytestmark = pytest.mark.usefixtures("uncovered_children")
COVERED = dict(os.environ)

REPOSITORY = Path(__file__).resolve().parents[3]


def configure(project: Project, settings: str) -> None:
    (project.root / "pyproject.toml").write_text(settings)


@pytest.fixture
def configured(project: Project) -> Project:
    configure(project, '[tool.sdkbase.codegen]\nsource = "_async"\noutput = "_sync"\n')
    return project


def test_command_generates_then_checks(
    configured: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    configured.write("class AsyncA: ...\n")
    assert main([]) == 0
    assert capsys.readouterr().out == "wrote _sync/module.py\n1 changed, 0 up to date\n"
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == "0 changed, 1 up to date\n"
    (configured.source / "module.py").unlink()
    assert main([]) == 0
    assert capsys.readouterr().out == "deleted _sync/module.py\n1 changed, 0 up to date\n"


def test_a_hook_fails_when_something_was_written(configured: Project) -> None:
    configured.write("class AsyncA: ...\n")
    assert main(["--exit-non-zero-on-change"]) == 1
    assert configured.check().clean
    assert main(["--exit-non-zero-on-change"]) == 0


def test_the_command_to_run_is_short_in_the_project_itself(
    configured: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    configured.write("x = 1\n")
    assert main(["--check"]) == 1
    assert capsys.readouterr().err.endswith("Run: python -m sdkbase.codegen\n")


def test_failed_check_shows_the_diff_and_the_command(
    configured: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    configured.sync("x = 1\n")
    configured.write("x = 2\n")
    assert main([str(configured.root), "--check"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("_sync/module.py: differs\n--- _sync/module.py (on disk)\n")
    assert err == (
        f"The sync code is out of date. Run: python -m sdkbase.codegen {configured.root}\n"
    )


def test_problems_are_printed_and_force_overrides_an_edit(
    configured: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    configured.sync("x = 1\n")
    (configured.output / "module.py").write_text("x = 3\n")
    assert main([]) == 1
    assert capsys.readouterr().err.startswith("error: _sync/module.py: is in the way")
    assert main(["--force"]) == 0


def test_all_settings_of_several_targets(project: Project) -> None:
    configure(
        project,
        """
        [[tool.sdkbase.codegen.targets]]
        source = "_async"
        output = "_sync"
        sync-prefix = ""
        replacements = { go = "went" }
        [[tool.sdkbase.codegen.targets]]
        source = "tests/_async"
        output = "tests/_sync"
        """,
    )
    project.write("class AsyncA:\n    go = 1\n")
    tests = Project(project.root / "tests")
    tests.write("class AsyncA: ...\n")
    assert main([str(project.root)]) == 0
    assert project.read() == "class A:\n    went = 1\n"
    assert tests.read() == "class SyncA: ...\n"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("", "has no [tool.sdkbase.codegen]: add [tool.sdkbase.codegen] with source ="),
        ("tool = 1", "has no [tool.sdkbase.codegen]"),
        ("[", "is not valid TOML"),
        ("[tool.sdkbase.codegen]\nprefix = ''", "does not know the key 'prefix': known are source"),
        ("[tool.sdkbase.codegen]\nsource = 'a'", "needs the key 'output'"),
        ("[tool.sdkbase.codegen]\nsource = 1", "needs a string for 'source'"),
        ("[tool.sdkbase.codegen]\nsource = '../a'", "a folder inside the project for 'source'"),
        ("[tool.sdkbase.codegen]\noutput = '/a'", "a folder inside the project for 'output'"),
        ("[tool.sdkbase.codegen]\nreplacements = 'a'", "needs a table of strings"),
        ("[tool.sdkbase.codegen]\nreplacements = {a = 1}", "needs a table of strings"),
        ("[tool.sdkbase.codegen]\nsource = 'a'\ntargets = []", "not know the key 'targets'"),
        ("[tool.sdkbase.codegen]\ntargets = 1", "does not know the key 'targets'"),
        ("[tool.sdkbase.codegen]\ntargets = []", "[tool.sdkbase.codegen] has no target: add"),
        ("[tool.sdkbase.codegen]\ntargets = [1]", "[tool.sdkbase.codegen.targets] needs the key"),
    ],
)
def test_wrong_settings_are_named(
    project: Project, capsys: pytest.CaptureFixture[str], settings: str, message: str
) -> None:
    configure(project, settings)
    assert main([]) == 1
    err = capsys.readouterr().err
    assert err.startswith("error: pyproject.toml: ")
    assert message in err


def test_folder_without_a_project_is_named(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["nowhere"]) == 1
    assert capsys.readouterr().err == (
        "error: nowhere/pyproject.toml: cannot be read: no project here?\n"
    )


def test_missing_tools_are_named_with_the_extra(
    configured: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_errors, "find_spec", lambda name: None if name != "ruff" else True)
    with pytest.raises(MissingToolError):
        configured.check()
    assert main([]) == 1
    assert capsys.readouterr().err == (
        "error: not installed: unasync, setuptools, tokenize_rt. "
        "Run: pip install 'sdkbase[codegen]'\n"
    )


def test_module_runs_as_a_command(configured: Project) -> None:
    configured.write("x = 1\n")
    command = [sys.executable, "-m", "sdkbase.codegen", "--check"]
    done = subprocess.run(command, check=False, env=COVERED)
    assert done.returncode == 1


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Copy what the script needs, with a package that cannot be imported."""
    spec = find_spec("sdkbase.codegen")
    assert spec is not None
    assert spec.origin is not None
    shutil.copytree(Path(spec.origin).parent, tmp_path / "sdkbase/codegen")
    (tmp_path / "tools").mkdir()
    shutil.copy(REPOSITORY / "tools/generate_sync.py", tmp_path / "tools")
    (tmp_path / "sdkbase/__init__.py").write_text("raise SystemExit('imported')\n")
    (tmp_path / "sdkbase/_async").mkdir()
    # The script's own replacements have to be used too.
    words = " ".join(generate_sync.TARGETS[0].replacements)
    (tmp_path / "sdkbase/_async/words.py").write_text(f"# {words}\n")
    return tmp_path


def script(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(repository / "tools/generate_sync.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=repository)


def test_script_works_while_the_package_is_broken(repository: Path) -> None:
    (repository / "sdkbase/_async/a.py").write_text(f"class AsyncA: ...\n\n\n# {' '.join(BASE)}\n")
    done = script(repository)
    assert (done.returncode, done.stderr) == (0, "")
    assert "class SyncA" in (repository / "sdkbase/_sync/a.py").read_text()
    assert script(repository, "--check").returncode == 0


def test_script_fails_on_an_unused_entry_but_writes(repository: Path) -> None:
    (repository / "sdkbase/_async/a.py").write_text("x = 1\n")
    done = script(repository)
    assert done.returncode == 1
    name = next(iter(BASE))
    assert f"_table.py: {name!r} is unused: move its line to DOWNSTREAM" in done.stderr
    assert (repository / "sdkbase/_sync/a.py").exists()


def test_script_names_itself_when_the_code_is_out_of_date(repository: Path) -> None:
    (repository / "sdkbase/_async/a.py").write_text("x = 1\n")
    done = script(repository, "--check")
    assert done.returncode == 1
    assert done.stderr == "The sync code is out of date. Run: python tools/generate_sync.py\n"
