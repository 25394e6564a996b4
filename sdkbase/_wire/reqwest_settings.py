"""From a transport's settings to those of pyreqwest."""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import httpx

from ..config import PoolConfig, as_float
from ..errors import ConfigurationError
from .reqwest_request import duration
from .tls import Cert, Tls, Verify

if TYPE_CHECKING:
    from pyreqwest.client import BaseClientBuilder

_IN_TIME = 0.95

B = TypeVar("B", bound="BaseClientBuilder")


class EngineKey(NamedTuple):
    """What calls must have in common to share an engine, and so its connections."""

    proxy: tuple[str, tuple[bytes, bytes] | None] | None
    """URL, user name and password."""
    connect: float | None
    """Seconds to connect."""
    read: float | None
    """Seconds that the server may be silent."""


class EngineSettings:
    """
    What all engines of a transport have in common.

    Args:
        pool_config: Bounds of the connections.
        verify: Whom to trust: True, False or a path.
        cert: The client's certificate: a path, or a tuple of certificate and key.
        trust_env: Whether variables of the environment count.
        http2: Offer HTTP/2.

    Raises:
        ConfigurationError: The engine knows no such setting; says what to use.
    """

    def __init__(
        self,
        pool_config: PoolConfig,
        verify: Verify,
        cert: Cert | None,
        *,
        trust_env: bool,
        http2: bool,
    ) -> None:
        self._tls = Tls(verify, cert, trust_env=trust_env)
        self._pool = pool_config
        self._verify = _checked_verify(verify)
        self._cert = _checked_cert(cert)
        self._http2 = http2
        # The engine takes those that the variables name by itself.
        named = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
        self._names_roots = trust_env and bool(named)

    def apply(self, builder: B, key: EngineKey, proxy: httpx.Proxy | None) -> B:
        """
        Set up *builder* for the engine of *key*.

        Args:
            builder: Of either colour.
            key: Its time limits.
            proxy: The proxy for all its requests.

        Raises:
            ConfigurationError: A certificate can not be read.
        """
        # What comes back is decoded, followed and judged by sdkbase.
        builder.gzip(False).brotli(False).zstd(False).deflate(False)
        builder.follow_redirects(False).referer(False).user_agent("").http2(self._http2)
        # One that closes late does not make room for more than there may be in all.
        pool = self._pool
        builder.pool_max_idle_per_host(min(pool.max_keepalive_connections, pool.max_connections))
        expiry = pool.keepalive_expiry
        builder.pool_idle_timeout(None if expiry is None else duration(as_float(expiry)))
        connect, read = key.connect, key.read
        if read is not None:
            builder.read_timeout(duration(read))
            # The engine's read limit begins with the attempt. The one to connect has to strike
            # first, as it tells that nothing was sent.
            in_time = _IN_TIME * read
            connect = in_time if connect is None else min(connect, in_time)
        if connect is not None:
            builder.connect_timeout(duration(connect))
        self._apply_tls(builder)
        return _through(builder, proxy)

    def _apply_tls(self, builder: BaseClientBuilder) -> None:
        if self._verify is False:
            builder.danger_accept_invalid_certs(True)
        elif self._verify is True and not self._names_roots:
            # Else the engine can not start where the system has none.
            builder.add_root_certificate_pem(_usual_roots())
        if not isinstance(self._verify, str) and self._cert is None:
            return
        self._tls.context("https")  # the engine passes over what it can not read
        try:
            if isinstance(self._verify, str):
                for path in _pem_files(Path(self._verify)):
                    builder.add_root_certificate_pem(path.read_bytes())
            if self._cert is not None:
                builder.identity_pem(b"\n".join(Path(path).read_bytes() for path in self._cert))
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"verify= or cert= can not be loaded: {error}") from None


def _checked_verify(verify: Verify) -> str | bool:
    if isinstance(verify, ssl.SSLContext):
        raise ConfigurationError(
            "the fast transport can not take an ssl.SSLContext; give verify= the path of a file "
            "or folder of trusted certificates, or use the default transport"
        )
    return verify


def _checked_cert(cert: Cert | None) -> tuple[str, ...] | None:
    if cert is None:
        return None
    paths = (cert,) if isinstance(cert, str) else cert
    if len(paths) > 2:
        raise ConfigurationError(
            "the fast transport can not read a key with a password; store it without one, or use "
            "the default transport"
        )
    return paths


@lru_cache(maxsize=1)
def _usual_roots() -> bytes:
    import certifi  # late: httpx brings it, and it is needed with the first engine

    return Path(certifi.where()).read_bytes()


def _pem_files(path: Path) -> list[Path]:
    return sorted(filter(Path.is_file, path.iterdir())) if path.is_dir() else [path]


def _through(builder: B, proxy: httpx.Proxy | None) -> B:
    if proxy is None:
        return builder.no_proxy()
    from pyreqwest.proxy import ProxyBuilder

    made = ProxyBuilder.all(str(proxy.url))
    if proxy.raw_auth is not None:
        username, password = (part.decode() for part in proxy.raw_auth)
        made = made.basic_auth(username, password)
    if proxy.headers:
        made = made.headers(proxy.headers.multi_items())
    return builder.proxy(made)
