"""The `# sync: keep` marker: its line keeps its words as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ._names import Naming
from ._tokens import Token, text_of

KEEP = re.compile(r"#\s*sync:\s*keep\b")

_STAND_IN = "_sync_keep_{}_"
_STAND_INS = re.compile(r'"?_sync_keep_(\d+)_"?')


def mask(tokens: Iterable[Token], naming: Naming) -> tuple[str, list[str]]:
    """
    Put stand-ins for the names and strings of marked lines, so that nothing replaces them.

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
