"""Each fault that is known has a test, and the faults that no script can play are played here."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from sdkbase import TimeoutConfig, TransportError
from tests.faults.driver import Outcome, ask, drive
from tests.faults.rows import ROWS
from tests.faults.scripts import SCRIPTS

TESTS = Path(__file__).parents[1]
LETTERED = {"8b", "12b", "21b", "23b"}


def test_no_row_is_left_out() -> None:
    assert ROWS.keys() == {str(number) for number in range(1, 41)} | LETTERED


@pytest.mark.parametrize("row", ROWS)
def test_what_a_row_names_is_there(row: str) -> None:
    fault, tests = ROWS[row]
    assert fault and tests
    for test in tests:
        file, _, name = test.partition("::")
        if name:
            assert name in _functions(TESTS / file)
        else:
            assert test.removeprefix("script ") in SCRIPTS


@cache
def _functions(file: Path) -> set[str]:
    nodes = ast.walk(ast.parse(file.read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


# --- before there is a connection -----------------------------------------------------------------


def _never_sent(outcome: Outcome, kind: str) -> None:
    # Nothing was sent, so that even a POST may be tried again.
    assert outcome.trace == (kind, 4)
    assert isinstance(outcome.error, TransportError)
    assert not outcome.error.sent


@pytest.mark.wire
def test_a_name_that_does_not_exist(colour: str) -> None:
    (outcome,) = drive(colour, [ask("POST", "/x")], base_url="http://nowhere.invalid")
    _never_sent(outcome, "ConnectError")


@pytest.mark.wire
def test_a_server_that_takes_no_connection(full_url: str, colour: str) -> None:
    limits = TimeoutConfig(connect=0.05)
    (outcome,) = drive(colour, [ask("POST", "/x")], base_url=full_url, timeout_config=limits)
    _never_sent(outcome, "ConnectTimeoutError")
