"""
From what a transport raises to the error tree.

Exceptions are told by the names in their class's ancestry, so that httpx, httpx2 and transports
that raise look-alikes are all understood.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from typing import Any, TypeVar

from .._wire.call import Call
from .._wire.redaction import redact_text, register_headers
from .._wire.text import shortened
from ..errors import (
    BulkheadFullError,
    CircuitOpenError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    DeadlineExceededError,
    PoolTimeoutError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    RequestTimeoutError,
    TlsError,
    TransportError,
    WriteTimeoutError,
)
from .deadline import AttemptTimeout
from .retry import Failure

E = TypeVar("E", bound=TransportError)

_BY_NAME: dict[str, type[TransportError]] = {
    "ConnectTimeout": ConnectTimeoutError,
    "ReadTimeout": ReadTimeoutError,
    "WriteTimeout": WriteTimeoutError,
    "PoolTimeout": PoolTimeoutError,
    "TimeoutException": RequestTimeoutError,
    "ConnectError": ConnectError,
    "ProxyError": ProxyError,
    "NetworkError": ConnectionLostError,
    "ProtocolError": ProtocolError,
    "DecodingError": ProtocolError,
    "RequestError": TransportError,
    # Below httpx: what a broken socket raises while it is closed or read.
    "TimeoutError": RequestTimeoutError,
    "OSError": ConnectionLostError,
    "BrokenResourceError": ConnectionLostError,
    "ClosedResourceError": ConnectionLostError,
    "EndOfStream": ConnectionLostError,
}

_READ_LIMIT = "(TimeoutConfig.read)"

# What another attempt can not mend, or would only make worse.
_FINAL = (
    BulkheadFullError,
    CircuitOpenError,
    DeadlineExceededError,
    PoolTimeoutError,
    TlsError,
)

_HEAD_TOO_LARGE = 431

# Mistakes of this side, which every further attempt would repeat.
_OURS = frozenset({"LocalProtocolError", "UnsupportedProtocol"})

# What h2 says of a frame that comes or goes after the server's GOAWAY. httpcore takes it for a
# mistake of this side if both came at once: https://github.com/encode/httpcore/pull/1054
_ENDED = re.compile(r"ConnectionInputs\.(\w+) in state ConnectionState\.CLOSED")


def transport_error(
    call: Call, error: Exception, timeout: AttemptTimeout, *, reused: bool = False
) -> TransportError | None:
    """
    Return the error to raise for *error*, chained to it, or None if no transport's.

    Args:
        call: What was sent.
        error: What the transport raised.
        timeout: The limits that the attempt had.
        reused: Whether the connection had served an earlier request.
    """
    if isinstance(error, TransportError):
        return error
    names = [cls.__name__ for cls in type(error).__mro__]
    kind = next((_BY_NAME[name] for name in names if name in _BY_NAME), None)
    if kind is None:
        return None
    if kind is ConnectError and any(isinstance(e, ssl.SSLError) for e in _chain(error)):
        kind = TlsError
    ended = _ENDED.search(str(error))
    if ended is not None:
        kind = ConnectionLostError
    register_headers(call.headers)
    mapped = _failed(kind, call, _told(kind, call, error, timeout))
    if ended is not None and ended[1] == "SEND_HEADERS":
        mapped.sent = False
    mapped.connection_reused = reused
    mapped.__cause__ = _harmless(error, mapped)
    return mapped


def coding_error(call: Call, error: Exception) -> ProtocolError:
    """Return the error of a body that is not what its Content-Encoding says."""
    register_headers(call.headers)
    return _failed(ProtocolError, call, str(error))


def unknown_status_error(call: Call, status: int) -> ProtocolError:
    """Return the error of an answer whose *status* is not one of HTTP's final ones."""
    return _failed(ProtocolError, call, f"the status of the answer is {status}, not 200 to 599")


def deadline_error(
    call: Call, seconds: float | None, *, sent: bool = True, note: str = ""
) -> DeadlineExceededError:
    """
    Return the error of a call that was not over in time.

    Args:
        call: What was, or would have been, sent.
        seconds: What it was given.
        sent: Whether it may have reached the server.
        note: What it waited for.
    """
    limit = "its deadline" if seconds is None else f"its deadline of {seconds:g} s"
    error = _failed(DeadlineExceededError, call, f"not over within {limit}")
    error.sent = sent
    if note:
        error.add_note(note)
    return error


def pool_timeout_error(call: Call, timeout: float | None, connections: int) -> PoolTimeoutError:
    """Return the error of a call that waited too long for one of the client's connections."""
    return _failed(
        PoolTimeoutError,
        call,
        f"none of the {connections} connections came free within {timeout or 0:g} s; "
        "raise PoolConfig.max_connections or TimeoutConfig.pool",
    )


def name_idle_timeout(error: Exception) -> None:
    """Change *error*, of a stream with an `idle_timeout`, so that it names that as its limit."""
    if isinstance(error, ReadTimeoutError):
        error.args = (str(error).replace(_READ_LIMIT, "(idle_timeout)"),)


def failure_of(error: TransportError) -> Failure:
    """Return what *error* means for a retry."""
    cause_names = {cls.__name__ for cls in type(error.__cause__).__mro__}
    lost = isinstance(error, ConnectionLostError)
    broken = lost or isinstance(error, ProtocolError)
    ours = cause_names & _OURS and not lost
    return Failure(
        outcome=type(error).__name__,
        sent=error.sent,
        retryable=not (isinstance(error, _FINAL) or ours or _has_huge_head(error)),
        timeout=isinstance(error, RequestTimeoutError),
        stale_connection=broken and error.connection_reused,
    )


def _has_huge_head(error: TransportError) -> bool:
    # h11 says so by the status that a server would answer with. The next answer would be as large.
    return any(
        getattr(link, "error_status_hint", None) == _HEAD_TOO_LARGE for link in _chain(error)
    )


def _failed(kind: type[E], call: Call, what: str) -> E:
    return kind(
        redact_text(f"{call.method} {call.template}: {what}"),
        request=call.redacted_request(),
        template=call.template,
    )


def _told(kind: type[TransportError], call: Call, error: Exception, limits: AttemptTimeout) -> str:
    texts = (str(link) for link in _chain(error))
    # It may quote what the server sent, all of it.
    cause = shortened(redact_text(next((text for text in texts if text), type(error).__name__)))
    scheme, host, port = call.origin
    server = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    if issubclass(kind, ConnectTimeoutError):
        return f"no connection to {server} within {limits.connect or 0:g} s"
    if issubclass(kind, ReadTimeoutError):
        return f"the server sent nothing for {limits.read or 0:g} s {_READ_LIMIT}"
    if issubclass(kind, PoolTimeoutError):
        return (
            f"none of its connections came free within {limits.pool or 0:g} s (TimeoutConfig.pool)"
        )
    if issubclass(kind, WriteTimeoutError):
        return f"the server took nothing for {limits.write or 0:g} s (TimeoutConfig.write)"
    return f"no connection to {server}: {cause}" if issubclass(kind, ConnectError) else cause


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that led to it, each once."""
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _harmless(error: Exception, mapped: TransportError) -> Exception:
    """
    Take out of *error*, and all that led to it, what could show a secret.

    The frames of the HTTP library hold the raw request, which a log that prints local variables
    (loguru with diagnose=True) would show, and so may its errors. Its messages may quote what the
    server sent.
    """
    for link in _chain(error):
        holder: Any = link
        if getattr(getattr(type(link), "request", None), "fset", None) is not None:
            holder.request = mapped.request
        link.__traceback__ = None
        link.args = tuple(
            arg if isinstance(arg, int) else shortened(redact_text(str(arg))) for arg in link.args
        )
    return error
