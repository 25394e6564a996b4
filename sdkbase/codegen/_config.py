"""What to generate: a `Target`, or `[tool.sdkbase.codegen]` of a pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import cast

from ._errors import CodegenError, Problem

_TABLE = "tool.sdkbase.codegen"
_KEYS = ("source", "output", "sync-prefix", "replacements")
_EXAMPLE = f'add [{_TABLE}] with source = "src/acme/_async" and output = "src/acme/_sync"'

_Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Target:
    """
    Name a folder of async source and where its sync twin goes.

    Args:
        source: Folder that is read; everything below it with the suffix `.py` is a source.
        output: Folder that is written; it holds nothing but generated code.
        prefix: What `Async` becomes in the names that the sources define. With `""`, `AsyncAcme`
            becomes `Acme`; names imported from elsewhere still become `SyncX`.
        replacements: Further names and their sync form. Each must be used by this target.
    """

    source: Path
    output: Path
    prefix: str = "Sync"
    replacements: Mapping[str, str] = field(default_factory=dict[str, str])


def read_targets(folder: Path) -> list[Target]:
    """
    Read the targets of a project.

    Args:
        folder: The folder of pyproject.toml; the paths in it start here.

    Returns:
        One target for each entry of `targets`, or the one that the table itself describes.

    Raises:
        CodegenError: Lists everything that is wrong with the settings.
    """
    file = folder / "pyproject.toml"
    settings = read_table(file, _TABLE)
    if settings is None:
        raise CodegenError([Problem(f"has no [{_TABLE}]: {_EXAMPLE}", file)])
    entries = _entries(settings)
    if not entries:
        raise CodegenError([Problem(f"[{_TABLE}] has no target: {_EXAMPLE}", file)])
    problems = [
        Problem(f"[{where}] {message}", file)
        for where, entry in entries
        for message in _mistakes(entry)
    ]
    if problems:
        raise CodegenError(problems)
    return [_target(folder, entry) for _, entry in entries]


def read_table(file: Path, name: str) -> Mapping[str, object] | None:
    """
    Read one table of a TOML file.

    Args:
        file: The pyproject.toml of a project.
        name: The name of the table, dotted.

    Returns:
        The table, or None if the file has none of that name.

    Raises:
        CodegenError: The file cannot be read.
    """
    try:
        found: object = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CodegenError([Problem("cannot be read: no project here?", file)]) from error
    except ValueError as error:
        raise CodegenError([Problem(f"is not valid TOML: {error}", file)]) from error
    for key in name.split("."):
        found = cast(_Table, found).get(key) if isinstance(found, dict) else None
    return cast(_Table, found) if isinstance(found, dict) else None


def _entries(settings: _Table) -> list[tuple[str, _Table]]:
    targets = settings.get("targets")
    if not isinstance(targets, list) or len(settings) > 1:
        # `targets` next to other keys, or of another type, is reported as an unknown key.
        return [(_TABLE, settings)]
    where = f"{_TABLE}.targets"
    return [
        (where, cast(_Table, entry) if isinstance(entry, dict) else {})
        for entry in cast(list[object], targets)
    ]


def _mistakes(entry: _Table) -> Iterator[str]:
    for key in entry:
        if key not in _KEYS:
            yield f"does not know the key {key!r}: known are {', '.join(_KEYS)}"
    for key in ("source", "output"):
        if not entry.get(key):
            yield f"needs the key {key!r}: {_EXAMPLE}"
    for key in ("source", "output", "sync-prefix"):
        if not isinstance(entry.get(key, ""), str):
            yield f"needs a string for {key!r}"
    for key in ("source", "output"):
        path = PurePath(str(entry.get(key, "")))
        # Files without a source are deleted, which must not happen elsewhere.
        if path.is_absolute() or ".." in path.parts:
            yield f"needs a folder inside the project for {key!r}"
    replacements = entry.get("replacements", {})
    if not isinstance(replacements, dict) or not all(
        isinstance(value, str) for value in cast(_Table, replacements).values()
    ):
        yield "needs a table of strings for 'replacements'"


def _target(folder: Path, entry: _Table) -> Target:
    return Target(
        source=folder / cast(str, entry["source"]),
        output=folder / cast(str, entry["output"]),
        prefix=cast(str, entry.get("sync-prefix", "Sync")),
        replacements=cast(Mapping[str, str], entry.get("replacements", {})),
    )
