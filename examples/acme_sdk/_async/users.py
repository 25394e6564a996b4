"""Users."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import cached_property

from sdkbase import OMIT, AsyncResource, Omit

from ..models import Page, Role, User
from .posts import AsyncUserPosts


class AsyncUsers(AsyncResource[User]):
    """The users of the API."""

    path = "/users"

    @cached_property
    def posts(self) -> AsyncUserPosts:
        """The posts of a user."""
        return AsyncUserPosts(self)

    async def retrieve(self, user_id: int) -> User:
        """Return one user."""
        return await self._get("/{user_id}", user_id)

    async def create(self, *, name: str, email: str, role: Role | Omit = OMIT) -> User:
        """Create a user; the API's default for *role* is viewer."""
        return await self._post(json_data={"name": name, "email": email, "role": role})

    async def update(
        self,
        user_id: int,
        *,
        name: str | Omit = OMIT,
        email: str | Omit = OMIT,
        role: Role | Omit = OMIT,
    ) -> User:
        """Change what is given and leave the rest of the user as it is."""
        changes = {"name": name, "email": email, "role": role}
        return await self._patch("/{user_id}", user_id, json_data=changes)

    async def delete(self, user_id: int) -> None:
        """Delete a user and its posts."""
        await self._delete("/{user_id}", user_id, cast_to=None)

    async def list(
        self, *, role: Role | Omit = OMIT, size: int = 100
    ) -> AsyncGenerator[User, None]:
        """Go through all users, page by page; a page is fetched when the one before is used up."""
        number = 1
        while True:
            query = {"role": role, "page": number, "size": size}
            page = await self._get(query=query, cast_to=Page[User])
            for user in page.items:
                yield user
            if page.is_last:
                return
            number += 1
