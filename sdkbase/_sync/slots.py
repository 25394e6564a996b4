# Generated from _async/slots.py by sdkbase.codegen. Do not edit.
# sha256: fdeb7b5f26f16a0d
"""
Connection slots: one httpx transport for each connection.

httpcore's own pool looks at every connection and every queued request on each pass, and a request
that is cancelled can leave a place in it dead for ever (encode/httpcore#1093). A slot is a
transport that holds at most one connection. Slots wait in a last-in, first-out list behind a
first-come, first-served gate, and a slot whose exchange went wrong is closed, never used again.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx

from .._concurrency import SyncClock, SyncGate, SyncPermit, SyncShield, SyncTimeLimit
from .._policy.deadline import AttemptTimeout
from .._policy.transport_errors import pool_timeout_error
from .._wire.call import Call
from .._wire.url import Origin
from ..config import PoolConfig, as_float


class SyncSlot:
    """One transport that holds at most one connection, to one origin."""

    def __init__(self, pool: SyncSlotPool, transport: httpx.BaseTransport, origin: Origin) -> None:
        self._pool = pool
        self._transport = transport
        self._network: Any = None
        self.origin = origin
        self.reused = False
        self.idle_since = 0.0
        self.permit: SyncPermit | None = None

    def handle(self, call: Call, timeout: AttemptTimeout) -> httpx.Response:
        """Send the request and return the response when its headers are there."""
        request = call.to_httpx()
        request.extensions = {**request.extensions, "timeout": timeout.steps()}
        if SyncTimeLimit.NEEDS_ABORT and timeout.total is not None and not self.reused:
            request.extensions.setdefault("trace", self._trace)
        response = self._transport.handle_request(request)
        self._network = response.extensions.get("network_stream")
        return response

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        # The only public way to the socket before the response has begun.
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._network = info["return_value"]

    def finish(self, *, complete: bool) -> None:
        """Go back into the pool, or be closed if the exchange was not *complete*."""
        self._pool.take_back(self, complete=complete)

    def abort(self) -> None:
        """Shut the socket down, which wakes a read that blocks on it."""
        network = self._network
        connection = network.get_extra_info("socket") if network is not None else None
        if isinstance(connection, socket.socket):
            with suppress(OSError):
                # Not the method of a TLS socket, which is not made for a second thread.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection, whatever state it is in."""
        with SyncShield(), suppress(Exception):
            self._transport.close()


class SyncSlotPool:
    """
    The slots of one event loop.

    Args:
        config: Bounds.
        connect: Makes a transport for an origin.
        clock: Measures how long a slot was idle.
    """

    def __init__(
        self,
        config: PoolConfig,
        connect: Callable[[Origin], httpx.BaseTransport],
        clock: SyncClock,
    ) -> None:
        self._config = config
        self._connect = connect
        self._clock = clock
        self._gate = SyncGate(config.max_connections)
        # The last one used is at the end. Every change is one atomic operation of the list, so
        # threads need no lock.
        self._idle: list[SyncSlot] = []
        self._closed = False

    def take(self, call: Call, timeout: float | None) -> SyncSlot:
        """
        Wait for a place and return a slot for the call's origin.

        Args:
            call: What will be sent.
            timeout: Seconds to wait at most.

        Raises:
            PoolTimeoutError: No place came free in time.
        """
        try:
            permit = self._gate.acquire(timeout)
        except TimeoutError:
            raise pool_timeout_error(call, timeout, self._config.max_connections) from None
        slot = self._pop_idle(call.origin)
        try:
            self._close_surplus()
            slot = slot or self._new_slot(call.origin)
        except BaseException:
            if slot is not None:
                slot.close()
            permit.release()
            raise
        slot.permit = permit
        return slot

    def take_back(self, slot: SyncSlot, *, complete: bool) -> None:
        """Put a slot back for the next call, or close it if its exchange was not *complete*."""
        permit, slot.permit = slot.permit, None
        if permit is None:
            return
        try:
            if complete and not self._closed:
                slot.reused = True
                slot.idle_since = self._clock.monotonic()
                self._idle.append(slot)
            else:
                slot.close()
        finally:
            permit.release()

    def _pop_idle(self, origin: Origin) -> SyncSlot | None:
        for slot in self._idle[::-1]:
            if slot.origin == origin and self._claim(slot):
                return slot
        return None

    def _claim(self, slot: SyncSlot) -> bool:
        try:
            self._idle.remove(slot)
        except ValueError:  # another thread was faster
            return False
        return True

    def _new_slot(self, origin: Origin) -> SyncSlot:
        return SyncSlot(self, self._connect(origin), origin)

    def _close_surplus(self) -> None:
        while self._idle and self._is_surplus(self._idle[0]):
            slot = self._idle[0]
            if self._claim(slot):
                slot.close()

    def _is_surplus(self, oldest: SyncSlot) -> bool:
        expiry = self._config.keepalive_expiry
        idle = len(self._idle)
        return (
            idle > self._config.max_keepalive_connections
            or idle + self._gate.in_use > self._config.max_connections
            or (
                expiry is not None
                and self._clock.monotonic() - oldest.idle_since > as_float(expiry)
            )
        )

    def close(self) -> None:
        """Close every idle slot; those in use close when their exchange ends."""
        self._closed = True
        while self._idle:
            slot = self._idle[-1]
            if self._claim(slot):
                slot.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} idle={len(self._idle)} {self._gate!r}>"
