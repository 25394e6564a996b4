# Generated from _async/hedge.py by sdkbase.codegen. Do not edit.
# sha256: d6d9800e0cccddf1
"""Hedging: a call that is slow is sent once more, and the first good answer wins."""

from __future__ import annotations

from collections.abc import Callable

from .._concurrency import SyncClock, SyncMethod
from .._concurrency._race import Finish, SyncRace
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


class SyncHedge:
    """
    Hedge the calls of one client.

    Args:
        hedging: The settings.
        clock: Measures the calls, and waits for the next attempt.
        quota: Tokens that hedges and retries share.
    """

    def __init__(self, hedging: Hedging, clock: SyncClock, quota: Quota) -> None:
        self._hedging = hedging
        self._clock = clock
        self._quota = quota
        self._delays = HedgeDelays(hedging)

    def run(
        self,
        call: Call,
        attempt: SyncMethod[[Call], Reply],
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
            return attempt(call)
        started = self._clock.monotonic()
        delay = self._delays.delay(call)
        if delay is None:
            reply = attempt(call)
        else:
            reply = _result(self._race(call, attempt, is_good, lost, delay))
        if is_good(reply):
            self._delays.learn(call, self._clock.monotonic() - started)
        return reply

    def _race(
        self,
        call: Call,
        attempt: SyncMethod[[Call], Reply],
        is_good: Callable[[Reply], bool],
        lost: Callable[[str], object],
        delay: float,
    ) -> Finish[Reply]:
        hedges = self._hedging.max_hedges
        last: Finish[Reply] | None = None
        with SyncRace[Reply](self._clock) as race:
            if not race.start(attempt, call):
                return Finish(attempt(call), None)
            while race.running:
                finish = race.next(delay if hedges else None)
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
