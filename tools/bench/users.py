"""The resource that is measured, and transports that answer from memory."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sdkbase import AsyncResource, SyncResource
from sdkbase._policy.deadline import AttemptTimeout
from sdkbase._wire.call import Call
from sdkbase._wire.reply import Reply

from .pages import Page
from .pages import User as Listed

USER = (
    b'{"id":7,"name":"Ada Lovelace","email":"ada@example.org","role":"admin","active":true,'
    b'"created_at":"2026-01-02T03:04:05Z",'
    b'"bio":"First to publish an algorithm for a machine, in 1843; read her note G."}'
)
assert len(USER) == 200

NOTE: dict[str, object] = {
    "user_id": 7,
    "title": "On the engine",
    "tags": ["math", "engines"],
    "text": "G" * 951,
}
assert len(msgspec.json.encode(NOTE)) == 1024


class User(msgspec.Struct, frozen=True):
    """What the server answers with."""

    id: int
    name: str
    email: str
    role: str
    active: bool
    created_at: datetime
    bio: str


class Receipt(msgspec.Struct, frozen=True):
    """What the server answers to a note."""

    id: int
    accepted: bool


class AsyncUsers(AsyncResource[User]):
    """Calls of an SDK, as its author writes them."""

    path = "/users"

    async def retrieve(self, user_id: int) -> User:
        """Return one user."""
        return await self._get("/{user_id}", user_id)

    async def first_page(self) -> Page[Listed]:
        """Return the first 100 users."""
        return await self._get(query={"page": 1}, cast_to=Page[Listed])


class SyncUsers(SyncResource[User]):
    """The same for the sync client."""

    path = "/users"

    def retrieve(self, user_id: int) -> User:
        """Return one user."""
        return self._get("/{user_id}", user_id)

    def first_page(self) -> Page[Listed]:
        """Return the first 100 users."""
        return self._get(query={"page": 1}, cast_to=Page[Listed])


class AsyncNotes(AsyncResource[Receipt]):
    """A resource to post to."""

    path = "/notes"

    async def create(self, note: dict[str, object]) -> Receipt:
        """Send a note."""
        return await self._post(json_data=note)


class SyncNotes(SyncResource[Receipt]):
    """The same for the sync client."""

    path = "/notes"

    def create(self, note: dict[str, object]) -> Receipt:
        """Send a note."""
        return self._post(json_data=note)


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
