# Generated from _async/exchange.py by sdkbase.codegen. Do not edit.
# sha256: b32cc5edefa52bbe
"""One request and its response over httpx: sending, reading, and handing the line back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Protocol, cast

import httpx

from .._concurrency import SyncClock, SyncShield, SyncTimeLimit
from .._policy.deadline import AttemptTimeout
from .._policy.transport_errors import deadline_error, transport_error
from .._wire.call import Call
from .._wire.reply import Reply


class SyncLine(Protocol):
    """What an exchange is sent through: a connection slot, a shared transport, a client."""

    @property
    def reused(self) -> bool:
        """Whether it had served an earlier request."""
        ...

    def handle(self, call: Call, timeout: AttemptTimeout) -> httpx.Response:
        """Send the request and return the response when its headers are there."""
        ...

    def finish(self, *, complete: bool) -> None:
        """Take the line back; one whose exchange was not *complete* must not serve another."""
        ...

    def abort(self) -> None:
        """Break off, from any thread."""
        ...


class SyncExchange(httpx.SyncByteStream):
    """
    One request and its response; the stream of its body, if that is not read at once.

    The line goes back when the body has been read to its end. Anything else, an error, a
    cancellation or a body left unread, throws it away.
    """

    def __init__(
        self, line: SyncLine, call: Call, timeout: AttemptTimeout, clock: SyncClock
    ) -> None:
        self._line = line
        self._call = call
        self._timeout = timeout
        self._clock = clock
        self._started = clock.monotonic()
        self._response: httpx.Response | None = None
        self._complete = False
        self._closed = False

    def run(self, *, stream: bool) -> Reply:
        """
        Send the request and return the reply, its body read unless *stream*.

        Raises:
            TransportError: No complete answer came.
        """
        limit = SyncTimeLimit(self._timeout.total, self._line.abort)
        content: bytes | None = None
        try:
            with limit:
                response = self._response = self._line.handle(self._call, self._timeout)
                if not stream:
                    content = self._read(response)
        except BaseException as error:
            self._throw_away()
            mapped = self._as_error(error)
            raise mapped from mapped.__cause__
        if limit.expired or self._response is None:
            self._throw_away()
            raise deadline_error(self._call, self._timeout.total)
        if not stream:
            self._line.finish(complete=True)
        return self._reply(self._response, content)

    def _read(self, response: httpx.Response) -> bytes:
        body = cast(Any, response.stream)
        chunks = [chunk for chunk in body]
        body.close()
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

    def __iter__(self) -> Iterator[bytes]:
        if self._response is None:  # pragma: no cover - run() returns only with a response
            return
        try:
            for chunk in cast(Any, self._response.stream):
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

    def close(self) -> None:
        """Hand the line back if the body was read to its end, else throw it away."""
        if self._closed or self._response is None:
            return
        self._closed = True
        if not self._complete:
            self._throw_away()
            return
        try:
            cast(Any, self._response.stream).close()
        except BaseException:
            self._throw_away()
            raise
        self._line.finish(complete=True)

    def _throw_away(self) -> None:
        # A shared transport or a client of the user's only frees its connection if its response
        # is closed.
        if self._response is not None:
            with SyncShield(), suppress(Exception):
                cast(Any, self._response.stream).close()
        self._line.finish(complete=False)
