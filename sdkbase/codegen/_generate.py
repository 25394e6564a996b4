"""Generate sync twins, or check that they are up to date."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path, PurePosixPath

from ._config import Target
from ._convert import convert_prose, mask, tidy, to_sync, unmask
from ._errors import CodegenError, Problem, require_tools
from ._lint import lint, unused
from ._names import Naming
from ._output import Change, Rendering, Report, changes, refusals, with_header
from ._residue import residue
from ._source import Source, SourceTree, read_sources
from ._table import BASE


@dataclass(frozen=True, slots=True)
class _Draft:
    """Hold sync code on its way."""

    source: Source
    path: Path
    code: str


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


def unused_entries(targets: Iterable[Target]) -> list[str]:
    """
    Find the entries of the base table that no target needs.

    Args:
        targets: Searched together.

    Returns:
        The names, in the order of the table.
    """
    require_tools()
    ignored: list[Problem] = []
    sources = [s for target in targets for s in read_sources(target.source, ignored).sources]
    return unused(BASE, sources)


def readings(
    targets: Iterable[Target], problems: list[Problem]
) -> Iterator[tuple[Target, SourceTree, Naming]]:
    """
    Read the sources of all targets and work out their names.

    Args:
        targets: Named together: each follows the names of the others where it imports them.
        problems: Receives one entry for each file that cannot be read as Python.

    Yields:
        Each target with its sources and names.
    """
    trees = [(target, read_sources(target.source, problems)) for target in targets]
    for target, tree in trees:
        others = [pair for pair in trees if pair[0] is not target]
        yield target, tree, Naming.of(target, tree, others)


def _compare(targets: Sequence[Target]) -> tuple[Report, list[Problem]]:
    require_tools()
    problems = list(_overlaps(targets))
    if problems:
        raise CodegenError(problems)
    found: list[Change] = []
    unchanged: list[Path] = []
    for target, tree, naming in readings(targets, problems):
        rendering = _render(target, tree, naming, problems)
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


def _render(target: Target, tree: SourceTree, naming: Naming, problems: list[Problem]) -> Rendering:
    """Make the bytes of a sync twin; what is wrong is added to *problems*."""
    found = list(lint(target, tree.sources, naming))
    problems += found
    # The other files go on, so that one run shows what their sync code is like.
    refused = {problem.path for problem in found}
    sources = [source for source in tree.sources if source.path not in refused]
    drafts = _finish(_drafts(target, sources, naming, problems), problems)
    folder = PurePosixPath(target.source.resolve().name)
    return Rendering(
        {draft.path: with_header(draft.code, folder / draft.source.relative) for draft in drafts},
        frozenset(target.output / relative for relative in tree.skipped),
    )


def _drafts(
    target: Target, sources: list[Source], naming: Naming, problems: list[Problem]
) -> list[_Draft]:
    masked = [mask(source.tokens, naming) for source in sources]
    codes = to_sync([text for text, _ in masked], naming)
    drafts: list[_Draft] = []
    for source, code, (_, kept) in zip(sources, codes, masked, strict=True):
        try:
            ast.parse(code)
        except SyntaxError as error:
            problems.append(Problem(f"its sync code is not valid Python: {error}", source.path))
            continue
        code = unmask(convert_prose(code, naming), kept)
        drafts.append(_Draft(source, target.output / source.relative, code))
    return drafts


def _finish(drafts: list[_Draft], problems: list[Problem]) -> list[_Draft]:
    # ruff is a process of its own: threads are enough to keep every core busy.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(_tidied, drafts))
    for _, found in results:
        problems += found
    return [draft for draft, _ in results]


def _tidied(draft: _Draft) -> tuple[_Draft, list[Problem]]:
    try:
        code = tidy(draft.code, draft.path.resolve())
        found = list(residue(code, ast.parse(code)))
    except (SyntaxError, RuntimeError) as error:
        return draft, [Problem(f"its sync code cannot be tidied: {error}", draft.source.path)]
    return replace(draft, code=code), [
        Problem(f"{message}: {line}", draft.source.path, _line_number(draft.source, line))
        for line, message in found
    ]


def _line_number(source: Source, line: str) -> int | None:
    """Find a line of the sync code in the source; None if it is not the same there."""
    lines = [line.strip() for line in source.text.split("\n")]
    return lines.index(line) + 1 if line in lines else None
