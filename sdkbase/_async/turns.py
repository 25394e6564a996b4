"""Waiting for a turn of a rate limiter, and telling it what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._concurrency import AsyncClock, AsyncHooks, AsyncTimeLimit
from .._policy.deadline import Deadline
from .._policy.rate_limit import RateLimiter, Reservation
from .._policy.retry_after import retry_after_of
from .._policy.transport_errors import deadline_error
from .._wire.call import Call
from .._wire.rate_limit_headers import TELLING, server_limit
from .._wire.reply import Reply
from ..errors import DeadlineExceededError

if TYPE_CHECKING:
    from .._policy.auth import Auth

_THROTTLED = 429
# Statuses whose Retry-After is about the rate: GitHub's secondary limit is a 403.
_HOLDING = (403, _THROTTLED, 503)
# Where an adaptive rate grows, those who wait go earlier than they were told.
_LONGEST_NAP = 1.0


class AsyncTurns:
    """
    Let calls through at the pace of a rate limiter.

    Args:
        limiter: The pace.
        clock: Time and sleep.
        auth: Credentials of the client, for a limiter that has a limit for each.

    Raises:
        ConfigurationError: The limiter's store is not one for clients of this kind.
    """

    def __init__(self, limiter: RateLimiter, clock: AsyncClock, auth: Auth | None = None) -> None:
        self._limiter = limiter
        self._clock = clock
        self._auth = auth
        self._store = limiter.store
        limiter.check_colour(event_loop=AsyncHooks.EVENT_LOOP)

    async def wait(
        self, call: Call, deadline: Deadline, cost: float = 1.0, *, auth: Auth | None = None
    ) -> str | None:
        """
        Wait until *call* may be sent.

        A caller that is cancelled meanwhile returns its turn.

        Args:
            call: The request.
            deadline: The end of the call as a whole.
            cost: Requests that it counts for.
            auth: Credentials of this call, in place of the client's.

        Returns:
            The key of the limit that it took a turn of, for `observe`.

        Raises:
            DeadlineExceededError: Its turn comes after the deadline; nothing was sent.
            InvalidRequestError: The limit never allows that *cost*.
            RateLimitStoreError: The store does not answer; nothing was sent.
        """
        key = self._limiter.key_of(call, auth or self._auth)
        now = self._clock.monotonic()
        turn = self._limiter.reserve(now, key=key, cost=cost)
        if turn.ready_at <= now and self._store is None:
            return key
        try:
            await self._sleep(turn, call, deadline)
            while (seconds := await self._asked(key, call, deadline, cost)) > 0:
                self._limiter.hold(turn, self._clock.monotonic(), seconds)
                await self._sleep(turn, call, deadline)
        except BaseException:
            self._limiter.cancel(turn, self._clock.monotonic())
            raise
        self._limiter.begin(turn)
        return key

    def observe(self, key: str | None, reply: Reply, *, throttled: bool | None = None) -> None:
        """
        Take note of a reply to a call that had a turn.

        Args:
            key: What `wait` returned for it.
            reply: The reply.
            throttled: Whether the server refused it because there were too many; None for what
                its status says.
        """
        limiter, status = self._limiter, reply.status_code
        asked = retry_after_of(reply, self._clock.time()) if status in _HOLDING else None
        limit = server_limit(reply.header, self._clock.time()) if reply.first(TELLING) else None
        if asked is None and limit is None and not limiter.adaptive:
            return
        limiter.observe(
            key,
            self._clock.monotonic(),
            throttled=status == _THROTTLED if throttled is None else throttled,
            limit=limit,
            retry_after=asked,
        )

    async def _sleep(self, turn: Reservation, call: Call, deadline: Deadline) -> None:
        while (wait := turn.ready_at - (now := self._clock.monotonic())) > 0:
            if not deadline.allows(wait, now):
                raise _too_late(call, deadline, wait)
            await self._clock.sleep(min(wait, _LONGEST_NAP) if self._limiter.adaptive else wait)

    async def _asked(self, key: str | None, call: Call, deadline: Deadline, cost: float) -> float:
        if self._store is None:
            return 0.0
        # The sync store ends its waits by itself.
        left = None if AsyncTimeLimit.NEEDS_ABORT else deadline.remaining(self._clock.monotonic())
        with AsyncTimeLimit(left, self._clock.monotonic):
            # One argument to a line: see verbs.py.
            seconds = await AsyncHooks.call(
                self._store.acquire,
                key or "",
                cost,
                self._limiter.max_requests,
                self._limiter.time_window,
            )
            if deadline.allows(0.0, self._clock.monotonic()):
                return float(seconds)
        raise _too_late(call, deadline, 0.0)


def _too_late(call: Call, deadline: Deadline, wait: float) -> DeadlineExceededError:
    note = f"the rate limiter would have let it go in {wait:.3g} s"
    return deadline_error(call, deadline.seconds, sent=False, note=note)
