"""
Turn async code into sync code: names and keywords by unasync, the prose here, the form by ruff.

In comments, docstrings and messages only what is certain is changed: names, and `async`/`await`
where they stand in a piece of code. An English "async" or "await" stays, and the residue gate asks
the author to reword the sentence.
"""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ._names import Naming
from ._residue import KEEP
from ._source import Token, text_of, tokens_of

_STAND_IN = "_sync_keep_{}_"
_STAND_INS = re.compile(r'"?_sync_keep_(\d+)_"?')

_NAME = re.compile(r"\b[A-Za-z_]\w*")
_ARTICLE = re.compile(r"\b([Aa])n(\s+`{0,2})([A-Za-z_]\w*)")
_BLOCK = re.compile(r"\b(?:([Aa])n )?(`{0,2})async (?=(?:with|for|def)\b)")
# A call is code; so is whatever follows a prompt, an assignment, a `return` or a backtick.
_AWAITED_CALL = re.compile(r"\bawait (?=[A-Za-z_][\w.]*(?:\[[^\]\n]*\])?\()")
_AWAIT_IN_CODE = re.compile(r"(>>> |\.\.\. |= |\breturn |`)await (?=[A-Za-z_(])")


def mask(tokens: Iterable[Token], naming: Naming) -> tuple[str, list[str]]:
    """
    Put stand-ins for what must stay on lines marked `# sync: keep`: names and strings.

    Args:
        tokens: The tokens of one file.
        naming: Tells which names would be replaced.

    Returns:
        The text with stand-ins, and what they stand for.
    """
    row = list(tokens)
    marked = {token.line for token in row if token.name == "COMMENT" and KEEP.search(token.src)}
    kept: list[str] = []
    for index, token in enumerate(row):
        if token.line not in marked:
            continue
        stand_in = _STAND_IN.format(len(kept))
        if token.name == "NAME" and naming.convert(token.src) != token.src:
            kept.append(token.src)
            row[index] = token._replace(src=stand_in)
        elif parts := token.literal():
            # The prefix stays, so that the text remains valid Python until it is unmasked.
            kept.append(parts[1])
            row[index] = token._replace(src=f'{parts[0]}"{stand_in}"')
    return text_of(row), kept


def unmask(text: str, kept: list[str]) -> str:
    """
    Put back what `mask` took away.

    Args:
        text: Text with stand-ins.
        kept: What they stand for.

    Returns:
        The text without stand-ins.
    """
    return _STAND_INS.sub(lambda found: kept[int(found[1])], text)


def to_sync(texts: Sequence[str], naming: Naming) -> list[str]:
    """
    Convert the code of several files; their strings and comments are left to the prose pass.

    Args:
        texts: Async code.
        naming: Gives the exact replacements.

    Returns:
        The sync code, in the same order.
    """
    with warnings.catch_warnings():
        # unasync imports setuptools for a build step that is not used here; what setuptools
        # deprecates says nothing about the code being generated, and must not fail a run under
        # `-W error`.
        warnings.simplefilter("ignore", DeprecationWarning)
        # Imported late, so that a missing extra is told in one line. It has no type information.
        import unasync  # pyright: ignore[reportMissingTypeStubs]

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


def convert_prose(text: str, naming: Naming) -> str:
    """
    Convert the names and code samples in the strings and comments of a file.

    F-strings are left alone: the lint has made sure that they hold nothing to convert.

    Args:
        text: Python source.
        naming: Gives the sync form of each name.

    Returns:
        The same source with other strings and comments.
    """
    return text_of(_converted(token, naming) for token in tokens_of(text))


def _converted(token: Token, naming: Naming) -> Token:
    if token.name == "COMMENT" or token.literal():
        return token._replace(src=_reworded(token.src, naming))
    return token


def _reworded(text: str, naming: Naming) -> str:
    if not KEEP.search(text):
        return _reworded_part(text, naming)
    lines = text.splitlines(keepends=True)
    return "".join(line if KEEP.search(line) else _reworded_part(line, naming) for line in lines)


def _reworded_part(text: str, naming: Naming) -> str:
    text = _BLOCK.sub(lambda found: f"{found[1]} {found[2]}" if found[1] else found[2], text)
    text = _AWAITED_CALL.sub("", text)
    text = _AWAIT_IN_CODE.sub(r"\1", text)
    text = _ARTICLE.sub(lambda found: _with_article(found, naming), text)
    return _NAME.sub(lambda found: naming.convert(found[0]), text)


def _with_article(found: re.Match[str], naming: Naming) -> str:
    """Turn "an AsyncPager" into "a SyncPager", and leave "an AsyncAcme" before "Acme"."""
    article, space, name = found.groups()
    converted = naming.convert(name)
    n = "n" if converted == name or converted[0] in "AEIOUaeiou" else ""
    return f"{article}{n}{space}{converted}"


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
