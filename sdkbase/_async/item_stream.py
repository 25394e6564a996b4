"""A streamed response as typed items: pieces of bytes, lines, values of NDJSON."""

from __future__ import annotations

import warnings
from collections.abc import AsyncGenerator, Iterator
from types import TracebackType
from typing import Generic, NoReturn, Self, TypeVar

import httpx

from .._concurrency import AsyncOnly, AsyncOnlyBlock
from .._exports import publish
from .._wire.headers import HeaderInput, Headers
from .._wire.records import ItemParser, record_error
from ..errors import RecordError, SdkError, StreamClosedError
from .opener import AsyncBody, AsyncOpener

T = TypeVar("T")


class AsyncItemStream(AsyncOnly, AsyncOnlyBlock, Generic[T]):
    """
    The items of a response, decoded while it comes.

    The request is sent when the block is entered, or else by the first step of the iteration. At
    the end of the block or of the items the connection is given back: to be used again if the body
    was read to its end, else to be closed. A stream can be read once.

    Args:
        opener: Sends the call.
        parser: Makes the items.
    """

    def __init__(self, opener: AsyncOpener, parser: ItemParser[T]) -> None:
        self._opener = opener
        self._parser = parser
        self._block: AsyncGenerator[AsyncBody, None] | None = None
        self._body: AsyncBody | None = None
        self._ready: Iterator[T] = iter(())
        self._at_end = False
        self._ended = False
        self._closed = False

    @property
    def response(self) -> httpx.Response:
        """
        Status and headers of the response; its body is read by the stream alone.

        Raises:
            StreamClosedError: The stream was not opened yet.
        """
        return self._opened().response

    def _opened(self) -> AsyncBody:
        if self._body is None:
            raise StreamClosedError(f"{self!r} is not open yet: enter its block, or iterate it")
        return self._body

    async def __aenter__(self) -> Self:
        if self._block is None:
            await self._start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        self._check_readable()
        return self

    async def __anext__(self) -> T:
        if self._ended:
            raise StopAsyncIteration
        if self._block is None:
            await self._start()
        try:
            while True:
                for item in self._ready:
                    return item
                if not await self._read_on():
                    self._check_readable()
                    break
        except SdkError as error:
            await self._fail(error)
        except BaseException:
            await self.aclose()
            raise
        self._ended = True
        await self.aclose()
        raise StopAsyncIteration

    async def _fail(self, error: SdkError) -> NoReturn:
        # What breaks because someone closed the stream is no error of the server's.
        self._check_readable()
        if isinstance(error, RecordError):
            error = self._told(error)
        await self.aclose()
        # Without the frames inside, whose variables may hold secrets.
        raise error.with_traceback(None) from error.__cause__

    async def collect(self) -> list[T]:
        """
        Return all items that are left.

        Raises:
            SdkError: As the iteration does.
        """
        return [item async for item in self]

    async def aclose(self) -> None:
        """Give the connection back. Safe to repeat."""
        self._closed = True
        self._ready = iter(())
        await self._release()

    async def _release(self) -> None:
        block, self._block = self._block, None
        if block is not None:
            await block.aclose()

    def _check_readable(self) -> None:
        if self._closed:
            raise StreamClosedError(
                f"{self!r} can not be read again: call the method that made it for a new one"
            )

    async def _start(self) -> None:
        self._check_readable()
        try:
            await self._open(self._opener)
        except SdkError as error:
            await self._fail(error)
        except BaseException:
            await self.aclose()
            raise

    async def _open(self, opener: AsyncOpener, headers: HeaderInput | None = None) -> None:
        block = _opened(opener, self._parser.headers, headers)
        self._body = await block.__anext__()
        self._block = block
        self._at_end = False
        if self._closed:  # by someone else, while it was opened
            await self._release()
            self._check_readable()

    async def _read_on(self) -> bool:
        """Make further items ready, and tell whether there may be more of them."""
        if self._at_end:
            return False
        piece = await self._opened().read()
        self._at_end = piece is None
        made = self._parser.finish() if piece is None else self._parser.feed(piece)
        self._ready = iter(made)
        return True

    def _told(self, error: RecordError) -> SdkError:
        body = self._opened()
        return record_error(body.call, body.reply, error)

    def __repr__(self) -> str:
        call = self._opener.call
        state = "closed" if self._closed else "new" if self._block is None else "open"
        return f"<{type(self).__name__} {call.method} {call.template} {state}>"

    def __del__(self) -> None:
        # What holds the connection is a generator: dropped with the stream, it closes itself.
        if getattr(self, "_block", None) is not None:
            warnings.warn(
                f"{self!r} was dropped before its end; use it in a with block, or close it",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )


async def _opened(
    opener: AsyncOpener, defaults: Headers, headers: HeaderInput | None
) -> AsyncGenerator[AsyncBody, None]:
    # A generator, because what is dropped without being closed is closed by its event loop.
    body = await opener.open(defaults, headers)
    try:
        yield body
    finally:
        await body.aclose()


publish(AsyncItemStream)
