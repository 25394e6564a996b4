"""Decide what each name becomes in the sync code, and find two that would become one."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ._config import Target
from ._source import Source, SourceTree
from ._table import BASE, DOWNSTREAM, UNASYNC

_ASYNC_NAME = re.compile(r"\AAsync(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Naming:
    """Hold the exact replacements of one target; every other `AsyncX` becomes `SyncX`."""

    replacements: Mapping[str, str]
    #: The names that the sources define and whose sync form follows the target's prefix.
    defined: frozenset[str]

    @classmethod
    def of(
        cls,
        target: Target,
        tree: SourceTree,
        others: Iterable[tuple[Target, SourceTree]] = (),
    ) -> Naming:
        """
        Work out the names of a target.

        Args:
            target: Gives the prefix and the extra replacements.
            tree: Searched for the names that its files define, also those without a twin.
            others: The other targets of the project: tests follow the prefix of what they import.

        Returns:
            The naming: extra replacements first, then the tables, then the sources' own names,
            then those of the other targets.
        """
        own = _prefixed(target, tree)
        defined = _definitions(tree)
        borrowed: dict[str, str] = {}
        packages = {top_package(target.source), *_imported_packages(tree)}
        for other, other_tree in others:
            if top_package(other.source) in packages:
                borrowed |= _prefixed(other, other_tree)
        borrowed = {name: value for name, value in borrowed.items() if name not in defined}
        tables = {**UNASYNC, **DOWNSTREAM, **BASE}
        return cls({**borrowed, **own, **tables, **target.replacements}, defined)

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


def top_package(folder: Path) -> str:
    """
    Find the name that code in a folder is imported by.

    Args:
        folder: A folder of Python code.

    Returns:
        The name of the outermost folder that is a package, or of the folder itself.
    """
    folder = folder.resolve()
    while (folder.parent / "__init__.py").is_file():
        folder = folder.parent
    return folder.name


def _definitions(tree: SourceTree) -> frozenset[str]:
    return frozenset(name for module in tree.modules for name, _ in defined_names(module))


def _prefixed(target: Target, tree: SourceTree) -> dict[str, str]:
    """Give the sync form of each name that the files define, where it is not the usual one."""
    if target.prefix == "Sync":
        # This is the rule for every name anyway; an entry would hide a clash with the tables.
        return {}
    return {name: _ASYNC_NAME.sub(target.prefix, name) for name in _definitions(tree)}


def _imported_packages(tree: SourceTree) -> Iterator[str]:
    for module in tree.modules:
        for node in ast.walk(module):
            match node:
                case ast.Import(names=names):
                    yield from (alias.name.partition(".")[0] for alias in names)
                case ast.ImportFrom(module=str(name), level=0):
                    yield name.partition(".")[0]
                case _:
                    pass


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
