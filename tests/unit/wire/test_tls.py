from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

import sdkbase._wire.tls as tls
from sdkbase._wire.tls import Tls
from sdkbase.errors import ConfigurationError


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def client_pem(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "client.pem"
    authority.issue_cert("client.example").private_key_and_cert_chain_pem.write_to_path(path)
    return str(path)


def context(verify: Any = True, cert: Any = None, *, trust_env: bool = False) -> ssl.SSLContext:
    return Tls(verify, cert, trust_env=trust_env).context("https")


def test_equal_settings_share_one_context(ca_file: str) -> None:
    assert context() is context()
    assert context(ca_file) is context(ca_file)
    assert len({id(context()), id(context(False)), id(context(ca_file))}) == 3


def test_a_context_of_the_users_is_used_as_it_is() -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert context(own) is own


def test_certificates_are_checked_unless_switched_off() -> None:
    on, off = context(), context(False)
    assert (on.verify_mode, on.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (off.verify_mode, off.check_hostname) == (ssl.CERT_NONE, False)


def test_nothing_is_made_before_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> ssl.SSLContext:
        raise AssertionError("a context was made")

    monkeypatch.setattr(tls, "_shared_context", refuse)
    lazy = Tls(True, None, trust_env=True)
    assert isinstance(lazy.context("http"), ssl.SSLContext)
    with pytest.raises(AssertionError, match="a context was made"):
        lazy.context("https")


def test_plain_http_trusts_nobody() -> None:
    plain = Tls(True, None, trust_env=True).context("http")
    assert plain.cert_store_stats()["x509"] == 0
    assert plain.verify_mode is ssl.CERT_REQUIRED
    assert plain is Tls(False, None, trust_env=False).context("http")


@pytest.mark.parametrize("trust_env", [False, True])
def test_a_file_of_certificates_is_all_that_is_trusted(
    ca_file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trust_env: bool
) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
    assert context(ca_file, trust_env=trust_env).cert_store_stats()["x509_ca"] == 1


def test_the_environment_counts_only_if_trusted(
    ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", ca_file)
    tls._shared_context.cache_clear()
    try:
        assert context(trust_env=True).cert_store_stats()["x509_ca"] == 1
        assert context(trust_env=False).cert_store_stats()["x509_ca"] > 1
    finally:
        tls._shared_context.cache_clear()


def test_a_folder_of_certificates_is_taken(tmp_path: Path) -> None:
    assert context(str(tmp_path)).cert_store_stats()["x509_ca"] == 0


def test_the_clients_own_certificate_is_loaded(client_pem: str) -> None:
    assert isinstance(context(cert=client_pem), ssl.SSLContext)
    assert context(cert=(client_pem, client_pem)) is not context(cert=client_pem)


@pytest.mark.parametrize(
    ("verify", "cert"),
    [
        ("/no/such/file.pem", None),
        (True, "/no/such/file.pem"),
        (True, ("/no/such/cert.pem", "/no/such/key.pem")),
        (True, ["/no/such/cert.pem", "/no/such/key.pem"]),
        (True, 5),
        (True, ()),
    ],
)
def test_bad_paths_are_configuration_errors(verify: Any, cert: Any) -> None:
    with pytest.raises(ConfigurationError):
        context(verify, cert)


def test_a_file_that_is_no_certificate_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "text.pem").write_text("not a certificate")
    for arguments in ((str(tmp_path / "text.pem"), None), (True, str(tmp_path / "text.pem"))):
        with pytest.raises(ConfigurationError, match="can not be loaded"):
            context(*arguments)


@pytest.mark.parametrize("verify", [None, 1, 0, b"path", Path("ca.pem"), object()])
def test_other_types_of_verify_are_refused_at_once(verify: Any) -> None:
    with pytest.raises(ConfigurationError, match="verify must be"):
        Tls(verify, None, trust_env=True)
