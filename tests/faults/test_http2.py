"""HTTP/2: tasks share one connection, threads do not, and one cancelled harms no other."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, RequestReceived

from sdkbase import AsyncHttpClient, SyncHttpClient
from tests.backends import Trust, trust_in


class Http2Server:
    """Answers every stream of every connection with its path; `/slow` after 0.2 s."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self._transports: list[asyncio.WriteTransport] = []
        self.connections = 0

    def __enter__(self) -> Http2Server:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        server.close()
        # A client may close its connections a moment later than it says so.
        for transport in self._transports:
            transport.abort()
        await asyncio.sleep(0.002)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._transports.append(writer.transport)
        state = H2Connection(H2Configuration(client_side=False))
        state.initiate_connection()
        writer.write(state.data_to_send())
        while data := await reader.read(65536):
            for event in state.receive_data(data):
                self._take(state, event, writer)
            writer.write(state.data_to_send())
        writer.close()

    def _take(self, state: H2Connection, event: Event, writer: asyncio.StreamWriter) -> None:
        if isinstance(event, DataReceived):
            state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        if isinstance(event, RequestReceived):
            path = dict(event.headers)[b":path"]
            delay = 0.2 if path == b"/slow" else 0.0
            self._loop.call_later(delay, self._answer, state, event.stream_id, path, writer)

    def _answer(
        self, state: H2Connection, stream: int, path: bytes, writer: asyncio.StreamWriter
    ) -> None:
        try:
            state.send_headers(stream, [(":status", "200"), ("content-type", "text/plain")])
            state.send_data(stream, path, end_stream=True)
        except Exception:
            return  # the stream was reset meanwhile
        writer.write(state.data_to_send())


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def h2_server(authority: trustme.CA) -> Iterator[Http2Server]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    context.set_alpn_protocols(["h2"])
    with Http2Server(context) as running:
        yield running


@pytest.fixture
def trusting(authority: trustme.CA, backend: str, tmp_path: Path) -> Trust:
    return trust_in(authority, backend, tmp_path)


def test_tasks_share_one_connection(h2_server: Http2Server, trusting: Trust) -> None:
    async def main() -> None:
        async with AsyncHttpClient(
            h2_server.url, http2=True, verify=trusting, trust_env=False
        ) as client:
            first = await client.get("/0")
            assert first.http_version == "HTTP/2"
            responses = await asyncio.gather(*(client.get(f"/{n}") for n in range(30)))
            assert [response.text for response in responses] == [f"/{n}" for n in range(30)]
            doomed = asyncio.ensure_future(client.get("/slow"))
            await asyncio.sleep(0.02)
            doomed.cancel()
            assert (await client.get("/after")).text == "/after"
            with pytest.raises(asyncio.CancelledError):
                await doomed

    asyncio.run(main())
    assert h2_server.connections == 1


@pytest.mark.usefixtures("eager_switches", "uncovered")
def test_threads_do_not_get_into_each_others_way(h2_server: Http2Server, trusting: Trust) -> None:
    with SyncHttpClient(h2_server.url, http2=True, verify=trusting, trust_env=False) as client:
        for _ in range(3):
            assert client.get("/0").http_version == "HTTP/2"
        assert h2_server.connections == 1
        with ThreadPoolExecutor(8) as threads:
            # Nothing repeats a POST that went wrong.
            texts = list(threads.map(lambda n: client.post(f"/{n}", json_data=n).text, range(200)))
    assert texts == [f"/{n}" for n in range(200)]


def test_a_deadline_over_http2(h2_server: Http2Server, trusting: Trust) -> None:
    with SyncHttpClient(
        h2_server.url, http2=True, verify=trusting, trust_env=False, deadline=0.05
    ) as client:
        with pytest.raises(Exception, match="not over within its deadline"):
            client.get("/slow")
        assert client.get("/quick").text == "/quick"
