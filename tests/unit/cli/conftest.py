from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sdkbase.cli._new import create
from tests.unit.cli.sdk import Sdk


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "acme"
    create("acme", path=folder)
    return folder


@pytest.fixture
def sdk(pristine: Path, tmp_path: Path) -> Sdk:
    """Give a new SDK, to be changed at will."""
    shutil.copytree(pristine, tmp_path / "acme")
    return Sdk(tmp_path / "acme", "acme")
