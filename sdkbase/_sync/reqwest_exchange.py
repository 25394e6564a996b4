# Generated from _async/reqwest_exchange.py by sdkbase.codegen. Do not edit.
# sha256: c3e0a2041efa1dcc
"""One request and its response through pyreqwest."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import httpx

from .._concurrency import SyncClock, SyncReqwest, SyncShield
from .._policy.body_errors import refuse_announced, too_large_error
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

# The engine counts in 64 bits with a sign.
_MOST = 2**62


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
        self.reader: Any = None

    def run(self, content: bytes | None, *, stream: bool) -> Reply:
        """
        Send the request and return the reply, its body read unless *stream*.

        If the body of an error breaks off or is too large, the reply has what came of it, and
        `broken`.

        Raises:
            TransportError: No complete answer came.
            ResponseTooLargeError: It is larger than it may be.
        """
        try:
            reply = self._reply(self._open(content))
            if reply.announced_too_large:
                refuse_announced(self._call, reply)
            if not stream:
                reply.content = self._read(reply)
                self._release()
        except BaseException as error:
            self.close()
            if isinstance(error, Exception):
                self.fail(error)
            raise
        reply.elapsed = self._elapsed()
        if stream:
            reply.stream = SyncReqwestBody(self)
        return reply

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

    def _read(self, reply: Reply) -> bytes:
        limit = sys.maxsize if reply.max_bytes is None else reply.max_bytes
        if reply.status_code >= 400:
            return self._read_some(reply, limit)
        # One byte more than it may have: then it has ended, or is too large.
        body = SyncReqwest.read(self.reader.read(min(limit, _MOST) + 1))
        if body is None:
            return b""
        if len(body) > limit:
            raise too_large_error(self._call, reply, limit, len(body))
        content: bytes = body.to_bytes()
        return content

    def _read_some(self, reply: Reply, limit: int) -> bytes:
        chunks: list[bytes] = []
        room = limit
        try:
            while (chunk := SyncReqwest.read(self.reader.read_chunk())) is not None:
                chunks.append(chunk.to_bytes()[:room])
                room -= len(chunk)
                if room < 0:
                    reply.broken = too_large_error(self._call, reply, limit, limit - room)
                    break
        except Exception as error:
            # An error's status matters more than its body, but not more than the deadline.
            reply.broken = self._explained(error)
            if reply.broken is None or isinstance(reply.broken, DeadlineExceededError):
                raise
        return b"".join(chunks)

    def _reply(self, response: Any) -> Reply:
        return Reply(
            response.status,
            EngineHeaders(response.headers),
            None,
            http_version=http_version(response.version),
            reason=reason_phrase(response.status),
            response_class=SyncStreamedResponse,
            max_bytes=self._timeout.max_bytes,
        )

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
