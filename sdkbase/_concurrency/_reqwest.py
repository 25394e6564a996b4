"""The Rust engine pyreqwest, in either colour; it belongs to the extra `fast`."""

from __future__ import annotations

import sys
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._loop import asyncio_loop

if TYPE_CHECKING:
    import asyncio

    from pyreqwest.client import ClientBuilder, SyncClientBuilder


class AsyncReqwest:
    """The engine for event loops."""

    @staticmethod
    def has_loop() -> bool:
        """Tell whether the event loop that runs is one that the engine knows: asyncio's."""
        return asyncio_loop() is not None

    @staticmethod
    def builder() -> ClientBuilder:
        """
        Return what makes an engine.

        Raises:
            ImportError: pyreqwest is not installed.
        """
        _load_engine()
        from pyreqwest.client import ClientBuilder

        return ClientBuilder()

    @staticmethod
    def open(request: Any, release: Callable[[], object]) -> Awaitable[Any]:
        """
        Send *request* and return its response when the headers are there.

        The engine can not call a request back that waits for its headers. If the caller is
        cancelled meanwhile, the request is left to a task of its own, which closes it as soon as
        they come or a time limit ends it, and then calls *release*.

        Args:
            request: A streamed request of the engine, not yet sent.
            release: Gives back what the request holds.
        """
        return _Opening(request, release)

    @staticmethod
    def read(reading: Any) -> AsyncReading:
        """
        Return what the engine reads, to be awaited.

        Args:
            reading: What a method of the engine's reader returned.
        """
        return AsyncReading(reading)

    @staticmethod
    def break_off(reading: Any) -> None:
        """Wake whoever awaits *reading*, which ends with an error."""
        if isinstance(reading, AsyncReading):
            reading.break_off()


class AsyncReading:
    """
    Waits for what the engine reads.

    The engine raises a CancelledError of its own in place of the one that was thrown in, by which
    anyio would know its scope, and a read goes on when its response is closed.

    Args:
        reading: What a method of the engine's reader returned.
    """

    def __init__(self, reading: Any) -> None:
        self._steps: Generator[Any, None, Any] = reading.__await__()
        self._waiting: Any = None
        self._is_broken_off = False

    def break_off(self) -> None:
        """Wake whoever waits, with an error."""
        self._is_broken_off = True
        if self._waiting is not None:
            self._waiting.cancel()

    def __await__(self) -> Generator[Any, None, Any]:
        steps = self._steps
        while True:
            try:
                waiting = next(steps)
            except StopIteration as end:
                return end.value
            self._waiting = waiting
            try:
                yield waiting
            except BaseException as thrown:
                with suppress(BaseException):
                    steps.throw(thrown)
                if self._is_broken_off and not _is_cancelled():
                    raise ConnectionError("closed while it was read") from None
                raise


def _is_cancelled() -> bool:
    import asyncio

    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class _Opening:
    def __init__(self, request: Any, release: Callable[[], object]) -> None:
        self._request = request
        self._release = release
        self._steps: Generator[Any, None, Any] = request.__aenter__().__await__()

    def __await__(self) -> Generator[Any, None, Any]:
        # What is thrown in does not reach the steps, so that they can be gone on with.
        try:
            while True:
                try:
                    waiting = next(self._steps)
                except StopIteration as end:
                    return end.value
                yield waiting
        except Exception:
            raise
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> None:
        import asyncio

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # the loop is gone, and its connections with it
            self._release()
            return
        task = loop.create_task(self._end(), name="sdkbase-abandoned-request")
        _left.add(task)
        task.add_done_callback(_left.discard)

    async def _end(self) -> None:
        try:
            with suppress(Exception):
                await _Steps(self._steps)
                await self._request.__aexit__(None, None, None)
        finally:
            # Sockets close with the last reference, and an exception may hold on to this.
            del self._request, self._steps
            self._release()


class _Steps:
    def __init__(self, steps: Generator[Any, None, Any]) -> None:
        self._steps = steps

    def __await__(self) -> Generator[Any, None, Any]:
        return self._steps


# A loop holds its tasks weakly.
_left: set[asyncio.Task[None]] = set()


class SyncReqwest:
    """The engine for threads."""

    @staticmethod
    def has_loop() -> bool:
        """Tell that it needs no event loop."""
        return True

    @staticmethod
    def builder() -> SyncClientBuilder:
        """
        Return what makes an engine.

        Raises:
            ImportError: pyreqwest is not installed.
        """
        _load_engine()
        from pyreqwest.client import SyncClientBuilder

        return SyncClientBuilder()

    @staticmethod
    def open(request: Any, release: Callable[[], object]) -> Any:
        """
        Send *request* and return its response when the headers are there.

        Args:
            request: A streamed request of the engine, not yet sent.
            release: Not called: no thread is ever cancelled.
        """
        return request.__enter__()

    @staticmethod
    def read(reading: Any) -> Any:
        """Return what the engine has read."""
        return reading

    @staticmethod
    def break_off(reading: Any) -> None:
        """Do nothing: nothing wakes a thread that reads."""


def _load_engine() -> None:
    # The engine's memory is that of the thread which loads it: when that thread ends, the next
    # use aborts the process. So it is the main thread, or one that never ends.
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread and "pyreqwest" not in sys.modules:
        loaded = threading.Event()
        threading.Thread(
            target=_load_and_stay, args=(loaded,), name="sdkbase-engine", daemon=True
        ).start()
        loaded.wait()
    # The engine loads them when it raises one, and a Ctrl-C in that moment aborts the process.
    import_module("pyreqwest.exceptions")


def _load_and_stay(loaded: threading.Event) -> None:
    try:
        import_module("pyreqwest.client")
    except ImportError:
        return
    finally:
        loaded.set()
    threading.Event().wait()
