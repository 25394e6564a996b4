"""The sync sides: each makes the three calls as its documentation shows it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import httpx

from sdkbase import SyncHttpClient

from .peer import TIMEOUT, Peer, fast_transport, httpware, stainless, stripe_client
from .raw_http import RawRequests, body_length
from .server import Site
from .users import NOTE, SyncNotes, SyncUsers
from .workload import (
    HEADERS,
    JSON,
    NOTE_PATH,
    PAGE_PATH,
    USER_PATH,
    note_bytes,
    page_of,
    receipt_of,
    user_of,
)

POOL = 100
"""Connections kept by sides that by default keep fewer than the threads (urllib3, niquests)."""


class _RawSockets:
    """A connection for each thread, and nothing else."""

    def __init__(self, site: Site) -> None:
        url = httpx.URL(site.url)
        self._address = (url.host, url.port or 80)
        self._context = site.context
        self._requests = RawRequests(url.netloc.decode())
        self._local = threading.local()
        self._all: list[socket.socket] = []

    def send(self, method: str, target: str, body: bytes | None = None) -> bytes:
        """Return the body of the answer."""
        wire: socket.socket | None = getattr(self._local, "wire", None)
        if wire is None:
            wire = self._local.wire = self._connect()
        wire.sendall(self._requests.make(method, target, body))
        received = wire.recv(65536)
        while b"\r\n\r\n" not in received:
            received += wire.recv(65536)
        head, _, content = received.partition(b"\r\n\r\n")
        length = body_length(head)
        while len(content) < length:
            content += wire.recv(65536)
        return content

    def close(self) -> None:
        """Close the connections."""
        for wire in self._all:
            wire.close()

    def _connect(self) -> socket.socket:
        wire = socket.create_connection(self._address)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context is not None:
            wire = self._context.wrap_socket(wire, server_hostname=self._address[0])
        self._all.append(wire)
        return wire


def _decoded(send: Callable[..., Any], close: Callable[[], Any]) -> Peer:
    """Return a side that decodes with msgspec what *send* gives: of a method, a target, a body."""
    return Peer(
        lambda: user_of(send("GET", USER_PATH)),
        lambda: page_of(send("GET", PAGE_PATH)),
        lambda: receipt_of(send("POST", NOTE_PATH, note_bytes())),
        close,
    )


def _raw(site: Site) -> Peer:
    sockets = _RawSockets(site)
    return _decoded(sockets.send, sockets.close)


def _bare(module: str, site: Site) -> Peer:
    client = import_module(module).Client(
        headers=HEADERS, verify=site.context or True, timeout=TIMEOUT
    )
    return _dicts(client, site)


def _niquests(site: Site) -> Peer:
    session: Any = import_module("niquests").Session(pool_maxsize=POOL, headers=HEADERS)
    session.verify = str(site.authority) if site.authority else True
    return _dicts(session, site)


def _dicts(client: Any, site: Site) -> Peer:
    url = site.url
    return Peer(
        lambda: client.get(url + USER_PATH).json(),
        lambda: client.get(url + PAGE_PATH).json(),
        lambda: client.post(url + NOTE_PATH, json=NOTE).json(),
        client.close,
    )


def _urllib3(site: Site) -> Peer:
    pool: Any = import_module("urllib3").PoolManager(
        maxsize=POOL, headers=HEADERS, ssl_context=site.context
    )

    def send(method: str, target: str, body: bytes | None = None) -> bytes:
        headers = None if body is None else HEADERS | JSON
        answer: bytes = pool.request(method, site.url + target, body=body, headers=headers).data
        return answer

    return _decoded(send, pool.clear)


def _pyreqwest(site: Site) -> Peer:
    builder = import_module("pyreqwest.client").SyncClientBuilder().default_headers(HEADERS)
    if site.authority:
        builder = builder.add_root_certificate_pem(site.authority.read_bytes())
    client = builder.build()

    def send(method: str, target: str, body: bytes | None = None) -> Any:
        request = client.request(method, site.url + target)
        if body is not None:
            request = request.headers(JSON).body_bytes(body)
        return request.build().send().bytes()

    return _decoded(send, client.close)


def _stripe(site: Site) -> Peer:
    client = stripe_client(site)
    return Peer(
        lambda: client.raw_request("get", USER_PATH).data,
        lambda: client.raw_request("get", PAGE_PATH).data,
        lambda: client.raw_request("post", f"/v2{NOTE_PATH}", **NOTE).data,  # there, it is JSON
        lambda: None,
    )


def _sdkbase(site: Site) -> Peer:
    return _sdk(SyncHttpClient(site.url, verify=site.context or True))


def _sdkbase_httpx2(site: Site) -> Peer:
    wire: Any = import_module("httpx2").Client(verify=site.context or True, timeout=TIMEOUT)
    return _sdk(SyncHttpClient(site.url, http_client=wire), wire.close)


def _sdkbase_fast(site: Site) -> Peer:
    transport = fast_transport("SyncReqwestTransport", site)
    return _sdk(SyncHttpClient(site.url, transport=transport))


def _sdk(client: SyncHttpClient, close: Callable[[], Any] = lambda: None) -> Peer:
    users, notes = SyncUsers(client), SyncNotes(client)

    def close_both() -> None:
        client.close()
        close()

    return Peer(lambda: users.retrieve(7), users.first_page, lambda: notes.create(NOTE), close_both)


SYNC_PEERS: dict[str, Callable[[Site], Peer]] = {
    "raw socket": _raw,
    "httpx": partial(_bare, "httpx"),
    "httpx2": partial(_bare, "httpx2"),
    "niquests": _niquests,
    "urllib3 + msgspec": _urllib3,
    "pyreqwest + msgspec": _pyreqwest,
    "openai": partial(stainless, "openai", "OpenAI", "DefaultHttpxClient"),
    "anthropic": partial(stainless, "anthropic", "Anthropic", "DefaultHttpxClient"),
    "httpware + msgspec": partial(httpware, "Client", "close"),
    "stripe": _stripe,
    "sdkbase": _sdkbase,
    "sdkbase on httpx2": _sdkbase_httpx2,
    "sdkbase fast": _sdkbase_fast,
}
"""By name, in the order of the table."""
