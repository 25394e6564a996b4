"""
TLS contexts, made once and shared: each costs some 25 ms and 0.8 MB.

Nothing is made before the first connection needs it.
"""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias, cast

import httpx

from ..errors import ConfigurationError

Verify: TypeAlias = ssl.SSLContext | str | bool
"""What `verify=` takes: a context, a file or folder of trusted certificates, or on and off."""

Cert: TypeAlias = str | tuple[str, str] | tuple[str, str, str]
"""What `cert=` takes: a file, or certificate and key, or these and the key's password."""


class Tls:
    """
    The TLS settings of a client.

    Args:
        verify: Whom to trust.
        cert: The client's own certificate.
        trust_env: Whether `SSL_CERT_FILE` and `SSL_CERT_DIR` count.
    """

    def __init__(self, verify: Verify, cert: Cert | None, *, trust_env: bool) -> None:
        if not isinstance(verify, ssl.SSLContext | str | bool):
            raise ConfigurationError(
                f"verify must be True, False, an ssl.SSLContext or a path, got {verify!r}"
            )
        if cert is not None and not _is_cert(cert):
            raise ConfigurationError(
                "cert must be a path, or a tuple of certificate, key and optionally password"
            )
        for path in _paths(verify, cert):
            if not Path(path).exists():
                raise ConfigurationError(f"verify or cert names {path!r}, which does not exist")
        self._verify = verify
        self._cert = cert
        self._trust_env = trust_env

    def context(self, scheme: str) -> ssl.SSLContext:
        """Return the context for URLs of *scheme*; for plain http one that trusts nobody."""
        if scheme != "https":
            return _plain_context()
        if isinstance(self._verify, ssl.SSLContext):
            return self._verify
        return _shared_context(self._verify, self._cert, self._environment(), self._stamps())

    def _stamps(self) -> tuple[int, ...]:
        # A certificate that was replaced on disk is read again.
        try:
            return tuple(os.stat(path).st_mtime_ns for path in _paths(self._verify, self._cert))
        except OSError as error:
            raise ConfigurationError(f"verify= or cert= can not be loaded: {error}") from None

    def _environment(self) -> tuple[str | None, ...] | None:
        if not self._trust_env:
            return None
        return tuple(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))


def _paths(verify: Verify, cert: Cert | None) -> list[str]:
    files = [] if cert is None else [cert] if isinstance(cert, str) else list(cert[:2])
    return [*files, verify] if isinstance(verify, str) else files


def _is_cert(cert: object) -> bool:
    if isinstance(cert, str):
        return True
    parts = cast("tuple[object, ...]", cert) if isinstance(cert, tuple) else ()
    return len(parts) in (2, 3) and all(isinstance(part, str) for part in parts)


@lru_cache(maxsize=1)
def _plain_context() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


# Two threads may make the same context at first; that costs 25 ms and does no harm.
@lru_cache(maxsize=32)
def _shared_context(
    verify: str | bool,
    cert: Cert | None,
    environment: tuple[str | None, ...] | None,
    stamps: tuple[int, ...],
) -> ssl.SSLContext:
    try:
        if isinstance(verify, str):
            is_folder = Path(verify).is_dir()
            context = ssl.create_default_context(
                cafile=None if is_folder else verify, capath=verify if is_folder else None
            )
        else:
            context = httpx.create_ssl_context(verify=verify, trust_env=environment is not None)
        if cert is not None:
            context.load_cert_chain(*((cert,) if isinstance(cert, str) else cert))
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"verify= or cert= can not be loaded: {error}") from None
    return context
