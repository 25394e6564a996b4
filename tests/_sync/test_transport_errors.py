# Generated from _async/test_transport_errors.py by sdkbase.codegen. Do not edit.
# sha256: 7129647b09496165
"""What a broken connection becomes, and what is said of it."""

from __future__ import annotations

import ssl
from typing import Any

import httpx
import pytest

from demo_api import DemoApi
from sdkbase import (
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    DeadlineExceededError,
    PoolConfig,
    PoolTimeoutError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    RequestOptions,
    RequestTimeoutError,
    RetryConfig,
    SdkError,
    SyncHttpClient,
    TimeoutConfig,
    TlsError,
    TransportError,
    WriteTimeoutError,
)

BASE = "https://api.example"
ONCE = RetryConfig(max_retries=0)


class ConnectionResetByRocks(httpx.ReadError):
    """A subclass of the user's own transport."""


MAPPED: list[tuple[Exception, type[TransportError], bool]] = [
    (httpx.ConnectError("refused"), ConnectError, False),
    (httpx.ConnectTimeout("slow"), ConnectTimeoutError, False),
    (httpx.PoolTimeout("full"), PoolTimeoutError, False),
    (httpx.ProxyError("403 Forbidden"), ProxyError, False),
    (httpx.ReadTimeout("slow"), ReadTimeoutError, True),
    (httpx.WriteTimeout("slow"), WriteTimeoutError, True),
    (httpx.TimeoutException("slow"), RequestTimeoutError, True),
    (httpx.ReadError("reset"), ConnectionLostError, True),
    (httpx.WriteError("broken pipe"), ConnectionLostError, True),
    (httpx.CloseError("closed"), ConnectionLostError, True),
    (ConnectionResetByRocks("reset"), ConnectionLostError, True),
    (httpx.RemoteProtocolError("no HTTP"), ProtocolError, True),
    (httpx.LocalProtocolError("bad header"), ProtocolError, True),
    (httpx.DecodingError("bad gzip"), ProtocolError, True),
    (httpx.UnsupportedProtocol("gopher"), TransportError, True),
    (ConnectionResetError("reset"), ConnectionLostError, True),
]


# Where the library's own words say nothing of the limit or of whom was asked.
WORDS: dict[type[TransportError], str] = {
    ConnectError: "no connection to https://api.example:443: refused",
    ConnectTimeoutError: "no connection to https://api.example:443 within 5 s",
    ReadTimeoutError: "the server sent nothing for 30 s (TimeoutConfig.read)",
    WriteTimeoutError: "the server took nothing for 30 s (TimeoutConfig.write)",
    PoolTimeoutError: "none of its connections came free within 60 s (TimeoutConfig.pool)",
}


def failing(error: Exception) -> httpx.MockTransport:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    return httpx.MockTransport(handler)


@pytest.mark.parametrize(("raised", "kind", "sent"), MAPPED)
@pytest.mark.parametrize("cast_to", [None, bytes])
def test_what_the_transport_raises_becomes_a_class_of_the_tree(
    raised: Exception, kind: type[TransportError], sent: bool, cast_to: Any
) -> None:
    with SyncHttpClient(BASE, transport=failing(raised), retry_config=ONCE) as client:
        with pytest.raises(TransportError) as caught:
            client.get("/users?token=canary-secret", cast_to=cast_to)
    error = caught.value
    assert type(error) is kind
    assert error.sent is sent
    assert str(error) == f"GET /users: {WORDS.get(kind, str(raised))}"
    assert error.__cause__ is raised
    assert str(error.request.url) == f"{BASE}/users?token=***"
    assert error.template == "/users"
    assert [attempt.outcome for attempt in error.history] == [kind.__name__]


@pytest.mark.parametrize("raised", [error for error, *_ in MAPPED])
def test_code_written_for_httpx_still_catches_it(raised: Exception) -> None:
    with SyncHttpClient(BASE, transport=failing(raised), retry_config=ONCE) as client:
        with pytest.raises(httpx.TransportError) as caught:
            client.get("/")
    assert isinstance(caught.value, httpx.RequestError)
    assert isinstance(caught.value, SdkError)
    httpx_kinds = (httpx.TimeoutException, httpx.ConnectError, httpx.ReadError, httpx.ProxyError)
    for kind in httpx_kinds:
        if isinstance(raised, kind):
            assert isinstance(caught.value, kind)


def test_a_tls_failure_is_told_from_other_connect_errors() -> None:
    refused = httpx.ConnectError("handshake")
    refused.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    with SyncHttpClient(BASE, transport=failing(refused)) as client:
        with pytest.raises(TlsError) as caught:
            client.get("/")
    assert isinstance(caught.value, httpx.ConnectError)
    assert caught.value.attempts == 1


def test_what_is_no_transport_error_passes_as_it_is() -> None:
    with SyncHttpClient(BASE, transport=failing(KeyError("bug"))) as client:
        with pytest.raises(KeyError, match="bug"):
            client.get("/")


def test_an_error_without_a_message_is_told_by_its_class() -> None:
    wire = failing(httpx.ReadError(""))
    with SyncHttpClient(BASE, transport=wire, retry_config=ONCE) as client:
        with pytest.raises(ConnectionLostError, match="GET /: ReadError"):
            client.get("/")


# --- on real sockets ------------------------------------------------------------------------


@pytest.mark.wire
def test_a_port_that_nobody_listens_on() -> None:
    with DemoApi() as gone:
        url = gone.base_url
    with SyncHttpClient(url, retry_config=ONCE) as client:
        with pytest.raises(ConnectError) as caught:
            client.get("/")
    assert not caught.value.sent


@pytest.mark.wire
def test_a_host_that_does_not_exist() -> None:
    with SyncHttpClient("http://nowhere.invalid", retry_config=ONCE) as client:
        with pytest.raises(ConnectError):
            client.get("/")


def test_a_server_that_is_too_slow(api: DemoApi) -> None:
    slow = TimeoutConfig(read=0.05)
    with SyncHttpClient(api.base_url, timeout_config=slow, retry_config=ONCE) as client:
        with pytest.raises(ReadTimeoutError) as caught:
            client.get("/slow", params={"seconds": 5})
        assert (client.get("/health")).status_code == 200
    assert caught.value.sent


def test_the_timeout_of_one_call(api: DemoApi) -> None:
    with SyncHttpClient(api.base_url, retry_config=ONCE) as client:
        with pytest.raises(ReadTimeoutError):
            options = RequestOptions(timeout=0.05)
            client.get("/slow", params={"seconds": 5}, options=options)
        assert (client.get("/slow?seconds=0")).status_code == 200


@pytest.mark.parametrize("own", [True, False])
def test_the_deadline_holds_while_the_server_is_silent(api: DemoApi, own: bool) -> None:
    clients = None if own else 0.1
    options = RequestOptions(deadline=0.1) if own else None
    with SyncHttpClient(api.base_url, deadline=clients) as client:
        with pytest.raises(DeadlineExceededError, match=r"deadline of 0\.1 s") as caught:
            client.get("/slow", params={"seconds": 5}, options=options)
        assert (client.get("/health")).status_code == 200
    assert isinstance(caught.value, httpx.TimeoutException)
    assert caught.value.attempts == 1


def test_no_connection_comes_free_in_time(api: DemoApi) -> None:
    pool, timeout = PoolConfig(max_connections=1), TimeoutConfig(pool=0.05)
    settings: dict[str, Any] = {"pool_config": pool, "timeout_config": timeout}
    with SyncHttpClient(api.base_url, retry_config=ONCE, **settings) as client:
        with client.stream("GET", "/health"):
            with pytest.raises(PoolTimeoutError, match="none of the 1 connections") as caught:
                client.get("/health")
        assert (client.get("/health")).status_code == 200
    assert not caught.value.sent
