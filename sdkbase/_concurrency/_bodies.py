"""Request bodies that either colour can send."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator


class AnyBody:
    """
    A body that both clients iterate, each in its own way.

    Its async iterator is no generator: one that is left behind half-way, as when writing fails, is
    an error in trio.

    Args:
        pieces: The pieces; a bytes object is one piece, and none if it is empty.
    """

    def __init__(self, pieces: bytes | Iterable[bytes]) -> None:
        if isinstance(pieces, bytes):
            pieces = (pieces,) if pieces else ()
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _Pieces(iter(self._pieces))


class _Pieces(AsyncIterator[bytes]):
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    async def __anext__(self) -> bytes:
        for piece in self._pieces:
            return piece
        raise StopAsyncIteration
