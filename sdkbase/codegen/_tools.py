"""The third-party tools that generating needs, and a clear word when one is missing."""

from __future__ import annotations

from importlib.util import find_spec

from ._errors import MissingToolError, Problem

# unasync needs setuptools without saying so.
_TOOLS = ("unasync", "setuptools", "tokenize_rt", "ruff")


def require_tools() -> None:
    """
    Make sure that everything generating needs is installed.

    Raises:
        MissingToolError: Names each missing package and the extra that installs them all.
    """
    missing = [name for name in _TOOLS if find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise MissingToolError(
            [Problem(f"not installed: {names}. Run: pip install 'sdkbase[codegen]'")]
        )
