"""The tests' own two-colour shim: the kit's clocks that are not real, and tasks side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import anyio
import anyio.abc

from sdkbase.testing import AsyncVirtualClock, SyncVirtualClock

__all__ = ["START", "AsyncNursery", "AsyncVirtualClock", "SyncNursery", "SyncVirtualClock"]

START = SyncVirtualClock().now


class AsyncNursery:
    """Run functions side by side as tasks; leaving the block waits for all of them."""

    def __init__(self) -> None:
        self._group = anyio.create_task_group()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    def start(self, function: Callable[..., Any], *args: Any) -> None:
        self._group.start_soon(function, *args)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        return await self._group.__aexit__(kind, error, traceback)


class SyncNursery:
    """Run functions side by side as threads; leaving the block waits for all of them."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []

    def __enter__(self) -> Self:
        return self

    def start(self, function: Callable[..., Any], *args: Any) -> None:
        thread = threading.Thread(target=self._run, args=(function, args), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        try:
            function(*args)
        except BaseException as error:
            self._errors.append(error)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for thread in self._threads:
            thread.join()
        if self._errors and error is None:
            raise self._errors[0]
