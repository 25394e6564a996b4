"""What a mock API answers: responses, streams, and what goes wrong before there is one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, TypeAlias

import httpx

from .._wire.body import encode_json
from ..config import OMIT
from ..errors import ConfigurationError
from ._clocks import AsyncVirtualClock, SyncVirtualClock
from ._mock_call import MockCall

VirtualClock: TypeAlias = AsyncVirtualClock | SyncVirtualClock


class Fault(Enum):
    """What may go wrong on the way; the value is the httpx error that a transport raises then."""

    CONNECT_ERROR = httpx.ConnectError
    """There is no connection, so nothing was sent."""
    CONNECT_TIMEOUT = httpx.ConnectTimeout
    READ_TIMEOUT = httpx.ReadTimeout
    """The server is silent until `TimeoutConfig.read`, which passes on the virtual clock."""
    CONNECTION_LOST = httpx.ReadError
    """The connection breaks when the request was sent."""
    PROTOCOL_ERROR = httpx.RemoteProtocolError
    """What comes back is no HTTP."""

    def error(self, request: httpx.Request | None = None) -> httpx.TransportError:
        """Return the error to raise."""
        kind: type[httpx.TransportError] = self.value
        return kind(f"{self.name} of the mock API", request=request)


class Answer:
    """
    A response to give.

    Args:
        status: Status code.
        json: The body, as anything that msgspec encodes.
        content: The body as bytes or text.
        chunks: The body piece by piece; a `Fault` among them breaks it off there.
        headers: Header fields, over `content-type: application/json` of a *json* body.
        latency: Seconds until it comes, which pass on the clock of the mock API. If
            `TimeoutConfig.read` is over before, the call times out.

    Raises:
        ConfigurationError: More than one body is given, or a value is out of range.
    """

    __slots__ = ("_chunks", "_content", "_headers", "latency", "status")

    def __init__(
        self,
        status: int = 200,
        *,
        json: object = OMIT,
        content: bytes | str | None = None,
        chunks: Sequence[bytes | Fault] | None = None,
        headers: Mapping[str, str] | None = None,
        latency: float = 0.0,
    ) -> None:
        if (json is not OMIT) + (content is not None) + (chunks is not None) > 1:
            raise ConfigurationError("an Answer has one of json=, content= and chunks=")
        if not 100 <= status <= 599:
            raise ConfigurationError(f"status must be from 100 to 599, got {status!r}")
        if latency < 0:
            raise ConfigurationError(f"latency must not be negative, got {latency!r}")
        self.status: int = status
        self.latency: float = latency
        self._headers = dict(headers or {})
        self._chunks = chunks
        if json is not OMIT:
            content = encode_json(json)
            self._headers = {"content-type": "application/json", **self._headers}
        self._content = content.encode() if isinstance(content, str) else content or b""

    def response(self, request: httpx.Request) -> httpx.Response:
        """Return the response to *request*; a new one each time."""
        if self._chunks is None:
            return httpx.Response(
                self.status, headers=self._headers, content=self._content, request=request
            )
        stream = _Chunks(self._chunks)
        return httpx.Response(self.status, headers=self._headers, stream=stream, request=request)

    def __repr__(self) -> str:
        return f"<Answer {self.status}>"


class _Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in pieces, for both colours."""

    def __init__(self, chunks: Sequence[bytes | Fault]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if isinstance(chunk, Fault):
                raise chunk.error()
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


Answers: TypeAlias = Answer | int | Fault | Exception | Callable[[MockCall], Any]
"""
What a route may answer: an `Answer`, a bare status, a `Fault`, an exception to raise, or a function
that takes the `MockCall` and returns one of these.
"""


def give(given: Any, call: MockCall, clock: VirtualClock | None) -> httpx.Response:
    """
    Return the response that *given* stands for, or raise what it stands for.

    Args:
        given: One of `Answers`.
        call: What is answered.
        clock: Where latencies and time limits pass.

    Raises:
        ConfigurationError: It is none of them, or has a latency and there is no clock.
    """
    if callable(given):
        given = given(call)
    if isinstance(given, Fault):
        _pass_limit(given, call, clock)
        raise given.error(call.request)
    if isinstance(given, Exception):
        raise given
    answer = Answer(given) if isinstance(given, int) else given
    if not isinstance(answer, Answer):
        raise ConfigurationError(
            "a route answers with an Answer, a status, a Fault, an exception or a plain function "
            f"that returns one of these, got {type(answer).__name__}"
        )
    if answer.latency:
        _wait(answer.latency, call, clock)
    return answer.response(call.request)


def _limit(step: str, call: MockCall) -> float | None:
    limits: dict[str, float | None] = call.request.extensions.get("timeout", {})
    return limits.get(step)


def _pass_limit(fault: Fault, call: MockCall, clock: VirtualClock | None) -> None:
    step = {Fault.CONNECT_TIMEOUT: "connect", Fault.READ_TIMEOUT: "read"}.get(fault)
    if step is not None and clock is not None:
        clock.advance(_limit(step, call) or 0.0)


def _wait(latency: float, call: MockCall, clock: VirtualClock | None) -> None:
    if clock is None:
        raise ConfigurationError("an Answer with a latency needs a clock: MockApi(clock=...)")
    limit = _limit("read", call)
    if limit is not None and latency >= limit:
        clock.advance(limit)
        raise Fault.READ_TIMEOUT.error(call.request)
    clock.advance(latency)
