"""Request bodies on their way out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Sequence
from typing import Any, NoReturn, cast

from ._hooks import AsyncHooks, SyncHooks


class AnyBody:
    """
    Bytes that both clients iterate, each in its own way.

    Its async iterator is no generator: one that is left behind half-way, as when writing fails, is
    an error in trio.

    Args:
        content: The body; one piece, and none if it is empty.
    """

    def __init__(self, content: bytes) -> None:
        self._pieces = (content,) if content else ()

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


class Part:
    """
    One stretch of a body.

    Args:
        name: What to call it in an error.
        pieces: Begins it anew; returns an iterator over its bytes, or an async one.
        size: Bytes, or None if that shows only at the end.
        replayable: Whether *pieces* may be called more than once.
        blocking: Whether its next piece may be long in coming, so that a thread has to wait for it.
        check: Raises if it is no longer what it was when the call began.
    """

    __slots__ = ("blocking", "check", "name", "pieces", "replayable", "size")

    def __init__(
        self,
        name: str,
        pieces: Callable[[], Iterator[Any] | AsyncIterator[Any]],
        *,
        size: int | None = None,
        replayable: bool = False,
        blocking: bool = False,
        check: Callable[[], None] | None = None,
    ) -> None:
        self.name: str = name
        self.pieces: Callable[[], Iterator[Any] | AsyncIterator[Any]] = pieces
        self.size: int | None = size
        self.replayable: bool = replayable
        self.blocking: bool = blocking
        self.check: Callable[[], None] | None = check


class Outline:
    """
    What a body is made of, for either colour.

    Args:
        parts: Its parts, in order.
        progress: Is told how many bytes were sent, and of how many if that is known.
        explain: Returns the error to raise in place of one that the named part raised.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        progress: Callable[[int, int | None], object] | None,
        explain: Callable[[str, Exception], Exception],
    ) -> None:
        self.parts: Sequence[Part] = parts
        self.progress: Callable[[int, int | None], object] | None = progress
        self._explain = explain
        sizes = [part.size for part in parts if part.size is not None]
        self.size: int | None = sum(sizes) if len(sizes) == len(parts) else None
        self.replayable: bool = all(part.replayable for part in parts)
        self._begun = False

    def begin(self) -> None:
        """
        Note that the body is sent now; every part is checked before one is touched.

        Raises:
            Exception: It can not be sent again, or a part has changed.
        """
        if self._begun and not self.replayable:
            self.fail("the body", ValueError("it was sent once and can not be sent again"))
        self._begun = True
        for part in self.parts:
            if part.check is not None:
                try:
                    part.check()
                except Exception as error:
                    self.fail(part.name, error)

    def fail(self, name: str, error: Exception) -> NoReturn:
        """Raise what explains *error* of the part called *name*."""
        explained = self._explain(name, error)
        if explained is error:
            raise error
        raise explained from error


class SyncUpload:
    """
    A body as a blocking client sends it.

    Args:
        outline: What it is made of.
    """

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._running: Generator[bytes, None, None] | None = None

    def __iter__(self) -> Iterator[bytes]:
        self._running = self._sent()
        return self._running

    def _sent(self) -> Generator[bytes, None, None]:
        self._outline.begin()
        done = 0
        self._tell(done)
        for part in self._outline.parts:
            for piece in self._pieces_of(part):
                yield piece
                # The next one is asked for when this one was written.
                done += len(piece)
                self._tell(done)

    def _pieces_of(self, part: Part) -> Iterator[bytes]:
        try:
            for piece in cast("Iterator[Any]", part.pieces()):
                if checked := _checked(piece):
                    yield checked
        except Exception as error:
            self._outline.fail(part.name, error)

    def _tell(self, done: int) -> None:
        if self._outline.progress is not None:
            try:
                SyncHooks.call(self._outline.progress, done, self._outline.size)
            except Exception as error:
                self._outline.fail(_PROGRESS, error)

    def close(self) -> None:
        """Leave what is being sent where it is, and close what was opened for it."""
        running, self._running = self._running, None
        if running is not None:
            running.close()


class AsyncUpload:
    """
    A body as a client in an event loop sends it.

    Args:
        outline: What it is made of.
    """

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._running: _Sending | None = None

    def __aiter__(self) -> AsyncIterator[bytes]:
        self._running = _Sending(self._outline)
        return self._running

    async def aclose(self) -> None:
        """Leave what is being sent where it is, and close what was opened for it."""
        running, self._running = self._running, None
        if running is not None:
            await running.aclose()


class _Sending(AsyncIterator[bytes]):
    # No generator: see AnyBody.

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._parts: Iterator[Part] | None = None
        self._part: Part | None = None
        self._pieces: Any = None
        self._done = 0
        self._handed = 0

    async def __anext__(self) -> bytes:
        if self._parts is None:
            self._outline.begin()
            self._parts = iter(self._outline.parts)
            await self._tell()
        if self._handed:
            # The next piece is asked for when this one was written.
            self._done, self._handed = self._done + self._handed, 0
            await self._tell()
        while self._part is not None or self._next_part(self._parts):
            piece = await self._next_piece()
            if piece:
                self._handed = len(piece)
                return piece
        raise StopAsyncIteration

    def _next_part(self, parts: Iterator[Part]) -> bool:
        self._part = next(parts, None)
        return self._part is not None

    async def _next_piece(self) -> bytes:
        """Return the next piece of the part, or nothing and go on to the next part."""
        part = cast("Part", self._part)
        try:
            if self._pieces is None:
                self._pieces = part.pieces()
            piece = await self._pulled(blocking=part.blocking)
            if piece is None:
                self._part = self._pieces = None
                return b""
            return _checked(piece)
        except Exception as error:
            self._outline.fail(part.name, error)

    async def _pulled(self, *, blocking: bool) -> Any:
        pieces = self._pieces
        if hasattr(pieces, "__anext__"):
            return await anext(pieces, None)
        if blocking:
            import anyio.to_thread

            return await anyio.to_thread.run_sync(next, pieces, None)
        return next(pieces, None)

    async def _tell(self) -> None:
        if self._outline.progress is not None:
            try:
                await AsyncHooks.call(self._outline.progress, self._done, self._outline.size)
            except Exception as error:
                self._outline.fail(_PROGRESS, error)

    async def aclose(self) -> None:
        pieces, self._pieces, self._part = self._pieces, None, None
        self._parts = iter(())
        if isinstance(pieces, AsyncGenerator):
            await cast("AsyncGenerator[Any]", pieces).aclose()
        elif isinstance(pieces, Generator):
            pieces.close()


_PROGRESS = "upload_progress="


def _checked(piece: Any) -> bytes:
    if isinstance(piece, bytes):
        return piece
    if type(piece) in (bytearray, memoryview):
        return bytes(piece)
    raise TypeError(f"it gave {type(piece).__name__}, not bytes")
