from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sdkbase.codegen import CodegenError, Target, generate
from sdkbase.codegen._generate import unused_entries
from sdkbase.codegen._table import BASE
from tests.unit.codegen.project import Project

# It formats by ruff, again and again.
pytestmark = pytest.mark.usefixtures("uncovered_children")


def kinds(project: Project) -> list[str]:
    return [str(change) for change in project.check().changes]


def test_second_run_touches_nothing(project: Project) -> None:
    project.write("async def f(): ...\n")
    assert [change.kind for change in project.generate().changes] == ["missing"]
    path = project.output / "module.py"
    os.utime(path, ns=(1, 1))
    report = project.generate()
    assert report.clean
    assert report.unchanged == (path,)
    assert path.stat().st_mtime_ns == 1


def test_check_names_missing_differing_and_orphan_files(project: Project) -> None:
    for name in ("a.py", "sub/b.py", "sub/c.py"):
        project.write("x = 1\n", name)
    project.generate()
    (project.output / "a.py").unlink()
    project.write("x = 2\n", "sub/b.py")
    (project.source / "sub/c.py").unlink()
    (project.output / "sub/stray.py").write_text("x = 1\n")
    assert kinds(project) == [
        "_sync/a.py: missing",
        "_sync/sub/b.py: differs",
        "_sync/sub/c.py: orphan",
        "_sync/sub/stray.py: orphan",
    ]
    diff = project.check().diff()
    assert "--- _sync/sub/b.py (on disk)\n+++ _sync/sub/b.py (generated)\n" in diff
    assert "\n+x = 2\n" in diff


def test_check_writes_nothing(project: Project) -> None:
    project.write("x = 1\n")
    assert not project.check().clean
    assert not project.output.exists()


def test_check_fails_on_problems_in_the_source(project: Project) -> None:
    project.write("import time\n")
    with pytest.raises(CodegenError, match="imports 'time'"):
        project.check()


def test_folder_that_still_holds_files_stays(project: Project) -> None:
    project.write("x = 1\n", "a.py")
    project.write("x = 1\n", "c.py")
    project.generate()
    (project.source / "a.py").unlink()
    project.generate()
    assert [path.name for path in project.output.iterdir()] == ["c.py"]


def test_a_change_of_one_byte_is_drift(project: Project) -> None:
    project.sync("x = 1\n")
    path = project.output / "module.py"
    path.write_bytes(path.read_bytes() + b"\n")
    assert kinds(project) == ["_sync/module.py: differs"]


def test_edit_by_hand_is_not_overwritten_without_force(project: Project) -> None:
    project.sync("x = 1\n")
    path = project.output / "module.py"
    edited = path.read_text().replace("x = 1", "x = 5")
    path.write_text(edited)
    assert project.refusal() == (
        "_sync/module.py: was edited by hand: move the edit to the async source, "
        "or run with --force to overwrite it"
    )
    assert path.read_text() == edited
    assert [change.kind for change in project.generate(force=True).changes] == ["differs"]
    assert project.read() == "x = 1\n"


def test_file_that_was_not_generated_is_not_overwritten_without_force(project: Project) -> None:
    project.write("x = 1\n")
    project.output.mkdir()
    (project.output / "module.py").write_text("# mine\n")
    assert project.refusal() == (
        "_sync/module.py: is in the way and was not generated: move or delete it, "
        "or run with --force to overwrite it"
    )
    project.generate(force=True)
    assert project.read() == "x = 1\n"


def test_edited_orphan_is_deleted_only_with_force(project: Project) -> None:
    path = project.write("x = 1\n")
    project.generate()
    path.unlink()
    twin = project.output / "module.py"
    twin.write_text(twin.read_text() + "y = 1\n")
    assert "was edited by hand" in project.refusal()
    project.generate(force=True)
    assert not twin.exists()


def test_stray_file_is_never_deleted(project: Project) -> None:
    project.output.mkdir()
    (project.output / "mine.py").write_text("x = 1\n")
    with pytest.raises(CodegenError, match="has no async source and was not generated"):
        project.generate(force=True)
    assert (project.output / "mine.py").exists()


def test_twin_of_a_refused_source_is_no_orphan(project: Project) -> None:
    project.sync("x = 1\n")
    (project.output / "module.py").write_text("# mine\n")
    assert project.refusal("import time\n").splitlines() == [
        "_async/module.py:1: imports 'time': what differs by colour belongs in a shim outside "
        "(to wait: sdkbase.AsyncClock().sleep)"
    ]


def test_nothing_is_written_when_one_file_is_refused(project: Project) -> None:
    project.write("x = 1\n", "a.py")
    project.write("x = 1\n", "b.py")
    project.output.mkdir()
    (project.output / "b.py").write_text("# mine\n")
    project.refusal()
    assert not (project.output / "a.py").exists()


def test_checkout_with_other_line_ends_is_no_edit(project: Project) -> None:
    project.sync("x = 1\n")
    path = project.output / "module.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert not project.check().clean
    project.generate()
    assert project.check().clean


def test_skipped_source_has_no_twin(project: Project) -> None:
    project.write("# sync: skip\nimport asyncio\n", "conftest.py")
    project.write("x = 1\n")
    project.generate()
    assert [path.name for path in project.output.iterdir()] == ["module.py"]
    assert project.check().clean


def test_twin_of_a_skipped_source_may_be_written_by_hand(project: Project) -> None:
    project.write("# sync: skip\n", "conftest.py")
    project.output.mkdir()
    (project.output / "conftest.py").write_text("x = 1\n")
    assert project.check().clean


def test_generated_twin_of_a_source_that_is_now_skipped_is_an_orphan(project: Project) -> None:
    project.sync("x = 1\n")
    project.write("# sync: skip\nx = 1\n")
    assert kinds(project) == ["_sync/module.py: orphan"]


def test_other_files_are_ignored(project: Project) -> None:
    project.write("AsyncX", "py.typed")
    project.write("AsyncX", "data.json")
    assert project.check().clean


@pytest.mark.parametrize("output", ["_async", "_async/_sync", "."])
def test_output_and_source_may_not_overlap(project: Project, output: str) -> None:
    path = project.write("x = 1\n")
    with pytest.raises(CodegenError, match="overlaps with"):
        generate([Target(project.source, project.root / output)])
    assert path.read_text() == "x = 1\n"


def test_generated_code_is_clean_for_ruff(project: Project) -> None:
    starts = ['"""Doc."""\n', "# Comment.\n", "import os\n", "class A: ...\n", "\n\nx = 1\n", ""]
    for number, start in enumerate(starts):
        project.write(start, f"module_{number}.py")
    project.write(
        "from __future__ import annotations\nfrom b import AsyncZ, Y\nx = (AsyncZ, Y)\n",
        "imports.py",
    )
    project.generate()
    for command in (["check", "--select", "I,F401,E,W"], ["format", "--check"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, project.output], check=True)


def test_unused_entries_of_the_table_are_found_over_all_targets(project: Project) -> None:
    names = list(BASE)
    project.write(f"# {' '.join(names[:-2])}\n")
    tests = Project(project.root / "tests")
    tests.write(f"# {names[-1]}\n")
    assert unused_entries([project.target, tests.target]) == [names[-2]]
