"""What opens sockets for httpcore."""

from __future__ import annotations

from typing import Any

from ._reqwest import AsyncReqwest


class AsyncNetworkBackend:
    """The one of the event loop that runs, as httpcore itself chooses it."""

    @staticmethod
    def of_this_loop() -> Any:
        """Return it."""
        import httpcore  # late: importing sdkbase does not load the network code

        return httpcore.AnyIOBackend() if AsyncReqwest.has_loop() else httpcore.TrioBackend()


class SyncNetworkBackend:
    """The one that blocks."""

    @staticmethod
    def of_this_loop() -> Any:
        """Return it."""
        import httpcore  # late: importing sdkbase does not load the network code

        return httpcore.SyncBackend()
