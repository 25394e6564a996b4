# Generated from _async/guards.py by sdkbase.codegen. Do not edit.
# sha256: 3fc2662c603ec528
"""What stands between a call and its attempts: hedging, breaker, rate limit, bulkhead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .._concurrency import SyncClock, SyncMethod
from .._policy.circuit_breaker import CircuitBreaker
from .._policy.deadline import Deadline
from .._policy.settings import CallSettings
from .._wire.call import Call
from .._wire.reply import Reply
from .bulkhead import SyncBulkhead
from .turns import SyncTurns

if TYPE_CHECKING:
    from .hedge import SyncHedge


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


class SyncGuards:
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
        hedge: SyncHedge | None,
        breaker: CircuitBreaker | None,
        turns: SyncTurns | None,
        bulkhead: SyncBulkhead | None,
        clock: SyncClock,
    ) -> None:
        self._hedge = hedge
        self._breaker = breaker
        self._turns = turns
        self._bulkhead = bulkhead
        self._clock = clock

    def send(self, call: Call, run: Guarded, attempt: SyncMethod[[Call], Reply]) -> Reply:
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
            return self._unbroken(call, run, attempt)

        def guarded(hedged: Call) -> Reply:
            return self._unbroken(hedged, run, attempt)

        return self._hedge.run(
            call,
            guarded,
            run.is_good,
            run.note,
            stream=run.stream,
            idempotent=run.settings.idempotent,
        )

    def _unbroken(self, call: Call, run: Guarded, attempt: SyncMethod[[Call], Reply]) -> Reply:
        if self._breaker is None:
            return self._paced(call, run, attempt)
        admission = self._breaker.admit(call, self._clock.monotonic())
        try:
            reply = self._paced(call, run, attempt)
        except BaseException as error:
            now = self._clock.monotonic()
            overdue = run.deadline.remaining(now) == 0
            self._breaker.failed(admission, call, error, now, overdue=overdue)
            raise
        self._breaker.answered(admission, reply.status_code, self._clock.monotonic())
        return reply

    def _paced(self, call: Call, run: Guarded, attempt: SyncMethod[[Call], Reply]) -> Reply:
        if self._turns is None:
            return self._placed(call, run, attempt)
        settings = run.settings
        key = self._turns.wait(call, run.deadline, settings.rate_limit_cost, auth=settings.auth)
        reply = self._placed(call, run, attempt)
        self._turns.observe(key, reply)
        return reply

    def _placed(self, call: Call, run: Guarded, attempt: SyncMethod[[Call], Reply]) -> Reply:
        if self._bulkhead is None:
            return attempt(call)
        return self._bulkhead.run(call, run.deadline, self._clock.monotonic(), attempt)

    def refusal(self, call: Call, at: float) -> str:
        """Tell why a retry at the time *at* would be refused, or an empty string."""
        return "" if self._breaker is None else self._breaker.refusal(call, at)
