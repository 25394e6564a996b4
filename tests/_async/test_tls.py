"""TLS: whom the client trusts, and how a refusal is told."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from sdkbase import AsyncHttpClient, ConfigurationError, PoolConfig, RequestOptions, TlsError
from tests._async.test_streaming import Peers, serving


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Peers]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with serving() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server


def secure_url(server: Peers) -> str:
    return server.url.replace("http:", "https:")


async def test_an_unknown_authority_is_refused_once(secure: Peers) -> None:
    async with AsyncHttpClient(secure_url(secure)) as client:
        with pytest.raises(TlsError, match="certificate") as caught:
            await client.get("/")
    assert caught.value.attempts == 1
    assert not secure.peers


async def test_a_context_of_the_users_own(secure: Peers, authority: trustme.CA) -> None:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    async with AsyncHttpClient(secure_url(secure), verify=context) as client:
        assert (await client.get("/")).status_code == 200


async def test_a_file_of_authorities(secure: Peers, authority: trustme.CA, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    async with AsyncHttpClient(secure_url(secure), verify=str(bundle)) as client:
        assert (await client.get("/")).status_code == 200


async def test_the_environment_may_name_the_file(
    secure: Peers, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    async with AsyncHttpClient(secure_url(secure)) as client:
        assert (await client.get("/")).status_code == 200


async def test_trust_can_be_switched_off(secure: Peers) -> None:
    async with AsyncHttpClient(secure_url(secure), verify=False) as client:
        assert (await client.get("/")).status_code == 200


def client_with(settings: dict[str, Any]) -> AsyncHttpClient:
    return AsyncHttpClient(**settings)


@pytest.mark.parametrize("setting", ["verify", "cert"])
async def test_a_file_that_is_not_there_is_told_at_once(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="'nowhere.pem', which does not exist"):
        client_with({setting: "nowhere.pem"})


@pytest.mark.parametrize("setting", ["verify", "cert"])
async def test_a_file_that_can_not_be_loaded_is_told(
    secure: Peers, setting: str, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    settings: dict[str, Any] = {setting: str(broken)}
    settings |= {"pool_config": PoolConfig(max_connections=1)}
    hurried = RequestOptions(timeout=0.05)
    async with AsyncHttpClient(secure_url(secure), **settings) as client:
        # Twice, because the place in the pool has to come back.
        for _ in range(2):
            with pytest.raises(ConfigurationError, match=r"verify= or cert= can not be loaded"):
                await client.get("/", options=hurried)


@pytest.mark.wire
async def test_a_certificate_of_the_clients_own(authority: trustme.CA, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    own, bundle = tmp_path / "own.pem", tmp_path / "ca.pem"
    authority.issue_cert("client.example").private_key_and_cert_chain_pem.write_to_path(own)
    authority.cert_pem.write_to_path(bundle)
    trust: dict[str, Any] = {"verify": str(bundle), "cert": str(own)}
    with serving() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        async with AsyncHttpClient(secure_url(server), **trust) as client:
            assert (await client.get("/")).status_code == 200
