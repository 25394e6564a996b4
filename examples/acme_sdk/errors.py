"""What the API says when it refuses a call."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sdkbase import ProblemDetails, UnprocessableEntityError


class FieldError(msgspec.Struct, frozen=True):
    """One field that the API refused, and why."""

    field: str
    message: str


class Problem(ProblemDetails, frozen=True):
    """The body of the API's errors (RFC 9457); `StatusError.body` holds it."""

    errors: Sequence[FieldError] = ()


class InvalidFieldsError(UnprocessableEntityError):
    """Raised when the API refuses fields of what was sent."""

    @property
    def fields(self) -> Sequence[FieldError]:
        """Which fields, and why."""
        return self.body.errors if isinstance(self.body, Problem) else ()
