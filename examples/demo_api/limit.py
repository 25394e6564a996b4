"""The token bucket behind the rate-limited route."""

from collections.abc import Callable


class TokenBucket:
    """Allow *rate* calls at once, and *rate* more each second."""

    __slots__ = ("_clock", "_rate", "_seen", "_tokens")

    def __init__(self, rate: int, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._tokens = float(rate)
        self._seen = clock()

    def take(self) -> bool:
        """Take a token; tell whether there was one."""
        now = self._clock()
        self._tokens = min(self._rate, self._tokens + (now - self._seen) * self._rate)
        self._seen = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
