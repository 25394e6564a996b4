"""Errors of calls to which no complete response came."""

from __future__ import annotations

import httpx

from ._call import CallError


class TransportError(CallError, httpx.TransportError):
    """Raised when no complete response came back."""

    #: False if the request certainly never reached the server, so that sending it again is safe.
    sent: bool = True
    #: True if it failed on a connection that had served an earlier request.
    connection_reused: bool = False


class ConnectError(TransportError, httpx.ConnectError):
    """Raised when no connection could be made: name not found, refused, unreachable."""

    sent: bool = False


class TlsError(ConnectError):
    """Raised when the server's certificate or the TLS handshake was refused."""


class ProxyError(TransportError, httpx.ProxyError):
    """Raised when a proxy refused to connect."""

    sent: bool = False


class ConnectionLostError(TransportError, httpx.ReadError):
    """
    Raised when the connection broke after the request was begun.

    A server that closes it in good order before its answer is complete raises `ProtocolError`.
    """


class ProtocolError(TransportError, httpx.RemoteProtocolError):
    """
    Raised when the answer is not valid HTTP, or the connection was closed before its end.

    That may be before its first byte, as of a server that crashed.
    """


class RequestTimeoutError(TransportError, httpx.TimeoutException):
    """Raised when one step of a call took longer than its limit."""


class ConnectTimeoutError(RequestTimeoutError, httpx.ConnectTimeout):
    """Raised when connecting took longer than `TimeoutConfig.connect`."""

    sent: bool = False


class ReadTimeoutError(RequestTimeoutError, httpx.ReadTimeout):
    """Raised when the server sent nothing for `TimeoutConfig.read` seconds."""


class WriteTimeoutError(RequestTimeoutError, httpx.WriteTimeout):
    """Raised when the server took nothing for `TimeoutConfig.write` seconds."""


class PoolTimeoutError(RequestTimeoutError, httpx.PoolTimeout):
    """Raised when no connection came free within `TimeoutConfig.pool` seconds."""

    sent: bool = False


class DeadlineExceededError(RequestTimeoutError):
    """Raised when the call as a whole, waits included, passed its `deadline`."""


class CircuitOpenError(TransportError):
    """Raised when a circuit breaker refuses a call, because its server failed too often."""

    sent: bool = False
    #: The server that failed, such as `https://api.example:443`.
    origin: str = ""
    #: Seconds until the next probe goes through; None if probes are under way.
    retry_in: float | None = None


class BulkheadFullError(TransportError):
    """Raised when a client's `Bulkhead` is full: no place and no queue, or no place in time."""

    sent: bool = False
    #: `Bulkhead.max_concurrent`: calls that may be under way.
    max_concurrent: int = 0
    #: `Bulkhead.max_queue`: calls that may wait for a place.
    max_queue: int = 0
    #: Seconds that the call waited; 0 if the queue was full.
    waited: float = 0.0
