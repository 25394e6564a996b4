"""A resource's model: what may be one, how it is found, and when a wrong one is told."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec
import pytest

from sdkbase import (
    AsyncHttpClient,
    AsyncResource,
    ConfigurationError,
    DecodeError,
    Resource,
)
from tests._async.test_resources import BASE, AsyncDemo, AsyncUsers, NewUser, Recorder, User

M = TypeVar("M")
N = TypeVar("N")


# --- models ---------------------------------------------------------------------------------


async def test_a_body_that_is_no_model_is_a_decode_error_with_the_template() -> None:
    async with AsyncHttpClient(BASE, transport=Recorder({"id": "x"})) as client:
        with pytest.raises(DecodeError, match=r"GET /users/\{user_id\} -> 200: .* valid User"):
            await AsyncUsers(client).retrieve(1)


class Opaque:
    """msgspec knows nothing of it."""


def test_a_model_that_can_not_be_decoded_is_told_when_the_class_is_made() -> None:
    with pytest.raises(ConfigurationError, match=r"AsyncBad: Opaque can not be decoded"):

        class AsyncBad(AsyncResource[Opaque]):
            pass


def test_a_model_that_holds_such_a_type_is_told_too() -> None:
    class Holder(msgspec.Struct):
        inner: list[Opaque]

    with pytest.raises(ConfigurationError, match="msgspec does not know"):

        class AsyncBad(AsyncResource[Holder]):
            pass


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("users", r"AsyncBad\.path must start with '/'"),
        (5, r"AsyncBad\.path must start with '/'"),
        ("/users/{", r"AsyncBad\.path: path template"),
        ("/users?a=1", r"AsyncBad\.path: path template"),
    ],
)
def test_a_bad_path_is_told_when_the_class_is_made(bad: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        type("AsyncBad", (AsyncResource,), {"path": bad})


async def test_a_resource_without_a_model_takes_cast_to_or_says_so() -> None:
    class AsyncBare(AsyncResource):
        path = "/bare"

        async def typed(self) -> User:
            return await self._get(cast_to=User)

        async def untyped(self) -> Any:
            return await self._get()

    async with AsyncHttpClient(BASE, transport=Recorder()) as client:
        assert await AsyncBare(client).typed() == User(1, "Ada")
        with pytest.raises(ConfigurationError, match="AsyncBare has no model"):
            await AsyncBare(client).untyped()


class AsyncCrud(AsyncResource[M], Generic[M, N]):
    """A generic layer between: the model comes first, what creates it second."""

    async def retrieve(self, item_id: int) -> M:
        return await self._get("/{item_id}", item_id)

    async def create(self, new: N) -> M:
        return await self._post(json_data=new)


class AsyncSwapped(AsyncCrud[M, N], Generic[N, M]):
    """The other order of parameters."""


class AsyncCrudUsers(AsyncCrud[User, NewUser]):
    path = "/users"


class AsyncSwappedUsers(AsyncSwapped[NewUser, User]):
    path = "/users"


class AsyncSpecialUsers(AsyncCrudUsers):
    path = "/special"


@pytest.mark.parametrize("kind", [AsyncCrudUsers, AsyncSwappedUsers, AsyncSpecialUsers])
async def test_the_model_is_found_through_generic_bases(kind: Any) -> None:
    async with AsyncHttpClient(BASE, transport=Recorder()) as client:
        assert await kind(client).retrieve(1) == User(1, "Ada")
        assert await kind(client).create(NewUser("Ada", "a@b.c")) == User(1, "Ada")


class AsyncLists(AsyncResource[list[User]]):
    path = "/users"

    async def all(self) -> list[User]:
        return await self._get()


class AsyncNothing(AsyncResource[None]):
    path = "/run"

    async def run(self) -> None:
        await self._post()


async def test_the_model_may_be_any_type_that_can_be_decoded() -> None:
    async with AsyncHttpClient(BASE, transport=Recorder([{"id": 1, "name": "a"}])) as client:
        assert await AsyncLists(client).all() == [User(1, "a")]
        await AsyncNothing(client).run()


async def test_reprs_name_path_and_model() -> None:
    async with AsyncDemo(BASE, transport=Recorder()) as demo:
        assert repr(demo.users) == "<AsyncUsers /users (User)>"
        assert repr(demo.users.posts) == "<AsyncPosts /users/{user_id}/posts (Post)>"
        assert repr(AsyncLists(demo)) == "<AsyncLists /users (list[User])>"
    assert issubclass(AsyncUsers, Resource)
