"""Tokens that add up to the text again: the one place that knows tokenize-rt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_LITERAL = re.compile(r"""([A-Za-z]*)(["'].*)""", re.DOTALL)


class Token(NamedTuple):
    """Hold one token, or the space between two."""

    name: str
    src: str
    line: int | None

    def literal(self) -> tuple[str, str] | None:
        """
        Split a plain string.

        Returns:
            The prefix and the quoted rest; None for an f-string and for any other token.
        """
        found = _LITERAL.fullmatch(self.src) if self.name == "STRING" else None
        if found is None or not {"f", "t"}.isdisjoint(found[1].lower()):
            return None
        return found[1], found[2]


def tokens_of(text: str) -> list[Token]:
    """
    Split Python source into tokens.

    Args:
        text: The source.

    Returns:
        Every token, spaces included.
    """
    # Imported late, so that a missing extra is told in one line. tokenize-rt ships annotations but
    # no py.typed, so neither checker trusts them.
    import tokenize_rt  # type: ignore[import-untyped] # pyright: ignore[reportMissingTypeStubs]

    return [Token(token.name, token.src, token.line) for token in tokenize_rt.src_to_tokens(text)]


def text_of(tokens: Iterable[Token]) -> str:
    """
    Join tokens.

    Args:
        tokens: The tokens in order.

    Returns:
        The source.
    """
    return "".join(token.src for token in tokens)


def f_strings(tokens: Iterable[Token]) -> Iterator[Token]:
    """
    Find the f-strings, each whole, whatever tokens this Python makes of them.

    Args:
        tokens: The tokens of one file.

    Yields:
        One token for each f-string, outermost only.
    """
    depth = 0
    parts: list[Token] = []
    for token in tokens:
        # From Python 3.12 on an f-string is a row of tokens; before, it is one STRING.
        depth += token.name in {"FSTRING_START", "TSTRING_START"}
        if depth:
            parts.append(token)
        elif token.name == "STRING" and token.literal() is None:
            yield token
        if token.name in {"FSTRING_END", "TSTRING_END"}:
            depth -= 1
            if not depth:
                yield parts[0]._replace(src=text_of(parts))
                parts.clear()
