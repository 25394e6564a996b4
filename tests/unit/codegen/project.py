"""A small project in a temporary folder, generated through the public API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import pytest

from sdkbase.codegen import CodegenError, Report, Target, check, generate


@dataclass
class Project:
    root: Path
    prefix: str = "Sync"
    replacements: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def source(self) -> Path:
        return self.root / "_async"

    @property
    def output(self) -> Path:
        return self.root / "_sync"

    @property
    def target(self) -> Target:
        return Target(self.source, self.output, self.prefix, self.replacements)

    def write(self, text: str, name: str = "module.py") -> Path:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dedent(text).encode())
        return path

    def read(self, name: str = "module.py") -> str:
        """Read a generated file without its header."""
        return (self.output / name).read_bytes().decode().split("\n", 2)[2]

    def generate(self, *, force: bool = False) -> Report:
        return generate([self.target], force=force)

    def check(self) -> Report:
        return check([self.target])

    def sync(self, text: str) -> str:
        """Generate from one file, and give its sync twin."""
        self.write(text)
        self.generate()
        return self.read()

    def refusal(self, text: str | None = None) -> str:
        """Generate what must be refused, and give the message."""
        if text is not None:
            self.write(text)
        with pytest.raises(CodegenError) as caught:
            self.generate()
        return str(caught.value)
