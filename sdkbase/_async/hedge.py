"""Hedging: a call that is slow is sent once more, and the first good answer wins."""

from __future__ import annotations

from collections.abc import Callable

from .._concurrency import AsyncClock, AsyncMethod
from .._concurrency._race import AsyncRace, Finish
from .._policy.hedging import (
    OUTRUN,
    HedgeDelays,
    Hedging,
    is_fatal,
    is_hedgeable,
    is_refusal,
    outcome_of,
)
from .._policy.retry_quota import Quota
from .._wire.call import Call
from .._wire.reply import Reply


class AsyncHedge:
    """
    Hedge the calls of one client.

    Args:
        hedging: The settings.
        clock: Measures the calls, and waits for the next attempt.
        quota: Tokens that hedges and retries share.
    """

    def __init__(self, hedging: Hedging, clock: AsyncClock, quota: Quota) -> None:
        self._hedging = hedging
        self._clock = clock
        self._quota = quota
        self._delays = HedgeDelays(hedging)

    async def run(
        self,
        call: Call,
        attempt: AsyncMethod[[Call], Reply],
        is_good: Callable[[Reply], bool],
        lost: Callable[[str], object],
        *,
        stream: bool = False,
        idempotent: bool = False,
    ) -> Reply:
        """
        Return the first good reply, or else the last one, or raise the last error.

        Args:
            call: The request.
            attempt: Makes one attempt; several may be under way at once, in sync in threads.
            is_good: Tells whether a reply needs no other attempt.
            lost: Is told the outcome of each attempt that is neither returned nor raised.
            stream: Whether the answer is streamed.
            idempotent: Whether the caller says that the call changes nothing.
        """
        if not is_hedgeable(call, stream=stream, idempotent=idempotent):
            return await attempt(call)
        started = self._clock.monotonic()
        delay = self._delays.delay(call)
        if delay is None:
            reply = await attempt(call)
        else:
            reply = _result(await self._race(call, attempt, is_good, lost, delay))
        if is_good(reply):
            self._delays.learn(call, self._clock.monotonic() - started)
        return reply

    async def _race(
        self,
        call: Call,
        attempt: AsyncMethod[[Call], Reply],
        is_good: Callable[[Reply], bool],
        lost: Callable[[str], object],
        delay: float,
    ) -> Finish[Reply]:
        hedges = self._hedging.max_hedges
        last: Finish[Reply] | None = None
        async with AsyncRace[Reply](self._clock) as race:
            if not race.start(attempt, call):
                return Finish(await attempt(call), None)
            while race.running:
                finish = await race.next(delay if hedges else None)
                if finish is None:
                    can_start = self._quota.take(self._quota.costs.cost)
                    can_start = can_start and race.start(attempt, call.replace())
                    hedges = hedges - 1 if can_start else 0
                    continue
                worse, last = (finish, last) if _is_worse(finish, last) else (last, finish)
                if worse is not None:
                    lost(outcome_of(worse.value, worse.error))
                if _decides(finish, is_good):
                    break
            for _ in range(race.running):
                lost(OUTRUN)
        return last or Finish(None, None)


def _decides(finish: Finish[Reply], is_good: Callable[[Reply], bool]) -> bool:
    if finish.error is not None:
        return is_fatal(finish.error)
    return finish.value is not None and is_good(finish.value)


def _is_worse(finish: Finish[Reply], last: Finish[Reply] | None) -> bool:
    # An attempt that was not made tells less than one that was.
    return last is not None and is_refusal(finish.error)


def _result(finish: Finish[Reply]) -> Reply:
    error, finish.error = finish.error, None
    try:
        if error is not None:
            raise error
    finally:
        del error  # its traceback leads to this frame
    if finish.value is None:  # pragma: no cover - it has one or the other
        raise RuntimeError("an attempt without an outcome")
    return finish.value
