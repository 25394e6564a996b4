"""Streamed responses: reading them, leaving them, and what breaks on the way."""

from __future__ import annotations

import gc
import gzip
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from demo_api import DemoApi
from sdkbase import (
    AsyncHttpClient,
    BearerAuth,
    ConnectionLostError,
    DeadlineExceededError,
    PoolConfig,
    ProtocolError,
    ReadTimeoutError,
    RedirectError,
    RequestInterceptor,
    RetryConfig,
    SdkError,
    TimeoutConfig,
    TransportError,
)
from tests.two_colour import AsyncVirtualClock

BASE = "https://api.example"


class Peers(ThreadingHTTPServer):
    """A server that keeps which connection each request came by, and breaks off where told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Peer)
        self.peers: list[tuple[str, int]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Peer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Peers

    def do_GET(self) -> None:
        self.server.peers.append(self.client_address)
        self.send_response(200)
        self.send_header("content-length", "200000")
        self.end_headers()
        self.wfile.write(b"x" * (1000 if self.path == "/cut" else 200_000))
        self.close_connection = self.path == "/cut"

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


# httpx nests generators, and trio reports each one that a reader leaves half read.
LEFT_HALF_READ = pytest.mark.filterwarnings(
    "ignore:.*garbage collected before it had been exhausted:ResourceWarning",
    "ignore:.*generator object:pytest.PytestUnraisableExceptionWarning",
)


@contextmanager
def serving() -> Iterator[Peers]:
    with Peers() as server, ThreadPoolExecutor(1) as pool:
        pool.submit(server.serve_forever, 0.01)
        yield server
        server.shutdown()


@pytest.fixture
def peers() -> Iterator[Peers]:
    with serving() as server:
        yield server


# --- reading --------------------------------------------------------------------------------


async def test_the_body_comes_in_pieces(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url) as client:
        async with client.stream("GET", "/bytes/100000") as response:
            assert response.status_code == 200
            states = [response.is_closed]
            pieces = [piece async for piece in response.aiter_bytes()]
        states.append(response.is_closed)
    assert states == [False, True]
    assert b"".join(pieces) == (bytes(range(256)) * 400)[:100_000]


async def test_the_body_can_be_read_at_once(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url) as client:
        async with client.stream("GET", "/health") as response:
            assert await response.aread() == b'{"status": "ok"}'
            assert response.json() == {"status": "ok"}
        assert response.json() == {"status": "ok"}


async def test_a_stream_has_all_arguments_of_a_request() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b"body"))

    seen: list[httpx.Request] = []
    auth = BearerAuth("token-of-stream")
    async with AsyncHttpClient(BASE, transport=httpx.MockTransport(handler), auth=auth) as client:
        args: dict[str, Any] = {"params": {"a": 1}, "headers": {"x-a": "1"}, "json_data": [1]}
        async with client.stream("POST", "/run", **args) as response:
            assert await response.aread() == b"body"
    (request,) = seen
    assert (request.method, str(request.url), request.content) == (
        "POST",
        f"{BASE}/run?a=1",
        b"[1]",
    )
    assert request.headers["authorization"] == "Bearer token-of-stream"


async def test_an_error_status_is_not_raised(api: DemoApi) -> None:
    async with (
        AsyncHttpClient(api.base_url) as client,
        client.stream("GET", "/nowhere") as response,
    ):
        await response.aread()
        assert response.status_code == 404
        assert response.json()["status"] == 404


async def test_redirects_and_retries_come_before_the_stream(api: DemoApi) -> None:
    retries = RetryConfig(backoff_factor=0)
    async with (
        AsyncHttpClient(api.base_url, retry_config=retries) as client,
        client.stream("GET", "/redirect", params={"to": "/flaky/s"}) as response,
    ):
        await response.aread()
    assert response.json() == {"key": "s", "calls": 3}
    assert [earlier.status_code for earlier in response.history] == [302]


async def test_compressed_streams_are_decoded() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        body = httpx.ByteStream(gzip.compress(b"text" * 1000))
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=body)

    async with (
        AsyncHttpClient(BASE, transport=httpx.MockTransport(handler)) as client,
        client.stream("GET", "/") as response,
    ):
        assert await response.aread() == b"text" * 1000


# --- leaving --------------------------------------------------------------------------------

NEVER = RetryConfig(max_retries=0)
ONE: dict[str, Any] = {
    "retry_config": NEVER,
    "pool_config": PoolConfig(max_connections=1),
    "timeout_config": TimeoutConfig(pool=1),
}


async def test_a_body_read_to_its_end_gives_the_connection_back(peers: Peers) -> None:
    async with AsyncHttpClient(peers.url, **ONE) as client:
        for _ in range(3):
            async with client.stream("GET", "/") as response:
                await response.aread()
        await client.get("/")
    assert len(peers.peers) == 4
    assert len(set(peers.peers)) == 1


@LEFT_HALF_READ
@pytest.mark.parametrize("begun", [True, False])
async def test_a_body_left_unread_gives_the_connection_up(
    peers: Peers, backend: str, begun: bool
) -> None:
    async with AsyncHttpClient(peers.url, **ONE) as client:
        async with client.stream("GET", "/") as response:
            if begun:
                await anext(response.aiter_bytes(1000))
        assert (await client.get("/")).status_code == 200
    gc.collect()
    # What the fast transport has read of it to the end leaves the connection as good as new.
    assert len(set(peers.peers)) in ({1, 2} if backend == "reqwest" else {2})


async def test_an_error_in_the_block_gives_the_connection_up(peers: Peers, backend: str) -> None:
    async with AsyncHttpClient(peers.url, **ONE) as client:
        with pytest.raises(KeyError):
            async with client.stream("GET", "/"):
                raise KeyError("mine")
        assert (await client.get("/")).status_code == 200
    # The engine of reqwest reads a short body ahead, so its connection may be used again.
    assert len(set(peers.peers)) in ({1, 2} if backend == "reqwest" else {2})


async def test_a_refused_redirect_gives_the_connection_up(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url, max_redirects=0, **ONE) as client:
        for _ in range(3):
            with pytest.raises(RedirectError):
                async with client.stream("GET", "/redirect?to=/health"):
                    pass
        assert (await client.get("/health")).status_code == 200


async def test_a_hook_that_raises_gives_the_connection_up(api: DemoApi) -> None:
    class Picky(RequestInterceptor):
        def after_response(self, response: httpx.Response) -> None:
            if "content-length" in response.headers and response.request.url.path == "/bytes/9":
                raise ValueError("not this one")

    async with AsyncHttpClient(api.base_url, interceptors=[Picky()], **ONE) as client:
        for _ in range(3):
            with pytest.raises(ValueError, match="not this one"):
                async with client.stream("GET", "/bytes/9"):
                    pass
        assert (await client.get("/health")).status_code == 200


async def test_a_hook_that_replaces_the_response_gives_the_connection_up(api: DemoApi) -> None:
    class Replacer(RequestInterceptor):
        def after_response(self, response: httpx.Response) -> httpx.Response:
            return httpx.Response(200, content=b"mine", request=response.request)

    async with AsyncHttpClient(api.base_url, interceptors=[Replacer()], **ONE) as client:
        for _ in range(3):
            async with client.stream("GET", "/bytes/9") as response:
                assert await response.aread() == b"mine"


@pytest.mark.parametrize("how", ["left", "raised", "cut"])
async def test_a_users_own_transport_gets_its_connection_back(peers: Peers, how: str) -> None:
    wire = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=1))
    settings: dict[str, Any] = {"timeout_config": TimeoutConfig(pool=1), "transport": wire}
    async with AsyncHttpClient(peers.url, retry_config=NEVER, **settings) as client:
        with suppress(KeyError, TransportError):
            async with client.stream("GET", "/cut" if how == "cut" else "/") as response:
                if how == "raised":
                    raise KeyError("mine")
                if how == "cut":
                    await response.aread()
        assert (await client.get("/")).status_code == 200
        with suppress(TransportError):
            await client.get("/cut")
        assert (await client.get("/")).status_code == 200


async def test_the_response_of_a_closed_block_can_not_be_read(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url) as client:
        async with client.stream("GET", "/bytes/1000") as response:
            pass
        with pytest.raises(httpx.StreamError):
            await response.aread()


# --- breaking -------------------------------------------------------------------------------


async def test_a_connection_cut_in_the_body_is_an_error_of_the_tree(peers: Peers) -> None:
    async with AsyncHttpClient(peers.url, **ONE) as client:
        with pytest.raises(TransportError, match=r"GET /cut: ") as caught:
            async with client.stream("GET", "/cut") as response:
                await response.aread()
        assert (await client.get("/")).status_code == 200
    assert isinstance(caught.value, ProtocolError | ConnectionLostError)
    assert caught.value.sent
    assert caught.value.attempts == 1


async def test_a_whole_body_cut_short_is_an_error_and_retried(peers: Peers) -> None:
    retries = RetryConfig(max_retries=2, backoff_factor=0)
    async with AsyncHttpClient(peers.url, retry_config=retries) as client:
        with pytest.raises(TransportError) as caught:
            await client.get("/cut")
    assert caught.value.attempts == len(peers.peers) == 3


class Failing(httpx.AsyncByteStream):
    """Yield a piece, then raise."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.closed = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"piece"
        raise self.error

    async def aclose(self) -> None:
        self.closed += 1


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx.ReadError("reset"), ConnectionLostError),
        (httpx.ReadTimeout("slow"), ReadTimeoutError),
        (httpx.RemoteProtocolError("cut"), ProtocolError),
        (ConnectionResetError("reset"), ConnectionLostError),
    ],
)
async def test_errors_in_the_stream_are_mapped(raised: Exception, kind: type[SdkError]) -> None:
    stream = Failing(raised)
    wire = httpx.MockTransport(lambda request: httpx.Response(200, stream=stream))
    async with AsyncHttpClient(BASE, transport=wire) as client:
        with pytest.raises(kind) as caught:
            async with client.stream("GET", "/feed") as response:
                async for piece in response.aiter_bytes():
                    assert piece == b"piece"
    assert caught.value.__cause__ is raised
    assert stream.closed >= 1


@LEFT_HALF_READ
async def test_a_broken_coding_in_the_stream_is_an_error_of_the_tree() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        headers = {"content-encoding": "gzip"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"no gzip at all"))

    async with AsyncHttpClient(BASE, transport=httpx.MockTransport(handler)) as client:
        with pytest.raises(SdkError, match="GET /"):
            async with client.stream("GET", "/") as response:
                await response.aread()
    gc.collect()


async def test_a_read_timeout_holds_within_the_stream(api: DemoApi) -> None:
    settings: dict[str, Any] = {"timeout_config": TimeoutConfig(read=0.05)}
    async with AsyncHttpClient(api.base_url, retry_config=NEVER, **settings) as client:
        with pytest.raises(ReadTimeoutError):
            async with client.stream("GET", "/slow", params={"seconds": 5}):
                pass


async def test_the_deadline_holds_within_the_stream() -> None:
    class Dripping(httpx.AsyncByteStream):
        def __aiter__(self) -> AsyncIterator[bytes]:
            return self

        async def __anext__(self) -> bytes:
            clock.now += 1
            return b"drip"

    clock = AsyncVirtualClock()
    wire = httpx.MockTransport(lambda request: httpx.Response(200, stream=Dripping()))
    async with AsyncHttpClient(BASE, transport=wire, clock=clock, deadline=5) as client:
        with pytest.raises(DeadlineExceededError):
            async with client.stream("GET", "/") as response:
                await response.aread()
