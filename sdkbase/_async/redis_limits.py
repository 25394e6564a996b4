"""Rate limits that several processes share through Redis, by way of the `limits` package."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from .._concurrency import AsyncClock
from .._concurrency._limit_store import AsyncInquiry
from .._exports import publish
from .._wire.redaction import redact_text, redact_url, register_secret
from ..config import Seconds, to_seconds
from ..errors import ConfigurationError, InvalidRequestError, RateLimitStoreError

_SCHEMES = ("redis://", "rediss://", "redis+unix://")
# After a failure, those who go on without the store do not ask it again for this many seconds.
_LEFT_ALONE = 1.0
_SHORTEST_WAIT = 0.005


class AsyncRedisRateLimitStore:
    """
    Count the requests of all processes that share a limit in Redis, for `RateLimiter.store`.

    A moving window: no time window ever holds more than the limit's requests, whichever processes
    they come from. Needs the extra `redis`. Moments are those of the machines' clocks, so several
    machines should have theirs set by the network. A call that is cancelled while it asks may
    have used up its turn.

    Args:
        url: Where Redis is, as `redis://:password@host:port/0`.
        name: What the limit is called there; all that use it with the same numbers share it.
        timeout: Seconds for each step of a question, connecting and answering. In sync, a call's
            deadline may be passed by as much.
        on_failure: Is told when Redis does not answer; calls then go at the pace that the limiter
            has in this process alone, for a second at least. None ends them with the error.

    Raises:
        ConfigurationError: An argument is wrong, or the extra is not installed.
    """

    def __init__(
        self,
        url: str,
        name: str,
        *,
        timeout: Seconds = 1.0,
        on_failure: Callable[[RateLimitStoreError], object] | None = None,
    ) -> None:
        if not isinstance(url, str) or not url.startswith(_SCHEMES):
            # Not shown: it may hold a password.
            raise ConfigurationError(f"url must be a string that begins with {_SCHEMES[0]}")
        if not isinstance(name, str) or not name:
            raise ConfigurationError(f"name must be a string that is not empty, got {name!r}")
        if on_failure is not None and not callable(on_failure):
            raise ConfigurationError("on_failure must be a function of a RateLimitStoreError")
        self.name: str = name
        self.timeout: float = to_seconds(timeout, "timeout")
        self._shown_url = redact_url(url)
        self._on_failure = on_failure
        self._clock = AsyncClock()
        self._asks_from = -math.inf
        self._window = _moving_window(url, self.timeout)

    async def acquire(self, key: str, cost: float, max_requests: int, time_window: float) -> float:
        """
        Take *cost* requests of the limit, or tell how long to wait before asking again.

        Args:
            key: What the limit is for; empty if there is one for all.
            cost: Requests that the call counts for, a whole number.
            max_requests: Requests that the limit allows in any time window.
            time_window: Length of the window, in whole seconds.

        Returns:
            0 if they were taken, else seconds.

        Raises:
            ConfigurationError: The window is none of whole seconds.
            InvalidRequestError: The cost is no whole number.
            RateLimitStoreError: Redis does not answer.
        """
        if time_window % 1:
            raise ConfigurationError(
                f"RateLimiter.time_window must be whole seconds in Redis, got {time_window:g}"
            )
        if cost % 1:
            raise InvalidRequestError(f"the cost of a call must be whole in Redis, got {cost:g}")
        if self._clock.monotonic() < self._asks_from:
            return 0.0
        try:
            return await AsyncInquiry.ask(
                self._ask,
                key,
                int(cost),
                max_requests,
                int(time_window),
            )
        except RateLimitStoreError as error:
            if self._on_failure is None:
                raise
            self._asks_from = self._clock.monotonic() + _LEFT_ALONE
            self._on_failure(error)
            return 0.0

    def _ask(self, key: str, cost: int, max_requests: int, seconds: int) -> float:
        from limits import RateLimitItemPerSecond
        from limits.errors import StorageError

        item = RateLimitItemPerSecond(max_requests, seconds, namespace="sdkbase")
        try:
            if self._window.hit(item, self.name, key, cost=cost):
                return 0.0
            # The oldest request of the window is the first to leave it.
            reset = float(self._window.get_window_stats(item, self.name, key).reset_time)
        except StorageError as error:
            raise self._failed(error.storage_error) from None
        return min(max(reset - self._clock.time(), _SHORTEST_WAIT), float(seconds))

    def _failed(self, error: Exception) -> RateLimitStoreError:
        return RateLimitStoreError(
            f"the store of the rate limit {self.name!r}, {self._shown_url}, does not answer: "
            f"{redact_text(str(error)) or type(error).__name__}"
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._shown_url!r}, {self.name!r})"


def _moving_window(url: str, timeout: float) -> Any:
    try:
        from limits.storage import RedisStorage
        from limits.strategies import MovingWindowRateLimiter
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError:
        raise ConfigurationError(
            "a rate limit in Redis needs the extra 'redis': pip install 'sdkbase[redis]'"
        ) from None
    try:
        register_secret(urlsplit(url).password or "")
        options: dict[str, Any] = {
            "socket_timeout": timeout,
            "socket_connect_timeout": timeout,
            # A second try would take as long as the first.
            "retry": Retry(NoBackoff(), 0),
        }
        return MovingWindowRateLimiter(RedisStorage(url, wrap_exceptions=True, **options))
    except ValueError as error:
        raise ConfigurationError(f"url of Redis: {redact_text(str(error))}") from None


publish(AsyncRedisRateLimitStore)
