"""Problem details: the error bodies of RFC 9457."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import msgspec


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True):
    """
    An `application/problem+json` body (RFC 9457).

    A subclass may declare extension members as fields, and be a client's `error_model`:

        class OutOfCredit(ProblemDetails, frozen=True):
            balance: int

    Members of the wrong type count as absent, as section 3.1 asks.
    """

    type: str = "about:blank"
    """URI of the kind of problem."""
    title: str | None = None
    """What kind of problem it is, in a few words."""
    status: int | None = None
    """The status as the body has it; what counts is `StatusError.status_code`."""
    detail: str | None = None
    """What is wrong with this very request."""
    instance: str | None = None
    """URI of this very occurrence."""
    extensions: dict[str, Any] = {}
    """All other members."""


P = TypeVar("P", bound=ProblemDetails)

_MEMBERS: dict[str, type] = {
    "type": str,
    "title": str,
    "status": int,
    "detail": str,
    "instance": str,
}


def problem_details(members: object, kind: type[P]) -> P:
    """
    Return the problem that a JSON object tells.

    Args:
        members: The object, as msgspec decodes it.
        kind: `ProblemDetails` or a subclass.

    Raises:
        msgspec.ValidationError: It is no object, or a member that the subclass declares is wrong or
            missing.
    """
    fields = dict(msgspec.convert(members, dict[str, Any]))
    for name, right in _MEMBERS.items():
        if type(fields.get(name)) is not right:
            fields.pop(name, None)
    known = kind.__struct_encode_fields__
    extensions = {name: value for name, value in fields.items() if name not in known}
    if "extensions" in fields:  # a member that happens to have the name of the field
        extensions["extensions"] = fields["extensions"]
    return msgspec.convert({**fields, "extensions": extensions}, kind, str_keys=True)


def converted(plain: object, model: Any) -> Any:
    """
    Return a decoded error body as *model*.

    Args:
        plain: The body as builtins.
        model: What msgspec decodes, or a problem.

    Raises:
        msgspec.ValidationError: It does not fit.
    """
    if is_problem(model):
        return problem_details(plain, model)
    return msgspec.convert(plain, model, str_keys=True)


def is_problem(model: Any) -> bool:
    """Tell whether *model* is a kind of `ProblemDetails`."""
    return isinstance(model, type) and issubclass(cast("type[Any]", model), ProblemDetails)
