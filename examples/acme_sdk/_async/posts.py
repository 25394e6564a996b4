"""Posts: all of them, and as a part of the user who wrote them."""

from __future__ import annotations

from collections.abc import Sequence

from sdkbase import AsyncList, AsyncResource, AsyncRetrieve, CursorPagination, RequestOptions

from ..models import Post


class AsyncPosts(AsyncRetrieve[Post], AsyncList[Post]):
    """The posts of all users: `retrieve(post_id)` and `list()`, oldest first."""

    path = "/posts"
    pagination = CursorPagination(size=100)


class AsyncUserPosts(AsyncResource[Post]):
    """The posts of one user."""

    path = "/users/{user_id}/posts"

    async def create(
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
        return await self._post(
            "",
            user_id,
            json_data={"title": title, "body": body},
            options=RequestOptions(idempotency_key=idempotency_key),
        )

    async def list(self, user_id: int) -> Sequence[Post]:
        """Return the posts of a user, oldest first."""
        return await self._get("", user_id, cast_to=list[Post])
