"""Errors as RFC 9457 problem details."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

MEDIA_TYPE = "application/problem+json"
_TYPES = "https://demo-api.example/problems/"


@dataclass(frozen=True)
class FieldError:
    """One field of the request that was refused, and why."""

    field: str
    message: str


class Problem(Exception):
    """Raised when a request is answered with an error status."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind
        self.errors = tuple(errors)
        self.headers = tuple(headers)

    def to_json(self) -> bytes:
        """Encode the problem document."""
        document: dict[str, object] = {
            "type": _TYPES + self.kind if self.kind else "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = [vars(error) for error in self.errors]
        return json.dumps(document).encode()


def invalid_body(errors: Sequence[FieldError]) -> Problem:
    """Make the 422 for a body whose fields are not acceptable."""
    return Problem(422, "Some fields are not valid.", kind="validation", errors=errors)


def invalid_query(name: str, message: str) -> Problem:
    """Make the 400 for a query parameter that is not acceptable."""
    error = FieldError(name, message)
    return Problem(400, f"Query parameter {name!r} {message}.", kind="query", errors=[error])


def not_found(what: str) -> Problem:
    """Make the 404 for a resource that does not exist."""
    return Problem(404, f"{what} does not exist.")
