"""
The loop over attempts.

Order, outer to inner: total deadline, redirects, retries, rate limit, auth, interceptors, attempt.
Every decision is a call into `_policy`; the engine only waits and obeys.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from random import random

import httpx
import msgspec

from .._concurrency import AsyncClock
from .._observe.observer import CANCELLED, CallRecord, Observer, listeners_of, tell
from .._policy.calls import give_up_note
from .._policy.deadline import NO_DEADLINE, AttemptTimeout, Deadline
from .._policy.rate_limit import RateLimiter
from .._policy.redirect import Redirects
from .._policy.retry import Decision, Failure, RetryQuota, RetryState
from .._policy.retry_after import retry_after_of
from .._policy.settings import CallSettings
from .._policy.transport_errors import deadline_error, failure_of
from .._wire.call import Call
from .._wire.reply import Reply
from ..config import RetryConfig
from ..errors import (
    Attempt,
    CallError,
    DeadlineExceededError,
    RequestTimeoutError,
    StatusError,
    TransportError,
)
from .attempt import AsyncAttempts, drop_body


class _Run(msgspec.Struct, eq=False):
    """One call under way: when it began, when it must end, what was tried."""

    settings: CallSettings
    clock: AsyncClock
    stream: bool
    started: float
    wall_started: float
    deadline: Deadline
    history: list[Attempt] = []
    attempts: int = 0
    redirects: int = 0
    open_reply: Reply | None = None

    def limits(self) -> AttemptTimeout:
        """Return the limits of what is sent now: interceptors and auth take time as well."""
        return self.deadline.limit(self.settings.timeout, self.clock.monotonic)


class AsyncEngine:
    """
    Carry a call through to its reply.

    Args:
        attempts: Makes single attempts.
        retry_config: When failed attempts are repeated.
        rate_limiter: Shared pace of all attempts, or None.
        observers: Told about attempts and calls.
        quota: Retry tokens that the client's calls share.
        clock: Time and sleep.
        draw: Returns a random number from 0 to 1, for the jitter.
    """

    def __init__(
        self,
        attempts: AsyncAttempts,
        *,
        retry_config: RetryConfig,
        rate_limiter: RateLimiter | None,
        observers: tuple[Observer, ...],
        quota: RetryQuota,
        clock: AsyncClock,
        draw: Callable[[], float] = random,
    ) -> None:
        self._attempts = attempts
        self._retry_config = retry_config
        self._limiter = rate_limiter
        self._attempt_started = listeners_of(observers, "attempt_started")
        self._retry_scheduled = listeners_of(observers, "retry_scheduled")
        self._call_finished = listeners_of(observers, "call_finished")
        self._quota = quota
        self._clock = clock
        self._draw = draw

    async def send(self, call: Call, settings: CallSettings, *, stream: bool = False) -> Reply:
        """
        Return the reply to *call*, whatever its status, after retries and redirects.

        Args:
            call: The request.
            settings: Limits and habits of this call.
            stream: Leave the body unread in `Reply.stream`.

        Raises:
            CallError: No complete reply came; carries the attempts that were made.
        """
        now = self._clock.monotonic()
        seconds = settings.deadline
        deadline = NO_DEADLINE if seconds is None else Deadline(seconds, now)
        run = _Run(settings, self._clock, stream, now, self._clock.time(), deadline)
        try:
            reply = await self._with_retries(call, run)
            if 300 <= reply.status_code < 400 and settings.follow_redirects:
                reply = await self._follow(call, run, reply)
        except BaseException as error:
            if isinstance(error, CallError):
                error.history = tuple(run.history)
            self._finish(call, run, None, error)
            await drop_body(run.open_reply)
            raise
        self._finish(call, run, reply, None)
        reply.history = tuple(run.history)
        return reply

    async def _follow(self, call: Call, run: _Run, reply: Reply) -> Reply:
        redirects = Redirects(run.settings.max_redirects)
        earlier: list[httpx.Response] = []
        while followed := redirects.next_call(call, reply):
            await drop_body(reply)
            earlier.append(reply.redirect_response(call))
            run.redirects += 1
            call = followed
            reply = await self._with_retries(call, run)
        reply.redirects = earlier
        return reply

    async def _with_retries(self, call: Call, run: _Run) -> Reply:
        state: RetryState | None = None
        while True:
            reply: Reply | None = None
            error: TransportError | StatusError | None = None
            if self._limiter is not None:
                await self._wait_for_turn(self._limiter, call, run)
            try:
                run.attempts += 1
                tell(
                    self._attempt_started,
                    call.method,
                    call.url,
                    call.template,
                    run.attempts,
                )
                reply = run.open_reply = await self._attempts.attempt(
                    call, run.limits, stream=run.stream, auth=run.settings.auth
                )
                if reply.status_code not in self._retry_config.retry_on_status:
                    run.history.append(_answered(len(run.history) + 1, reply.status_code))
                    if state is None:
                        self._quota.give_back()
                    else:
                        state.succeeded()
                    return reply
                failure = self._status_failure(reply)
            except TransportError as raised:
                error, failure = raised, failure_of(raised)
            except StatusError as raised:
                failure = self._token_failure(raised)
                if raised.status_code not in self._retry_config.retry_on_status:
                    self._note(run, failure.outcome)
                    raise
                error = raised
            state = state or self._retry_state(call, run)
            decision = state.after_failure(failure, run.deadline, self._clock.monotonic())
            self._note(run, failure.outcome, decision.delay if decision.retry else None)
            if not decision.retry:
                if error is not None:
                    raise self._given_up(call, run, error, decision)
                if reply is not None:
                    reply.give_up_reason = decision.reason
                    return reply
            if reply is not None:
                await drop_body(reply)
            await self._back_off(call, run, failure, decision)

    def _retry_state(self, call: Call, run: _Run) -> RetryState:
        return RetryState(
            self._retry_config,
            max_retries=run.settings.max_retries,
            method=call.method,
            repeatable=call.has_idempotency_key or run.settings.idempotent,
            replayable=call.body.replayable,
            quota=self._quota,
            draw=self._draw,
        )

    def _status_failure(self, reply: Reply) -> Failure:
        return Failure(
            outcome=f"HTTP {reply.status_code}",
            status_code=reply.status_code,
            retry_after=retry_after_of(reply, self._clock.time()),
        )

    def _token_failure(self, error: StatusError) -> Failure:
        # Before its reply, a call only meets the status of a request for its token.
        return Failure(
            outcome=f"HTTP {error.status_code}",
            sent=False,
            status_code=error.status_code,
            retry_after=error.retry_after,
        )

    def _note(self, run: _Run, outcome: str, delay: float | None = None) -> None:
        run.history.append(Attempt(len(run.history) + 1, outcome, delay))

    def _given_up(
        self, call: Call, run: _Run, error: TransportError | StatusError, decision: Decision
    ) -> TransportError | StatusError:
        overdue = run.deadline.remaining(self._clock.monotonic()) == 0
        if isinstance(error, DeadlineExceededError):
            return error
        if overdue and isinstance(error, RequestTimeoutError):
            overdue_error = deadline_error(call, run.deadline.seconds)
            overdue_error.__cause__ = error
            return overdue_error
        if decision.reason:
            error.add_note(give_up_note(len(run.history), decision.reason))
        return error

    async def _back_off(self, call: Call, run: _Run, failure: Failure, decision: Decision) -> None:
        tell(
            self._retry_scheduled,
            call.method,
            call.url,
            call.template,
            len(run.history),
            decision.delay,
            failure.outcome,
        )
        if decision.delay:
            await self._clock.sleep(decision.delay)

    async def _wait_for_turn(self, limiter: RateLimiter, call: Call, run: _Run) -> None:
        turn = limiter.reserve(self._clock.monotonic())
        try:
            while (wait := turn.ready_at - (now := self._clock.monotonic())) > 0:
                if not run.deadline.allows(wait, now):
                    error = deadline_error(call, run.deadline.seconds)
                    error.sent = False
                    error.add_note(f"the rate limiter would have let it go in {wait:.3g} s")
                    raise error
                await self._clock.sleep(wait)
        except BaseException:
            limiter.cancel(turn, self._clock.monotonic())
            raise
        limiter.begin(turn)

    def _finish(
        self, call: Call, run: _Run, reply: Reply | None, error: BaseException | None
    ) -> None:
        if not self._call_finished:
            return
        status = reply.status_code if reply is not None else None
        record = CallRecord(
            method=call.method,
            url=call.url,
            template=call.template,
            status_code=status,
            elapsed=self._clock.monotonic() - run.started,
            attempts=run.attempts - run.redirects,
            error=_outcome(status, error),
            started_at=run.wall_started,
            request_id=None if reply is None else reply.request_id,
        )
        tell(self._call_finished, record)


@lru_cache(maxsize=256)
def _answered(number: int, status: int) -> Attempt:
    # Nearly every call has the same one.
    return Attempt(number, f"HTTP {status}")


def _outcome(status: int | None, error: BaseException | None) -> str | None:
    if isinstance(error, Exception):
        return f"{type(error).__name__}: {error}"
    if error is not None:
        return CANCELLED
    return f"HTTP {status}" if status is not None and status >= 400 else None
