# Generated from _async/users.py by sdkbase.codegen. Do not edit.
# sha256: eb8a48de19b08ddc
"""Users."""

from __future__ import annotations

from functools import cached_property

from sdkbase import (
    OMIT,
    Omit,
    PageNumberPagination,
    SyncDelete,
    SyncItemStream,
    SyncPager,
    SyncRetrieve,
)

from ..models import Role, User
from .posts import UserPosts

PAGES = PageNumberPagination(size=100, size_param="size", total="total")


class Users(SyncRetrieve[User], SyncDelete[User]):
    """The users of the API; `retrieve(user_id)` and `delete(user_id)` are ready made."""

    path = "/users"

    @cached_property
    def posts(self) -> UserPosts:
        """The posts of a user."""
        return UserPosts(self)

    def list(self, *, role: Role | Omit = OMIT) -> SyncPager[User]:
        """Go through all users, or those with a *role*; pages are fetched as they are needed."""
        return self._paginate("", PAGES, query={"role": role})

    def export(self) -> SyncItemStream[User]:
        """Go through all users in one response, each as it comes."""
        return self._stream_json("GET", "/export")

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
