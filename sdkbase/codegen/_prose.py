"""
Carry comments, docstrings and messages over to the sync code.

Only what is certain is changed: names, and `async`/`await` where they stand in a piece of code. An
English "async" or "await" stays, and the residue gate asks the author to reword the sentence.
"""

from __future__ import annotations

import re

from ._marker import KEEP
from ._names import Naming
from ._tokens import Token, text_of, tokens_of

_NAME = re.compile(r"\b[A-Za-z_]\w*")
_ARTICLE = re.compile(r"\b([Aa])n(\s+`{0,2})([A-Za-z_]\w*)")
_BLOCK = re.compile(r"\b(?:([Aa])n )?(`{0,2})async (?=(?:with|for|def)\b)")
# A call is code; so is whatever follows a prompt, an assignment, a `return` or a backtick.
_AWAITED_CALL = re.compile(r"\bawait (?=[A-Za-z_][\w.]*(?:\[[^\]\n]*\])?\()")
_AWAIT_IN_CODE = re.compile(r"(>>> |\.\.\. |= |\breturn |`)await (?=[A-Za-z_(])")


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
