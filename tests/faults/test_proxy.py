"""Through a proxy: plain requests, tunnels, refusals, and where the password goes."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from sdkbase import BearerAuth
from tests.backends import trust_in
from tests.faults.answers import answer_of, response
from tests.faults.driver import ask, drive
from tests.faults.server import Answer, Connection, FaultServer, Request

PASSWORD = "cAnArY-proxy-password"
PAIR = "Basic " + base64.b64encode(f"user:{PASSWORD}".encode()).decode()


def proxy_answer_of(_name: str) -> Answer:
    """Return the answer of a proxy that wants a password."""
    return _proxy


async def _proxy(_server: FaultServer, connection: Connection, request: Request) -> None:
    if request.headers.get("proxy-authorization") != PAIR:
        await connection.send(b"HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n")
    elif request.method != "CONNECT":
        await connection.send(response(b'["by way of the proxy"]'))
    else:
        await _tunnel(connection, *request.target.rsplit(":", 1))


async def _tunnel(connection: Connection, host: str, port: str) -> None:
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        await connection.send(b"HTTP/1.1 200 Go on\r\n\r\n")
        await asyncio.gather(_pump(connection.reader, writer), _pump(reader, connection.writer))
    finally:
        writer.transport.abort()
        connection.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


@pytest.fixture
def proxy() -> Iterator[FaultServer]:
    with FaultServer(proxy_answer_of) as running:
        yield running


def _url(proxy: FaultServer, password: str = PASSWORD) -> str:
    return proxy.url.replace("://", f"://user:{password}@")


def test_a_plain_request_through_a_proxy(proxy: FaultServer, colour: str) -> None:
    outcomes = drive(
        colour,
        [ask("GET", "/x", cast_to=list[str])] * 2,
        base_url="http://api.example",
        proxy=_url(proxy),
    )
    assert [outcome.result for outcome in outcomes] == ["['by way of the proxy']"] * 2
    assert proxy.requests[0].target == "http://api.example/x"
    assert proxy.accepted == 1


def test_a_tunnel_keeps_the_password_from_the_server(
    proxy: FaultServer, colour: str, backend: str, tmp_path: Path
) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with FaultServer(answer_of, tls=context) as secure:
        outcomes = drive(
            colour,
            [ask("GET", "/ok")] * 2,
            base_url=secure.url,
            verify=trust_in(authority, backend, tmp_path),
            proxy=_url(proxy),
            auth=BearerAuth("server-token"),
        )
        assert [outcome.result for outcome in outcomes] == ["HTTP 200"] * 2
        assert all("proxy-authorization" not in seen.headers for seen in secure.requests)
    assert [request.method for request in proxy.requests] == ["CONNECT"]
    assert "authorization" not in proxy.requests[0].headers


def test_a_refusing_proxy_is_told_without_its_password(proxy: FaultServer, colour: str) -> None:
    (outcome,) = drive(
        colour,
        [ask("POST", "/x", json_data={})],
        base_url="https://api.example",
        proxy=_url(proxy, "cAnArY-wrong"),
    )
    assert outcome.result == "ProxyError"
    shown = [str(outcome.error), repr(outcome.error), repr(vars(outcome.error))]
    assert not any("cAnArY" in text for text in shown)


def test_a_proxy_that_is_not_there(refused_url: str, colour: str, backend: str) -> None:
    (outcome,) = drive(
        colour,
        [ask("GET", "/x")],
        base_url="http://api.example",
        proxy=refused_url.replace("://", f"://user:{PASSWORD}@"),
    )
    # What a client that is handed in connects to is its own affair.
    expected = "ConnectError" if backend == "httpx2" else "ProxyError"
    assert outcome.trace == (expected, 4)
    assert "cAnArY" not in repr(vars(outcome.error)) + str(outcome.error)
