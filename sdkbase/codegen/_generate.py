"""Generate sync twins, or check that they are up to date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from ._change import Change
from ._errors import CodegenError, Problem
from ._table import BASE
from ._target import Target
from ._tools import require_tools


@dataclass(frozen=True, slots=True)
class Report:
    """
    Hold what was changed, or what a check found to be out of date.

    Args:
        changes: Files that were missing, different or without a source.
        unchanged: Files that were up to date.
    """

    changes: tuple[Change, ...]
    unchanged: tuple[Path, ...]

    @property
    def clean(self) -> bool:
        """Tell whether every file was up to date."""
        return not self.changes

    def diff(self) -> str:
        """
        Show every change as a unified diff.

        Returns:
            The diffs, one after the other.
        """
        return "".join(change.diff() for change in self.changes)


def generate(targets: Iterable[Target], *, force: bool = False) -> Report:
    """
    Bring the sync twins of all targets up to date.

    Files that are up to date are not touched, and twins whose source is gone are deleted. Either
    everything is written or, on any problem, nothing.

    Args:
        targets: What to generate.
        force: Overwrite files that were edited by hand or not generated.

    Returns:
        What was written and deleted.

    Raises:
        CodegenError: Lists every problem in the sources and every file that is in the way.
        MissingToolError: If unasync, tokenize-rt or ruff is not installed.
    """
    from ._output import refusals

    report, problems = _compare(list(targets))
    problems += refusals(report.changes, force=force)
    if problems:
        raise CodegenError(problems)
    for change in report.changes:
        change.apply()
    return report


def check(targets: Iterable[Target]) -> Report:
    """
    Compare the sync twins of all targets with what would be generated, byte by byte.

    Args:
        targets: What to check.

    Returns:
        What `generate` would change; the report is `clean` if that is nothing.

    Raises:
        CodegenError: Lists every problem in the sources.
        MissingToolError: If unasync, tokenize-rt or ruff is not installed.
    """
    report, problems = _compare(list(targets))
    if problems:
        raise CodegenError(problems)
    return report


def _compare(targets: Sequence[Target]) -> tuple[Report, list[Problem]]:
    require_tools()
    # Not at the top: importing these needs the tools.
    from ._output import changes
    from ._render import render

    problems = list(_overlaps(targets))
    if problems:
        raise CodegenError(problems)
    found: list[Change] = []
    unchanged: list[Path] = []
    for target in targets:
        rendering = render(target, problems)
        new = list(changes(target, rendering))
        found += new
        unchanged += rendering.files.keys() - {change.path for change in new}
    return Report(tuple(found), tuple(sorted(unchanged))), problems


def _overlaps(targets: Sequence[Target]) -> Iterable[Problem]:
    """Find folders that two roles share: one target would read or delete the other's files."""
    folders = [folder.resolve() for target in targets for folder in (target.source, target.output)]
    for one, other in combinations(folders, 2):
        if one.is_relative_to(other) or other.is_relative_to(one):
            yield Problem(f"overlaps with {other.as_posix()}: each folder can have one role", one)


def unused_entries(targets: Iterable[Target]) -> list[str]:
    """
    Find the entries of the base table that no target needs.

    Args:
        targets: Searched together.

    Returns:
        The names, in the order of the table.
    """
    require_tools()
    from ._lint import unused
    from ._source import read_sources

    ignored: list[Problem] = []
    sources = [s for target in targets for s in read_sources(target.source, ignored).sources]
    return unused(BASE, sources)
