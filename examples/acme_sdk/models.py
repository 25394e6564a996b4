"""What the API takes and gives, as msgspec structs: written once, used by both clients."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sdkbase.models import OpenEnum


class Role(OpenEnum):
    """What a user may do; a role that is newer than this SDK is kept as it came."""

    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


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


class Tick(msgspec.Struct, frozen=True):
    """One event of the route that counts."""

    number: int
    of: int
