# Generated from _async/opener.py by sdkbase.codegen. Do not edit.
# sha256: 7a4589031a3b9f2e
"""Opening a call whose body is read record by record, and reading that body."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import msgspec

from .._concurrency import SyncTimeLimit
from .._policy.body_errors import body_error, too_large_error
from .._policy.call_args import IdleTimeout
from .._policy.calls import stream_error
from .._policy.transport_errors import name_idle_timeout
from .._wire.api_response import response_decoder
from .._wire.call import Call
from .._wire.content_coding import BodyError, ContentDecoder
from .._wire.headers import HeaderInput, Headers, merge_headers
from .._wire.reply import Reply
from ..config import RequestOptions
from ..errors import CallError
from .attempt import drop_body
from .sender import SyncSender
from .stream import SyncStreamedResponse

_ENOUGH_OF_AN_ERROR = 1024 * 1024
_DRAIN_SECONDS = 0.2


class SyncBody:
    """
    The body of an open reply, without its content coding, piece by piece.

    Attributes:
        call: What was sent.
        reply: What came.
        response: The same as httpx knows it; its body is only to be read here.

    Args:
        call: What was sent.
        reply: What came.
        idle_timeout: Whether that limits each wait for a piece, and errors have to name it.
    """

    def __init__(self, call: Call, reply: Reply, *, idle_timeout: bool = False) -> None:
        self.call: Call = call
        self.reply: Reply = reply
        self.response: httpx.Response = reply.to_httpx()
        self._idle_timeout = idle_timeout
        self._decoder = ContentDecoder(reply.header(b"content-encoding") or "", reply.max_bytes)
        self._size = 0
        self._decoded: Iterator[bytes] = iter(())
        self._pieces: Any = self._source()

    def _source(self) -> Any:
        response = self.response
        if isinstance(response, SyncStreamedResponse) and not response.is_stream_consumed:
            # Past httpx, whose nested generators can not be closed from outside. It is told, so
            # that nobody reads the body in two places.
            response.is_stream_consumed = True
            response.call = self.call
            stream: Any = self.reply.stream
            return stream.__iter__()
        self._decoder = ContentDecoder("")
        return response.iter_bytes()

    def read(self) -> bytes | None:
        """
        Return the next piece, or None at the end.

        Raises:
            TransportError: The body is broken or ends too early.
            ResponseTooLargeError: It is larger than it may be.
            DecodeError: It has a content coding whose library is not installed.
        """
        try:
            while (piece := next(self._decoded, None)) is None:
                raw: bytes | None = next(self._pieces, None)
                if raw is None:
                    self._decoder.finish()
                    return None
                self._count(len(raw))
                self._decoded = self._decoder.feed(raw)
        except (CallError, BodyError, httpx.DecodingError) as error:
            # Without the frames inside, whose variables hold what was just read.
            raise self._told(error).with_traceback(None) from error.__cause__
        return piece

    def _count(self, size: int) -> None:
        self._size += size
        limit = self.reply.max_bytes
        if limit is not None and self._size > limit:
            raise too_large_error(self.call, self.reply, limit, self._size)

    def _told(self, error: CallError | BodyError | httpx.DecodingError) -> CallError:
        if isinstance(error, BodyError):
            error = body_error(self.call, self.reply, error)
        elif self._idle_timeout:
            name_idle_timeout(error)
        return stream_error(self.call, self.reply, error)

    def read_some(self, enough: int) -> bytes:
        """
        Return the start of the body; if it breaks off, what came, and `reply.broken`.

        Args:
            enough: Bytes after which no further piece is read.
        """
        content = bytearray()
        try:
            while len(content) < enough and (piece := self.read()) is not None:
                content += piece
        except CallError as error:
            self.reply.broken = error
        return bytes(content)

    def drain(self) -> None:
        """Read on for a moment: only at its end can the connection be used again."""
        stream: Any = self.reply.stream
        abort = getattr(stream, "abort", self.close)
        # Where nothing would wake the reader, it does not begin.
        ends = getattr(stream, "can_abort", False) or not SyncTimeLimit.NEEDS_ABORT
        with SyncTimeLimit(_DRAIN_SECONDS, abort), suppress(CallError):
            while ends and self.read() is not None:
                pass

    def close(self) -> None:
        """Hand the connection back if the body was read to its end, else throw it away."""
        close = getattr(self._pieces, "close", None)
        try:
            if close is not None:
                # Another task or thread may be reading: the broken connection will wake it.
                with suppress(RuntimeError, ValueError):
                    close()
            self.response.close()
        finally:
            drop_body(self.reply)


class SyncOpener:
    """
    Send a call and leave its body open, once or again.

    Args:
        sender: Sends it.
        call: The request.
        options: Overrides of the client's settings.
    """

    def __init__(
        self, sender: SyncSender, call: Call, options: RequestOptions | None = None
    ) -> None:
        self.sender: SyncSender = sender
        self.call: Call = call
        self.options: RequestOptions | None = options

    @property
    def _has_idle_timeout(self) -> bool:
        return self.options is not None and isinstance(self.options.timeout, IdleTimeout)

    def again(self, deadline: float | None) -> SyncOpener:
        """Return what opens the same once more, without retries, within *deadline* seconds."""
        options = self.options or RequestOptions()
        options = msgspec.structs.replace(options, max_retries=0, deadline=deadline)
        return SyncOpener(self.sender, self.call, options)

    def open(self, defaults: Headers, headers: HeaderInput | None = None) -> SyncBody:
        """
        Send the call and return its body, unread.

        Args:
            defaults: Headers that hold unless this very call sets them.
            headers: Headers that hold in any case; `OMIT` takes one away.

        Raises:
            StatusError: The status is not 2xx.
            CallError: No reply came.
            InvalidRequestError: A header can not be sent.
        """
        call = self.call.with_auth(defaults)
        call = call.replace(headers=merge_headers(call.headers, headers))
        try:
            settings = self.sender.settings.for_stream(self.options)
            reply = self.sender.send(call, settings, stream=True)
        except CallError as error:
            if self._has_idle_timeout:
                name_idle_timeout(error)
            raise
        body = SyncBody(reply.call or call, reply, idle_timeout=self._has_idle_timeout)
        if 200 <= reply.status_code < 300:
            return body
        try:
            content = body.read_some(_ENOUGH_OF_AN_ERROR)
        finally:
            body.close()
        self.sender.result(call, _read(body, content), response_decoder(None))
        raise RuntimeError("a status that is not 2xx was no error")  # pragma: no cover


def _read(body: SyncBody, content: bytes) -> Reply:
    """Return the reply as one whose body was read."""
    reply = body.reply
    plain = [field for field in reply.headers if field[0].lower() != b"content-encoding"]
    read = Reply(
        reply.status_code,
        plain,
        content,
        http_version=reply.http_version,
        reason=reply.reason,
        elapsed=reply.elapsed,
    )
    read.call, read.history, read.redirects = body.call, reply.history, reply.redirects
    read.give_up_reason, read.broken = reply.give_up_reason, reply.broken
    return read
