"""The async sides: each makes the three calls as its documentation shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any

import httpx

from sdkbase import AsyncHttpClient

from .peer import TIMEOUT, Peer, fast_transport, httpware, stainless, stripe_client
from .raw_http import RawRequests, body_length
from .server import Site
from .users import NOTE, AsyncNotes, AsyncUsers
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
"""Connections of the raw streams, as sdkbase has; niquests gets them too (10 by default)."""

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _RawStreams:
    """At most `POOL` connections, the one used last first, and nothing else."""

    def __init__(self, site: Site) -> None:
        url = httpx.URL(site.url)
        self._host, self._port = url.host, url.port or 80
        self._context = site.context
        self._requests = RawRequests(url.netloc.decode())
        self._gate = asyncio.Semaphore(POOL)
        self._idle: list[_Streams] = []

    async def send(self, method: str, target: str, body: bytes | None = None) -> bytes:
        """Return the body of the answer."""
        async with self._gate:
            reader, writer = streams = self._idle.pop() if self._idle else await self._connect()
            writer.write(self._requests.make(method, target, body))
            head = await reader.readuntil(b"\r\n\r\n")
            content = await reader.readexactly(body_length(head))
            self._idle.append(streams)
            return content

    async def close(self) -> None:
        """Close the connections."""
        for _, writer in self._idle:
            writer.close()

    async def _connect(self) -> _Streams:
        return await asyncio.open_connection(self._host, self._port, ssl=self._context)


def _decoded(send: Callable[..., Awaitable[Any]], close: Callable[[], Any]) -> Peer:
    """Return a side that decodes with msgspec what *send* gives: of a method, a target, a body."""

    async def user() -> object:
        return user_of(await send("GET", USER_PATH))

    async def page() -> object:
        return page_of(await send("GET", PAGE_PATH))

    async def note() -> object:
        return receipt_of(await send("POST", NOTE_PATH, note_bytes()))

    return Peer(user, page, note, close)


def _raw(site: Site) -> Peer:
    streams = _RawStreams(site)
    return _decoded(streams.send, streams.close)


def _bare(module: str, site: Site) -> Peer:
    client = import_module(module).AsyncClient(
        headers=HEADERS, verify=site.context or True, timeout=TIMEOUT
    )
    return _dicts(client, client.aclose, site)


def _niquests(site: Site) -> Peer:
    session: Any = import_module("niquests").AsyncSession(pool_maxsize=POOL, headers=HEADERS)
    session.verify = str(site.authority) if site.authority else True
    return _dicts(session, session.close, site)


def _dicts(client: Any, close: Callable[[], Any], site: Site) -> Peer:
    async def get(target: str) -> object:
        return (await client.get(site.url + target)).json()

    async def note() -> object:
        return (await client.post(site.url + NOTE_PATH, json=NOTE)).json()

    return Peer(lambda: get(USER_PATH), lambda: get(PAGE_PATH), note, close)


def _aiohttp(site: Site) -> Peer:
    aiohttp: Any = import_module("aiohttp")
    connector = aiohttp.TCPConnector(ssl=site.context or True)
    session = aiohttp.ClientSession(headers=HEADERS, connector=connector)

    async def send(method: str, target: str, body: bytes | None = None) -> Any:
        headers = None if body is None else JSON
        url = site.url + target
        async with session.request(method, url, data=body, headers=headers) as response:
            return await response.read()

    return _decoded(send, session.close)


def _pyreqwest(site: Site) -> Peer:
    builder = import_module("pyreqwest.client").ClientBuilder().default_headers(HEADERS)
    if site.authority:
        builder = builder.add_root_certificate_pem(site.authority.read_bytes())
    client = builder.build()

    async def send(method: str, target: str, body: bytes | None = None) -> Any:
        request = client.request(method, site.url + target)
        if body is not None:
            request = request.headers(JSON).body_bytes(body)
        response = await request.build().send()
        return await response.bytes()

    return _decoded(send, client.close)


def _stripe(site: Site) -> Peer:
    client = stripe_client(site)

    async def get(target: str) -> object:
        return (await client.raw_request_async("get", target)).data

    async def note() -> object:
        path = f"/v2{NOTE_PATH}"  # there, it is JSON
        return (await client.raw_request_async("post", path, **NOTE)).data

    async def close() -> None:
        """Leave it open: the client has no way to close it."""

    return Peer(lambda: get(USER_PATH), lambda: get(PAGE_PATH), note, close)


async def _nothing() -> None:
    """Close nothing further."""


def _sdkbase(site: Site) -> Peer:
    return _sdk(AsyncHttpClient(site.url, verify=site.context or True))


def _sdkbase_httpx2(site: Site) -> Peer:
    wire: Any = import_module("httpx2").AsyncClient(verify=site.context or True, timeout=TIMEOUT)
    return _sdk(AsyncHttpClient(site.url, http_client=wire), wire.aclose)


def _sdkbase_fast(site: Site) -> Peer:
    transport = fast_transport("AsyncReqwestTransport", site)
    return _sdk(AsyncHttpClient(site.url, transport=transport))


def _sdk(client: AsyncHttpClient, close: Callable[[], Any] = _nothing) -> Peer:
    users, notes = AsyncUsers(client), AsyncNotes(client)

    async def close_both() -> None:
        await client.aclose()
        await close()

    return Peer(lambda: users.retrieve(7), users.first_page, lambda: notes.create(NOTE), close_both)


ASYNC_PEERS: dict[str, Callable[[Site], Peer]] = {
    "raw streams": _raw,
    "httpx": partial(_bare, "httpx"),
    "httpx2": partial(_bare, "httpx2"),
    "aiohttp + msgspec": _aiohttp,
    "niquests": _niquests,
    "pyreqwest + msgspec": _pyreqwest,
    "openai": partial(stainless, "openai", "AsyncOpenAI", "DefaultAsyncHttpxClient"),
    "anthropic": partial(stainless, "anthropic", "AsyncAnthropic", "DefaultAsyncHttpxClient"),
    "httpware + msgspec": partial(httpware, "AsyncClient", "aclose"),
    "stripe": _stripe,
    "sdkbase": _sdkbase,
    "sdkbase on httpx2": _sdkbase_httpx2,
    "sdkbase fast": _sdkbase_fast,
}
"""By name, in the order of the table; each is made in the event loop that it is used in."""
