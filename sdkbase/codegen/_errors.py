"""
What can go wrong while generating, listed all at once.

CodegenError
└── MissingToolError
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

# unasync needs setuptools without saying so.
_TOOLS = ("unasync", "setuptools", "tokenize_rt", "ruff")


@dataclass(frozen=True, slots=True)
class Problem:
    """Say what is wrong, in which file, and what to do about it."""

    message: str
    path: Path | None = None
    line: int | None = None

    def __str__(self) -> str:
        where = [] if self.path is None else [shown(self.path)]
        if self.line is not None:
            where.append(str(self.line))
        return f"{':'.join(where)}: {self.message}" if where else self.message


class CodegenError(Exception):
    """
    Raised when nothing was written because of the problems that it lists.

    Args:
        problems: Everything that was found, not only the first of it.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        #: Every problem found, in the order of targets and files.
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class MissingToolError(CodegenError):
    """Raised when a package that generates code is not installed."""


def shown(path: Path) -> str:
    """
    Shorten a path for a message: relative to the working directory where that is possible.

    Args:
        path: Any path.

    Returns:
        The path with forward slashes.
    """
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def require_tools() -> None:
    """
    Make sure that everything generating needs is installed.

    Raises:
        MissingToolError: Names each missing package and the extra that installs them all.
    """
    missing = [name for name in _TOOLS if find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise MissingToolError(
            [Problem(f"not installed: {names}. Run: pip install 'sdkbase[codegen]'")]
        )
