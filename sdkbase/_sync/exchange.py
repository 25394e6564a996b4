# Generated from _async/exchange.py by sdkbase.codegen. Do not edit.
# sha256: e3a7c4d1a9fa19c3
"""One request and its response: sending, reading, and handing the line back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NoReturn, Protocol

import httpx

from .._concurrency import SyncClock, SyncShield, SyncTimeLimit
from .._policy.deadline import AttemptTimeout
from .._policy.transport_errors import deadline_error, transport_error
from .._wire.call import Call
from .._wire.reply import Reply, ResponseHead
from ..errors import TransportError
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
        self._broken: TransportError | None = None

    def run(self, *, stream: bool) -> Reply:
        """
        Send the request and return the reply, its body read unless *stream*.

        If the body of an error breaks off, the reply has what came of it, and `broken`.

        Raises:
            TransportError: No complete answer came.
        """
        limit = SyncTimeLimit(self._remaining(), self._line.abort)
        content: bytes | None = None
        try:
            with limit:
                response = self._response = self._handle()
                if not stream:
                    content = self._read(response)
        except BaseException as error:
            self._throw_away()
            if isinstance(error, Exception):
                self._fail(error)
            raise
        if limit.expired or self._response is None:
            self._throw_away()
            raise deadline_error(self._call, self._timeout.deadline)
        if self._broken is not None:
            self._throw_away()
        elif not stream:
            self._line.finish(complete=True)
        return self._reply(self._response, content)

    def _handle(self) -> ResponseHead:
        body = self._call.body.stream
        if body is None:
            return self._line.handle(self._call, self._timeout)
        try:
            return self._line.handle(self._call, self._timeout)
        finally:
            # Sent or given up: its file is closed now, not when it is collected.
            if isinstance(body, httpx.SyncByteStream):
                with SyncShield():
                    body.close()

    def _read(self, response: ResponseHead) -> bytes:
        chunks: list[bytes] = []
        try:
            for chunk in response.stream:
                chunks.append(chunk)
                if SyncTimeLimit.NEEDS_ABORT and self._remaining() == 0.0:
                    # Not every line can be broken off from outside, so the clock is asked as well.
                    raise deadline_error(self._call, self._timeout.deadline)
            response.stream.close()
        except Exception as error:
            # An error's status matters more than its body.
            if response.status_code < 400 or isinstance(error, TransportError):
                raise
            self._broken = transport_error(self._call, error, self._timeout)
            if self._broken is None:
                raise
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _reply(self, response: ResponseHead, content: bytes | None) -> Reply:
        reply = Reply(
            response.status_code,
            response.headers,
            content,
            stream=self if content is None else None,
            http_version=response.http_version,
            reason=response.reason,
            elapsed=self._clock.monotonic() - self._started,
            response_class=SyncStreamedResponse,
        )
        reply.broken = self._broken
        return reply

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
