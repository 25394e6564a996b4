# Generated from _async/reqwest_exchange.py by sdkbase.codegen. Do not edit.
# sha256: 75218c29afa5e9eb
"""One request and its response through pyreqwest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import httpx

from .._concurrency import SyncClock, SyncReqwest, SyncShield
from .._policy.deadline import AttemptTimeout
from .._policy.reqwest_errors import httpx_error, is_timeout
from .._policy.transport_errors import deadline_error, transport_error
from .._wire.call import Call
from .._wire.reply import Reply
from .._wire.reqwest_request import (
    EngineHeaders,
    duration,
    http_version,
    reason_phrase,
    sent_headers,
)
from ..errors import DeadlineExceededError, InvalidRequestError, TransportError
from .stream import SyncStreamedResponse


class SyncReqwestExchange:
    """
    One request and its response.

    Args:
        engine: What sends it.
        url: Where to.
        call: The request.
        timeout: Limits of the attempt.
        release: Gives back its place among the transport's requests. Safe to repeat.
        clock: Measures it.
        started: When the attempt began.
        proxied: Whether it goes through a proxy.
    """

    __slots__ = (
        "_broken",
        "_call",
        "_clock",
        "_engine",
        "_proxied",
        "_release",
        "_request",
        "_started",
        "_timeout",
        "_url",
        "reader",
    )

    def __init__(
        self,
        engine: Any,
        url: Any,
        call: Call,
        timeout: AttemptTimeout,
        release: Callable[[], object],
        clock: SyncClock,
        started: float,
        *,
        proxied: bool,
    ) -> None:
        self._engine: Any = engine
        self._url = url
        self._call = call
        self._timeout = timeout
        self._release = release
        self._clock = clock
        self._started = started
        self._proxied = proxied
        self._request: Any = None
        self._broken: TransportError | None = None
        self.reader: Any = None

    def run(self, content: bytes | None, *, stream: bool) -> Reply:
        """
        Send the request and return the reply, its body read unless *stream*.

        If the body of an error breaks off, the reply has what came of it, and `broken`.

        Raises:
            TransportError: No complete answer came.
        """
        body: bytes | None = None
        try:
            response = self._open(content)
            if not stream:
                body = self._read(response)
                self._release()
        except BaseException as error:
            self.close()
            if isinstance(error, Exception):
                self.fail(error)
            raise
        return self._reply(response, body)

    def _open(self, content: bytes | None) -> Any:
        release = self._release
        request = self._built(content)
        # While it waits for its headers, it keeps its place whatever happens here.
        self._release = _keep
        try:
            response = SyncReqwest.open(request, release)
        except Exception:
            self._release = release
            raise
        self._release, self._request, self.reader = release, request, response.body_reader
        return response

    def _built(self, content: bytes | None) -> Any:
        # Sockets close with the last reference to their engine, so no exception may hold on to it.
        engine, self._engine = self._engine, None
        headers = sent_headers(self._call)
        builder = engine.request(self._call.method, self._url)
        try:
            builder.headers(headers)
        except ValueError:  # which quotes the value
            raise InvalidRequestError(
                "a header that an interceptor or auth has set can not be sent"
            ) from None
        if content:
            builder.body_bytes(content)
        total = self._timeout.total
        if total is not None:
            builder.timeout(duration(total - self._elapsed()))
        # Nothing of the body is read before the status is known: it must not get lost with it.
        return builder.streamed_read_buffer_limit(0).build_streamed()

    def _read(self, response: Any) -> bytes:
        if response.status < 400:
            content: bytes = (SyncReqwest.read(self.reader.bytes())).to_bytes()
            return content
        chunks: list[bytes] = []
        try:
            while (chunk := SyncReqwest.read(self.reader.read_chunk())) is not None:
                chunks.append(chunk.to_bytes())
        except Exception as error:
            # An error's status matters more than its body, but not more than the deadline.
            self._broken = self._explained(error)
            if self._broken is None or isinstance(self._broken, DeadlineExceededError):
                raise
        return b"".join(chunks)

    def _reply(self, response: Any, content: bytes | None) -> Reply:
        reply = Reply(
            response.status,
            EngineHeaders(response.headers),
            content,
            stream=SyncReqwestBody(self) if content is None else None,
            http_version=http_version(response.version),
            reason=reason_phrase(response.status),
            elapsed=self._elapsed(),
            response_class=SyncStreamedResponse,
        )
        reply.broken = self._broken
        return reply

    def _elapsed(self) -> float:
        return self._clock.monotonic() - self._started

    def fail(self, error: Exception) -> NoReturn:
        """Raise the error to raise for *error*."""
        raise self._explained(error) or error

    def _explained(self, error: Exception) -> TransportError | None:
        total = self._timeout.total
        if is_timeout(error) and total is not None and self._elapsed() >= total:
            # The engine does not tell which of its limits it was.
            return deadline_error(self._call, self._timeout.deadline)
        known = httpx_error(error, proxied=self._proxied)
        return transport_error(self._call, known, self._timeout)

    def close(self) -> None:
        """Let the connection go: to be used again if the body was read to its end."""
        request, self._request = self._request, None
        try:
            if request is not None:
                with SyncShield():
                    request.__exit__(None, None, None)
        finally:
            self._release()


class SyncReqwestBody(httpx.SyncByteStream):
    """
    The body of a response that is read piece by piece.

    Args:
        exchange: What it is the body of.
    """

    def __init__(self, exchange: SyncReqwestExchange) -> None:
        self._exchange = exchange
        self._reading: Any = None

    def __iter__(self) -> Iterator[bytes]:
        reader = self._exchange.reader
        while True:
            try:
                self._reading = SyncReqwest.read(reader.read_chunk())
                chunk = self._reading
            except Exception as error:
                self._exchange.fail(error)
            if chunk is None:
                break
            yield chunk.to_bytes()

    def close(self) -> None:
        """Let the connection go: to be used again if the body was read to its end."""
        SyncReqwest.break_off(self._reading)
        self._exchange.close()


def _keep() -> None: ...
