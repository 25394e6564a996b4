"""What the API takes and gives, as msgspec structs: written once, used by both clients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Generic, Literal, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")

Role: TypeAlias = Literal["admin", "editor", "viewer"]


class User(msgspec.Struct, frozen=True):
    """A person with an account."""

    id: int
    name: str
    email: str
    role: Role
    created_at: datetime


class Post(msgspec.Struct, frozen=True):
    """A text that a user has published."""

    id: int
    user_id: int
    title: str
    body: str
    created_at: datetime


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list, and where in the list it stands."""

    items: Sequence[T]
    page: int
    size: int
    total: int

    @property
    def is_last(self) -> bool:
        """Whether no further page follows."""
        return self.page * self.size >= self.total


class Health(msgspec.Struct, frozen=True):
    """Whether the API is up."""

    status: str


class Flaky(msgspec.Struct, frozen=True):
    """The answer of the route that fails twice, and how often it was called."""

    key: str
    calls: int


class Limited(msgspec.Struct, frozen=True):
    """The answer of the route with a rate limit."""

    ok: bool


class FieldError(msgspec.Struct, frozen=True):
    """One field that the API refused, and why."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True):
    """The body of the API's errors (RFC 9457); `StatusError.body` holds it."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: Sequence[FieldError] = ()
