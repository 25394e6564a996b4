"""One request and its response: sending, reading, and handing the line back."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, NoReturn, Protocol

import httpx

from .._concurrency import AsyncClock, AsyncShield, AsyncTimeLimit
from .._policy.body_errors import refuse_announced, too_large_error
from .._policy.deadline import AttemptTimeout
from .._policy.transport_errors import deadline_error, transport_error
from .._wire.call import Call
from .._wire.reply import Reply, ResponseHead
from ..errors import ResponseTooLargeError, TransportError
from .stream import AsyncStreamedResponse

# Without a loop, a read ends because its socket was shut down; else it is cancelled at once.
_END_SECONDS = 1.0 if AsyncTimeLimit.NEEDS_ABORT else 0.0


class AsyncLine(Protocol):
    """What an exchange is sent through: a connection slot, a shared transport, a client."""

    @property
    def reused(self) -> bool:
        """Whether it had served an earlier request."""
        ...

    async def handle(self, call: Call, timeout: AttemptTimeout) -> ResponseHead:
        """Send the request and return the response when its headers are there."""
        ...

    async def finish(self, *, complete: bool) -> None:
        """Take the line back; one whose exchange was not *complete* must not serve another."""
        ...

    def abort(self) -> None:
        """Break off, from any thread."""
        ...

    @property
    def can_abort(self) -> bool:
        """Whether `abort` wakes a blocked read."""
        ...


class AsyncExchange(httpx.AsyncByteStream):
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
        line: AsyncLine,
        call: Call,
        timeout: AttemptTimeout,
        clock: AsyncClock,
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

    async def run(self, *, stream: bool) -> Reply:
        """
        Send the request and return the reply, its body read unless *stream*.

        If the body of an error breaks off or is too large, the reply has what came of it, and
        `broken`.

        Raises:
            TransportError: No complete answer came.
            ResponseTooLargeError: It is larger than it may be.
        """
        limit = AsyncTimeLimit(self._remaining(), self._line.abort)
        handle = self._line.handle if self._call.body.stream is None else self._handle_stream
        reply: Reply | None = None
        try:
            with limit:
                self._response = await handle(self._call, self._timeout)
                reply = self._reply(self._response)
                if reply.announced_too_large:
                    refuse_announced(self._call, reply)
                if not stream:
                    reply.content = await self._read(reply, self._response.stream)
        except BaseException as error:
            await self._throw_away()
            if isinstance(error, Exception):
                self._fail(error)
            raise
        if limit.expired or reply is None:
            await self._throw_away()
            raise deadline_error(self._call, self._timeout.deadline)
        reply.elapsed = self._clock.monotonic() - self._started
        if stream:
            reply.stream = self
        elif reply.broken is not None:
            await self._throw_away()
        else:
            await self._line.finish(complete=True)
        return reply

    async def _handle_stream(self, call: Call, timeout: AttemptTimeout) -> ResponseHead:
        try:
            return await self._line.handle(call, timeout)
        finally:
            # Sent or given up: its file is closed now, not when it is collected.
            body = call.body.stream
            if isinstance(body, httpx.AsyncByteStream):
                with AsyncShield():
                    await body.aclose()

    async def _read(self, reply: Reply, stream: Any) -> bytes:
        chunks: list[bytes] = []
        room = sys.maxsize if reply.max_bytes is None else reply.max_bytes
        pieces = stream.__aiter__()
        timed = AsyncTimeLimit.NEEDS_ABORT and self._timeout.total is not None
        try:
            async for chunk in pieces:
                chunks.append(chunk)
                room -= len(chunk)
                if room < 0:
                    # What a thread has not read is reset when its socket closes; shut down before,
                    # the server would not hear of it for a minute.
                    self._chunks = None if AsyncTimeLimit.NEEDS_ABORT else pieces
                    raise self._too_large(reply, room, chunks)
                if timed and self._remaining() == 0.0:
                    # Not every line can be broken off from outside, so the clock is asked as well.
                    raise deadline_error(self._call, self._timeout.deadline)
            await stream.aclose()
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
            response_class=AsyncStreamedResponse,
            max_bytes=self._timeout.max_bytes,
        )

    def _fail(self, error: Exception) -> NoReturn:
        if AsyncTimeLimit.NEEDS_ABORT and self._remaining() == 0.0:
            # A connection that was broken off between two reads looks as if the server did it.
            raise deadline_error(self._call, self._timeout.deadline)
        # Age alone breaks a connection only before anything of an answer has come.
        stale = self._line.reused and self._response is None
        # The new error is held by no name: a traceback that a variable of its own frame leads to
        # keeps the line alive until the next collection.
        raise transport_error(self._call, error, self._timeout, reused=stale) or error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._response is None:  # pragma: no cover - run() returns only with a response
            return
        self._chunks = self._response.stream.__aiter__()
        while True:
            chunk = await self._next(self._chunks)
            if chunk is None:
                break
            yield chunk
        self._complete = True

    async def _next(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        left = self._remaining()
        try:
            with AsyncTimeLimit(left, self._line.abort):
                chunk = await chunks.__anext__()
                if left != 0.0:
                    return chunk
        except StopAsyncIteration:
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

    async def aclose(self) -> None:
        """Hand the line back if the body was read to its end, else throw it away."""
        if self._closed or self._response is None:
            return
        self._closed = True
        if not self._complete:
            await self._throw_away()
            return
        try:
            await self._response.stream.aclose()
        except BaseException:
            await self._throw_away()
            raise
        await self._line.finish(complete=True)

    async def _end_chunks(self) -> None:
        # A generator left to the garbage collection is an error in trio, and closes late elsewhere.
        # Closing the outer one leaves those inside behind; a read that is broken off ends them all.
        if self._line.can_abort and self._chunks is not None:
            self._line.abort()
            with AsyncTimeLimit(_END_SECONDS, self._line.abort), suppress(Exception):
                async for _ in self._chunks:
                    pass
        aclose = getattr(self._chunks, "aclose", None)
        if aclose is not None:
            await aclose()

    async def _throw_away(self) -> None:
        # A shared transport or a client of the user's only frees its connection if its response
        # is closed.
        try:
            if self._response is not None:
                with AsyncShield(), suppress(Exception):
                    await self._end_chunks()
                    await self._response.stream.aclose()
        finally:
            await self._line.finish(complete=False)
