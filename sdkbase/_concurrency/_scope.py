"""Values that belong to one event loop, or to one process."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from types import AsyncGeneratorType
from typing import Any, Generic, Protocol, TypeVar, cast

from ._limits import AsyncShield
from ._loop import asyncio_loop


class _Resets(Protocol):
    def reset_lock(self) -> None: ...


_reset_after_fork: weakref.WeakSet[_Resets] = weakref.WeakSet()


class LockOwner:
    """
    Base of what several threads change: has a lock, which a forked child replaces.

    Another thread may hold it at the moment of the fork, and does not exist in the child.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        _reset_after_fork.add(self)

    def reset_lock(self) -> None:
        """Replace the lock."""
        self._lock = threading.Lock()


def _run_resets() -> None:
    for owner in tuple(_reset_after_fork):
        owner.reset_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_run_resets)


def _current_loop() -> Any:
    loop = asyncio_loop()
    return _trio_token() if loop is None else loop


def _trio_token() -> Any:
    import anyio.lowlevel

    token = anyio.lowlevel.current_token()
    return getattr(token, "native_token", token)


def _is_closed(loop: Any) -> bool:
    # A trio token has no such method; it vanishes with its run.
    is_closed: Callable[[], bool] | None = getattr(loop, "is_closed", None)
    return is_closed is not None and is_closed()


class _AsyncCloses(Protocol):
    async def aclose(self) -> None: ...


class _SyncCloses(Protocol):
    def close(self) -> None: ...


AsyncV = TypeVar("AsyncV", bound=_AsyncCloses)
SyncV = TypeVar("SyncV", bound=_SyncCloses)


class AsyncScoped(Generic[AsyncV]):
    """
    One value per running event loop, made when first asked for and closed when the loop ends.

    Sockets and events belong to one loop, so a client that lives longer than a loop, or serves
    several in threads, holds a value for each.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: weakref.WeakKeyDictionary[Any, AsyncV] = weakref.WeakKeyDictionary()
        self._closers: weakref.WeakKeyDictionary[Any, AsyncGeneratorType[None, None]]
        self._closers = weakref.WeakKeyDictionary()
        _reset_after_fork.add(self)

    def get(self, factory: Callable[[], AsyncV]) -> AsyncV:
        """Return the value of the running loop; *factory* makes it."""
        loop = _current_loop()
        value = self._values.get(loop)
        return self._make(loop, factory) if value is None else value

    async def aclose(self) -> None:
        """Close the value of the running loop, if there is one; the next `get` makes another."""
        loop = _current_loop()
        value = self._values.pop(loop, None)
        closer = self._closers.pop(loop, None)
        if value is None or closer is None:
            return
        await value.aclose()
        # At its end, a loop closes all its generators side by side: this one may be on its way.
        if not closer.ag_running:
            await closer.aclose()

    def _make(self, loop: Any, factory: Callable[[], AsyncV]) -> AsyncV:
        with self._lock:
            for reference in self._values.keyrefs():
                other = reference()
                if other is not None and _is_closed(other):
                    self._forget(other)
            value = self._values.setdefault(loop, factory())
            self._closers[loop] = _closed_with_the_loop(value, lambda: self._forget(loop))
            return value

    def _forget(self, loop: Any) -> None:
        self._values.pop(loop, None)
        self._closers.pop(loop, None)

    def reset_lock(self) -> None:
        """Forget every value: a forked child must not share its parent's sockets."""
        self._lock = threading.Lock()
        self._values = weakref.WeakKeyDictionary()
        self._closers = weakref.WeakKeyDictionary()


def _closed_with_the_loop(
    value: _AsyncCloses, forget: Callable[[], None]
) -> AsyncGeneratorType[None, None]:
    # A loop closes the generators that are open in it before it ends. That is the only moment at
    # which connections can still be closed properly if nobody did it before.
    async def close_at_the_end() -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            forget()
            with AsyncShield():
                await value.aclose()

    closer = cast("AsyncGeneratorType[None, None]", close_at_the_end())
    with suppress(StopIteration):
        # Runs to the yield, where nothing is waited for, and makes the loop take note of it.
        closer.__anext__().send(None)
    return closer


class SyncScoped(Generic[SyncV]):
    """One value per process, made when first asked for, shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: SyncV | None = None
        _reset_after_fork.add(self)

    def get(self, factory: Callable[[], SyncV]) -> SyncV:
        """Return the value; *factory* makes it."""
        value = self._value
        return self._make(factory) if value is None else value

    def close(self) -> None:
        """Close the value, if there is one; the next `get` makes another."""
        with self._lock:
            value, self._value = self._value, None
        if value is not None:
            value.close()

    def _make(self, factory: Callable[[], SyncV]) -> SyncV:
        with self._lock:
            if self._value is None:
                self._value = factory()
            return self._value

    def reset_lock(self) -> None:
        """Forget the value: a forked child must not share its parent's sockets."""
        self._lock = threading.Lock()
        self._value = None
