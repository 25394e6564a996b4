"""
Connection slots: each connection by itself, without httpcore's pool.

That pool looks at every connection and every queued request on each pass, a request that is
cancelled can leave a place in it dead for ever (encode/httpcore#1093), and a KeyboardInterrupt can
leave its lock held. A slot holds one connection. Slots wait in a last-in, first-out list behind a
first-come, first-served gate, and a slot whose exchange went wrong is closed, never used again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from .._concurrency import AsyncClock, AsyncGate, AsyncPermit, AsyncShield
from .._policy.deadline import AttemptTimeout
from .._policy.transport_errors import pool_timeout_error
from .._wire.call import Call
from .._wire.httpcore_request import httpcore_request
from .._wire.reply import ResponseHead
from .._wire.url import Origin
from ..config import PoolConfig, as_float
from .connect import AsyncConnection, is_closed
from .network import AsyncNetwork

Connect: TypeAlias = Callable[[Origin, AsyncNetwork], AsyncConnection]


class AsyncSlot:
    """One connection to one origin, opened when it is first used."""

    can_abort = True

    def __init__(self, pool: AsyncSlotPool, connect: Connect, origin: Origin) -> None:
        self._pool = pool
        self._network = AsyncNetwork()
        self._connection = connect(origin, self._network)
        self._answered = ("", 0)
        self.origin = origin
        self.reused = False
        self.idle_since = 0.0
        self.permit: AsyncPermit | None = None

    @property
    def is_stale(self) -> bool:
        """Whether the idle connection can serve no more, as far as can be seen."""
        # What comes while nobody asks is the end, or not to be trusted.
        return is_closed(self._connection) or self._network.is_readable

    @property
    def has_leftovers(self) -> bool:
        """Whether more than the answer came, which would be taken for the next one."""
        return self._network.has_more_than(*self._answered)

    async def handle(self, call: Call, timeout: AttemptTimeout) -> ResponseHead:
        """Send the request and return the response when its headers are there."""
        request = httpcore_request(call, {"timeout": timeout.steps()})
        response = await self._connection.handle_async_request(request)
        self._answered = call.method, response.status
        return ResponseHead(response.status, response.headers, response.stream, response.extensions)

    async def finish(self, *, complete: bool) -> None:
        """Go back into the pool, or be closed if the exchange was not *complete*."""
        await self._pool.take_back(self, complete=complete)

    def abort(self) -> None:
        """Shut the socket down, now or as soon as there is one, which wakes a blocked read."""
        self._network.abort()

    async def aclose(self) -> None:
        """Close the connection, whatever state it is in."""
        try:
            with AsyncShield(), suppress(Exception):
                await self._connection.aclose()
        finally:
            # A handshake that was cut short leaves a socket that the connection does not know.
            await self._network.aclose()


class AsyncSlotPool:
    """
    The slots of one event loop.

    Args:
        config: Bounds.
        connect: Makes a connection to an origin through a network, still closed.
        clock: Measures how long a slot was idle.
    """

    def __init__(
        self,
        config: PoolConfig,
        connect: Connect,
        clock: AsyncClock,
    ) -> None:
        self._config = config
        self._connect = connect
        self._clock = clock
        self._gate = AsyncGate(config.max_connections, clock)
        # The last one used is at the end. Every change is one atomic operation of the list, so
        # threads need no lock.
        self._idle: list[AsyncSlot] = []
        self._closed = False

    async def take(self, call: Call, timeout: float | None) -> AsyncSlot:
        """
        Wait for a place and return a slot for the call's origin.

        Args:
            call: What will be sent.
            timeout: Seconds to wait at most.

        Raises:
            PoolTimeoutError: No place came free in time.
        """
        try:
            permit = await self._gate.acquire(timeout)
        except TimeoutError:
            raise pool_timeout_error(call, timeout, self._config.max_connections) from None
        try:
            slot = await self._take_idle(call.origin)
            slot = slot or AsyncSlot(self, self._connect, call.origin)
        except BaseException:
            permit.release()
            raise
        slot.permit = permit
        return slot

    async def take_back(self, slot: AsyncSlot, *, complete: bool) -> None:
        """Put a slot back for the next call, or close it if its exchange was not *complete*."""
        permit, slot.permit = slot.permit, None
        if permit is None:
            return
        try:
            if complete and not self._closed and not slot.has_leftovers:
                slot.reused = True
                slot.idle_since = self._clock.monotonic()
                self._idle.append(slot)
                await self._close_oldest(self._is_too_many)
            else:
                await slot.aclose()
        finally:
            permit.release()

    async def _take_idle(self, origin: Origin) -> AsyncSlot | None:
        slot = self._pop_idle(origin)
        while slot is not None and (self._is_expired(slot) or slot.is_stale):
            await slot.aclose()
            slot = self._pop_idle(origin)
        try:
            await self._close_surplus()
        except BaseException:
            if slot is not None:
                await slot.aclose()
            raise
        return slot

    def _pop_idle(self, origin: Origin) -> AsyncSlot | None:
        for slot in self._idle[::-1]:
            if slot.origin == origin and self._claim(slot):
                return slot
        return None

    def _claim(self, slot: AsyncSlot) -> bool:
        try:
            self._idle.remove(slot)
        except ValueError:  # another thread was faster
            return False
        return True

    async def _close_surplus(self) -> None:
        while await self._close_oldest(self._is_surplus):
            pass

    async def _close_oldest(self, condition: Callable[[AsyncSlot], bool]) -> bool:
        # Other threads change the list between any two steps.
        oldest = next(iter(self._idle[:1]), None)
        if oldest is None or not condition(oldest) or not self._claim(oldest):
            return False
        await oldest.aclose()
        return True

    def _is_too_many(self, oldest: AsyncSlot) -> bool:
        return self._closed or len(self._idle) > self._config.max_keepalive_connections

    def _is_surplus(self, oldest: AsyncSlot) -> bool:
        open_connections = len(self._idle) + self._gate.in_use
        return open_connections > self._config.max_connections or self._is_expired(oldest)

    def _is_expired(self, slot: AsyncSlot) -> bool:
        expiry = self._config.keepalive_expiry
        idle_for = self._clock.monotonic() - slot.idle_since
        return expiry is not None and idle_for > as_float(expiry)

    async def aclose(self) -> None:
        """Close every idle slot; those in use close when their exchange ends."""
        self._closed = True
        while self._idle:
            await self._close_oldest(self._is_too_many)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} idle={len(self._idle)} {self._gate!r}>"
