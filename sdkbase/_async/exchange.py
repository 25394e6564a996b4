"""One request and its response over httpx: sending, reading, and handing the line back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Protocol, cast

import httpx

from .._concurrency import AsyncClock, AsyncShield, AsyncTimeLimit
from .._policy.deadline import AttemptTimeout
from .._policy.transport_errors import deadline_error, transport_error
from .._wire.call import Call
from .._wire.reply import Reply


class AsyncLine(Protocol):
    """What an exchange is sent through: a connection slot, a shared transport, a client."""

    @property
    def reused(self) -> bool:
        """Whether it had served an earlier request."""
        ...

    async def handle(self, call: Call, timeout: AttemptTimeout) -> httpx.Response:
        """Send the request and return the response when its headers are there."""
        ...

    async def finish(self, *, complete: bool) -> None:
        """Take the line back; one whose exchange was not *complete* must not serve another."""
        ...

    def abort(self) -> None:
        """Break off, from any thread."""
        ...


class AsyncExchange(httpx.AsyncByteStream):
    """
    One request and its response; the stream of its body, if that is not read at once.

    The line goes back when the body has been read to its end. Anything else, an error, a
    cancellation or a body left unread, throws it away.
    """

    def __init__(
        self, line: AsyncLine, call: Call, timeout: AttemptTimeout, clock: AsyncClock
    ) -> None:
        self._line = line
        self._call = call
        self._timeout = timeout
        self._clock = clock
        self._started = clock.monotonic()
        self._response: httpx.Response | None = None
        self._complete = False
        self._closed = False

    async def run(self, *, stream: bool) -> Reply:
        """
        Send the request and return the reply, its body read unless *stream*.

        Raises:
            TransportError: No complete answer came.
        """
        limit = AsyncTimeLimit(self._timeout.total, self._line.abort)
        content: bytes | None = None
        try:
            with limit:
                response = self._response = await self._line.handle(self._call, self._timeout)
                if not stream:
                    content = await self._read(response)
        except BaseException as error:
            await self._throw_away()
            mapped = self._as_error(error)
            raise mapped from mapped.__cause__
        if limit.expired or self._response is None:
            await self._throw_away()
            raise deadline_error(self._call, self._timeout.total)
        if not stream:
            await self._line.finish(complete=True)
        return self._reply(self._response, content)

    async def _read(self, response: httpx.Response) -> bytes:
        body = cast(Any, response.stream)
        chunks = [chunk async for chunk in body]
        await body.aclose()
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _reply(self, response: httpx.Response, content: bytes | None) -> Reply:
        extensions = response.extensions
        return Reply(
            response.status_code,
            response.headers.raw,
            content,
            stream=self if content is None else None,
            http_version=extensions.get("http_version", b"HTTP/1.1").decode("ascii"),
            reason=extensions.get("reason_phrase", response.reason_phrase.encode()).decode("ascii"),
            elapsed=self._clock.monotonic() - self._started,
        )

    def _as_error(self, error: BaseException) -> BaseException:
        if not isinstance(error, Exception):
            return error
        mapped = transport_error(self._call, error, self._timeout, reused=self._line.reused)
        return mapped or error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._response is None:  # pragma: no cover - run() returns only with a response
            return
        try:
            async for chunk in cast(Any, self._response.stream):
                self._check_deadline()
                yield chunk
        except Exception as error:
            mapped = self._as_error(error)
            raise mapped from mapped.__cause__
        self._complete = True

    def _check_deadline(self) -> None:
        total = self._timeout.total
        if total is not None and self._clock.monotonic() - self._started > total:
            raise deadline_error(self._call, total)

    async def aclose(self) -> None:
        """Hand the line back if the body was read to its end, else throw it away."""
        if self._closed or self._response is None:
            return
        self._closed = True
        if not self._complete:
            await self._throw_away()
            return
        try:
            await cast(Any, self._response.stream).aclose()
        except BaseException:
            await self._throw_away()
            raise
        await self._line.finish(complete=True)

    async def _throw_away(self) -> None:
        # A shared transport or a client of the user's only frees its connection if its response
        # is closed.
        if self._response is not None:
            with AsyncShield(), suppress(Exception):
                await cast(Any, self._response.stream).aclose()
        await self._line.finish(complete=False)
