"""Checks on what a client sends: JSON fields and numbers in the query."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from .data import ROLES
from .problem import FieldError, invalid_body, invalid_query
from .wire import Request

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Rule:
    """What a text field has to be; *default* stands in for one that is left out."""

    accepts: Callable[[str], object]
    message: str
    default: str | None = None


USER_RULES = {
    "name": Rule(lambda text: 0 < len(text.strip()) <= 100, "must have 1 to 100 characters"),
    "email": Rule(_EMAIL.fullmatch, "must be an e-mail address"),
    "role": Rule(lambda text: text in ROLES, "must be one of " + ", ".join(ROLES), ROLES[-1]),
}
POST_RULES = {
    "title": Rule(lambda text: 0 < len(text.strip()) <= 200, "must have 1 to 200 characters"),
    "body": Rule(lambda text: len(text) <= 10_000, "must have at most 10000 characters", ""),
}


def read_fields(
    request: Request, rules: Mapping[str, Rule], *, partial: bool = False
) -> dict[str, str]:
    """
    Take the fields named by *rules* from a JSON body; others are ignored.

    Args:
        request: The request whose body is read.
        rules: The fields to take.
        partial: Whether fields may be missing, as in PATCH.

    Raises:
        Problem: 400 for broken JSON, 422 with one entry for each bad field.
    """
    document: object = request.json()
    if not isinstance(document, dict):
        raise invalid_body([FieldError("", "must be an object")])
    members = cast("dict[str, object]", document)
    given = {name: members[name] for name in rules if name in members}
    wanted = {name: rules[name] for name in rules if name in given or not partial}
    errors = [
        FieldError(name, message)
        for name, rule in wanted.items()
        if (message := _complaint(rule, name in given, given.get(name))) is not None
    ]
    if errors:
        raise invalid_body(errors)
    return {name: str(given.get(name, rule.default)) for name, rule in wanted.items()}


def read_number(request: Request, name: str, *, default: int, low: int, high: int) -> int:
    """
    Read query parameter *name*; one above *high* counts as *high*.

    Raises:
        Problem: 400 when it is no whole number or below *low*.
    """
    text = request.argument(name)
    if text is None:
        return default
    # Longer ones are refused by int(), and no caller means them.
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < low:
        raise invalid_query(name, f"must be a whole number from {low}")
    return min(int(text), high)


def _complaint(rule: Rule, present: bool, value: object) -> str | None:
    if not present:
        return None if rule.default is not None else "is required"
    if not isinstance(value, str):
        return "must be a string"
    return None if rule.accepts(value) else rule.message
