"""Decide what each name becomes in the sync code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ._source import Source
from ._table import BASE, DOWNSTREAM, UNASYNC
from ._target import Target

_ASYNC_NAME = re.compile(r"\AAsync(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Naming:
    """Hold the exact replacements of one target; every other `AsyncX` becomes `SyncX`."""

    replacements: Mapping[str, str]
    #: The names that the sources define and whose sync form follows the target's prefix.
    defined: frozenset[str]

    @classmethod
    def of(cls, target: Target, sources: Iterable[Source]) -> Naming:
        """
        Work out the names of a target.

        Args:
            target: Gives the prefix and the extra replacements.
            sources: Searched for the names that they define.

        Returns:
            The naming, extra replacements first, then the sources' own names, then the tables.
        """
        defined = frozenset(name for source in sources for name, _ in defined_names(source.tree))
        own = {name: _ASYNC_NAME.sub(target.prefix, name) for name in defined}
        if target.prefix == "Sync":
            # This is the rule for every name anyway; an entry would hide a clash with the tables.
            own = {}
        return cls({**own, **UNASYNC, **DOWNSTREAM, **BASE, **target.replacements}, defined)

    def __contains__(self, name: str) -> bool:
        return name in self.replacements

    def convert(self, name: str) -> str:
        """
        Give the sync form of a name.

        Args:
            name: One identifier.

        Returns:
            The sync form; the name itself if it has no colour.
        """
        return self.replacements.get(name) or _ASYNC_NAME.sub("Sync", name)


def defined_names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """
    Find the names starting with `Async` that a module defines.

    Args:
        tree: The module.

    Yields:
        Names of classes, functions, type aliases and other assigned names, with their lines.
    """
    for node in ast.walk(tree):
        match node:
            case (
                ast.ClassDef(name=name)
                | ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                # A type alias of either kind stores its name, as every assignment does.
                | ast.Name(id=name, ctx=ast.Store())
            ) if _ASYNC_NAME.match(name):
                yield name, node.lineno
            case _:
                pass
