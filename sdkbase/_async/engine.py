"""
The loop over attempts.

Order, outer to inner: total deadline, redirects, retries, guards, auth, interceptors, attempt.
Every decision is a call into `_policy`; the engine only waits and obeys.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from random import random
from typing import TYPE_CHECKING

import httpx
import msgspec

from .._concurrency import AsyncClock
from .._observe.observer import CANCELLED, CallRecord, Observer, listeners_of, tell
from .._policy.calls import give_up_note
from .._policy.deadline import NO_DEADLINE, AttemptTimeout, Deadline
from .._policy.redirect import Redirects
from .._policy.retry import Decision, Failure, RetryState, status_failure
from .._policy.retry_classifiers import error_failure, reply_failure
from .._policy.retry_quota import Quota
from .._policy.settings import CallSettings
from .._policy.transport_errors import deadline_error
from .._wire.call import Call
from .._wire.reply import Reply
from ..config import RetryConfig
from ..errors import (
    Attempt,
    CallError,
    DeadlineExceededError,
    RequestTimeoutError,
    ResponseError,
    StatusError,
    TransportError,
)
from .attempt import AsyncAttempts, drop_body

if TYPE_CHECKING:
    from .guards import AsyncGuards


class _Run(msgspec.Struct, eq=False):
    """One call under way: when it began, when it must end, what was tried."""

    settings: CallSettings
    clock: AsyncClock
    stream: bool
    started: float
    wall_started: float
    deadline: Deadline
    retry_on_status: Sequence[int]
    history: list[Attempt] = []
    attempts: int = 0
    redirects: int = 0
    open_reply: Reply | None = None

    def limits(self) -> AttemptTimeout:
        """Return the limits of what is sent now: interceptors and auth take time as well."""
        settings = self.settings
        max_bytes = settings.max_stream_bytes if self.stream else settings.max_response_bytes
        return self.deadline.limit(settings.timeout, self.clock.monotonic, max_bytes)

    def is_good(self, reply: Reply) -> bool:
        """Tell whether *reply* needs no other attempt."""
        return reply.status_code not in self.retry_on_status

    def note(self, outcome: str, delay: float | None = None) -> None:
        """Add an attempt to the history."""
        self.history.append(Attempt(len(self.history) + 1, outcome, delay))


class AsyncEngine:
    """
    Carry a call through to its reply.

    Args:
        attempts: Makes single attempts.
        retry_config: When failed attempts are repeated.
        guards: What each attempt has to pass, or None.
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
        guards: AsyncGuards | None,
        observers: tuple[Observer, ...],
        quota: Quota,
        clock: AsyncClock,
        draw: Callable[[], float] = random,
    ) -> None:
        self._attempts = attempts
        self._retry_config = retry_config
        self._guards = guards
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
        seconds, on_status = settings.deadline, self._retry_config.retry_on_status
        deadline = NO_DEADLINE if seconds is None else Deadline(seconds, now)
        run = _Run(settings, self._clock, stream, now, self._clock.time(), deadline, on_status)
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
        config, guards, state = self._retry_config, self._guards, None
        while True:
            reply: Reply | None = None
            error: TransportError | StatusError | None = None
            begun = run.attempts
            try:
                reply = run.open_reply = (
                    await self._attempt(call, run)
                    if guards is None
                    else await self._guarded(guards, call, run)
                )
                if reply.status_code < 400 and run.is_good(reply):
                    run.history.append(_answered(len(run.history) + 1, reply.status_code))
                    if state is None:
                        self._quota.give_back()
                    else:
                        state.succeeded()
                    return reply
                failure = reply_failure(config, call, run.attempts, reply, self._clock.time())
                if failure is None:
                    run.note(f"HTTP {reply.status_code}")
                    return reply
            except TransportError as raised:
                if run.attempts == begun:
                    raise  # a guard let nothing through
                error, failure = raised, error_failure(config, call, run.attempts, raised)
            except StatusError as raised:
                error, failure = raised, self._token_failure(raised)
                if not failure.retryable:
                    run.note(failure.outcome)
                    raise
            except ResponseError as raised:  # the answer came, and is not to be had
                run.note(type(raised).__name__)
                raise
            state = state or self._retry_state(call, run)
            decision = state.after_failure(failure, run.deadline, self._clock.monotonic())
            if decision.retry and (reason := self._refusal(call, decision.delay)):
                state.withdraw()
                decision = Decision(retry=False, reason=reason)
            run.note(failure.outcome, decision.delay if decision.retry else None)
            if not decision.retry:
                if decision.delay:
                    await self._clock.sleep(decision.delay)
                if error is not None:
                    raise self._given_up(call, run, error, decision)
                if reply is not None:
                    reply.give_up_reason = decision.reason
                    return reply
            if reply is not None:
                await drop_body(reply)
            await self._back_off(call, run, failure, decision)

    async def _guarded(self, guards: AsyncGuards, call: Call, run: _Run) -> Reply:
        async def attempt(admitted: Call) -> Reply:
            return await self._attempt(admitted, run)

        return await guards.send(call, run, attempt)

    async def _attempt(self, call: Call, run: _Run) -> Reply:
        run.attempts += 1
        tell(
            self._attempt_started,
            call.method,
            call.url,
            call.template,
            run.attempts,
        )
        if name := self._retry_config.attempt_header:
            told = f"attempt={run.attempts}; max={run.settings.max_retries + 1}"
            call = call.with_headers({name.lower(): told})
        return await self._attempts.attempt(
            call, run.limits, stream=run.stream, auth=run.settings.auth
        )

    def _refusal(self, call: Call, delay: float) -> str:
        if self._guards is None:
            return ""
        return self._guards.refusal(call, self._clock.monotonic() + delay)

    def _retry_state(self, call: Call, run: _Run) -> RetryState:
        return RetryState(
            self._retry_config,
            max_retries=run.settings.max_retries,
            method=call.method,
            repeatable=call.has_idempotency_key or run.settings.idempotent,
            replayable=call.body.replayable,
            quota=self._quota,
            draw=self._draw,
            long_poll=run.settings.long_poll,
        )

    def _token_failure(self, error: StatusError) -> Failure:
        # Before its reply, a call only meets the status of a request for its token.
        return status_failure(
            self._retry_config, error.status_code, retry_after=error.retry_after, sent=False
        )

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
