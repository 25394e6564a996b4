"""Imports go one way, as DESIGN.md draws them; read from the source, not from what runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sdkbase

ROOT = Path(sdkbase.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

# What each layer may import of sdkbase, besides itself.
LAYERS = {"_policy", "_observe", "_wire", "_concurrency", "_exports", "config", "errors"}
ALLOWED: dict[str, set[str]] = {
    "_async": LAYERS | {"_version"},
    "_sync": LAYERS | {"_version"},
    # Decisions and observation are one layer: settings hold the interceptors.
    "_policy": {"_observe", "_wire", "_concurrency", "_exports", "config", "errors"},
    "_observe": {"_policy", "_wire", "_concurrency", "_exports", "config", "errors"},
    "_wire": {"_concurrency", "_exports", "config", "errors"},
    "config": {"errors"},
    "errors": set(),
    "_concurrency": {"_exports"},
    "_version": set(),
    "_exports": set(),
    "codegen": set(),
    "cli": {"codegen", "_version", "_wire", "errors"},
    "models": {"_wire", "_exports", "errors"},
    "progress": {"_concurrency", "config", "errors"},
    "sync": {"_sync", "_exports"},
    "__init__": {
        "_async",
        "_sync",
        "_policy",
        "_observe",
        "_wire",
        "_concurrency",
        "_version",
        "_exports",
        "config",
        "errors",
    },
    # The kit is built on the package as its users see it, and on the seam below.
    "testing": {*LAYERS, "_async", "_sync", "_exports"},
}
COLOURED = {"asyncio", "anyio", "threading", "time", "trio"}


def layer_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Give the absolute name of each module that a file imports, with its line."""
    package = ["sdkbase", *path.relative_to(ROOT).parent.parts]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, name) for name in targets_of(node, package))


def targets_of(node: ast.ImportFrom, package: list[str]) -> list[str]:
    base = package[: len(package) - node.level + 1] if node.level else []
    parts = [*base, *(node.module.split(".") if node.module else [])]
    if parts == ["sdkbase"]:
        # `from . import x` names a module or something of the package's own __init__.
        return [f"sdkbase.{alias.name}" for alias in node.names]
    return [".".join(parts)]


def own_layer(name: str) -> str | None:
    parts = name.split(".")
    if parts[0] != "sdkbase":
        return None
    known = len(parts) > 1 and ((ROOT / parts[1]).is_dir() or (ROOT / f"{parts[1]}.py").exists())
    return parts[1] if known else "__init__"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    layer = layer_of(path)
    assert layer in ALLOWED, f"{path.name}: say in ALLOWED what the new layer {layer} may import"
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for line, name in imports_of(path)
        if (target := own_layer(name)) not in (None, layer) and target not in ALLOWED[layer]
    ]
    assert not wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_shim_touches_loops_threads_and_clocks(path: Path) -> None:
    if layer_of(path) == "_concurrency":
        return
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for line, name in imports_of(path)
        if name.split(".")[0] in COLOURED
    ]
    assert not wrong


def test_pure_layers_hold_no_coroutine() -> None:
    # One form of both colours is right in a body that either client may send.
    allowed = {("_wire", "__aiter__")}
    found = {
        (layer_of(path), node.name)
        for path in MODULES
        if layer_of(path) in ("_wire", "_policy", "_observe", "config", "errors")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.AsyncFunctionDef)
    }
    assert found <= allowed


def test_the_rules_have_no_layer_that_is_gone() -> None:
    layers = {layer_of(path) for path in MODULES}
    assert set(ALLOWED) <= layers


def test_relative_imports_are_understood(tmp_path: Path) -> None:
    node = ast.parse("from ..config import OMIT").body[0]
    assert isinstance(node, ast.ImportFrom)
    assert targets_of(node, ["sdkbase", "_wire"]) == ["sdkbase.config"]
    node = ast.parse("from . import errors").body[0]
    assert isinstance(node, ast.ImportFrom)
    assert targets_of(node, ["sdkbase"]) == ["sdkbase.errors"]
    assert own_layer("sdkbase.errors") == "errors"
    assert own_layer("sdkbase.AsyncHttpClient") == "__init__"
    assert own_layer("httpx") is None
