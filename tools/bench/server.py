"""
nginx in a process of its own: it answers with a user, a page of 100 users, or a receipt.

One worker, static answers, connections kept alive, over plain HTTP and over TLS with a certificate
made for the run (`trustme`).
"""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from .pages import content
from .users import USER

_RECEIPT = b'{"id":7,"accepted":true}'

_CONFIG = """
daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid {folder}/pid;
error_log stderr crit;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/json;
    open_file_cache max=10;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        {tls}
        location = /users/7 {{ return 200 '{user}'; }}
        location = /users {{ alias {folder}/users.json; }}
        location = /notes {{ return 201 '{receipt}'; }}
        location = /v2/notes {{ return 201 '{receipt}'; }}
    }}
}}
"""

_TLS = """
        listen 127.0.0.1:{port} ssl backlog=4096;
        ssl_certificate {folder}/chain.pem;
        ssl_certificate_key {folder}/key.pem;
"""


class Site(msgspec.Struct, frozen=True):
    """Where a client under test finds the server."""

    url: str
    authority: Path | None = None
    """The file with the certificate to trust; None without TLS."""

    @property
    def context(self) -> ssl.SSLContext | None:
        """A TLS context that trusts the server."""
        return ssl.create_default_context(cafile=self.authority) if self.authority else None


class Sites(msgspec.Struct, frozen=True):
    """The server's two entrances."""

    plain: Site
    tls: Site | None
    """None if `trustme` is not installed."""


class NoServer(Exception):
    """There is no nginx here; the message says how to get it."""


@contextmanager
def running_server() -> Generator[str, None, None]:
    """Start the server and give its base URL; stop it when the block ends."""
    with running_sites() as sites:
        yield sites.plain.url


@contextmanager
def running_sites() -> Generator[Sites, None, None]:
    """
    Start the server and give its entrances; stop it when the block ends.

    Raises:
        NoServer: nginx is not installed, or did not start.
    """
    with TemporaryDirectory(prefix="sdkbase-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the worker is another user if this one is root
        sites = _prepare(folder)
        process = subprocess.Popen([_binary(), "-p", name, "-c", f"{name}/nginx.conf"])
        try:
            _wait(process, sites)
            yield sites
        finally:
            process.terminate()
            process.wait(timeout=10)


def _binary() -> str:
    for name in ("nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx"):
        if found := shutil.which(name):
            return found
    raise NoServer("the server is nginx: apt-get install nginx-light, or brew install nginx")


def _prepare(folder: Path) -> Sites:
    port, tls_port = _free_port(), _free_port()
    (folder / "users.json").write_bytes(content())
    authority = _make_certificates(folder)
    tls = _TLS.format(folder=folder, port=tls_port) if authority else ""
    (folder / "nginx.conf").write_text(
        _CONFIG.format(
            folder=folder, port=port, tls=tls, user=USER.decode(), receipt=_RECEIPT.decode()
        )
    )
    secure = Site(f"https://127.0.0.1:{tls_port}", authority) if authority else None
    return Sites(Site(f"http://127.0.0.1:{port}"), secure)


def _make_certificates(folder: Path) -> Path | None:
    try:
        trustme: Any = import_module("trustme")
    except ImportError:
        return None
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(folder / "chain.pem", append=True)
    authority.cert_pem.write_to_path(folder / "authority.pem")
    return folder / "authority.pem"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], sites: Sites) -> None:
    port = int(sites.plain.url.rpartition(":")[2])
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
        time.sleep(0.05)
    raise NoServer("nginx did not start; its message is above")
