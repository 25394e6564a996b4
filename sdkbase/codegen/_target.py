"""One folder of async source and the folder that its sync twin is written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


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
