# Generated from _async/posts.py by sdkbase.codegen. Do not edit.
# sha256: c0181af3404cc3e2
"""Posts: all of them, and as a part of the user who wrote them."""

from __future__ import annotations

from collections.abc import Sequence

from sdkbase import CursorPagination, RequestOptions, SyncList, SyncResource, SyncRetrieve

from ..models import Post


class Posts(SyncRetrieve[Post], SyncList[Post]):
    """The posts of all users: `retrieve(post_id)` and `list()`, oldest first."""

    path = "/posts"
    pagination = CursorPagination(size=100)


class UserPosts(SyncResource[Post]):
    """The posts of one user."""

    path = "/users/{user_id}/posts"

    def create(
        self, user_id: int, *, title: str, body: str = "", idempotency_key: str | None = None
    ) -> Post:
        """
        Publish a post.

        Args:
            user_id: Who writes it.
            title: 1 to 200 characters.
            body: The text.
            idempotency_key: The same key gives the same post, also to another process; each call
                has one of its own if it is left out.
        """
        return self._post(
            "",
            user_id,
            json_data={"title": title, "body": body},
            options=RequestOptions(idempotency_key=idempotency_key),
        )

    def list(self, user_id: int) -> Sequence[Post]:
        """Return the posts of a user, oldest first."""
        return self._get("", user_id, cast_to=list[Post])
