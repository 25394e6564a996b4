"""The Link header field: RFC 8288, section 3, read as its appendix B.2 and B.3 say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

# A comma parts two links unless it is inside an address or a quoted string.
_ELEMENT = re.compile(r'(?:[^",<]|<[^>]*>?|"(?:[^"\\]|\\.)*"?)+', re.DOTALL)
_LINK = re.compile(r"[ \t]*<([^>]*)>(.*)", re.DOTALL)
_PARAM = re.compile(
    r'[ \t]*;[ \t]*([^ \t=;]*)[ \t]*(?:=[ \t]*(?:"((?:[^"\\]|\\.)*)"?|([^;]*)))?', re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Link(msgspec.Struct, frozen=True):
    """One link of a response."""

    target: str
    """The address as it stands there, which may be relative."""
    rels: tuple[str, ...]
    """Its relation types, in lower case."""
    anchor: str | None = None
    """What the link is from, if it is not from the document itself."""


def parse_links(fields: Iterable[str]) -> list[Link]:
    """
    Return the links of all Link fields, in order; what can not be read is skipped.

    Args:
        fields: The values of the fields, one or several.
    """
    return [link for field in fields for link in _links_of(field)]


def _links_of(field: str) -> Iterator[Link]:
    for element in _ELEMENT.findall(field):
        if found := _LINK.match(element):
            params = _params(found[2])
            rels = params.get("rel", "").lower().split()
            yield Link(found[1].strip(), tuple(rels), params.get("anchor"))


def _params(text: str) -> dict[str, str]:
    """Return the parameters of a link by lower-case name; of one name, the first counts."""
    params: dict[str, str] = {}
    at = 0
    while found := _PARAM.match(text, at):
        name, quoted, plain = found.groups()
        value = (plain or "").strip(" \t") if quoted is None else _ESCAPED.sub(r"\1", quoted)
        params.setdefault(name.lower(), value)
        at = found.end()
    return params
