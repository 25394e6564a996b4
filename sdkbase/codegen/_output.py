"""Compare what was generated with what is on disk, and refuse to destroy work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ._change import Change
from ._errors import Problem
from ._header import has_header, is_untouched
from ._render import Rendering
from ._target import Target

_BY_HAND = (
    "was edited by hand: move the edit to the async source, or run with --force to overwrite it"
)
_FOREIGN = (
    "is in the way and was not generated: move or delete it, or run with --force to overwrite it"
)
_STRAY = "has no async source and was not generated: the folder holds generated code only; move it"


def changes(target: Target, rendering: Rendering) -> Iterator[Change]:
    """
    Find where an output folder is not what was generated.

    Args:
        target: Gives the two folders.
        rendering: What the output folder must contain.

    Yields:
        Missing and differing files in the order of the sources, then orphans.
    """
    for path, new in rendering.files.items():
        old = path.read_bytes() if path.is_file() else None
        if old != new:
            yield Change(path, "missing" if old is None else "differs", old, new)
    for path in sorted(target.output.rglob("*.py")):
        if _is_orphan(path, target, rendering):
            yield Change(path, "orphan", path.read_bytes(), None)


def _is_orphan(path: Path, target: Target, rendering: Rendering) -> bool:
    if path in rendering.by_hand:
        return has_header(path.read_bytes())
    # A source that was refused has no rendering, but its twin is no orphan.
    return not (target.source / path.relative_to(target.output)).is_file()


def refusals(found: Iterable[Change], *, force: bool) -> Iterator[Problem]:
    """
    Find the changes that would destroy somebody's work.

    Args:
        found: What would be written and deleted.
        force: Overwrite edits; files that were never generated are not deleted even so.

    Yields:
        One problem for each such file.
    """
    for change in found:
        if change.old is None or is_untouched(change.old):
            continue
        if change.kind == "orphan" and not has_header(change.old):
            yield Problem(_STRAY, change.path)
        elif not force:
            yield Problem(_BY_HAND if has_header(change.old) else _FOREIGN, change.path)
