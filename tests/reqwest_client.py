"""What the fast transport's own tests share; they hand it to their clients themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sdkbase import (
    AsyncClock,
    AsyncHttpClient,
    AsyncReqwestTransport,
    PoolConfig,
    RetryConfig,
    SyncClock,
    SyncHttpClient,
    SyncReqwestTransport,
)

NO_RETRIES = RetryConfig(max_retries=0)
ONE_PLACE = PoolConfig(max_connections=1)
_OF_TRANSPORT = {"pool_config", "verify", "cert", "proxy", "trust_env", "http2", "clock"}
_TURN = 0.005


def _split(settings: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    of_transport = {name: settings[name] for name in _OF_TRANSPORT & settings.keys()}
    of_client = {name: settings[name] for name in settings.keys() - _OF_TRANSPORT}
    return {"trust_env": False, **of_transport}, {"retry_config": NO_RETRIES, **of_client}


class AsyncFastClient(AsyncHttpClient):
    """A client with a fast transport that has those of its settings which are a transport's."""

    def __init__(self, base_url: str | None = None, **settings: Any) -> None:
        of_transport, of_client = _split(settings)
        self.fast = AsyncReqwestTransport(**of_transport)
        super().__init__(base_url, transport=self.fast, **of_client)

    @property
    def pool(self) -> str:
        """What the pool of this event loop says of itself."""
        return repr(self.fast._pools.get(self.fast._new_pool))


class SyncFastClient(SyncHttpClient):
    """A client with a fast transport that has those of its settings which are a transport's."""

    def __init__(self, base_url: str | None = None, **settings: Any) -> None:
        of_transport, of_client = _split(settings)
        self.fast = SyncReqwestTransport(**of_transport)
        super().__init__(base_url, transport=self.fast, **of_client)

    @property
    def pool(self) -> str:
        """What the pool of this process says of itself."""
        return repr(self.fast._pools.get(self.fast._new_pool))


class AsyncEventually:
    """Waits for what comes soon."""

    @staticmethod
    async def holds(condition: Callable[[], bool], seconds: float = 2.0) -> bool:
        """Wait until *condition* holds, while the event loop runs; tell whether it did."""
        for _ in range(int(seconds / _TURN)):
            if condition():
                return True
            await AsyncClock().sleep(_TURN)
        return condition()


class SyncEventually:
    """Waits for what comes soon."""

    @staticmethod
    def holds(condition: Callable[[], bool], seconds: float = 2.0) -> bool:
        """Wait until *condition* holds; tell whether it did."""
        for _ in range(int(seconds / _TURN)):
            if condition():
                return True
            SyncClock().sleep(_TURN)
        return condition()
