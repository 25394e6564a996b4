"""
Errors of the API, by the `type` in their body; one without a class here goes by its status.

    StatusError
    └── BadRequestError
        └── InvalidPromptError                   the conversation or the model is wrong
"""

from __future__ import annotations

from msgspec import Struct

from sdkbase import BadRequestError


class ErrorDetail(Struct, frozen=True):
    """What was wrong."""

    type: str
    """Kind of the error, such as `rate_limit` or `overloaded`."""
    message: str
    """For people."""


class Problem(Struct, frozen=True):
    """The body of the API's errors, and of the error in a stream; `error.body` holds it."""

    error: ErrorDetail


class InvalidPromptError(BadRequestError):
    """Raised when the conversation or the model is wrong."""
