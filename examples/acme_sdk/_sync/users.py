# Generated from _async/users.py by sdkbase.codegen. Do not edit.
# sha256: 6c8e2ca2b5c08d48
"""Users."""

from __future__ import annotations

from collections.abc import Generator
from functools import cached_property

from sdkbase import OMIT, Omit, SyncResource

from ..models import Page, Role, User
from .posts import UserPosts


class Users(SyncResource[User]):
    """The users of the API."""

    path = "/users"

    @cached_property
    def posts(self) -> UserPosts:
        """The posts of a user."""
        return UserPosts(self)

    def retrieve(self, user_id: int) -> User:
        """Return one user."""
        return self._get("/{user_id}", user_id)

    def create(self, *, name: str, email: str, role: Role | Omit = OMIT) -> User:
        """Create a user; the API's default for *role* is viewer."""
        return self._post(json_data={"name": name, "email": email, "role": role})

    def update(
        self,
        user_id: int,
        *,
        name: str | Omit = OMIT,
        email: str | Omit = OMIT,
        role: Role | Omit = OMIT,
    ) -> User:
        """Change what is given and leave the rest of the user as it is."""
        changes = {"name": name, "email": email, "role": role}
        return self._patch("/{user_id}", user_id, json_data=changes)

    def delete(self, user_id: int) -> None:
        """Delete a user and its posts."""
        self._delete("/{user_id}", user_id, cast_to=None)

    def list(self, *, role: Role | Omit = OMIT, size: int = 100) -> Generator[User, None]:
        """Go through all users, page by page; a page is fetched when the one before is used up."""
        number = 1
        while True:
            query = {"role": role, "page": number, "size": size}
            page = self._get(query=query, cast_to=Page[User])
            for user in page.items:
                yield user
            if page.is_last:
                return
            number += 1
