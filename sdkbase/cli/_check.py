"""`sdkbase check`: what an SDK's CI asks of it besides its tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..codegen import CodegenError, Problem, Target
from ..codegen import check as compare_with_source
from ..codegen._config import read_targets
from ._examples import check_examples
from ._parity import check_parity


@dataclass(slots=True)
class CheckReport:
    """Hold what was found: lines for those who read along, and problems that fail the check."""

    lines: list[str] = field(default_factory=list[str])
    problems: list[Problem] = field(default_factory=list[Problem])


def check(folder: Path) -> CheckReport:
    """
    Check that the sync code is up to date, that both halves are alike, and that examples decode.

    The SDK is imported, from its own folder.

    Args:
        folder: The folder of the SDK's pyproject.toml.

    Returns:
        What was found.

    Raises:
        CodegenError: The settings cannot be used, or packages that generate code are missing.
    """
    targets = read_targets(folder)
    report = CheckReport()
    _prefer(_roots(folder, targets))
    if _check_drift(folder, targets, report):
        parity = check_parity(targets)
        report.lines.append(f"parity: {parity.compared} classes and functions compared")
        report.problems += parity.problems
    else:
        report.lines.append("parity: not compared, as the sync code is out of date")
    examples = check_examples(folder)
    report.lines.append(f"examples: {examples.decoded} decoded")
    report.problems += examples.problems
    return report


def _check_drift(folder: Path, targets: list[Target], report: CheckReport) -> bool:
    try:
        drift = compare_with_source(targets)
    except CodegenError as error:
        report.lines.append("sync code: cannot be generated")
        report.problems += error.problems
        return False
    report.lines.append(f"sync code: {len(drift.unchanged)} files up to date")
    report.problems += [Problem(change.kind, change.path) for change in drift.changes]
    if not drift.clean:
        where = "" if folder == Path() else f" {folder.as_posix()}"
        message = f"the sync code is out of date. Run: sdkbase sync{where}"
        report.problems.append(Problem(message))
    return drift.clean


def _roots(folder: Path, targets: list[Target]) -> Iterator[str]:
    """Give the folders that the SDK's packages are imported from."""
    for target in targets:
        source = target.source.resolve()
        depth = next(n for n, it in enumerate(source.parents) if not (it / "__init__.py").is_file())
        yield str(source.parents[depth])
    yield str(folder.resolve())


def _prefer(roots: Iterator[str]) -> None:
    # Before an installed version of the same SDK, which may be another.
    sys.path[:0] = dict.fromkeys(roots)
