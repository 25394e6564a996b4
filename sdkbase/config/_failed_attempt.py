"""What a classifier of retries is told."""

from collections.abc import Callable

import httpx


class FailedAttempt:
    """
    An attempt that failed: with a status from 400, or with a transport error.

    Attributes:
        method: The HTTP method.
        template: The path template.
        attempt: Its number in the call, from 1.
        status_code: The status, or None if no answer came.
        error: What was raised, or None if an answer came.
    """

    __slots__ = ("_response", "attempt", "error", "method", "status_code", "template")

    def __init__(
        self,
        *,
        method: str,
        template: str,
        attempt: int,
        status_code: int | None = None,
        error: Exception | None = None,
        response: Callable[[], httpx.Response] | None = None,
    ) -> None:
        self.method: str = method
        self.template: str = template
        self.attempt: int = attempt
        self.status_code: int | None = status_code
        self.error: Exception | None = error
        self._response = response

    @property
    def response(self) -> httpx.Response | None:
        """The answer, or None if there was none; its body is read unless the call streams it."""
        return None if self._response is None else self._response()

    def __repr__(self) -> str:
        outcome = self.status_code if self.error is None else type(self.error).__name__
        return f"<FailedAttempt {self.attempt} of {self.method} {self.template}: {outcome}>"
