"""Values that belong to one event loop, or to one process."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

V = TypeVar("V")


class _Resets(Protocol):
    def reset(self) -> None: ...


_reset_after_fork: weakref.WeakSet[_Resets] = weakref.WeakSet()


def _run_resets() -> None:
    for scope in tuple(_reset_after_fork):
        scope.reset()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_run_resets)


def _current_loop() -> Any:
    try:
        return _running_loop()()
    except RuntimeError:
        return _trio_token()


@lru_cache(maxsize=1)
def _running_loop() -> Callable[[], Any]:
    # Imported late: scripts that only use the sync client never pay for asyncio.
    import asyncio

    return asyncio.get_running_loop


def _trio_token() -> Any:
    import anyio.lowlevel

    token = anyio.lowlevel.current_token()
    return getattr(token, "native_token", token)


def _is_closed(loop: Any) -> bool:
    # A trio token has no such method; it vanishes with its run.
    is_closed: Callable[[], bool] | None = getattr(loop, "is_closed", None)
    return is_closed is not None and is_closed()


class AsyncScoped(Generic[V]):
    """
    One value per running event loop, made when first asked for.

    Sockets and events belong to one loop, so a client that lives longer than a loop, or serves
    several in threads, holds a value for each. Values of closed loops are dropped.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: weakref.WeakKeyDictionary[Any, V] = weakref.WeakKeyDictionary()
        _reset_after_fork.add(self)

    def get(self, factory: Callable[[], V]) -> V:
        """Return the value of the running loop; *factory* makes it."""
        loop = _current_loop()
        value = self._values.get(loop)
        return self._make(loop, factory) if value is None else value

    def pop(self) -> V | None:
        """Take the value of the running loop out, if there is one."""
        return self._values.pop(_current_loop(), None)

    def _make(self, loop: Any, factory: Callable[[], V]) -> V:
        with self._lock:
            for other in [key for key in self._values if _is_closed(key)]:
                del self._values[other]
            return self._values.setdefault(loop, factory())

    def reset(self) -> None:
        """Forget every value: a forked child must not share its parent's sockets."""
        self._lock = threading.Lock()
        self._values = weakref.WeakKeyDictionary()


class SyncScoped(Generic[V]):
    """One value per process, made when first asked for, shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: V | None = None
        _reset_after_fork.add(self)

    def get(self, factory: Callable[[], V]) -> V:
        """Return the value; *factory* makes it."""
        value = self._value
        return self._make(factory) if value is None else value

    def pop(self) -> V | None:
        """Take the value out, if there is one."""
        with self._lock:
            value, self._value = self._value, None
        return value

    def _make(self, factory: Callable[[], V]) -> V:
        with self._lock:
            if self._value is None:
                self._value = factory()
            return self._value

    def reset(self) -> None:
        """Forget the value: a forked child must not share its parent's sockets."""
        self._lock = threading.Lock()
        self._value = None
