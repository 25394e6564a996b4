from __future__ import annotations

import signal
import ssl
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import anyio
import httpx
import pytest

from sdkbase import errors
from sdkbase._policy.deadline import AttemptTimeout
from sdkbase._policy.transport_errors import (
    coding_error,
    deadline_error,
    failure_of,
    pool_timeout_error,
    transport_error,
)
from sdkbase._wire.call import Call
from sdkbase._wire.content_coding import ContentCodingError
from sdkbase._wire.redaction import register_secret
from sdkbase.errors import TransportError
from tests.unit.wire.messages import make_call

CALL = make_call(headers={"authorization": "Bearer canary-header"})
LIMITS = AttemptTimeout(connect=1.5, read=30.0, write=None, pool=2.0)


def mapped_error(error: Exception, call: Call = CALL, *, reused: bool = False) -> TransportError:
    mapped = transport_error(call, error, LIMITS, reused=reused)
    assert mapped is not None
    return mapped


def look_alike(name: str, *parents: str) -> Exception:
    """Make an exception as another package names it, such as httpx2's."""
    base: type[Exception] = Exception
    for parent in reversed(parents):
        base = type(parent, (base,), {"__module__": "httpx2"})
    made: Exception = type(name, (base,), {"__module__": "httpx2"})("it broke")
    return made


NAMES = {
    "ConnectTimeout": errors.ConnectTimeoutError,
    "ReadTimeout": errors.ReadTimeoutError,
    "WriteTimeout": errors.WriteTimeoutError,
    "PoolTimeout": errors.PoolTimeoutError,
    "TimeoutException": errors.RequestTimeoutError,
    "ConnectError": errors.ConnectError,
    "ReadError": errors.ConnectionLostError,
    "WriteError": errors.ConnectionLostError,
    "CloseError": errors.ConnectionLostError,
    "NetworkError": errors.ConnectionLostError,
    "ProxyError": errors.ProxyError,
    "RemoteProtocolError": errors.ProtocolError,
    "LocalProtocolError": errors.ProtocolError,
    "ProtocolError": errors.ProtocolError,
    "UnsupportedProtocol": errors.TransportError,
    "DecodingError": errors.ProtocolError,
    "TransportError": errors.TransportError,
    "RequestError": errors.TransportError,
}


@pytest.mark.parametrize("name", NAMES)
def test_every_error_of_httpx(name: str) -> None:
    mapped = mapped_error(getattr(httpx, name)("it broke"))
    assert type(mapped) is NAMES[name]
    assert str(mapped).startswith("GET /users/{user_id}: ")
    assert mapped.template == "/users/{user_id}" and not mapped.connection_reused


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (look_alike("ReadTimeout", "TimeoutException", "TransportError"), errors.ReadTimeoutError),
        (look_alike("OddTimeout", "TimeoutException"), errors.RequestTimeoutError),
        (look_alike("ReadError", "NetworkError"), errors.ConnectionLostError),
        (look_alike("ConnectError", "NetworkError"), errors.ConnectError),
        (look_alike("NewProtocolError", "ProtocolError"), errors.ProtocolError),
        (look_alike("Odd", "RequestError"), errors.TransportError),
        (ConnectionResetError(104, "reset"), errors.ConnectionLostError),
        (BrokenPipeError(), errors.ConnectionLostError),
        (OSError("odd"), errors.ConnectionLostError),
        (anyio.BrokenResourceError(), errors.ConnectionLostError),
        (anyio.ClosedResourceError(), errors.ConnectionLostError),
        (anyio.EndOfStream(), errors.ConnectionLostError),
    ],
)
def test_errors_of_others_by_their_names(error: Exception, kind: type[Exception]) -> None:
    assert type(mapped_error(error)) is kind


@pytest.mark.parametrize(
    "error", [ValueError("x"), RuntimeError("x"), KeyError("x"), look_alike("Odd", "Odder")]
)
def test_what_is_no_transports_stays(error: Exception) -> None:
    assert transport_error(CALL, error, LIMITS) is None


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (httpx.ConnectTimeout(""), "no connection to https://api.example:443 within 1.5 s"),
        (httpx.ReadTimeout(""), "the server sent nothing for 30 s (TimeoutConfig.read)"),
        (httpx.ConnectError("refused"), "no connection to https://api.example:443: refused"),
        (httpx.ReadError("reset"), "reset"),
        (httpx.ReadError(""), "ReadError"),
        (
            httpx.PoolTimeout(""),
            "none of its connections came free within 2 s (TimeoutConfig.pool)",
        ),
    ],
)
def test_the_message_says_what_happened(error: Exception, message: str) -> None:
    assert str(mapped_error(error)) == f"GET /users/{{user_id}}: {message}"


def test_a_body_that_is_not_what_its_coding_says() -> None:
    error = coding_error(CALL, ContentCodingError("the gzip body ends too early"))
    assert type(error) is errors.ProtocolError
    assert str(error) == "GET /users/{user_id}: the gzip body ends too early"
    assert failure_of(error).retryable and failure_of(error).sent


def test_an_error_of_the_sdks_own_stays() -> None:
    own = errors.ReadTimeoutError("x", request=CALL.redacted_request())
    assert transport_error(CALL, own, LIMITS) is own


def test_reuse_is_noted() -> None:
    mapped = mapped_error(httpx.ReadError("x"), reused=True)
    assert mapped.connection_reused


@pytest.mark.parametrize("link", ["__cause__", "__context__"])
@pytest.mark.parametrize("depth", [1, 3])
def test_a_refused_certificate_is_a_tls_error(link: str, depth: int) -> None:
    error: Exception = httpx.ConnectError("handshake")
    outer = error
    for _ in range(depth - 1):
        inner = look_alike("ConnectError")
        setattr(error, link, inner)
        error = inner
    setattr(error, link, ssl.SSLCertVerificationError("bad certificate"))
    assert type(mapped_error(outer)) is errors.TlsError


def test_tls_trouble_later_is_no_refused_certificate() -> None:
    error = httpx.ReadError("cut")
    error.__cause__ = ssl.SSLEOFError("cut")
    assert type(mapped_error(error)) is errors.ConnectionLostError


@contextmanager
def alarm_after(seconds: float) -> Iterator[None]:
    """Fail a block that never ends."""

    def fail(number: int, frame: FrameType | None) -> None:
        raise AssertionError("the block did not end")

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_chain_that_is_a_circle_ends() -> None:
    error, other = httpx.ConnectError("x"), httpx.ConnectError("y")
    error.__cause__, other.__cause__ = other, error
    with alarm_after(2.0):
        assert type(mapped_error(error)) is errors.ConnectError


def deep_in_the_library() -> None:
    raw_request = "Authorization: Bearer canary-frame"
    try:
        raise OSError("inner " + raw_request[:0])
    except OSError as inner:
        raise httpx.ReadError("outer") from inner


def test_the_cause_is_kept_without_its_frames() -> None:
    try:
        deep_in_the_library()
    except httpx.ReadError as error:
        mapped = mapped_error(error)
    assert isinstance(mapped.__cause__, httpx.ReadError)
    link: BaseException | None = mapped.__cause__
    while link is not None:
        assert link.__traceback__ is None
        link = link.__cause__ or link.__context__
    shown = "".join(
        traceback.TracebackException.from_exception(mapped, capture_locals=True).format()
    )
    assert "canary" not in shown and "outer" in shown


def test_no_secret_is_in_the_error() -> None:
    register_secret("canary-transport-1")
    call = make_call(url="https://u:canary-transport-1@h/?token=canary-transport-1",
                     headers={"x-api-key": "canary-transport-1"})  # fmt: skip
    mapped = mapped_error(httpx.ConnectError("to canary-transport-1"), call)
    shown = f"{mapped} {mapped.request.url} {mapped.request.headers.raw}"
    assert "canary" not in shown


def failure(error: Exception, *, reused: bool = False) -> tuple[object, ...]:
    mapped = mapped_error(error, reused=reused)
    told = failure_of(mapped)
    assert told.outcome == type(mapped).__name__ and told.status_code is None
    return told.sent, told.retryable, told.timeout, told.stale_connection


@pytest.mark.parametrize(
    ("error", "sent", "retryable", "timeout"),
    [
        (httpx.ConnectError("x"), False, True, False),
        (httpx.ConnectTimeout("x"), False, True, True),
        (httpx.PoolTimeout("x"), False, False, True),
        (httpx.ProxyError("x"), False, True, False),
        (httpx.ReadTimeout("x"), True, True, True),
        (httpx.WriteTimeout("x"), True, True, True),
        (httpx.ReadError("x"), True, True, False),
        (httpx.RemoteProtocolError("x"), True, True, False),
        (httpx.LocalProtocolError("x"), True, False, False),
        (httpx.UnsupportedProtocol("x"), True, False, False),
        (look_alike("LocalProtocolError", "ProtocolError"), True, False, False),
    ],
)
def test_what_an_error_means_for_a_retry(
    error: Exception, sent: bool, retryable: bool, timeout: bool
) -> None:
    assert failure(error) == (sent, retryable, timeout, False)


@pytest.mark.parametrize(
    ("error", "stale"),
    [
        (httpx.ReadError("x"), True),
        (httpx.RemoteProtocolError("x"), True),
        (httpx.ReadTimeout("x"), False),
        (httpx.ConnectError("x"), False),
    ],
)
def test_a_broken_used_connection_is_stale(error: Exception, stale: bool) -> None:
    assert failure(error, reused=True)[3] is stale


def test_a_refused_certificate_is_not_retried() -> None:
    error = httpx.ConnectError("x")
    error.__cause__ = ssl.SSLCertVerificationError("bad")
    assert failure(error) == (False, False, False, False)


def test_a_passed_deadline() -> None:
    error = deadline_error(CALL, 1.5)
    assert str(error) == "GET /users/{user_id}: not over within its deadline of 1.5 s"
    assert "its deadline" in str(deadline_error(CALL, None))
    assert not failure_of(error).retryable and failure_of(error).timeout


def test_no_free_connection() -> None:
    error = pool_timeout_error(CALL, 2.0, 10)
    assert "none of the 10 connections came free within 2 s" in str(error)
    assert "PoolConfig.max_connections" in str(error) and not error.sent
