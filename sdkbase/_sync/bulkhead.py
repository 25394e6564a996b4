# Generated from _async/bulkhead.py by sdkbase.codegen. Do not edit.
# sha256: 1956547eaf71db6e
"""Bulkhead: a bounded number of attempts under way, a bounded line for a bounded time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from .._concurrency import SyncClock, SyncGate, SyncMethod, SyncPermit, SyncScoped, ThreadLock
from .._policy.bulkhead import Bulkhead, bulkhead_error
from .._policy.deadline import Deadline
from .._policy.transport_errors import deadline_error
from .._wire.call import Call
from .._wire.reply import Reply


class SyncBulkhead:
    """
    The places of one client, for each event loop its own.

    Args:
        settings: How many there are.
        clock: Waits for them.
    """

    def __init__(self, settings: Bulkhead, clock: SyncClock) -> None:
        self._settings = settings
        self._clock = clock
        self._rooms: SyncScoped[SyncRoom] = SyncScoped()

    def run(
        self,
        call: Call,
        deadline: Deadline,
        now: float,
        attempt: SyncMethod[[Call], Reply],
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
        stay = self._rooms.get(self._new_room).enter(call, deadline, now)
        try:
            reply = attempt(call)
            if isinstance(reply.stream, httpx.SyncByteStream):
                _hold(reply, stay)
                return reply
        except BaseException:
            stay.release()
            raise
        stay.release()
        return reply

    def _new_room(self) -> SyncRoom:
        return SyncRoom(self._settings, self._clock)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._rooms.get(self._new_room)!r}>"


class SyncRoom:
    """
    The places of one event loop.

    Args:
        settings: How many there are.
        clock: Waits for them.
    """

    def __init__(self, settings: Bulkhead, clock: SyncClock) -> None:
        self._settings = settings
        # Whoever is in line or has a place is inside.
        self._inside = SyncGate(settings.max_concurrent + settings.max_queue)
        self._places = SyncGate(settings.max_concurrent, clock)
        self._lock = ThreadLock()

    def enter(self, call: Call, deadline: Deadline, now: float) -> SyncStay:
        """Wait for a place; the arguments are those of `SyncBulkhead.run`."""
        with self._lock:  # so that the gate never refuses two threads the one place that is left
            inside = self._inside.try_acquire()
        if inside is None:
            raise bulkhead_error(call, self._settings, None)
        seconds, overdue = self._settings.wait(deadline.remaining(now))
        try:
            return SyncStay(inside, self._places.acquire(seconds))
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

    def close(self) -> None:
        """Do nothing: the places end with their loop."""

    def __repr__(self) -> str:
        return f"inside={self._inside.in_use} in_use={self._places.in_use}"


class SyncStay:
    """A place in the bulkhead, until released."""

    __slots__ = ("_inside", "_place")

    def __init__(self, inside: SyncPermit, place: SyncPermit) -> None:
        self._inside = inside
        self._place = place

    def release(self) -> None:
        """Give the place to the next in line. Safe to repeat."""
        self._place.release()
        self._inside.release()


class SyncHeldBody(httpx.SyncByteStream):
    """
    The stream of an answer whose attempt keeps its place until the stream is closed.

    Args:
        body: The stream.
        stay: The place.
    """

    def __init__(self, body: Any, stay: SyncStay) -> None:
        self._body = body
        self._stay = stay

    def __iter__(self) -> Iterator[bytes]:
        pieces: Iterator[bytes] = self._body.__iter__()
        return pieces

    def __getattr__(self, name: str) -> Any:
        # Such as `abort`, which some streams have.
        return getattr(self._body, name)

    def close(self) -> None:
        """Close the stream, and give the place back."""
        try:
            self._body.close()
        finally:
            self._stay.release()


def _hold(reply: Reply, stay: SyncStay) -> None:
    body, held = reply.stream, SyncHeldBody(reply.stream, stay)
    response = reply.to_httpx()
    reply.stream = held
    if response.stream is body:  # an interceptor may have put another one there
        response.stream = held
