"""Decode recorded answers of an API into the models that an SDK has for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import msgspec

from .._wire.codec import BOM, decoder_for
from ..codegen import CodegenError, Problem
from ..codegen._config import read_table
from ..errors import ConfigurationError

_CHECK = "tool.sdkbase.check"
_TABLE = f"{_CHECK}.examples"
_EXAMPLE = '"tests/recordings/user*.json" = "acme.models:User"'
_MODEL = re.compile(r"(?P<module>\w+(?:\.\w+)*):(?P<type>.+)")


@dataclass(slots=True)
class Examples:
    """Count what could be decoded, and say what could not."""

    decoded: int = 0
    problems: list[Problem] = field(default_factory=list[Problem])


def check_examples(folder: Path) -> Examples:
    """
    Decode each recorded example, strictly, into its model.

    Args:
        folder: The folder of the SDK's pyproject.toml, whose `[tool.sdkbase.check.examples]` names
            a model for each pattern of files.

    Returns:
        How many files were decoded, and what is wrong.

    Raises:
        CodegenError: The table cannot be used.
    """
    found = Examples()
    seen: set[Path] = set()
    patterns = _patterns(folder / "pyproject.toml")
    for pattern, model in patterns.items():
        files = sorted(path for path in folder.glob(pattern) if path.is_file())
        seen.update(files)
        if not files:
            found.problems.append(Problem(f"[{_TABLE}] {pattern!r} matches no file"))
        try:
            decoder = decoder_for(_model(model))
        except (ConfigurationError, _NoModelError) as error:
            found.problems.append(Problem(f"[{_TABLE}] {pattern!r}: {error}"))
            continue
        for path in files:
            problems = list(_mistakes(path, decoder.loads))
            found.problems += problems
            found.decoded += not problems
    found.problems += _forgotten(folder, patterns, seen)
    return found


class _NoModelError(Exception):
    """Raised when the settings name a model that is not there."""


def _patterns(file: Path) -> Mapping[str, str]:
    table = read_table(file, _CHECK) or {}
    unknown = table.keys() - {"examples"}
    examples = table.get("examples", {})
    if unknown:
        message = f"[{_CHECK}] does not know the key {min(unknown)!r}: known is examples"
        raise CodegenError([Problem(message, file)])
    if not isinstance(examples, dict) or not all(
        isinstance(value, str) for value in cast("Mapping[str, object]", examples).values()
    ):
        raise CodegenError([Problem(f"[{_TABLE}] needs lines such as {_EXAMPLE}", file)])
    return cast("Mapping[str, str]", examples)


def _model(name: str) -> Any:
    found = _MODEL.fullmatch(name)
    if found is None:
        raise _NoModelError(f"{name!r} is not of the form 'acme.models:User'")
    try:
        module = import_module(found["module"])
        # An expression, so that `list[User]` and `Page[User]` can be said; it is the SDK's own.
        return eval(found["type"], dict(vars(module)))
    except Exception as error:
        kind = type(error).__name__
        raise _NoModelError(f"{name!r} cannot be imported: {kind}: {error}") from error


def _mistakes(path: Path, loads: Any) -> Iterator[Problem]:
    content = path.read_bytes().removeprefix(BOM)
    # One document, or one in each line.
    by_line = path.suffix in {".jsonl", ".ndjson"}
    for number, document in enumerate(content.splitlines() if by_line else [content], start=1):
        if by_line and not document.strip():
            continue
        try:
            loads(document)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            # msgspec ends its message with the JSON path.
            yield Problem(str(error), path, number if by_line else None)


def _forgotten(folder: Path, patterns: Mapping[str, str], seen: set[Path]) -> Iterator[Problem]:
    """Find recordings that lie beside the others but that no pattern matches."""
    folders = {(folder / pattern).parent for pattern in patterns}
    for place in sorted(it for it in folders if it.is_dir()):
        for path in sorted(place.glob("*.json")):
            if path not in seen:
                yield Problem(f"no pattern of [{_TABLE}] gives it a model", path)
