from __future__ import annotations

import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest
import trustme
from pyreqwest.client import SyncClientBuilder

from sdkbase._wire.reqwest_settings import EngineKey, EngineSettings
from sdkbase._wire.tls import Cert, Verify
from sdkbase.config import PoolConfig
from sdkbase.errors import ConfigurationError

NO_LIMITS = EngineKey(None, None, None)


class Noted:
    """A builder of the engine that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        def take(*values: Any) -> Noted:
            self.told.append((name, values[0] if values else None))
            return self

        return take

    def of(self, name: str) -> list[Any]:
        return [value for told, value in self.told if told == name]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture
def own(authority: trustme.CA, tmp_path: Path) -> tuple[Path, Path]:
    issued = authority.issue_cert("client.example")
    certificate, key = tmp_path / "own.pem", tmp_path / "own.key"
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    return certificate, key


def settings(
    verify: Verify = True,
    cert: Cert | None = None,
    *,
    pool: PoolConfig | None = None,
    trust_env: bool = True,
    http2: bool = False,
) -> EngineSettings:
    pool = pool or PoolConfig()
    return EngineSettings(pool, verify, cert, trust_env=trust_env, http2=http2)


def applied(
    made: EngineSettings, key: EngineKey = NO_LIMITS, proxy: httpx.Proxy | None = None
) -> Noted:
    builder: Any = Noted()
    assert made.apply(builder, key, proxy) is builder
    assert isinstance(builder, Noted)
    return builder


def test_the_engine_neither_decodes_nor_follows() -> None:
    builder = applied(settings())
    for name in ("gzip", "brotli", "zstd", "deflate", "follow_redirects", "referer", "http2"):
        assert builder.of(name) == [False]
    assert builder.of("user_agent") == [""]
    assert builder.of("no_proxy") == [None]
    # Its places could not be had back from a call that was cancelled.
    assert builder.of("max_connections") == builder.of("timeout") == []


def test_http2_is_offered_when_asked_for() -> None:
    assert applied(settings(http2=True)).of("http2") == [True]


@pytest.mark.parametrize("expiry", [2.5, timedelta(seconds=2.5)])
def test_bounds_of_idle_connections(expiry: float | timedelta) -> None:
    pool = PoolConfig(max_keepalive_connections=7, keepalive_expiry=expiry)
    builder = applied(settings(pool=pool))
    assert builder.of("pool_max_idle_per_host") == [7]
    assert builder.of("pool_idle_timeout") == [timedelta(seconds=2.5)]


def test_idle_connections_may_be_kept_for_ever() -> None:
    builder = applied(settings(pool=PoolConfig(keepalive_expiry=None)))
    assert builder.of("pool_idle_timeout") == [None]


def test_no_limit_unless_there_is_one() -> None:
    builder = applied(settings())
    assert builder.of("connect_timeout") == builder.of("read_timeout") == []


@pytest.mark.parametrize("proxy", [None, "http://p:1"])
def test_limits_of_calls(proxy: str | None) -> None:
    key = EngineKey(None if proxy is None else (proxy, None), 1.5, 30.0)
    builder = applied(settings(), key)
    assert builder.of("connect_timeout") == [timedelta(seconds=1.5)]
    assert builder.of("read_timeout") == [timedelta(seconds=30)]


@pytest.mark.parametrize("connect", [None, 0.5, 5.0])
def test_the_limit_to_connect_strikes_before_that_to_read(connect: float | None) -> None:
    # The engine counts both from the beginning.
    builder = applied(settings(), EngineKey(None, connect, 0.5))
    assert builder.of("read_timeout") == [timedelta(seconds=0.5)]
    (limit,) = builder.of("connect_timeout")
    assert timedelta(seconds=0.4) < limit < timedelta(seconds=0.5)


# --- whom to trust ------------------------------------------------------------------------------


def roots_of(builder: Noted) -> list[bytes]:
    return builder.of("add_root_certificate_pem")


def test_the_usual_roots_are_there_whatever_the_system_has() -> None:
    builder = applied(settings())
    assert roots_of(builder) == [Path(certifi.where()).read_bytes()]
    assert builder.of("danger_accept_invalid_certs") == []


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_roots_that_the_environment_names_take_their_place(
    name: str, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, str(ca_file))
    assert roots_of(applied(settings())) == []
    assert len(roots_of(applied(settings(trust_env=False)))) == 1


def test_trust_can_be_switched_off() -> None:
    builder = applied(settings(False))
    assert builder.of("danger_accept_invalid_certs") == [True]
    assert roots_of(builder) == []


def test_a_file_of_authorities(ca_file: Path) -> None:
    builder = applied(settings(str(ca_file)))
    assert roots_of(builder) == [ca_file.read_bytes()]
    assert builder.of("danger_accept_invalid_certs") == []


def test_a_folder_of_authorities(ca_file: Path) -> None:
    other = ca_file.with_name("another.pem")
    trustme.CA().cert_pem.write_to_path(other)
    ca_file.with_name("folder").mkdir()
    builder = applied(settings(str(ca_file.parent)))
    assert roots_of(builder) == [other.read_bytes(), ca_file.read_bytes()]


def test_a_context_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"can not take an ssl.SSLContext; give verify="):
        settings(ssl.create_default_context())


@pytest.mark.parametrize("verify", ["nowhere.pem", 1, None])
def test_what_is_no_trust_is_refused(verify: Any) -> None:
    with pytest.raises(ConfigurationError, match="verify"):
        settings(verify)


@pytest.mark.parametrize("garbage", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nx\n"])
def test_garbage_is_refused(garbage: bytes, tmp_path: Path) -> None:
    # The engine would pass over it.
    broken = tmp_path / "broken.pem"
    broken.write_bytes(garbage)
    for made in (settings(str(broken)), settings(True, str(broken))):
        for _ in range(2):
            with pytest.raises(ConfigurationError, match="verify= or cert= can not be loaded"):
                applied(made)


def test_a_file_that_is_gone_when_it_is_needed_is_refused(ca_file: Path) -> None:
    made = settings(str(ca_file))
    applied(made)
    ca_file.unlink()
    with pytest.raises(ConfigurationError, match="verify= or cert= can not be loaded"):
        applied(made)


# --- the client's own certificate ---------------------------------------------------------------


def test_certificate_and_key(own: tuple[Path, Path]) -> None:
    certificate, key = own
    pem = certificate.read_bytes() + b"\n" + key.read_bytes()
    builder = applied(settings(cert=(str(certificate), str(key))))
    assert builder.of("identity_pem") == [pem]
    assert len(roots_of(builder)) == 1


def test_both_in_one_file(own: tuple[Path, Path], tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(own[0].read_bytes() + own[1].read_bytes())
    assert applied(settings(cert=str(both))).of("identity_pem") == [both.read_bytes()]


def test_a_password_is_refused_and_not_shown(own: tuple[Path, Path]) -> None:
    with pytest.raises(ConfigurationError, match="can not read a key with a password") as caught:
        settings(cert=(str(own[0]), str(own[1]), "cAnArY"))
    assert "cAnArY" not in str(caught.value)


def test_a_key_of_another_certificate_is_refused(
    own: tuple[Path, Path], authority: trustme.CA, tmp_path: Path
) -> None:
    other = tmp_path / "other.key"
    authority.issue_cert("other.example").private_key_pem.write_to_path(other)
    with pytest.raises(ConfigurationError, match="verify= or cert= can not be loaded"):
        applied(settings(cert=(str(own[0]), str(other))))


class Choosy(Noted):
    """A builder that takes no certificate."""

    def identity_pem(self, _pem: bytes) -> None:
        raise ValueError("builder error")


def test_what_only_the_engine_can_not_read_is_told(own: tuple[Path, Path]) -> None:
    builder: Any = Choosy()
    with pytest.raises(ConfigurationError, match="can not be loaded: builder error"):
        settings(cert=(str(own[0]), str(own[1]))).apply(builder, NO_LIMITS, None)


# --- proxies ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "proxy",
    [
        httpx.Proxy("http://p:1"),
        httpx.Proxy("http://user:p%40ss@p:1"),
        httpx.Proxy("http://p:1", auth=("user", "w\xf6rd")),
        httpx.Proxy("http://p:1", headers=[("x-a", "1"), ("x-a", "2")]),
        httpx.Proxy("socks5://p:1"),
        httpx.Proxy("https://p:1"),
    ],
)
def test_the_engine_takes_a_proxy(proxy: httpx.Proxy) -> None:
    builder = applied(settings(), NO_LIMITS, proxy)
    assert len(builder.of("proxy")) == 1
    assert builder.of("no_proxy") == []
    settings().apply(SyncClientBuilder(), NO_LIMITS, proxy).build().close()


def test_all_of_it_is_known_to_the_engine(ca_file: Path, own: tuple[Path, Path]) -> None:
    made = settings(str(ca_file), (str(own[0]), str(own[1])), http2=True)
    made.apply(SyncClientBuilder(), EngineKey(None, 1.0, 2.0), None).build().close()
    settings(False).apply(SyncClientBuilder(), NO_LIMITS, None).build().close()
