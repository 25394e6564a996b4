"""Compare the two halves of an SDK: the same classes and methods that take and give the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from inspect import getattr_static
from pathlib import Path
from typing import Any

from ..codegen import Problem, Target
from ..codegen._generate import readings
from ..codegen._names import Naming
from ._signatures import is_coloured, members, shared_members


@dataclass(slots=True)
class Parity:
    """Count what was compared, and say what differs."""

    compared: int = 0
    problems: list[Problem] = field(default_factory=list[Problem])


def check_parity(targets: list[Target]) -> Parity:
    """
    Import both halves of every target that is a package, and compare their public surfaces.

    Generated code differs where a twin was written by hand, or where a name from outside has
    another signature in its sync form.

    Args:
        targets: Up to date.

    Returns:
        How much was compared, and what differs.
    """
    found = Parity()
    for target, tree, naming in readings(targets, found.problems):
        if not (target.source / "__init__.py").is_file():
            continue  # Tests are no package, and nobody imports them.
        relatives = [source.relative for source in tree.sources]
        for relative in sorted([*relatives, *tree.skipped]):
            pair = target.source / relative, target.output / relative
            if pair[1].is_file():
                _compare_modules(pair, naming, found)
    return found


def _compare_modules(pair: tuple[Path, Path], naming: Naming, found: Parity) -> None:
    halves: list[Mapping[str, Any]] = []
    for path in pair:
        try:
            halves.append(_public(path))
        # Whatever an import raises is the SDK's own mistake.
        except Exception as error:
            message = f"cannot be imported: {type(error).__name__}: {error}"
            found.problems.append(Problem(message, path))
            return
    ours, theirs = ({naming.convert(name): name for name in halves[0]}, halves[1])
    for name in sorted(ours.keys() | theirs.keys()):
        found.compared += 1
        if name not in theirs:
            message = f"{ours[name]} has no sync twin {name} in {pair[1].name}"
            found.problems.append(Problem(message, pair[0]))
        elif name not in ours:
            message = f"{name} has no async form in {pair[0].name}"
            found.problems.append(Problem(message, pair[1]))
        else:
            differences = _differences(ours[name], halves[0][ours[name]], theirs[name], naming)
            found.problems += [Problem(message, pair[0]) for message in differences]


def _public(path: Path) -> dict[str, Any]:
    """Import a module, and give the public classes and functions that it defines itself."""
    module: Any = import_module(_module_name(path))
    origin = Path(module.__file__).resolve()
    if origin != path.resolve():
        raise ImportError(f"another package of this name comes first: {origin.as_posix()}")
    names = [
        node.name
        for node in ast.parse(path.read_bytes()).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
    ]
    return {name: getattr(module, name) for name in names}


def _module_name(path: Path) -> str:
    path = path.resolve()
    parts = [] if path.name == "__init__.py" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)


def _differences(name: str, ours: Any, theirs: Any, naming: Naming) -> Iterator[str]:
    shared = shared_members(ours, theirs)
    here = members(ours, naming.convert, shared)
    # What still has a coloured name there comes from a library's class that serves both.
    foreign = frozenset(member for member in dir(theirs) if naming.convert(member) != member)
    there = members(theirs, lambda word: word, shared | foreign)
    for member in sorted(here.keys() | there.keys()):
        where = f"{name}.{member}" if member else name
        one, other = here.get(member), there.get(member)
        if one is None or other is None:
            yield f"{where} is only in the {'sync' if one is None else 'async'} half"
        elif one != other:
            yield f"{where} is {one} and its sync twin is {other}"
        if other is not None and is_coloured(getattr_static(theirs, member, theirs)):
            yield f"{where} is a coroutine function in the sync half too"
