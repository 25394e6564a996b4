"""The tables of tests that do not run on a transport have no entry that is out of date."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backend_differences import NOT_ON
from tests.backends import FOLDERS, ROOT, WIRE_FIXTURES, is_possible

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(file: Path) -> Iterator[Function]:
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, Function):
            yield node


def wire_tests(file: Path) -> set[str]:
    """Return the tests that would run on all transports if no table named them."""
    return {
        function.name
        for function in functions_of(file)
        if WIRE_FIXTURES & {argument.arg for argument in function.args.args}
        or "pytest.mark.wire" in map(ast.unparse, function.decorator_list)
        or "pytestmark = pytest.mark.wire" in file.read_text()
    }


@pytest.mark.parametrize(
    ("backend", "entry"), [(backend, entry) for backend in NOT_ON for entry in NOT_ON[backend]]
)
def test_an_entry_names_a_test_on_the_wire(backend: str, entry: str) -> None:
    file, _, name = entry.partition("::")
    found = wire_tests(ROOT / file)
    assert name in found if name else found
    assert NOT_ON[backend][entry]


def test_each_fixture_that_means_the_wire_is_there() -> None:
    files = [file for folder in (*FOLDERS, ROOT / "tests") for file in folder.glob("*.py")]
    names = {function.name for file in files for function in functions_of(file)}
    assert names >= WIRE_FIXTURES


def test_only_trio_on_the_fast_transport_is_left_out(request: pytest.FixtureRequest) -> None:
    assert is_possible(request.node)
