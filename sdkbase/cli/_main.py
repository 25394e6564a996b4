"""The subcommands and their arguments."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .._version import __version__
from ..codegen import CodegenError
from ..codegen import _cli as codegen

_PROG = "sdkbase"


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command.

    Args:
        arguments: The command line; that of the process by default.

    Returns:
        The exit code: 0 if all is well, 1 if something is wrong in a project.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.command == "sync":
            return codegen.run_options(options, f"{_PROG} sync")
        return _new(options) if options.command == "new" else _check(options)
    except CodegenError as error:
        return codegen.fail(error.problems)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROG, description="Start an SDK, generate its sync twin, check it."
    )
    parser.add_argument("--version", action="version", version=f"{_PROG} {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    text = "write a new SDK that passes its own tests"
    new = commands.add_parser("new", help=text, description=f"{text.capitalize()}.")
    new.add_argument("name", help="name of the API, such as acme or acme-api")
    new.add_argument("--path", type=Path, help="folder to write; ./NAME by default")
    new.add_argument("--description", help="one line for pyproject.toml and the README")
    sync = commands.add_parser(
        "sync",
        help="generate the sync twin of an async package",
        description=codegen.DESCRIPTION,
        epilog=codegen.EPILOG,
    )
    codegen.add_arguments(sync)
    text = "compare the two halves of an SDK, and decode its recorded examples"
    check = commands.add_parser("check", help=text, description=f"{text.capitalize()}.")
    check.add_argument("path", nargs="?", default=".", type=Path, help="folder of the project")
    return parser


def _new(options: argparse.Namespace) -> int:
    # Imported where it is used, as what `check` needs is: `--help` and `sync` stay quick.
    from ._new import create

    created = create(options.name, path=options.path, description=options.description)
    print(f"Wrote {len(created.files)} files to {created.folder.as_posix()}. What to do next:")
    print(f"  cd {created.folder.as_posix()}")
    print("  python -m pip install -e '.[dev]'")
    print("  python -m pytest")
    return 0


def _check(options: argparse.Namespace) -> int:
    from ._check import check

    report = check(options.path)
    print("\n".join(report.lines))
    sys.stdout.flush()
    return codegen.fail(report.problems)
