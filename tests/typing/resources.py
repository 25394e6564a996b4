"""What type checkers see of an SDK's resources. Checked by mypy and pyright, never executed."""

from __future__ import annotations

from functools import cached_property
from typing import Generic, TypeVar, assert_type

import msgspec

from sdkbase import (
    OMIT,
    AsyncHttpClient,
    AsyncResource,
    Omit,
    RequestOptions,
    Resource,
    SyncHttpClient,
    SyncResource,
)

M = TypeVar("M")


class User(msgspec.Struct):
    id: int


class Post(msgspec.Struct):
    title: str


class AsyncPosts(AsyncResource[Post]):
    path = "/users/{user_id}/posts"

    async def all_of(self, user_id: int) -> list[Post]:
        found = await self._get("", user_id, cast_to=list[Post])
        assert_type(found, list[Post])
        return found


class AsyncUsers(AsyncResource[User]):
    path = "/users"

    @cached_property
    def posts(self) -> AsyncPosts:
        return AsyncPosts(self)

    async def model(self) -> None:
        assert_type(await self._get("/{id}", 1), User)
        assert_type(await self._post(json_data=User(1)), User)
        assert_type(await self._put("/{id}", "a", data={"a": "1"}), User)
        assert_type(await self._patch("/{id}", 1, content=b""), User)
        assert_type(await self._delete("/{id}", 1, options=RequestOptions()), User)
        assert_type(await self._request("GET", "/{id}", 1, query={"a": OMIT}), User)

    async def overridden(self, role: str | Omit = OMIT) -> None:
        assert_type(await self._get(cast_to=list[User], query={"role": role}), list[User])
        assert_type(await self._post(cast_to=None), None)
        assert_type(await self._put(cast_to=User | None), User | None)
        assert_type(await self._patch(cast_to=User | Post), User | Post)
        assert_type(await self._delete(cast_to=bytes), bytes)
        assert_type(await self._request("GET", cast_to=str), str)


class SyncPosts(SyncResource[Post]):
    path = "/posts"


class SyncUsers(SyncResource[User]):
    path = "/users"

    @cached_property
    def posts(self) -> SyncPosts:
        return SyncPosts(self)

    def model(self) -> None:
        assert_type(self._get("/{id}", 1), User)
        assert_type(self._post(json_data=User(1)), User)
        assert_type(self._request("GET", "/{id}", 1), User)

    def overridden(self) -> None:
        assert_type(self._get(cast_to=list[User]), list[User])
        assert_type(self._delete("/{id}", 1, cast_to=None), None)
        assert_type(self._request("GET", cast_to=User | Post), User | Post)


class AsyncCrud(AsyncResource[M], Generic[M]):
    """A generic layer of the author's own."""

    async def retrieve(self, item_id: int) -> M:
        return await self._get("/{id}", item_id)

    async def all(self) -> list[M]:
        return await self._get(cast_to=list[M])


class AsyncCrudPosts(AsyncCrud[Post]):
    path = "/posts"


class AsyncNothing(AsyncResource[None]):
    async def run(self) -> None:
        assert_type(await self._post(), None)


class AsyncAcme(AsyncHttpClient):
    @cached_property
    def users(self) -> AsyncUsers:
        return AsyncUsers(self)

    @cached_property
    def posts(self) -> AsyncCrudPosts:
        return AsyncCrudPosts(self)


class Acme(SyncHttpClient):
    @cached_property
    def users(self) -> SyncUsers:
        return SyncUsers(self)


async def use(acme: AsyncAcme) -> None:
    assert_type(await acme.users.posts.all_of(1), list[Post])
    assert_type(await acme.posts.retrieve(1), Post)
    assert_type(await acme.posts.all(), list[Post])
    assert_type(acme.with_options().users, AsyncUsers)


def use_sync(acme: Acme) -> None:
    assert_type(acme.users.posts, SyncPosts)
    takes_any_colour(acme.users)


def takes_any_colour(resource: Resource[User]) -> None: ...


async def wrong(users: AsyncUsers, client: SyncHttpClient) -> None:
    AsyncUsers(client)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # other colour
    await users._get("/{id}", 1.5)  # type: ignore[call-overload]  # pyright: ignore[reportPrivateUsage, reportCallIssue, reportArgumentType]  # no path argument
