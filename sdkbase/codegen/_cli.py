"""What the commands print, and their exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ._errors import CodegenError, Problem
from ._generate import Report, check, generate
from ._target import Target


def run(targets: Sequence[Target], *, command: str, checking: bool, force: bool) -> int:
    """
    Generate or check, and tell the outcome.

    Args:
        targets: What to generate.
        command: The command that brings everything up to date, for messages.
        checking: Compare only.
        force: Overwrite files that were edited by hand or not generated.

    Returns:
        The exit code: 0 if all is well, 1 if not.
    """
    try:
        report = check(targets) if checking else generate(targets, force=force)
    except CodegenError as error:
        return fail(error.problems)
    for change in report.changes:
        print(change)
    if checking and not report.clean:
        print(report.diff(), end="")
        print(f"The sync code is out of date. Run: {command}", file=sys.stderr)
        return 1
    print(_summary(report))
    return 0


def fail(problems: Sequence[Problem]) -> int:
    """
    Print problems as errors.

    Args:
        problems: What to print.

    Returns:
        The exit code: 0 if there are none.
    """
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _summary(report: Report) -> str:
    return f"{len(report.changes)} changed, {len(report.unchanged)} up to date"
