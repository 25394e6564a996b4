"""Turn async code into sync code with unasync, and tidy the result with ruff."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ._names import Naming

with warnings.catch_warnings():
    # unasync imports setuptools for a build step that is not used here; what setuptools deprecates
    # says nothing about the code being generated, and must not fail a run under `-W error`.
    warnings.simplefilter("ignore", DeprecationWarning)
    # It has no type information at all.
    import unasync  # pyright: ignore[reportMissingTypeStubs]


def to_sync(texts: Sequence[str], naming: Naming) -> list[str]:
    """
    Convert the code of several files; their strings and comments are left to the prose pass.

    Args:
        texts: Async code.
        naming: Gives the exact replacements.

    Returns:
        The sync code, in the same order.
    """
    with TemporaryDirectory() as name:
        # unasync maps paths by replacing text in them. Only absolute paths in a folder of our own
        # are sure not to lead it back to the source, or into another folder of the same name.
        before, after = Path(name).resolve() / "before", Path(name).resolve() / "after"
        before.mkdir()
        files = [before / f"{number}.py" for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_bytes(text.encode())
        rule = unasync.Rule(
            f"{before.as_posix()}/", f"{after.as_posix()}/", dict(naming.replacements)
        )
        paths = [str(file) for file in files]
        unasync.unasync_files(paths, [rule])  # pyright: ignore[reportUnknownMemberType]
        return [(after / file.name).read_bytes().decode() for file in files]


def tidy(code: str, path: Path) -> str:
    """
    Sort the imports, drop unused ones and format, by the ruff settings that hold at a path.

    Args:
        code: Valid Python.
        path: Where the code will be written.

    Returns:
        The code in its final form.

    Raises:
        RuntimeError: If ruff gives up on it.
    """
    fixed = _ruff(["check", "--select", "I,F401", "--fix", "--exit-zero", "--quiet"], code, path)
    return _ruff(["format", "--quiet"], fixed, path)


def _ruff(arguments: list[str], code: str, path: Path) -> str:
    # -P: what lies in the working directory must not be imported in place of ruff.
    done = subprocess.run(
        [sys.executable, "-P", "-m", "ruff", *arguments, "--stdin-filename", str(path), "-"],
        input=code.encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"ruff {arguments[0]} failed: {done.stderr.decode().strip()}")
    return done.stdout.decode()
