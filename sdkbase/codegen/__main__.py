"""The command `python -m sdkbase.codegen`."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from ._cli import fail, run
from ._config import read_targets
from ._errors import CodegenError


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command.

    Args:
        arguments: The command line; that of the process by default.

    Returns:
        The exit code: 0 if all is well, 1 if not.
    """
    parser = argparse.ArgumentParser(
        prog="python -m sdkbase.codegen",
        description="Generate the sync twin of an async package.",
        epilog="Settings: [tool.sdkbase.codegen] in PATH/pyproject.toml.",
    )
    parser.add_argument("path", nargs="?", default=".", type=Path, help="folder of the project")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("--force", action="store_true", help="overwrite files edited by hand")
    options = parser.parse_args(arguments)
    path: Path = options.path
    try:
        targets = read_targets(path)
    except CodegenError as error:
        return fail(error.problems)
    command = f"python -m sdkbase.codegen {shlex.quote(path.as_posix())}"
    return run(targets, command=command, checking=options.check, force=options.force)


if __name__ == "__main__":
    sys.exit(main())
