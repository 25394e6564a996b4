"""Bulkhead: a bounded number of attempts under way, a bounded line for a bounded time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx

from .._concurrency import AsyncClock, AsyncGate, AsyncMethod, AsyncPermit, AsyncScoped, ThreadLock
from .._policy.bulkhead import Bulkhead, bulkhead_error
from .._policy.deadline import Deadline
from .._policy.transport_errors import deadline_error
from .._wire.call import Call
from .._wire.reply import Reply


class AsyncBulkhead:
    """
    The places of one client, for each event loop its own.

    Args:
        settings: How many there are.
        clock: Waits for them.
    """

    def __init__(self, settings: Bulkhead, clock: AsyncClock) -> None:
        self._settings = settings
        self._clock = clock
        self._rooms: AsyncScoped[AsyncRoom] = AsyncScoped()

    async def run(
        self,
        call: Call,
        deadline: Deadline,
        now: float,
        attempt: AsyncMethod[[Call], Reply],
    ) -> Reply:
        """
        Wait for a place, make the attempt, and give the place back when its answer was read.

        Args:
            call: What will be sent.
            deadline: The end of the call as a whole.
            now: The monotonic clock.
            attempt: Sends it.

        Raises:
            BulkheadFullError: There is no place, and no room in line, or none came free in time.
            DeadlineExceededError: The deadline came first; nothing was sent.
        """
        stay = await self._rooms.get(self._new_room).enter(call, deadline, now)
        try:
            reply = await attempt(call)
            if isinstance(reply.stream, httpx.AsyncByteStream):
                _hold(reply, stay)
                return reply
        except BaseException:
            stay.release()
            raise
        stay.release()
        return reply

    def _new_room(self) -> AsyncRoom:
        return AsyncRoom(self._settings, self._clock)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._rooms.get(self._new_room)!r}>"


class AsyncRoom:
    """
    The places of one event loop.

    Args:
        settings: How many there are.
        clock: Waits for them.
    """

    def __init__(self, settings: Bulkhead, clock: AsyncClock) -> None:
        self._settings = settings
        # Whoever is in line or has a place is inside.
        self._inside = AsyncGate(settings.max_concurrent + settings.max_queue)
        self._places = AsyncGate(settings.max_concurrent, clock)
        self._lock = ThreadLock()

    async def enter(self, call: Call, deadline: Deadline, now: float) -> AsyncStay:
        """Wait for a place; the arguments are those of `AsyncBulkhead.run`."""
        with self._lock:  # so that the gate never refuses two threads the one place that is left
            inside = self._inside.try_acquire()
        if inside is None:
            raise bulkhead_error(call, self._settings, None)
        seconds, overdue = self._settings.wait(deadline.remaining(now))
        try:
            return AsyncStay(inside, await self._places.acquire(seconds))
        except TimeoutError:
            inside.release()
            if not overdue:
                raise bulkhead_error(call, self._settings, seconds) from None
        except BaseException:
            inside.release()
            raise
        raise deadline_error(
            call,
            deadline.seconds,
            sent=False,
            note="no place in the bulkhead came free before",
        )

    async def aclose(self) -> None:
        """Do nothing: the places end with their loop."""

    def __repr__(self) -> str:
        return f"inside={self._inside.in_use} in_use={self._places.in_use}"


class AsyncStay:
    """A place in the bulkhead, until released."""

    __slots__ = ("_inside", "_place")

    def __init__(self, inside: AsyncPermit, place: AsyncPermit) -> None:
        self._inside = inside
        self._place = place

    def release(self) -> None:
        """Give the place to the next in line. Safe to repeat."""
        self._place.release()
        self._inside.release()


class AsyncHeldBody(httpx.AsyncByteStream):
    """
    The stream of an answer whose attempt keeps its place until the stream is closed.

    Args:
        body: The stream.
        stay: The place.
    """

    def __init__(self, body: Any, stay: AsyncStay) -> None:
        self._body = body
        self._stay = stay

    def __aiter__(self) -> AsyncIterator[bytes]:
        pieces: AsyncIterator[bytes] = self._body.__aiter__()
        return pieces

    def __getattr__(self, name: str) -> Any:
        # Such as `abort`, which some streams have.
        return getattr(self._body, name)

    async def aclose(self) -> None:
        """Close the stream, and give the place back."""
        try:
            await self._body.aclose()
        finally:
            self._stay.release()


def _hold(reply: Reply, stay: AsyncStay) -> None:
    body, held = reply.stream, AsyncHeldBody(reply.stream, stay)
    response = reply.to_httpx()
    reply.stream = held
    if response.stream is body:  # an interceptor may have put another one there
        response.stream = held
