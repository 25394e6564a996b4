"""What the engine tells about a call, in plain values and without any httpx object."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, TypeAlias

import msgspec

from .._exports import publish
from .redacted import redacted_line, redacted_url


class CallRecord(msgspec.Struct, frozen=True, gc=False):
    """
    The outcome of one call, all its attempts together.

    Its `url` and `error` are raw, so that an observer may match on them; whoever shows or keeps
    them redacts first. Its own repr and pickle do.
    """

    method: str
    url: str
    """Absolute and not redacted."""
    template: str
    """The path as the author wrote it, `/users/{user_id}`: the label for logs and metrics."""
    status_code: int | None
    """None if no answer came."""
    elapsed: float
    """Seconds for the whole call, waits between attempts included."""
    attempts: int
    error: str | None
    """
    None if all is well, `HTTP 503` for a status from 400, `cancelled` if the call was cut off from
    outside, else exception class and message.
    """
    started_at: float
    """Seconds since the epoch."""
    request_id: str | None = None

    def __repr__(self) -> str:
        safe = ", ".join(
            f"{field}={value!r}"
            for field, value in zip(self.__struct_fields__, self._redacted(), strict=True)
        )
        return f"CallRecord({safe})"

    def __reduce__(self) -> tuple[type[CallRecord], tuple[Any, ...]]:
        return CallRecord, self._redacted()

    def _redacted(self) -> tuple[Any, ...]:
        return (
            self.method,
            redacted_url(self.url),
            redacted_url(self.template),
            self.status_code,
            self.elapsed,
            self.attempts,
            self.error and redacted_line(self.error),
            self.started_at,
            self.request_id and redacted_line(self.request_id),
        )


CANCELLED = "cancelled"
"""Error of a call that was cut off from outside: its task was cancelled, or Ctrl-C was pressed."""


class Observer:
    """
    Base of what listens to calls; override the methods of interest.

    The engine calls them on the thread or task that makes the call, so they must be quick and
    must not block. What they raise goes to `sys.unraisablehook`, and changes no call. Per call the
    order is `attempt_started`, then `retry_scheduled` and `attempt_started` for each further
    attempt, then `call_finished`, exactly once.
    """

    __slots__ = ()

    def attempt_started(self, method: str, url: str, template: str, attempt: int) -> None:
        """
        Take note that an attempt is about to be sent.

        Args:
            method: The HTTP method.
            url: Absolute, not redacted.
            template: The path template.
            attempt: Its number, from 1.
        """

    def retry_scheduled(
        self, method: str, url: str, template: str, attempt: int, delay: float, reason: str
    ) -> None:
        """
        Take note that an attempt failed and that another one follows.

        Args:
            method: The HTTP method.
            url: Absolute, not redacted.
            template: The path template.
            attempt: Number of the attempt that just failed, from 1.
            delay: Seconds until the next attempt.
            reason: Why the attempt failed: `HTTP 503`, or the name of the error's class.
        """

    def call_finished(self, record: CallRecord) -> None:
        """Take note that a call is over, well or badly."""


Listener: TypeAlias = Callable[..., None]
"""One method of an observer."""


def listeners_of(observers: Iterable[Observer], event: str) -> tuple[Listener, ...]:
    """Return the methods called *event* of those *observers* that do something about it."""
    ignored = getattr(Observer, event)
    methods = [getattr(observer, event) for observer in observers]
    return tuple(method for method in methods if getattr(method, "__func__", None) is not ignored)


def tell(listeners: tuple[Listener, ...], *facts: Any) -> None:
    """
    Call every one of the *listeners*.

    Args:
        listeners: Whom to tell.
        facts: Their arguments.
    """
    for listener in listeners:
        try:
            listener(*facts)
        except Exception as error:
            sys.unraisablehook(_Unraisable(error, getattr(listener, "__self__", listener)))


class _Unraisable:
    def __init__(self, error: Exception, observer: object) -> None:
        self.exc_type: type[BaseException] = type(error)
        self.exc_value: BaseException | None = error
        self.exc_traceback: TracebackType | None = error.__traceback__
        self.err_msg: str | None = "Exception ignored in observer"
        self.object: Any = observer


publish(CallRecord, Observer)
