"""
Errors of the API, by the `errorType` in their body; one without a class here goes by its status.

    StatusError
    ├── BadRequestError
    │   └── BadDataError                         an expression or a parameter is wrong
    ├── UnprocessableEntityError
    │   └── ExecutionError                       the expression can not be evaluated
    └── ServiceUnavailableError
        ├── QueryTimeoutError                    it took too long
        └── QueryCanceledError                   the server gave it up
"""

from __future__ import annotations

from msgspec import Struct, field

from sdkbase import BadRequestError, ServiceUnavailableError, UnprocessableEntityError


class Problem(Struct, frozen=True):
    """The body of the API's errors; `StatusError.body` holds it."""

    type: str = field(name="errorType")
    """Kind of the error, such as `bad_data`."""
    error: str
    """What was wrong, for people."""


class BadDataError(BadRequestError):
    """Raised when an expression or a parameter is wrong."""


class ExecutionError(UnprocessableEntityError):
    """Raised when an expression is well formed, but can not be evaluated."""


class QueryTimeoutError(ServiceUnavailableError):
    """Raised when a query took longer than its `timeout`."""


class QueryCanceledError(ServiceUnavailableError):
    """Raised when the server gave a query up, as when it shuts down."""
