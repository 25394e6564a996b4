"""What opens sockets for httpcore."""

from __future__ import annotations

from typing import Any

from ._loop import asyncio_loop


class AsyncNetworkBackend:
    """The one of the event loop that runs, as httpcore itself chooses it."""

    @staticmethod
    def of_this_loop() -> Any:
        """Return it."""
        import httpcore  # late: importing sdkbase does not load the network code

        return httpcore.TrioBackend() if asyncio_loop() is None else httpcore.AnyIOBackend()


class SyncNetworkBackend:
    """The one that blocks."""

    @staticmethod
    def of_this_loop() -> Any:
        """Return it."""
        import httpcore  # late: importing sdkbase does not load the network code

        return httpcore.SyncBackend()
