from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.codegen.project import Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    project = Project(tmp_path)
    project.source.mkdir()
    return project
