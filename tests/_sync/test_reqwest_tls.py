# Generated from _async/test_reqwest_tls.py by sdkbase.codegen. Do not edit.
# sha256: 43f3ba0f96f14e06
"""The fast transport: whom it trusts, proxies, and HTTP/2."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from sdkbase import (
    ConfigurationError,
    DeadlineExceededError,
    ProxyError,
    RequestOptions,
    SyncReqwestTransport,
    TlsError,
)
from tests.faults.answers import answer_of
from tests.faults.canary import Notebook, show_client, show_error
from tests.faults.server import FaultServer
from tests.faults.test_http2 import Http2Server
from tests.faults.test_proxy import PASSWORD, proxy_answer_of
from tests.reqwest_client import ONE_PLACE, SyncEventually, SyncFastClient
from tests.two_colour import SyncNursery

FAR = "http://api.example/x"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture
def anyio_backend() -> str:  # sync: keep
    # The engine knows no other event loop.
    return "asyncio"  # sync: keep


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def server_context(authority: trustme.CA, *, wants_certificate: bool = False) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    if wants_certificate:
        context.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(context)
    return context


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[FaultServer]:
    with FaultServer(answer_of, tls=server_context(authority)) as running:
        yield running


@pytest.fixture
def http2_server(authority: trustme.CA) -> Iterator[Http2Server]:
    context = server_context(authority)
    context.set_alpn_protocols(["h2"])
    with Http2Server(context) as running:
        yield running


@pytest.fixture
def gateway() -> Iterator[FaultServer]:
    with FaultServer(proxy_answer_of) as running:
        yield running


def gateway_url(gateway: FaultServer, password: str = PASSWORD) -> str:
    return gateway.url.replace("://", f"://user:{password}@")


# --- whom it trusts -----------------------------------------------------------------------------


def test_an_unknown_authority_is_refused(tls_server: FaultServer) -> None:
    with SyncFastClient(tls_server.url, pool_config=ONE_PLACE) as client:
        for _ in range(2):
            with pytest.raises(TlsError, match="UnknownIssuer") as caught:
                client.post("/ok")
            assert not caught.value.sent
            assert caught.value.attempts == 1
    assert tls_server.requests == []


@pytest.mark.parametrize("folder", [False, True])
def test_a_path_of_authorities(tls_server: FaultServer, bundle: str, folder: bool) -> None:
    path = str(Path(bundle).parent) if folder else bundle
    with SyncFastClient(tls_server.url, verify=path) as client:
        for _ in range(2):
            assert (client.get("/ok")).status_code == 200
    assert tls_server.accepted == 1


def test_trust_can_be_switched_off(tls_server: FaultServer) -> None:
    with SyncFastClient(tls_server.url, verify=False) as client:
        assert (client.get("/ok")).status_code == 200


def test_the_environment_may_name_the_authorities(
    tls_server: FaultServer, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", bundle)
    with SyncFastClient(tls_server.url, trust_env=True) as client:
        assert (client.get("/ok")).status_code == 200


def test_a_certificate_for_another_host_is_refused(tls_server: FaultServer, bundle: str) -> None:
    url = tls_server.url.replace("127.0.0.1", "localhost")
    with SyncFastClient(url, verify=bundle) as client:
        with pytest.raises(TlsError, match='not valid for name "localhost"'):
            client.get("/ok")
    with SyncFastClient(url, verify=False) as client:
        assert (client.get("/ok")).status_code == 200


@pytest.mark.parametrize("apart", [False, True])
def test_a_certificate_of_the_clients_own(
    authority: trustme.CA, bundle: str, tmp_path: Path, apart: bool
) -> None:
    issued = authority.issue_cert("client.example")
    own, key = tmp_path / "own.crt", tmp_path / "own.key"
    issued.private_key_and_cert_chain_pem.write_to_path(own)
    issued.private_key_pem.write_to_path(key)
    if apart:
        issued.cert_chain_pems[0].write_to_path(own)
    cert = (str(own), str(key)) if apart else str(own)
    context = server_context(authority, wants_certificate=True)
    with FaultServer(answer_of, tls=context) as server:
        with SyncFastClient(server.url, verify=bundle, cert=cert) as client:
            assert (client.get("/ok")).status_code == 200
        with SyncFastClient(server.url, verify=bundle) as client:
            with pytest.raises(Exception, match="CertificateRequired|reset|closed"):
                client.get("/ok")
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)}, "can not take an ssl.SSLContext"),
        ({"verify": "nowhere.pem"}, "'nowhere.pem', which does not exist"),
        ({"cert": "nowhere.pem"}, "'nowhere.pem', which does not exist"),
        ({"cert": (__file__, __file__, "cAnArY")}, "can not read a key with a password"),
        ({"cert": 7}, "cert must be a path"),
        ({"proxy": "ftp://user:cAnArY@h"}, "proxy must be an httpx.Proxy or a URL"),
        (
            {"proxy": httpx.Proxy("https://h", ssl_context=ssl.create_default_context())},
            "can not take the ssl_context of a proxy",
        ),
    ],
)
def test_what_it_can_not_do_is_refused_at_once(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as caught:
        SyncReqwestTransport(**settings)
    assert "cAnArY" not in str(caught.value)


@pytest.mark.parametrize("setting", ["verify", "cert"])
def test_garbage_is_refused(tls_server: FaultServer, tmp_path: Path, setting: str) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    settings: dict[str, Any] = {setting: str(broken), "pool_config": ONE_PLACE}
    with SyncFastClient(tls_server.url, **settings) as client:
        for _ in range(2):  # the place has to come back
            with pytest.raises(ConfigurationError, match="verify= or cert= can not be loaded"):
                client.get("/ok")
    assert tls_server.accepted == 0


def test_an_environment_that_names_garbage_is_told(
    tls_server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(broken))
    with SyncFastClient(tls_server.url, trust_env=True) as client:
        with pytest.raises(ConfigurationError, match="the fast transport can not start"):
            client.get("/ok")


# --- proxies ------------------------------------------------------------------------------------


def test_a_plain_request_through_a_proxy(gateway: FaultServer) -> None:
    with SyncFastClient(proxy=gateway_url(gateway)) as client:
        for _ in range(2):
            assert client.get(FAR, cast_to=list[str]) == ["by way of the proxy"]
    assert [seen.target for seen in gateway.requests] == [FAR] * 2
    assert gateway.accepted == 1


def test_a_tunnel_keeps_the_password_from_the_server(
    gateway: FaultServer, tls_server: FaultServer, bundle: str
) -> None:
    settings: dict[str, Any] = {"proxy": gateway_url(gateway), "verify": bundle}
    with SyncFastClient(tls_server.url, **settings) as client:
        for _ in range(2):
            assert (client.get("/ok")).status_code == 200
    assert [seen.method for seen in gateway.requests] == ["CONNECT"]
    assert all("proxy-authorization" not in seen.headers for seen in tls_server.requests)


def test_a_proxy_with_headers_of_its_own(gateway: FaultServer) -> None:
    own = httpx.Proxy(gateway_url(gateway), headers={"x-way": "in"})
    with SyncFastClient(proxy=own) as client:
        client.get(FAR)
    assert gateway.requests[0].headers["x-way"] == "in"


def test_a_refusing_proxy_is_told_without_its_password(gateway: FaultServer) -> None:
    notebook = Notebook()
    settings: dict[str, Any] = {"proxy": gateway_url(gateway, "cAnArY-wrong")}
    with SyncFastClient("https://api.example", **settings) as client:
        with pytest.raises(ProxyError) as caught:
            client.post("/x")
        assert not caught.value.sent
        show_error(notebook, caught.value)
        show_client(notebook, client)
        notebook.write("pool", client.pool + repr(client.fast))
    assert notebook.leaks == []


def test_a_server_that_is_not_trusted_behind_a_proxy(
    gateway: FaultServer, tls_server: FaultServer
) -> None:
    with SyncFastClient(tls_server.url, proxy=gateway_url(gateway)) as client:
        with pytest.raises(TlsError):
            client.get("/ok")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment(
    gateway: FaultServer, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, gateway_url(gateway))
    with SyncFastClient(trust_env=True) as client:
        assert client.get(FAR, cast_to=list[str]) == ["by way of the proxy"]
    with SyncFastClient(trust_env=False) as client:
        with pytest.raises(Exception, match="dns|DNS|resolv"):
            client.get("http://nowhere.invalid/x")
    assert len(gateway.requests) == 1


def test_hosts_that_need_no_proxy(gateway: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", gateway_url(gateway))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,::1")
    with FaultServer(answer_of) as server:
        with SyncFastClient(server.url, trust_env=True) as client:
            for _ in range(2):
                assert (client.get("/ok")).status_code == 200
            with pytest.raises(Exception, match="refused"):
                client.get("http://[::1]:9/x")
            assert (client.get(FAR)).status_code == 200
    assert [seen.target for seen in gateway.requests] == [FAR]


def test_each_scheme_has_the_password_of_its_own(
    gateway: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", gateway_url(gateway, "wrong"))
    monkeypatch.setenv("HTTP_PROXY", gateway_url(gateway))
    with SyncFastClient(trust_env=True) as client:
        with pytest.raises(ProxyError):
            client.get("https://api.example/x")
        assert (client.get(FAR)).status_code == 200


# --- HTTP/2 -------------------------------------------------------------------------------------


def test_calls_share_a_connection_by_http2(http2_server: Http2Server, bundle: str) -> None:
    texts: list[str] = []

    def call(number: int) -> None:
        texts.append((client.get(f"/{number}")).text)

    settings: dict[str, Any] = {"http2": True, "verify": bundle}
    with SyncFastClient(http2_server.url, **settings) as client:
        assert (client.get("/slow")).http_version == "HTTP/2"
        with SyncNursery() as nursery:
            for number in range(20):
                nursery.start(call, number)
        assert SyncEventually.holds(lambda: "free=100 " in client.pool)
    assert sorted(texts) == sorted(f"/{number}" for number in range(20))
    assert http2_server.connections == 1


def test_a_deadline_over_http2(http2_server: Http2Server, bundle: str) -> None:
    settings: dict[str, Any] = {"http2": True, "verify": bundle, "pool_config": ONE_PLACE}
    with SyncFastClient(http2_server.url, **settings) as client:
        with pytest.raises(DeadlineExceededError):
            client.get("/slow", options=RequestOptions(deadline=0.05))
        assert (client.get("/quick")).text == "/quick"


@pytest.mark.parametrize("http2", [False, True])
def test_a_server_without_http2(tls_server: FaultServer, bundle: str, http2: bool) -> None:
    with SyncFastClient(tls_server.url, verify=bundle, http2=http2) as client:
        assert (client.get("/ok")).http_version == "HTTP/1.1"
