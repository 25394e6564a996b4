"""
Both colours of the default transport over memory: its slots and httpcore's parsing, no sockets.

Each connection gets the next of the answers, whatever is asked, and then its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

import httpcore

from sdkbase import PoolConfig
from sdkbase._async.httpx_transport import AsyncHttpxTransport
from sdkbase._sync.httpx_transport import SyncHttpxTransport
from sdkbase._wire.url import Origin

_ONE = PoolConfig(max_connections=1)


class Wire:
    """The other side: what it will answer, and what it has seen."""

    def __init__(self) -> None:
        self._answers: Iterator[bytes] = iter(())
        self._pieces = Random(0)
        self._opened: list[_Stream] = []
        #: Host and bytes of everything that was written.
        self.written: list[tuple[str, bytes]] = []

    def load(self, answers: Iterable[bytes], pieces: Random) -> None:
        """Answer with these from now on, in *pieces* that are cut at random; end all before."""
        for stream in self._opened:
            stream.end()
        self._opened.clear()
        self.written.clear()
        self._answers, self._pieces = iter(answers), pieces

    @property
    def open(self) -> int:
        """Number of connections that the client has not closed."""
        return sum(not stream.closed for stream in self._opened)

    def connected(self, stream: _Stream) -> None:
        """Give a new connection its answer."""
        self._opened.append(stream)
        stream.fill(next(self._answers, b""), self._pieces)


class _Stream:
    def __init__(self, wire: Wire, host: str) -> None:
        self._wire = wire
        self._host = host
        self._left = b""
        self._piece = 65536
        self._ended = 0
        self.closed = False
        wire.connected(self)

    def fill(self, answer: bytes, pieces: Random) -> None:
        self._left, self._piece = answer, pieces.choice((65536, 65536, 100, 7, 1))
        self._piece = max(self._piece, len(answer) // 200)

    def end(self) -> None:
        self._left, self._ended = b"", 1

    def take(self, most: int) -> bytes:
        size = min(most, self._piece)
        piece, self._left = self._left[:size], self._left[size:]
        self._ended += not piece
        assert self._ended < 50, "read again and again though the other side has ended"
        return piece

    def note(self, data: bytes) -> None:
        self._wire.written.append((self._host, data))

    def get_extra_info(self, info: str) -> Any:
        # An idle connection that its server has closed, or says something on, is readable.
        return bool(self._ended or self._left) if info == "is_readable" else None


class AsyncMemoryStream(_Stream, httpcore.AsyncNetworkStream):
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.take(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.note(buffer)

    async def aclose(self) -> None:
        self.closed = True

    async def start_tls(self, *_: Any, **__: Any) -> AsyncMemoryStream:
        return self


class SyncMemoryStream(_Stream, httpcore.NetworkStream):
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.take(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.note(buffer)

    def close(self) -> None:
        self.closed = True

    def start_tls(self, *_: Any, **__: Any) -> SyncMemoryStream:
        return self


class AsyncMemoryTransport(AsyncHttpxTransport):
    """The default transport of async clients, with one connection, over memory."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(pool_config=_ONE, trust_env=False)
        self._wire = wire

    def _connect(self, origin: Origin, network: Any) -> Any:
        async def connect_tcp(host: str, *_: Any, **__: Any) -> Any:
            return network._take(AsyncMemoryStream(self._wire, host))

        network.connect_tcp = connect_tcp
        return super()._connect(origin, network)


class SyncMemoryTransport(SyncHttpxTransport):
    """The default transport of sync clients, with one connection, over memory."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(pool_config=_ONE, trust_env=False)
        self._wire = wire

    def _connect(self, origin: Origin, network: Any) -> Any:
        def connect_tcp(host: str, *_: Any, **__: Any) -> Any:
            return network._take(SyncMemoryStream(self._wire, host))

        network.connect_tcp = connect_tcp
        return super()._connect(origin, network)
