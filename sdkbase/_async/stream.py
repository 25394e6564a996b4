"""A response whose body is read piece by piece."""

from __future__ import annotations

import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

import httpx

from .._concurrency import AsyncOnlyEntered
from .._exports import publish
from .._policy.body_errors import body_error, head_of, too_large_error
from .._policy.calls import stream_error
from .._wire.call import Call
from .._wire.content_coding import BodyError, ContentDecoder
from .._wire.redaction import redact_url
from .._wire.reply import Reply
from ..config import RequestOptions
from ..errors import CallError, SdkError
from .attempt import drop_body

if TYPE_CHECKING:
    from .sender import AsyncSender


class AsyncStreamedResponse(httpx.Response):
    """
    An httpx response that tells a compressed body that ends too early from a whole one.

    httpx takes the end of the data, and the end of the first of several gzip members, for the end
    of the body, and knows no limit.

    Attributes:
        call: What was sent.
        max_bytes: Bytes that the body may have, coded and decoded; None for no limit.
    """

    call: Call
    max_bytes: int | None = None
    _num_bytes_downloaded: int

    async def aiter_raw(self, chunk_size: int | None = None) -> AsyncGenerator[bytes, None]:
        """
        Yield the body in pieces as it came over the wire.

        Args:
            chunk_size: Bytes in each piece but the last; None for pieces as they come.

        Raises:
            TransportError: The body ends too early.
            ResponseTooLargeError: It is larger than it may be.
        """
        if self.is_stream_consumed:
            raise httpx.StreamConsumed
        if self.is_closed:
            raise httpx.StreamClosed
        self.is_stream_consumed = True
        # Not through httpx, whose nested generators can not be closed from outside.
        stream: Any = self.stream
        pieces: Any = stream.__aiter__()
        sizes = _Sizes(chunk_size)
        try:
            async for piece in pieces:
                self._num_bytes_downloaded += len(piece)
                self._check_size()
                for sized in sizes.feed(piece):
                    yield sized
        finally:
            await _end(pieces)
        for sized in sizes.finish():
            yield sized
        await self.aclose()

    def _check_size(self) -> None:
        limit, size = self.max_bytes, self._num_bytes_downloaded
        if limit is not None and size > limit:
            raise too_large_error(self.call, head_of(self), limit, size)

    async def aiter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """
        Yield the decoded body in pieces.

        Args:
            chunk_size: Bytes in each piece but the last; None for pieces as they come.

        Raises:
            TransportError: The body is broken or ends too early.
            ResponseTooLargeError: It is larger than it may be.
            DecodeError: It has a content coding whose library is not installed.
        """
        if self.is_stream_consumed:
            async for piece in super().aiter_bytes(chunk_size):
                yield piece
            return
        decoder = ContentDecoder(self.headers.get("content-encoding", ""), self.max_bytes)
        sizes = _Sizes(chunk_size)
        pieces = self.aiter_raw()
        try:
            async for raw in pieces:
                for piece in self._decoded(decoder, raw):
                    for sized in sizes.feed(piece):
                        yield sized
        finally:
            await _end(pieces)
        with self._told():
            decoder.finish()
        for sized in sizes.finish():
            yield sized

    def _decoded(self, decoder: ContentDecoder, raw: bytes) -> Iterator[bytes]:
        with self._told():
            yield from decoder.feed(raw)

    @contextmanager
    def _told(self) -> Generator[None, None, None]:
        try:
            yield
        except BodyError as error:
            raise body_error(self.call, head_of(self), error) from None


class _Sizes:
    """Cuts pieces to one size, or leaves them as they are."""

    def __init__(self, size: int | None) -> None:
        self._size = size
        self._waiting = bytearray()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        if self._size is None:
            if piece:
                yield piece
            return
        self._waiting += piece
        while len(self._waiting) >= self._size:
            yield bytes(self._waiting[: self._size])
            del self._waiting[: self._size]

    def finish(self) -> Iterator[bytes]:
        if self._waiting:
            yield bytes(self._waiting)


async def _end(pieces: Any) -> None:
    aclose = getattr(pieces, "aclose", None)
    if aclose is not None:
        await aclose()


class AsyncStream(AsyncOnlyEntered):
    """
    What `stream` returns: enter it to send the request and get the response.

    Args:
        sender: Prepares and sends the call.
        method: HTTP method.
        url: As in `request`.
        args: As in `request`.
    """

    def __init__(
        self, sender: AsyncSender, method: str, url: str | httpx.URL, args: dict[str, Any]
    ) -> None:
        self._sender = sender
        self._method = method
        self._url = url
        self._args = args
        self._call: Call | None = None
        self._reply: Reply | None = None
        self._block: AsyncGenerator[Reply, None] | None = None

    async def __aenter__(self) -> httpx.Response:
        try:
            call = self._call = self._sender.prepare(self._method, self._url, **self._args)
            block = _open(self._sender, call, self._args.get("options"))
            reply = self._reply = await block.__anext__()
            self._block = block
        except SdkError as error:
            raise error.with_traceback(None) from error.__cause__
        response = reply.to_httpx()
        if isinstance(response, AsyncStreamedResponse):
            response.call = reply.call or call
            response.max_bytes = reply.max_bytes
        return response

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        block, self._block = self._block, None
        if block is None or self._reply is None or self._call is None:
            return
        await block.aclose()
        if isinstance(error, CallError | httpx.DecodingError):
            failed = stream_error(self._call, self._reply, error)
            # Without the frames of httpx, whose variables hold what was just read.
            failed.__traceback__ = None
            if failed is not error:
                raise failed from None

    def __del__(self) -> None:
        # What holds the connection is a generator: dropped with the stream, it closes itself.
        if getattr(self, "_block", None) is not None:
            warnings.warn(
                f"the stream of {self._method} {redact_url(str(self._url))} was dropped before its "
                "end; use it in a with block",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )


async def _open(
    sender: AsyncSender, call: Call, options: RequestOptions | None
) -> AsyncGenerator[Reply, None]:
    # A generator, because what is dropped without being closed is closed by its event loop.
    reply = await sender.send(call, sender.settings.for_call(options), stream=True)
    try:
        yield reply
    finally:
        try:
            await reply.to_httpx().aclose()
        finally:
            await drop_body(reply)


publish(AsyncStream)
