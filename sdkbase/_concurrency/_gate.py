"""Places for a bounded number of callers, first come, first served."""

from __future__ import annotations

import itertools
import time
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING

from ._clock import AsyncClock, SyncClock
from ._flag import ThreadFlag
from ._racer import current_racer

if TYPE_CHECKING:
    import anyio

# A waiter whose wake-up was lost to a KeyboardInterrupt, or whose race is over, looks again after
# this many seconds.
_RECHECK_SECONDS = 0.1


class _AsyncWaiter:
    __slots__ = ("event", "granted")

    def __init__(self) -> None:
        import anyio

        self.event: anyio.Event = anyio.Event()
        self.granted = False


class AsyncPermit:
    """The right to use one of a gate's places, until released."""

    __slots__ = ("_gate",)

    def __init__(self, gate: AsyncGate) -> None:
        self._gate: AsyncGate | None = gate

    def release(self) -> None:
        """Give the place to the next in line. Safe to repeat."""
        gate, self._gate = self._gate, None
        if gate is not None:
            gate._pass_on()  # pyright: ignore[reportPrivateUsage]  # the gate's own other half


class AsyncGate:
    """
    Let at most *capacity* tasks through at once, first come, first served.

    A cancelled waiter leaves the line, and a place that it was just given goes to the next.

    Args:
        capacity: How many places there are.
        clock: Waits.
    """

    def __init__(self, capacity: int, clock: AsyncClock | None = None) -> None:
        self._clock = clock or AsyncClock()
        self._capacity = capacity
        self._free = capacity
        self._handed_over = 0
        self._waiters: OrderedDict[_AsyncWaiter, None] = OrderedDict()

    @property
    def in_use(self) -> int:
        """Number of places taken by tasks that have gone through."""
        return self._capacity - self._free - self._handed_over

    async def acquire(self, timeout: float | None) -> AsyncPermit:
        """
        Wait for a place.

        Args:
            timeout: Seconds to wait at most; None waits for ever.

        Raises:
            TimeoutError: No place came free in time.
        """
        if permit := self.try_acquire():
            return permit
        await self._wait(timeout)
        return AsyncPermit(self)

    def try_acquire(self) -> AsyncPermit | None:
        """Return a place if one is free now."""
        if self._free <= 0:
            return None
        self._free -= 1
        return AsyncPermit(self)

    async def _wait(self, timeout: float | None) -> None:
        waiter = _AsyncWaiter()
        self._waiters[waiter] = None
        try:
            await self._clock.wait(waiter.event, timeout)
        except BaseException:
            if waiter.granted:
                self._handed_over -= 1
                self._pass_on()
            raise
        finally:
            self._waiters.pop(waiter, None)
        if not waiter.granted:
            raise TimeoutError
        self._handed_over -= 1

    def _pass_on(self) -> None:
        if self._waiters:
            waiter, _ = self._waiters.popitem(last=False)
            waiter.granted = True
            self._handed_over += 1
            waiter.event.set()
        else:
            self._free += 1

    def __repr__(self) -> str:
        return f"<AsyncGate free={self._free} waiting={len(self._waiters)}>"


class SyncPermit:
    """The right to use one of a gate's places, until released or forgotten."""

    __slots__ = ("__weakref__", "_gate", "_key")

    def __init__(self, gate: SyncGate, key: int) -> None:
        self._gate = gate
        self._key = key

    def release(self) -> None:
        """Give the place to the next in line. Safe to repeat."""
        self._gate._give_back(self._key)  # pyright: ignore[reportPrivateUsage]  # its other half


class SyncGate:
    """
    Let at most *capacity* threads through at once, first come, first served.

    A KeyboardInterrupt can strike between any two bytecodes, so nothing here is a counter or a
    held lock that a missed line could leave wrong. The places taken are the permits alive, known
    by weak references: a permit whose holder is gone comes back by itself, and so does a place in
    line. Every step is one atomic operation on a dict.

    Args:
        capacity: How many places there are.
        clock: Waits.
    """

    def __init__(self, capacity: int, clock: SyncClock | None = None) -> None:
        self._clock = clock or SyncClock()
        self._capacity = capacity
        self._keys = itertools.count()
        self._taken: dict[int, weakref.ref[SyncPermit]] = {}
        self._line: dict[int, weakref.ref[ThreadFlag]] = {}

    @property
    def in_use(self) -> int:
        """Number of places taken."""
        return len(self._taken)

    def acquire(self, timeout: float | None) -> SyncPermit:
        """
        Wait for a place.

        Args:
            timeout: Seconds to wait at most; None waits for ever.

        Raises:
            TimeoutError: No place came free in time.
        """
        if permit := self.try_acquire():
            return permit
        waiter, key = ThreadFlag(), next(self._keys)
        turn = _Turn(self, waiter)
        try:
            self._line[key] = weakref.ref(waiter)
            # Not in the pieces that a turn looks again after: of the whole, a clock may make less.
            self._clock.wait(turn, timeout)
        finally:
            self._line.pop(key, None)
            self._wake_first()
        if turn.permit is None:
            raise TimeoutError
        return turn.permit

    def try_acquire(self) -> SyncPermit | None:
        """
        Return a place if one is free now and nobody is in line for it.

        Of several threads that ask for the last one at the same moment, all may be refused.
        """
        return None if self._line else self._try_issue()

    def _take(self, waiter: ThreadFlag) -> SyncPermit | None:
        return self._try_issue() if self._first_in_line() is waiter else None

    def _try_issue(self) -> SyncPermit | None:
        # Taken first and counted after, so that two threads can never both take the last place.
        key = next(self._keys)
        permit = SyncPermit(self, key)
        self._taken[key] = weakref.ref(permit, lambda _: self._give_back(key))
        if len(self._taken) <= self._capacity:
            return permit
        self._taken.pop(key, None)
        if len(self._taken) < self._capacity:
            self._wake_first()  # two that came at once may both have given up
        return None

    def _give_back(self, key: int) -> None:
        if self._taken.pop(key, None) is not None:
            self._wake_first()

    def _first_in_line(self) -> ThreadFlag | None:
        for key, reference in list(self._line.items()):
            if (waiter := reference()) is not None:
                return waiter
            self._line.pop(key, None)
        return None

    def _wake_first(self) -> None:
        if self._line and (waiter := self._first_in_line()):
            waiter.set()

    def __repr__(self) -> str:
        return f"<SyncGate free={self._capacity - len(self._taken)} waiting={len(self._line)}>"


class _Turn:
    """What a thread in line waits for."""

    def __init__(self, gate: SyncGate, waiter: ThreadFlag) -> None:
        self._gate = gate
        self._waiter = waiter
        self.permit: SyncPermit | None = None

    def wait(self, timeout: float | None = None) -> bool:
        end = None if timeout is None else time.monotonic() + timeout
        racer = current_racer()
        while True:
            if racer is not None:
                racer.check()
            self.permit = self._gate._take(self._waiter)  # pyright: ignore[reportPrivateUsage]  # the gate's own other half
            left = _RECHECK_SECONDS if end is None else end - time.monotonic()
            if self.permit is not None or left <= 0:
                return self.permit is not None
            self._waiter.wait(min(left, _RECHECK_SECONDS))
