"""Read the async sources: text, syntax tree and tokens of each file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tokenize import TokenError
from typing import NamedTuple

from ._errors import Problem

_SKIP = re.compile(r"#\s*sync:\s*skip\s*\Z")
_LITERAL = re.compile(r"""([A-Za-z]*)(["'].*)""", re.DOTALL)


class Token(NamedTuple):
    """Hold one token, or the space between two."""

    name: str
    src: str
    line: int | None

    def literal(self) -> tuple[str, str] | None:
        """
        Split a plain string.

        Returns:
            The prefix and the quoted rest; None for an f-string and for any other token.
        """
        found = _LITERAL.fullmatch(self.src) if self.name == "STRING" else None
        if found is None or not {"f", "t"}.isdisjoint(found[1].lower()):
            return None
        return found[1], found[2]


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
    skipped: Mapping[PurePosixPath, ast.Module]

    @property
    def modules(self) -> Iterator[ast.Module]:
        """Give the syntax tree of every file."""
        yield from (source.tree for source in self.sources)
        yield from self.skipped.values()


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
    skipped: dict[PurePosixPath, ast.Module] = {}
    for path in sorted(folder.rglob("*.py")):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        try:
            text = _text(path)
            if _SKIP.match(text.partition("\n")[0]):
                skipped[relative] = ast.parse(text)
            else:
                sources.append(_parsed(path, relative, text))
        except (SyntaxError, TokenError, ValueError) as error:
            problems.append(Problem(f"cannot be read as Python: {error}", path))
    return SourceTree(tuple(sources), skipped)


def _text(path: Path) -> str:
    # Whatever the checkout made of line ends, the output has "\n".
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def _parsed(path: Path, relative: PurePosixPath, text: str) -> Source:
    tree = ast.parse(text)
    tokens = tuple(tokens_of(text))
    if text_of(tokens) != text:
        raise ValueError("its tokens do not add up to its text")
    return Source(path, relative, text, tree, tokens)


def tokens_of(text: str) -> list[Token]:
    """
    Split Python source into tokens.

    Args:
        text: The source.

    Returns:
        Every token, spaces included.
    """
    # Imported late, so that a missing extra is told in one line. tokenize-rt ships annotations but
    # no py.typed, so neither checker trusts them.
    import tokenize_rt  # type: ignore[import-untyped] # pyright: ignore[reportMissingTypeStubs]

    return [Token(token.name, token.src, token.line) for token in tokenize_rt.src_to_tokens(text)]


def text_of(tokens: Iterable[Token]) -> str:
    """
    Join tokens.

    Args:
        tokens: The tokens in order.

    Returns:
        The source.
    """
    return "".join(token.src for token in tokens)


def f_strings(tokens: Iterable[Token]) -> Iterator[Token]:
    """
    Find the f-strings, each whole, whatever tokens this Python makes of them.

    Args:
        tokens: The tokens of one file.

    Yields:
        One token for each f-string, outermost only.
    """
    depth = 0
    parts: list[Token] = []
    for token in tokens:
        # From Python 3.12 on an f-string is a row of tokens; before, it is one STRING.
        depth += token.name in {"FSTRING_START", "TSTRING_START"}
        if depth:
            parts.append(token)
        elif token.name == "STRING" and token.literal() is None:
            yield token
        if token.name in {"FSTRING_END", "TSTRING_END"}:
            depth -= 1
            if not depth:
                yield parts[0]._replace(src=text_of(parts))
                parts.clear()
