# Generated from _async/stream.py by sdkbase.codegen. Do not edit.
# sha256: 792d874805a44da4
"""A response whose body is read piece by piece."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

import httpx

from .._concurrency import SyncOnlyEntered
from .._exports import publish
from .._policy.calls import stream_error
from .._policy.transport_errors import coding_error
from .._wire.call import Call
from .._wire.content_coding import ContentCodingError, Inflater, inflater_for
from .._wire.reply import Reply
from ..config import RequestOptions
from ..errors import CallError, SdkError
from .attempt import drop_body

if TYPE_CHECKING:
    from .sender import SyncSender


class SyncStreamedResponse(httpx.Response):
    """
    An httpx response that tells a compressed body that ends too early from a whole one.

    httpx takes the end of the data, and the end of the first of several gzip members, for the end
    of the body.
    """

    call: Call

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """
        Yield the decoded body in pieces.

        Args:
            chunk_size: Bytes in each piece but the last; None for pieces as they come.

        Raises:
            TransportError: The body is broken or ends too early.
        """
        inflater = inflater_for(self.headers.get("content-encoding", ""))
        if inflater is None or self.is_stream_consumed:
            for piece in super().iter_bytes(chunk_size):
                yield piece
            return
        waiting = b""
        for raw in self.iter_raw():
            waiting += self._inflated(inflater, raw)
            size = chunk_size or len(waiting)
            whole = len(waiting) - len(waiting) % size if size else 0
            for start in range(0, whole, size or 1):
                yield waiting[start : start + size]
            waiting = waiting[whole:]
        self._inflated(inflater, None)
        if waiting:
            yield waiting

    def _inflated(self, inflater: Inflater, raw: bytes | None) -> bytes:
        try:
            return inflater.finish() if raw is None else inflater.feed(raw)
        except ContentCodingError as error:
            raise coding_error(self.call, error) from None


class SyncStream(SyncOnlyEntered):
    """
    What `stream` returns: enter it to send the request and get the response.

    Args:
        sender: Prepares and sends the call.
        method: HTTP method.
        url: As in `request`.
        args: As in `request`.
    """

    def __init__(
        self, sender: SyncSender, method: str, url: str | httpx.URL, args: dict[str, Any]
    ) -> None:
        self._sender = sender
        self._method = method
        self._url = url
        self._args = args
        self._call: Call | None = None
        self._reply: Reply | None = None
        self._block: Generator[Reply, None] | None = None

    def __enter__(self) -> httpx.Response:
        try:
            call = self._call = self._sender.prepare(self._method, self._url, **self._args)
            self._block = _open(self._sender, call, self._args.get("options"))
            reply = self._reply = self._block.__next__()
        except SdkError as error:
            raise error.with_traceback(None) from error.__cause__
        response = reply.to_httpx()
        if isinstance(response, SyncStreamedResponse):
            response.call = reply.call or call
        return response

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        block, self._block = self._block, None
        if block is None or self._reply is None or self._call is None:
            return
        block.close()
        if isinstance(error, CallError | httpx.DecodingError):
            failed = stream_error(self._call, self._reply, error)
            # Without the frames of httpx, whose variables hold what was just read.
            failed.__traceback__ = None
            if failed is not error:
                raise failed from None


def _open(sender: SyncSender, call: Call, options: RequestOptions | None) -> Generator[Reply, None]:
    # A generator, because what is dropped without being closed is closed by its event loop.
    reply = sender.send(call, sender.settings.for_call(options), stream=True)
    try:
        yield reply
    finally:
        try:
            reply.to_httpx().close()
        finally:
            drop_body(reply)


publish(SyncStream)
