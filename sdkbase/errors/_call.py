"""What every failed call tells: the request, and what was tried."""

from __future__ import annotations

from typing import Self

import httpx
import msgspec

from ._base import SdkError


class Attempt(msgspec.Struct, frozen=True):
    """One attempt of a call: what came of it and how long the next one had to wait."""

    number: int
    """Number of the attempt, from 1."""
    outcome: str
    """`HTTP 503`, or the name of the error class."""
    delay: float | None = None
    """Seconds waited before the next attempt; None if there was none."""


class CallError(SdkError):
    """Raised when a call failed; carries the request and what was tried."""

    def __init__(self, message: str, *, request: httpx.Request, template: str = "") -> None:
        Exception.__init__(self, message)
        self._request: httpx.Request | None = request
        #: Path template of the call, as it stands in logs and metrics.
        self.template: str = template
        #: Every attempt that was made, oldest first.
        self.history: tuple[Attempt, ...] = ()
        #: The server's id for the request, if it sent one.
        self.request_id: str | None = None

    @property
    def request(self) -> httpx.Request:
        """The request, with every secret masked."""
        if self._request is None:  # pragma: no cover - only httpx itself leaves it unset
            raise RuntimeError("The .request property has not been set.")
        return self._request

    @request.setter
    def request(self, request: httpx.Request) -> None:
        # httpx sets the raw request on errors that pass through its responses; the masked one
        # stays.
        if self._request is None:
            self._request = request

    @property
    def attempts(self) -> int:
        """Number of attempts that were made."""
        return len(self.history)

    def with_history(self, history: tuple[Attempt, ...]) -> Self:
        """Attach the attempts that were made, and return the error."""
        self.history = history
        return self


class RedirectError(CallError, httpx.TooManyRedirects):
    """Raised when a redirect is refused: too many, a loop, to plain http, or to no valid URL."""
