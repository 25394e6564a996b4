"""What stands between a call and its attempts: hedging, breaker, rate limit, bulkhead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .._concurrency import AsyncClock, AsyncMethod
from .._policy.circuit_breaker import CircuitBreaker
from .._policy.deadline import Deadline
from .._policy.settings import CallSettings
from .._wire.call import Call
from .._wire.reply import Reply
from .bulkhead import AsyncBulkhead
from .turns import AsyncTurns

if TYPE_CHECKING:
    from .hedge import AsyncHedge


class Guarded(Protocol):
    """What the guards have to know of a call."""

    @property
    def settings(self) -> CallSettings:
        """What holds for it."""
        ...

    @property
    def deadline(self) -> Deadline:
        """Its end as a whole."""
        ...

    @property
    def stream(self) -> bool:
        """Whether its body is left unread."""
        ...

    def is_good(self, reply: Reply) -> bool:
        """Tell whether *reply* needs no other attempt."""
        ...

    def note(self, outcome: str) -> None:
        """Add an attempt to the history."""
        ...


class AsyncGuards:
    """
    Let attempts through when all guards agree.

    Args:
        hedge: Sends what is slow once more.
        breaker: Refuses what would go to a server that fails.
        turns: Waits for the rate limit.
        bulkhead: Waits for one of its places.
        clock: Time.
    """

    def __init__(
        self,
        hedge: AsyncHedge | None,
        breaker: CircuitBreaker | None,
        turns: AsyncTurns | None,
        bulkhead: AsyncBulkhead | None,
        clock: AsyncClock,
    ) -> None:
        self._hedge = hedge
        self._breaker = breaker
        self._turns = turns
        self._bulkhead = bulkhead
        self._clock = clock

    async def send(self, call: Call, run: Guarded, attempt: AsyncMethod[[Call], Reply]) -> Reply:
        """
        Return what *attempt* returns, once it may begin.

        Args:
            call: The request.
            run: What holds for the call.
            attempt: Makes one attempt.

        Raises:
            TransportError: No guard let it through, or the attempt failed.
        """
        if self._hedge is None:
            return await self._unbroken(call, run, attempt)

        async def guarded(hedged: Call) -> Reply:
            return await self._unbroken(hedged, run, attempt)

        return await self._hedge.run(
            call,
            guarded,
            run.is_good,
            run.note,
            stream=run.stream,
            idempotent=run.settings.idempotent,
        )

    async def _unbroken(
        self, call: Call, run: Guarded, attempt: AsyncMethod[[Call], Reply]
    ) -> Reply:
        if self._breaker is None:
            return await self._paced(call, run, attempt)
        admission = self._breaker.admit(call, self._clock.monotonic())
        try:
            reply = await self._paced(call, run, attempt)
        except BaseException as error:
            now = self._clock.monotonic()
            overdue = run.deadline.remaining(now) == 0
            self._breaker.failed(admission, call, error, now, overdue=overdue)
            raise
        self._breaker.answered(admission, reply.status_code, self._clock.monotonic())
        return reply

    async def _paced(self, call: Call, run: Guarded, attempt: AsyncMethod[[Call], Reply]) -> Reply:
        if self._turns is None:
            return await self._placed(call, run, attempt)
        settings = run.settings
        key = await self._turns.wait(
            call, run.deadline, settings.rate_limit_cost, auth=settings.auth
        )
        reply = await self._placed(call, run, attempt)
        self._turns.observe(key, reply)
        return reply

    async def _placed(self, call: Call, run: Guarded, attempt: AsyncMethod[[Call], Reply]) -> Reply:
        if self._bulkhead is None:
            return await attempt(call)
        return await self._bulkhead.run(call, run.deadline, self._clock.monotonic(), attempt)

    def refusal(self, call: Call, at: float) -> str:
        """Tell why a retry at the time *at* would be refused, or an empty string."""
        return "" if self._breaker is None else self._breaker.refusal(call, at)
