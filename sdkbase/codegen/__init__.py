"""
Generate the sync twin of an async package.

The async source is the only one that is written by hand. See `Target` for what can be chosen, and
`python -m sdkbase.codegen --help` for the command.
"""

from __future__ import annotations

from ._config import Target
from ._errors import CodegenError, MissingToolError, Problem
from ._generate import check, generate
from ._output import Change, Report

__all__ = [
    "Change",
    "CodegenError",
    "MissingToolError",
    "Problem",
    "Report",
    "Target",
    "check",
    "generate",
]
