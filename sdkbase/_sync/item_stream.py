# Generated from _async/item_stream.py by sdkbase.codegen. Do not edit.
# sha256: 21567f29114d12c7
"""A streamed response as typed items: pieces of bytes, lines, values of NDJSON."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterator
from types import TracebackType
from typing import Generic, NoReturn, Self, TypeVar

import httpx

from .._concurrency import SyncOnly, SyncOnlyBlock
from .._exports import publish
from .._wire.headers import HeaderInput, Headers
from .._wire.records import ItemParser, record_error
from ..errors import RecordError, SdkError, StreamClosedError
from .opener import SyncBody, SyncOpener

T = TypeVar("T")


class SyncItemStream(SyncOnly, SyncOnlyBlock, Generic[T]):
    """
    The items of a response, decoded while it comes.

    The request is sent when the block is entered, or else by the first step of the iteration. At
    the end of the block or of the items the connection is given back: to be used again if the body
    was read to its end, else to be closed. A stream can be read once.

    Args:
        opener: Sends the call.
        parser: Makes the items.
    """

    def __init__(self, opener: SyncOpener, parser: ItemParser[T]) -> None:
        self._opener = opener
        self._parser = parser
        self._block: Generator[SyncBody, None] | None = None
        self._body: SyncBody | None = None
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

    def _opened(self) -> SyncBody:
        if self._body is None:
            raise StreamClosedError(f"{self!r} is not open yet: enter its block, or iterate it")
        return self._body

    def __enter__(self) -> Self:
        if self._block is None:
            self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Self:
        self._check_readable()
        return self

    def __next__(self) -> T:
        if self._ended:
            raise StopIteration
        if self._block is None:
            self._start()
        try:
            while True:
                for item in self._ready:
                    return item
                if not self._read_on():
                    self._check_readable()
                    break
        except SdkError as error:
            self._fail(error)
        except BaseException:
            self.close()
            raise
        self._ended = True
        self.close()
        raise StopIteration

    def _fail(self, error: SdkError) -> NoReturn:
        # What breaks because someone closed the stream is no error of the server's.
        self._check_readable()
        if isinstance(error, RecordError):
            error = self._told(error)
        self.close()
        # Without the frames inside, whose variables may hold secrets.
        raise error.with_traceback(None) from error.__cause__

    def collect(self) -> list[T]:
        """
        Return all items that are left.

        Raises:
            SdkError: As the iteration does.
        """
        return [item for item in self]

    def close(self) -> None:
        """Give the connection back. Safe to repeat."""
        self._closed = True
        self._ready = iter(())
        self._release()

    def _release(self) -> None:
        block, self._block = self._block, None
        if block is not None:
            block.close()

    def _check_readable(self) -> None:
        if self._closed:
            raise StreamClosedError(
                f"{self!r} can not be read again: call the method that made it for a new one"
            )

    def _start(self) -> None:
        self._check_readable()
        try:
            self._open(self._opener)
        except SdkError as error:
            self._fail(error)
        except BaseException:
            self.close()
            raise

    def _open(self, opener: SyncOpener, headers: HeaderInput | None = None) -> None:
        block = _opened(opener, self._parser.headers, headers)
        self._body = block.__next__()
        self._block = block
        self._at_end = False
        if self._closed:  # by someone else, while it was opened
            self._release()
            self._check_readable()

    def _read_on(self) -> bool:
        """Make further items ready, and tell whether there may be more of them."""
        if self._at_end:
            return False
        piece = self._opened().read()
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


def _opened(
    opener: SyncOpener, defaults: Headers, headers: HeaderInput | None
) -> Generator[SyncBody, None]:
    # A generator, because what is dropped without being closed is closed by its event loop.
    body = opener.open(defaults, headers)
    try:
        yield body
    finally:
        body.close()


publish(SyncItemStream)
