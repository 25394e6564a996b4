from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import trustme
from pyreqwest import exceptions
from pyreqwest.client import SyncClientBuilder
from pyreqwest.proxy import ProxyBuilder

from sdkbase._policy.deadline import AttemptTimeout
from sdkbase._policy.reqwest_errors import httpx_error, is_timeout
from sdkbase._policy.transport_errors import transport_error
from sdkbase.errors import ConnectError, ProxyError, TlsError
from tests.faults.answers import answer_of
from tests.faults.server import FaultServer
from tests.unit.wire.messages import make_call

QUERY = "token=cAnArY"
LIMITS = AttemptTimeout(1.0, 1.0, 1.0, 1.0)


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with FaultServer(answer_of) as running:
        yield running


@pytest.fixture
def refused_url() -> Iterator[str]:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"


def raised_by(
    url: str, *, proxy: str | None = None, in_pieces: bool = False, read: float = 0.1
) -> Exception:
    """Return what the engine raises when it asks for *url*."""
    builder = SyncClientBuilder().gzip(False).read_timeout(timedelta(seconds=read))
    builder = builder.connect_timeout(timedelta(seconds=0.1))
    builder = builder.no_proxy() if proxy is None else builder.proxy(ProxyBuilder.all(proxy))
    request = builder.build().get(f"{url}?{QUERY}").header("x-key", "cAnArY")
    exchange = request.streamed_read_buffer_limit(0).build_streamed()
    with pytest.raises(exceptions.PyreqwestError) as caught, exchange as response:
        if in_pieces:
            while response.body_reader.read_chunk() is not None:
                pass
        response.body_reader.bytes()
    return caught.value


def shown(error: BaseException) -> str:
    return f"{error} {error!r} {error.args} {error.__cause__!r} {vars(error)}"


REAL = {
    "lost": httpx.ReadError,
    "half-head": httpx.ReadError,
    "closed": httpx.RemoteProtocolError,
    "garbage": httpx.RemoteProtocolError,
    "two-lengths": httpx.RemoteProtocolError,
    "short": httpx.RemoteProtocolError,
    "short-500": httpx.RemoteProtocolError,
    "chunk-cut": httpx.RemoteProtocolError,
    "chunk-no-end": httpx.RemoteProtocolError,
    "chunk-bad": httpx.RemoteProtocolError,
    "black-hole": httpx.ReadTimeout,
    "loris": httpx.ReadTimeout,
    "stalled": httpx.ReadTimeout,
}


@pytest.mark.parametrize("in_pieces", [False, True])
@pytest.mark.parametrize("name", REAL)
def test_what_the_engine_raises(server: FaultServer, name: str, in_pieces: bool) -> None:
    error = raised_by(f"{server.url}/{name}", in_pieces=in_pieces)
    known = httpx_error(error, proxied=False)
    assert type(known) is REAL[name]
    assert is_timeout(error) == isinstance(known, httpx.TimeoutException)
    assert str(known)
    assert "cAnArY" not in shown(known)


@pytest.mark.parametrize("url", ["refused", "http://nowhere.invalid/"])
def test_no_connection(refused_url: str, url: str) -> None:
    error = raised_by(refused_url if url == "refused" else url)
    known = httpx_error(error, proxied=False)
    assert type(known) is httpx.ConnectError
    assert isinstance(transport_error(make_call(), known, LIMITS), ConnectError)
    assert not isinstance(transport_error(make_call(), known, LIMITS), TlsError)
    assert "cAnArY" not in shown(known)


def test_no_connection_in_time(full_url: str) -> None:
    error = raised_by(full_url, read=5)
    assert is_timeout(error)
    assert type(httpx_error(error, proxied=False)) is httpx.ConnectTimeout


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_connection_to_a_proxy(refused_url: str, scheme: str) -> None:
    proxy = refused_url.replace("://", "://user:cAnArY@")
    error = raised_by(f"{scheme}://api.example/", proxy=proxy)
    known = httpx_error(error, proxied=True)
    assert type(known) is httpx.ProxyError
    assert isinstance(transport_error(make_call(), known, LIMITS), ProxyError)
    assert "cAnArY" not in shown(known)


def test_a_proxy_that_opens_no_tunnel(server: FaultServer) -> None:
    with FaultServer(lambda _name: answer_of("502")) as proxy:
        error = raised_by("https://api.example/", proxy=proxy.url)
    assert type(httpx_error(error, proxied=True)) is httpx.ProxyError


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_that_is_not_trusted(host: str) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with FaultServer(answer_of, tls=context) as secure:
        error = raised_by(secure.url.replace("127.0.0.1", host))
        known = httpx_error(error, proxied=False)
    assert type(known) is httpx.ConnectError
    assert isinstance(transport_error(make_call(), known, LIMITS), TlsError)
    assert "cAnArY" not in shown(known)


# --- made up ------------------------------------------------------------------------------------


def made(name: str, *causes: str) -> Exception:
    """Return an error as the engine makes it; the first of its causes quotes the URL."""
    kind: Any = getattr(exceptions, name)
    first = f"error sending request for url (http://h/?{QUERY})"
    error: Exception = kind("it broke", {"causes": [{"message": m} for m in (first, *causes)]})
    return error


MADE = [
    (made("WriteTimeoutError", "operation timed out"), httpx.WriteTimeout),
    (made("ReadTimeoutError", "operation timed out"), httpx.ReadTimeout),
    (made("ConnectTimeoutError", "operation timed out"), httpx.ReadTimeout),
    (made("ConnectTimeoutError", "client error (Connect)", "timed out"), httpx.ConnectTimeout),
    (made("PoolTimeoutError"), httpx.ReadTimeout),
    (made("ConnectError", "client error (Connect)", "dns error", "no name"), httpx.ConnectError),
    (made("ConnectError", "client error (SendRequest)", "broken pipe"), httpx.ReadError),
    (made("ReadError", "x", "Software caused connection abort: aborted"), httpx.ReadError),
    (made("WriteError", "x", "Network is unreachable"), httpx.ReadError),
    (made("ReadError", "unexpected EOF during chunk size line"), httpx.RemoteProtocolError),
    (made("DecodeError", "x", "reset is no status"), httpx.RemoteProtocolError),
    (made("RequestError"), httpx.RemoteProtocolError),
    (made("RequestPanicError"), httpx.RemoteProtocolError),
]


@pytest.mark.parametrize(("error", "kind"), MADE)
def test_the_causes_tell_the_step(error: Exception, kind: type[Exception]) -> None:
    known = httpx_error(error, proxied=False)
    assert type(known) is kind
    assert str(known)
    assert "cAnArY" not in shown(known)


@pytest.mark.parametrize("details", [{"causes": None}, {"causes": []}, {}])
def test_an_error_without_causes(details: Any) -> None:
    known = httpx_error(exceptions.RequestError("it broke", details), proxied=False)
    assert (type(known), str(known)) == (httpx.RemoteProtocolError, "it broke")
    bare = httpx_error(exceptions.PyreqwestError("it broke"), proxied=False)
    assert (type(bare), str(bare)) == (httpx.RemoteProtocolError, "it broke")


def test_a_cause_is_told_once() -> None:
    known = httpx_error(made("RequestError", "eof", "eof"), proxied=False)
    assert str(known) == "eof"


@pytest.mark.parametrize(
    ("cause", "proxied", "kind"),
    [
        ("Connection refused", False, ConnectError),
        ("Connection refused", True, ProxyError),
        ("invalid peer certificate: UnknownIssuer", False, TlsError),
        ("invalid peer certificate: UnknownIssuer", True, TlsError),
        ("received fatal alert: HandshakeFailure", True, TlsError),
        ("tunnel error: unsuccessful", True, ProxyError),
        ("tunnel error: TLS handshake with the proxy", True, ProxyError),
        ("SOCKS error: refused", True, ProxyError),
    ],
)
def test_why_no_connection_came(cause: str, proxied: bool, kind: type[Exception]) -> None:
    error = made("ConnectError", "client error (Connect)", cause)
    known = transport_error(make_call(), httpx_error(error, proxied=proxied), LIMITS)
    assert type(known) is kind
    assert not known.sent


@pytest.mark.parametrize("error", [ValueError("x"), OSError("x"), KeyError("x")])
def test_errors_of_others_stay_what_they_are(error: Exception) -> None:
    assert httpx_error(error, proxied=True) is error
    assert not is_timeout(error)
