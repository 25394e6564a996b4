"""A flag that one thread sets and another waits for."""

from __future__ import annotations

import threading
from contextlib import suppress


class ThreadFlag:
    """
    Lets one thread wait until another sets it; each wait that ends takes the flag down again.

    A bare lock, because an Event's own bookkeeping can be torn by a KeyboardInterrupt, which may
    leave it locked for ever, and with it the thread that sets it.
    """

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, for *timeout* seconds at most, and tell whether it was."""
        return self._lock.acquire(timeout=-1 if timeout is None else max(0.0, timeout))

    def set(self) -> None:
        """Wake the thread. Safe to repeat."""
        with suppress(RuntimeError):  # it is set already
            self._lock.release()
