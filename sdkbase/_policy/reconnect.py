"""
Reconnecting an event stream: whether, and after how long.

Pure: the clock and the randomness are handed in. Source: WHATWG, server-sent events, section 9.2.3.
"""

from __future__ import annotations

from collections.abc import Callable

from .._wire.call import Call
from ..config import RetryConfig, as_float
from ..errors import ConfigurationError, InvalidRequestError
from .call_args import Reconnect
from .deadline import Deadline
from .retry import Decision, Failure

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""


class Reconnects:
    """
    The reconnections of one event stream.

    Only failures in a row count: an event that comes in between begins the count anew.

    Args:
        config: Length of the waits, and which statuses are worth another attempt.
        limit: Failures in a row that are borne; 0 switches reconnecting off.
        draw: Returns a random number from 0 to 1.
    """

    __slots__ = ("_config", "_draw", "_failures", "_limit", "asked")

    def __init__(self, config: RetryConfig, *, limit: int, draw: Callable[[], float]) -> None:
        self._config = config
        self._limit = limit
        self._draw = draw
        self._failures = 0
        #: Seconds that the server's `retry` field asks for, if it sent one.
        self.asked: float | None = None

    @property
    def enabled(self) -> bool:
        """Whether the stream is opened again at all."""
        return self._limit > 0

    def event_came(self) -> None:
        """Note that the stream works."""
        self._failures = 0

    def after_break(self, failure: Failure | None, deadline: Deadline, now: float) -> Decision:
        """
        Decide what to do when the stream broke, ended or could not be opened.

        Args:
            failure: What went wrong; None if the server ended the stream in good order.
            deadline: The end of the stream as a whole.
            now: The monotonic clock.
        """
        if not self.enabled:
            return Decision(retry=False)
        if reason := self._why_not(failure):
            return Decision(retry=False, reason=reason)
        self._failures += 1
        delay = self._delay(None if failure is None else failure.retry_after)
        if failure is not None and failure.retry_after is not None and delay > self._max_asked:
            reason = f"the server asks to wait {delay:g} s, more than max_retry_after"
            return Decision(retry=False, reason=reason)
        if not deadline.allows(delay, now):
            reason = f"the next connection would come in {delay:.3g} s, after the deadline"
            return Decision(retry=False, reason=reason)
        return Decision(retry=True, delay=delay)

    def _why_not(self, failure: Failure | None) -> str:
        if failure is not None and (
            not failure.retryable
            or (
                failure.status_code is not None
                and failure.status_code not in self._config.retry_on_status
            )
        ):
            return "another connection would not help"
        if self._failures >= self._limit:
            return f"{self._limit} in a row brought no event"
        return ""

    @property
    def _max_asked(self) -> float:
        return as_float(self._config.max_retry_after)

    def _delay(self, retry_after: float | None) -> float:
        if retry_after is not None:
            return retry_after
        # The server's wish is kept to the letter once; after that the waits grow on top of it.
        if self.asked is None:
            return self._backoff(self._failures - 1)
        asked = min(self.asked, self._max_asked)
        return asked if self._failures == 1 else asked + self._backoff(self._failures - 2)

    def _backoff(self, doublings: int) -> float:
        factor, cap = as_float(self._config.backoff_factor), as_float(self._config.max_backoff)
        # Past 2 ** 64 the cap holds anyway, and a float would overflow.
        return self._draw() * min(cap, factor * 2.0 ** min(doublings, 64))


def reconnect_limit(
    reconnect: Reconnect, call: Call, max_retries: int, *, idempotent: bool = False
) -> int:
    """
    Return how many failures in a row an event stream bears.

    Args:
        reconnect: What the author asked for.
        call: What opens the stream.
        max_retries: The limit that holds if *reconnect* names none.
        idempotent: Whether the call may be repeated whatever its method.

    Raises:
        ConfigurationError: *reconnect* is none of its values, or the call is not safe to repeat.
        InvalidRequestError: The body can not be sent again.
    """
    given: object = reconnect
    if isinstance(given, bool) or given == "always":
        limit = max_retries if given else 0
    elif isinstance(given, int) and given >= 0:
        limit = given
    else:
        raise ConfigurationError(
            f"reconnect must be True, False, a number or 'always', got {given!r}"
        )
    if limit and given != "always" and not (idempotent or _is_safe(call)):
        raise ConfigurationError(
            f"{call.method} {call.template} is not safe to repeat, so its stream is not opened "
            "again; pass reconnect='always' if the API allows it"
        )
    if limit and not call.body.replayable:
        raise InvalidRequestError(
            f"{call.method} {call.template} can not reconnect: its body can not be sent again"
        )
    return limit


def _is_safe(call: Call) -> bool:
    return call.method in SAFE_METHODS or call.has_idempotency_key
