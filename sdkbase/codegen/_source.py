"""Read the async sources: text, syntax tree and tokens of each file."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tokenize import TokenError

from ._errors import Problem
from ._tokens import Token, text_of, tokens_of

_SKIP = re.compile(r"#\s*sync:\s*skip\s*\Z")


@dataclass(frozen=True, slots=True)
class Source:
    """Hold one async file, read and parsed once."""

    path: Path
    #: Path below the source folder.
    relative: PurePosixPath
    text: str
    tree: ast.Module
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class SourceTree:
    """Hold the sources of one target, and the files that stay async only."""

    sources: tuple[Source, ...]
    #: Files whose first line is `# sync: skip`: their twin, if any, is written by hand.
    skipped: frozenset[PurePosixPath]


def read_sources(folder: Path, problems: list[Problem]) -> SourceTree:
    """
    Read every Python file below a folder.

    Args:
        folder: The source folder.
        problems: Receives one entry for each file that cannot be read as Python.

    Returns:
        The sources in the order of their paths.
    """
    if not folder.is_dir():
        problems.append(Problem("the source folder does not exist", folder))
    sources: list[Source] = []
    skipped: set[PurePosixPath] = set()
    for path in sorted(folder.rglob("*.py")):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        try:
            text = _text(path)
            if _SKIP.match(text.partition("\n")[0]):
                skipped.add(relative)
            else:
                sources.append(_parsed(path, relative, text))
        except (SyntaxError, TokenError, ValueError) as error:
            problems.append(Problem(f"cannot be read as Python: {error}", path))
    return SourceTree(tuple(sources), frozenset(skipped))


def _text(path: Path) -> str:
    # Whatever the checkout made of line ends, the output has "\n".
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def _parsed(path: Path, relative: PurePosixPath, text: str) -> Source:
    tree = ast.parse(text)
    tokens = tuple(tokens_of(text))
    if text_of(tokens) != text:
        raise ValueError("its tokens do not add up to its text")
    return Source(path, relative, text, tree, tokens)
