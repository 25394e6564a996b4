# Generated from _async/exchange.py by sdkbase.codegen. Do not edit.
# sha256: 3cd2a9fa2ee845f8
"""One request and its response: sending, reading, and handing the line back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NoReturn, Protocol

import httpx

from .._concurrency import SyncClock, SyncShield, SyncTimeLimit
from .._policy.body_errors import refuse_announced, too_large_error
from .._policy.deadline import AttemptTimeout
from .._policy.transport_errors import deadline_error, transport_error
from .._wire.call import Call
from .._wire.reply import Reply, ResponseHead
from ..errors import ResponseTooLargeError, TransportError
from .stream import SyncStreamedResponse

# Without a loop, a read ends because its socket was shut down; else it is cancelled at once.
_END_SECONDS = 1.0 if SyncTimeLimit.NEEDS_ABORT else 0.0


class SyncLine(Protocol):
    """What an exchange is sent through: a connection slot, a shared transport, a client."""

    @property
    def reused(self) -> bool:
        """Whether it had served an earlier request."""
        ...

    def handle(self, call: Call, timeout: AttemptTimeout) -> ResponseHead:
        """Send the request and return the response when its headers are there."""
        ...

    def finish(self, *, complete: bool) -> None:
        """Take the line back; one whose exchange was not *complete* must not serve another."""
        ...

    def abort(self) -> None:
        """Break off, from any thread."""
        ...

    @property
    def can_abort(self) -> bool:
        """Whether `abort` wakes a blocked read."""
        ...


class SyncExchange(httpx.SyncByteStream):
    """
    One request and its response; the stream of its body, if that is not read at once.

    The line goes back when the body has been read to its end. Anything else, an error, a
    cancellation or a body left unread, throws it away.

    Args:
        line: What it is sent through.
        call: The request.
        timeout: Limits of the attempt.
        clock: Measures it.
        started: When the attempt began, if that was before the line was there.
    """

    def __init__(
        self,
        line: SyncLine,
        call: Call,
        timeout: AttemptTimeout,
        clock: SyncClock,
        started: float | None = None,
    ) -> None:
        self._line = line
        self._call = call
        self._timeout = timeout
        self._clock = clock
        self._started = clock.monotonic() if started is None else started
        self._response: ResponseHead | None = None
        self._chunks: Any = None
        self._complete = False
        self._closed = False

    def run(self, *, stream: bool) -> Reply:
        """
        Send the request and return the reply, its body read unless *stream*.

        If the body of an error breaks off or is too large, the reply has what came of it, and
        `broken`.

        Raises:
            TransportError: No complete answer came.
            ResponseTooLargeError: It is larger than it may be.
        """
        limit = SyncTimeLimit(self._remaining(), self._line.abort)
        handle = self._line.handle if self._call.body.stream is None else self._handle_stream
        reply: Reply | None = None
        try:
            with limit:
                self._response = handle(self._call, self._timeout)
                reply = self._reply(self._response)
                if reply.announced_too_large:
                    refuse_announced(self._call, reply)
                if not stream:
                    reply.content = self._read(reply, self._response.stream)
        except BaseException as error:
            self._throw_away()
            if isinstance(error, Exception):
                self._fail(error)
            raise
        if limit.expired or reply is None:
            self._throw_away()
            raise deadline_error(self._call, self._timeout.deadline)
        reply.elapsed = self._clock.monotonic() - self._started
        if stream:
            reply.stream = self
        elif reply.broken is not None:
            self._throw_away()
        else:
            self._line.finish(complete=True)
        return reply

    def _handle_stream(self, call: Call, timeout: AttemptTimeout) -> ResponseHead:
        try:
            return self._line.handle(call, timeout)
        finally:
            # Sent or given up: its file is closed now, not when it is collected.
            body = call.body.stream
            if isinstance(body, httpx.SyncByteStream):
                with SyncShield():
                    body.close()

    def _read(self, reply: Reply, stream: Any) -> bytes:
        chunks: list[bytes] = []
        room = sys.maxsize if reply.max_bytes is None else reply.max_bytes
        pieces = stream.__iter__()
        timed = SyncTimeLimit.NEEDS_ABORT and self._timeout.total is not None
        try:
            for chunk in pieces:
                chunks.append(chunk)
                room -= len(chunk)
                if room < 0:
                    # What a thread has not read is reset when its socket closes; shut down before,
                    # the server would not hear of it for a minute.
                    self._chunks = None if SyncTimeLimit.NEEDS_ABORT else pieces
                    raise self._too_large(reply, room, chunks)
                if timed and self._remaining() == 0.0:
                    # Not every line can be broken off from outside, so the clock is asked as well.
                    raise deadline_error(self._call, self._timeout.deadline)
            stream.close()
        except Exception as error:
            # An error's status matters more than its body.
            if reply.status_code < 400 or isinstance(error, TransportError):
                raise
            if isinstance(error, ResponseTooLargeError):
                reply.broken = error
            else:
                reply.broken = transport_error(self._call, error, self._timeout)
            if reply.broken is None:
                raise
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _too_large(self, reply: Reply, room: int, chunks: list[bytes]) -> ResponseTooLargeError:
        # What an error says stays, as far as there was room for it.
        limit = self._timeout.max_bytes or 0
        chunks[-1] = chunks[-1][:room]
        return too_large_error(self._call, reply, limit, limit - room)

    def _reply(self, response: ResponseHead) -> Reply:
        return Reply(
            response.status_code,
            response.headers,
            None,
            http_version=response.http_version,
            reason=response.reason,
            response_class=SyncStreamedResponse,
            max_bytes=self._timeout.max_bytes,
        )

    def _fail(self, error: Exception) -> NoReturn:
        if SyncTimeLimit.NEEDS_ABORT and self._remaining() == 0.0:
            # A connection that was broken off between two reads looks as if the server did it.
            raise deadline_error(self._call, self._timeout.deadline)
        # Age alone breaks a connection only before anything of an answer has come.
        stale = self._line.reused and self._response is None
        # The new error is held by no name: a traceback that a variable of its own frame leads to
        # keeps the line alive until the next collection.
        raise transport_error(self._call, error, self._timeout, reused=stale) or error

    def __iter__(self) -> Iterator[bytes]:
        if self._response is None:  # pragma: no cover - run() returns only with a response
            return
        self._chunks = self._response.stream.__iter__()
        while True:
            chunk = self._next(self._chunks)
            if chunk is None:
                break
            yield chunk
        self._complete = True

    def _next(self, chunks: Iterator[bytes]) -> bytes | None:
        left = self._remaining()
        try:
            with SyncTimeLimit(left, self._line.abort):
                chunk = chunks.__next__()
                if left != 0.0:
                    return chunk
        except StopIteration:
            return None
        except Exception as error:
            self._fail(error)
        raise deadline_error(self._call, self._timeout.deadline)

    def abort(self) -> None:
        """Break off, from any thread."""
        self._line.abort()

    @property
    def can_abort(self) -> bool:
        """Whether `abort` wakes a blocked read."""
        return self._line.can_abort

    def _remaining(self) -> float | None:
        total = self._timeout.total
        return None if total is None else max(0.0, total + self._started - self._clock.monotonic())

    def close(self) -> None:
        """Hand the line back if the body was read to its end, else throw it away."""
        if self._closed or self._response is None:
            return
        self._closed = True
        if not self._complete:
            self._throw_away()
            return
        try:
            self._response.stream.close()
        except BaseException:
            self._throw_away()
            raise
        self._line.finish(complete=True)

    def _end_chunks(self) -> None:
        # A generator left to the garbage collection is an error in trio, and closes late elsewhere.
        # Closing the outer one leaves those inside behind; a read that is broken off ends them all.
        if self._line.can_abort and self._chunks is not None:
            self._line.abort()
            with SyncTimeLimit(_END_SECONDS, self._line.abort), suppress(Exception):
                for _ in self._chunks:
                    pass
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()

    def _throw_away(self) -> None:
        # A shared transport or a client of the user's only frees its connection if its response
        # is closed.
        try:
            if self._response is not None:
                with SyncShield(), suppress(Exception):
                    self._end_chunks()
                    self._response.stream.close()
        finally:
            self._line.finish(complete=False)
