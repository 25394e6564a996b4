"""A pool of connections, while something else happens to it at each awkward moment."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from sdkbase import PoolConfig
from sdkbase._async.network import AsyncNetwork
from sdkbase._async.slots import AsyncSlot, AsyncSlotPool
from sdkbase._concurrency import AsyncClock
from sdkbase._concurrency._network import AsyncNetworkBackend
from sdkbase._policy.deadline import AttemptTimeout
from sdkbase._wire.body import NO_BODY
from sdkbase._wire.call import Call
from sdkbase._wire.url import Origin
from tests.two_colour import AsyncVirtualClock


def nothing() -> None: ...


class Connection:
    def __init__(self) -> None:
        self.closes = 0
        self.at_close: Callable[[], None] = nothing

    async def handle_async_request(self, request: Any) -> Any:
        raise NotImplementedError

    async def aclose(self) -> None:
        self.closes += 1
        self.at_close()


class Clock(AsyncVirtualClock):
    """A clock that does what another thread does just when the pool looks at it."""

    meanwhile: Callable[[], None] = staticmethod(nothing)

    def monotonic(self) -> float:
        self.meanwhile()
        return super().monotonic()


class Contested(list[AsyncSlot]):
    """Idle slots, the next of which another thread takes just before the pool does."""

    contested = True

    def remove(self, slot: AsyncSlot) -> None:
        if self.contested:
            self.contested = False
            super().remove(slot)
        super().remove(slot)


class Bench:
    """A pool, and all the connections that it made."""

    def __init__(self, **config: Any) -> None:
        self.clock = Clock()
        self.connections: list[Connection] = []
        self.pool = AsyncSlotPool(PoolConfig(**config), self._connect, self.clock)

    def _connect(self, origin: Origin, network: AsyncNetwork) -> Connection:
        self.connections.append(Connection())
        return self.connections[-1]

    async def take(self, host: str = "a") -> AsyncSlot:
        call = Call("GET", "http://" + host, "/", {}, NO_BODY)
        return await self.pool.take(call, 0.01)

    async def leave_idle(self, *hosts: str) -> None:
        slots = [await self.take(host) for host in hosts]
        for slot in slots:
            await slot.finish(complete=True)

    def contest(self) -> None:
        self.pool._idle = Contested(self.pool._idle)

    @property
    def closes(self) -> list[int]:
        return [connection.closes for connection in self.connections]


async def test_a_pool_that_is_emptied_meanwhile() -> None:
    bench = Bench(max_connections=2, keepalive_expiry=5.0)
    await bench.leave_idle("b")
    bench.clock.now += 10.0
    bench.clock.meanwhile = bench.pool._idle.clear
    slot = await bench.take("a")
    assert not slot.reused
    assert "idle=0" in repr(bench.pool)


async def test_a_slot_that_another_thread_takes_first() -> None:
    bench = Bench()
    await bench.leave_idle("a")
    bench.contest()
    slot = await bench.take("a")
    assert not slot.reused
    assert bench.closes == [0, 0]


async def test_a_surplus_slot_that_another_thread_takes_first() -> None:
    bench = Bench(max_connections=3, max_keepalive_connections=1)
    slots = [await bench.take() for _ in range(2)]
    await slots[0].finish(complete=True)
    bench.contest()
    await slots[1].finish(complete=True)
    # The other thread has the first one, so nothing was left over to be closed.
    assert bench.closes == [0, 0]
    assert "idle=1" in repr(bench.pool)


async def test_closing_while_another_thread_takes_a_slot() -> None:
    bench = Bench()
    await bench.leave_idle("a", "a")
    bench.contest()
    await bench.pool.aclose()
    assert sorted(bench.closes) == [0, 1]


async def test_closing_broken_off_gives_up_the_slot_and_the_place() -> None:
    bench = Bench(max_connections=2, keepalive_expiry=5.0)
    old, fresh = await bench.take("b"), await bench.take("a")
    await old.finish(complete=True)
    bench.clock.now += 10.0
    await fresh.finish(complete=True)

    def interrupted() -> None:
        raise KeyboardInterrupt

    # The slot of the right origin is in hand when the expired one is closed.
    bench.connections[0].at_close = interrupted
    with pytest.raises(KeyboardInterrupt):
        await bench.take("a")
    assert bench.closes == [1, 1]
    assert "idle=0" in repr(bench.pool)
    for _ in range(2):
        await bench.take("a")


async def test_a_slot_is_taken_back_once() -> None:
    bench = Bench(max_connections=1)
    slot = await bench.take()
    await slot.finish(complete=True)
    await slot.finish(complete=False)
    assert bench.closes == [0]
    assert (await bench.take()).reused


class Stream:
    """What httpcore calls a network stream, over one end of a pair of sockets."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end

    def get_extra_info(self, info: str) -> Any:
        return self.end if info == "socket" else None

    async def aclose(self) -> None:
        self.end.close()


class Connecting(Connection):
    """A connection that is cut short in its TLS handshake."""

    def __init__(self, network: AsyncNetwork) -> None:
        super().__init__()
        self.network = network

    async def handle_async_request(self, request: Any) -> Any:
        await self.network.connect_tcp("a", 443)
        raise OSError("the handshake never ended")


class Backend:
    """Opens one end of a pair of sockets."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end

    async def connect_tcp(self, *_: Any) -> Stream:
        return Stream(self.end)


@pytest.mark.parametrize("aborted", [True, False])
async def test_a_handshake_cut_short_leaves_no_socket(
    aborted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, servers = socket.socketpair()
    monkeypatch.setattr(AsyncNetworkBackend, "of_this_loop", lambda: Backend(ours))
    with ours, servers:
        pool = AsyncSlotPool(PoolConfig(), lambda _, network: Connecting(network), AsyncClock())
        call = Call("GET", "http://a", "/", {}, NO_BODY)
        slot = await pool.take(call, 0.01)
        if aborted:
            # Before there is a socket; it is shut down as soon as there is one.
            slot.abort()
        timeout = AttemptTimeout(None, None, None, None)
        with pytest.raises(OSError, match="never ended"):
            await slot.handle(call, timeout)
        servers.settimeout(5.0 if aborted else 0.01)
        if aborted:
            assert servers.recv(1) == b""
        else:
            with pytest.raises(TimeoutError):
                servers.recv(1)
        await slot.finish(complete=False)
        assert ours.fileno() == -1
