"""Decide what each name becomes in the sync code, and find two that would become one."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ._config import Target
from ._source import Source
from ._table import BASE, DOWNSTREAM, UNASYNC

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


@dataclass(frozen=True, slots=True)
class _Binding:
    name: str
    line: int
    #: What the name means in the sync code: two bindings with one origin are the same thing.
    origin: str


def clashes(source: Source, naming: Naming, *, from_outside: bool) -> Iterator[tuple[int, str]]:
    """
    Find names that are different in the source and the same in the sync code.

    Args:
        source: One file.
        naming: Gives the sync form of each name.
        from_outside: Also look for imported names that the sources define as well. Those two part
            only under a prefix other than `Sync`.

    Yields:
        The line and what to do about it.
    """
    imports = list(_imported(source.tree, naming))
    yield from _merged([*imports, *_defined(source.tree)], naming)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            yield from _merged(_defined(node), naming)
        if from_outside and isinstance(node, ast.ImportFrom) and _is_outside(node, source):
            for alias in node.names:
                if alias.name in naming.defined:
                    message = f"{alias.name!r} is defined by the sources too: rename one of them"
                    yield node.lineno, message


def _merged(bindings: Iterable[_Binding], naming: Naming) -> Iterator[tuple[int, str]]:
    groups: defaultdict[str, list[_Binding]] = defaultdict(list)
    for binding in bindings:
        groups[naming.convert(binding.name)].append(binding)
    for converted, group in groups.items():
        names = sorted({binding.name for binding in group})
        if len(names) > 1 and len({binding.origin for binding in group}) > 1:
            both = " and ".join(map(repr, names))
            yield group[-1].line, f"{both} would both become {converted!r}: rename one of them"


def _imported(tree: ast.Module, naming: Naming) -> Iterator[_Binding]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        module = ""
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + f"{node.module or ''}:"
        for alias in node.names:
            origin = ".".join(map(naming.convert, alias.name.split(".")))
            name = alias.asname or alias.name.partition(".")[0]
            yield _Binding(name, node.lineno, module + origin)


def _defined(scope: ast.Module | ast.ClassDef) -> Iterator[_Binding]:
    for node in scope.body:
        match node:
            case (
                ast.ClassDef(name=name)
                | ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.AnnAssign(target=ast.Name(id=name))
                | ast.Assign(targets=[ast.Name(id=name)])
            ):
                yield _Binding(name, node.lineno, f"defined as {name}")
            case _:
                pass


def _is_outside(node: ast.ImportFrom, source: Source) -> bool:
    if node.level:
        return node.level > len(source.relative.parts)
    folder = source.path.parents[len(source.relative.parts) - 1].name
    return folder not in (node.module or "").split(".")
