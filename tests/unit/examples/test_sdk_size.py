"""How much an author writes for an SDK: the figures of issue 3, taken from the example SDKs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"
_METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)
SDKS = ["acme_sdk", "chat_sdk", "prometheus_sdk"]


def endpoints(sdk: str) -> dict[str, int]:
    """Return the lines of every method that makes a call, docstring and signature included."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in source(sdk, "_async"))
    return dict(entry for tree in trees for entry in _methods(tree))


def _methods(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for cls in ast.walk(tree):
        if isinstance(cls, ast.ClassDef):
            for method in cls.body:
                if isinstance(method, _METHODS) and _is_public(method):
                    written = (method.end_lineno or 0) - method.lineno + 1
                    yield f"{cls.name}.{method.name}", written


def _is_public(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    # Decorated methods are the properties that resources hang on.
    return not method.name.startswith("_") and not method.decorator_list


def source(sdk: str, part: str = "") -> list[Path]:
    return sorted((EXAMPLES / sdk / part).rglob("*.py"))


def lines(paths: list[Path]) -> int:
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


def figures(sdk: str) -> dict[str, float]:
    """Return what is told about one SDK."""
    written = endpoints(sdk)
    return {
        "endpoints": len(written),
        "lines per endpoint": mean(written.values()),
        "lines of _async per endpoint": lines(source(sdk, "_async")) / len(written),
        "share generated": lines(source(sdk, "_sync")) / lines(source(sdk)),
    }


@pytest.mark.parametrize("sdk", SDKS)
def test_an_endpoint_takes_an_author_six_lines(sdk: str) -> None:
    assert figures(sdk)["lines per endpoint"] <= 6, endpoints(sdk)


@pytest.mark.parametrize("sdk", SDKS)
def test_what_has_a_colour_is_written_once(sdk: str) -> None:
    told = figures(sdk)
    assert told["endpoints"] >= 5
    assert 0.2 < told["share generated"] < 0.5


if __name__ == "__main__":
    for name in SDKS:
        print(name, {what: round(value, 2) for what, value in figures(name).items()})
        print("   ", endpoints(name))
