"""The resource that is measured, and transports that answer from memory."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sdkbase import AsyncResource, SyncResource
from sdkbase._policy.deadline import AttemptTimeout
from sdkbase._wire.call import Call
from sdkbase._wire.reply import Reply

from .server import USER


class User(msgspec.Struct, frozen=True):
    """What the server answers with."""

    id: int
    name: str
    email: str
    role: str
    active: bool
    created_at: datetime
    bio: str


class AsyncUsers(AsyncResource[User]):
    """One call of an SDK, as its author writes it."""

    path = "/users"

    async def retrieve(self, user_id: int) -> User:
        """Return one user."""
        return await self._get("/{user_id}", user_id)


class SyncUsers(SyncResource[User]):
    """The same for the sync client."""

    path = "/users"

    def retrieve(self, user_id: int) -> User:
        """Return one user."""
        return self._get("/{user_id}", user_id)


class AsyncMemory:
    """Answers without a wire: what is left is sdkbase."""

    async def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        """Return the user."""
        return _reply()

    async def aclose(self) -> None:
        """Do nothing."""


class SyncMemory:
    """The same for the sync client."""

    def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        """Return the user."""
        return _reply()

    def close(self) -> None:
        """Do nothing."""


def _reply() -> Reply:
    headers = [
        (b"date", b"Fri, 02 Jan 2026 03:04:05 GMT"),
        (b"server", b"bench"),
        (b"content-type", b"application/json"),
        (b"content-length", b"200"),
    ]
    return Reply(200, headers, USER, reason="OK", elapsed=0.001)
