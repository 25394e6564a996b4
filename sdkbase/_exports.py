"""How the public names are shown: by the path that users import them from."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any


def publish(package: str, namespace: dict[str, Any], names: Iterable[str]) -> None:
    """
    Give what *names* name the package as its module, in tracebacks, reprs and pickles.

    Args:
        package: Name of the package.
        namespace: Its globals.
        names: The public names.
    """
    for name in names:
        exported = namespace[name]
        if callable(exported) and exported.__module__.startswith(f"{package}."):
            if isinstance(exported, type):
                # Written as text, they would be looked up in the package's namespace from now on.
                exported.__annotations__ = inspect.get_annotations(exported, eval_str=True)
            exported.__module__ = package
