"""The command: its arguments, what it prints, and its exit codes."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from ._config import Target, read_targets
from ._errors import CodegenError, Problem, shown
from ._generate import check, generate
from ._output import Change

DESCRIPTION = "Generate the sync twin of an async package."
EPILOG = (
    "Settings in PATH/pyproject.toml: [tool.sdkbase.codegen] with source, output, sync-prefix and "
    "replacements, or several [[tool.sdkbase.codegen.targets]] with these (the package, its tests, "
    "its examples). A source whose first line is `# sync: skip` has no twin; a line that ends with "
    "`# sync: keep` keeps its words."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command.

    Args:
        arguments: The command line; that of the process by default.

    Returns:
        The exit code: 0 if all is well, 1 if not.
    """
    prog = "python -m sdkbase.codegen"
    parser = argparse.ArgumentParser(prog=prog, description=DESCRIPTION, epilog=EPILOG)
    add_arguments(parser)
    return run_options(parser.parse_args(arguments), prog)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Declare the arguments of the command.

    Args:
        parser: Receives them.
    """
    parser.add_argument("path", nargs="?", default=".", type=Path, help="folder of the project")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("--force", action="store_true", help="overwrite files edited by hand")
    parser.add_argument(
        "--exit-non-zero-on-change",
        action="store_true",
        help="fail if anything was written, for hooks that run before a commit",
    )


def run_options(options: argparse.Namespace, prog: str) -> int:
    """
    Run the command with parsed arguments.

    Args:
        options: What `add_arguments` declares.
        prog: How the command was called, for messages.

    Returns:
        The exit code: 0 if all is well, 1 if not.
    """
    path: Path = options.path
    try:
        targets = read_targets(path)
    except CodegenError as error:
        return fail(error.problems)
    command = prog if path == Path() else f"{prog} {shlex.quote(path.as_posix())}"
    return run(
        targets,
        command=command,
        checking=options.check,
        force=options.force,
        refuse_changes=options.exit_non_zero_on_change,
    )


def run(
    targets: Sequence[Target],
    *,
    command: str,
    checking: bool,
    force: bool,
    refuse_changes: bool = False,
) -> int:
    """
    Generate or check, and tell the outcome.

    Args:
        targets: What to generate.
        command: The command that brings everything up to date, for messages.
        checking: Compare only.
        force: Overwrite files that were edited by hand or not generated.
        refuse_changes: Fail if anything had to be written.

    Returns:
        The exit code: 0 if all is well, 1 if not.
    """
    try:
        report = check(targets) if checking else generate(targets, force=force)
    except CodegenError as error:
        return fail(error.problems)
    for change in report.changes:
        print(change if checking else _done(change))
    if checking and not report.clean:
        print(report.diff(), end="")
        print(f"The sync code is out of date. Run: {command}", file=sys.stderr)
        return 1
    print(f"{len(report.changes)} changed, {len(report.unchanged)} up to date")
    return int(refuse_changes and not report.clean)


def fail(problems: Sequence[Problem]) -> int:
    """
    Print problems as errors.

    Args:
        problems: What to print.

    Returns:
        The exit code: 0 if there are none.
    """
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _done(change: Change) -> str:
    return f"{'deleted' if change.new is None else 'wrote'} {shown(change.path)}"
