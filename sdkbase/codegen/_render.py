"""The pipeline: from one target to the bytes of its sync twin."""

from __future__ import annotations

import ast
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ._convert import tidy, to_sync
from ._errors import Problem
from ._header import with_header
from ._lint import lint
from ._marker import mask, unmask
from ._names import Naming
from ._prose import convert_prose
from ._residue import residue
from ._source import Source, read_sources
from ._target import Target


@dataclass(frozen=True, slots=True)
class Rendering:
    """Hold what the output folder of one target must contain."""

    files: dict[Path, bytes]
    #: Places for twins of `# sync: skip` files; what is there was written by hand.
    by_hand: frozenset[Path]


@dataclass(frozen=True, slots=True)
class _Draft:
    """Hold sync code on its way."""

    source: Source
    path: Path
    code: str


def render(target: Target, problems: list[Problem]) -> Rendering:
    """
    Generate the sync twin of a target without writing it.

    Args:
        target: What to generate.
        problems: Receives everything that is wrong; the rendering is complete only without any.

    Returns:
        The bytes of every output file.
    """
    tree = read_sources(target.source, problems)
    naming = Naming.of(target, tree.sources)
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
