"""The event loop that runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio


def asyncio_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop of asyncio that runs, or None under trio and outside of loops."""
    try:
        return _running_loop()()
    except RuntimeError:
        return None


@lru_cache(maxsize=1)
def _running_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    # Imported late: scripts that only use the sync client never pay for asyncio.
    import asyncio

    return asyncio.get_running_loop
