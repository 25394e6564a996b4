"""Cutting a stream into pieces, in every way that a network might."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from sdkbase._wire.records import ItemParser


def cut(stream: bytes, places: Iterable[int]) -> list[bytes]:
    """Return *stream* in pieces that end at the *places*."""
    edges = [0, *sorted({place % (len(stream) + 1) for place in places}), len(stream)]
    return [stream[a:b] for a, b in zip(edges, edges[1:], strict=False)]


PLACES = st.lists(st.integers(0, 10_000), max_size=12)


def bytewise(stream: bytes) -> list[bytes]:
    """Return *stream* byte by byte."""
    return [bytes((byte,)) for byte in stream]


def read(parser: ItemParser[Any], pieces: Iterable[bytes]) -> list[Any]:
    """Return what the parser makes of the *pieces*."""
    items: list[Any] = []
    for piece in pieces:
        items += parser.feed(piece)
    items += parser.finish()
    return items


def collect(source: Iterable[Any], items: list[Any]) -> None:
    """Put what *source* gives into *items*, also what it gives before it raises."""
    items.extend(source)


def read_until_error(
    parser: ItemParser[Any], pieces: Iterable[bytes]
) -> tuple[list[Any], str | None]:
    """Return what the parser makes of the *pieces*, and what it says when it can not go on."""
    items: list[Any] = []
    try:
        for piece in pieces:
            collect(parser.feed(piece), items)
        collect(parser.finish(), items)
    except ValueError as error:
        return items, str(error)
    return items, None
