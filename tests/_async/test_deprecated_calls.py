"""A call that the server announces the end of is warned of once, at the caller's line."""

from __future__ import annotations

import warnings
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import ApiDeprecationWarning, AsyncHttpClient, AsyncResource, NotFoundError

BASE = "https://api.example"
OLD = {"Deprecation": "@1688169599", "Sunset": "Sun, 30 Jun 2024 23:59:59 GMT"}


class User(msgspec.Struct):
    id: int


class AsyncUsers(AsyncResource[User]):
    path = "/users"

    async def retrieve(self, user_id: int) -> User:
        return await self._get("/{user_id}", user_id)


def answering(status: int = 200, headers: dict[str, str] = OLD) -> Any:
    return httpx.MockTransport(
        lambda request: httpx.Response(status, headers=headers, json={"id": 7})
    )


async def test_each_method_and_template_is_warned_of_once() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        async with AsyncHttpClient(BASE, transport=answering()) as client:
            users = AsyncUsers(client)
            for user_id in range(3):
                await users.retrieve(user_id)
                await users.retrieve(user_id)
            await client.post("/users", cast_to=User)
            await AsyncUsers(client.with_options(deadline=5.0)).retrieve(1)
    assert [item.category for item in caught] == [ApiDeprecationWarning] * 2
    assert [str(item.message) for item in caught] == [
        "GET /users/{user_id} is deprecated as of 2023-06-30; stops working on 2024-06-30",
        "POST /users is deprecated as of 2023-06-30; stops working on 2024-06-30",
    ]
    assert {item.filename for item in caught} == {__file__}


async def test_a_call_without_the_headers_is_not_warned_of() -> None:
    async with AsyncHttpClient(BASE, transport=answering(headers={})) as client:
        assert await client.get("/", cast_to=User) == User(7)


async def test_an_error_may_announce_it() -> None:
    async with AsyncHttpClient(BASE, transport=answering(404)) as client:
        with pytest.warns(ApiDeprecationWarning), pytest.raises(NotFoundError):
            await client.get("/", cast_to=User)


async def test_it_is_no_error_but_a_filter_may_make_it_one() -> None:
    async with AsyncHttpClient(BASE, transport=answering()) as client:
        with pytest.raises(ApiDeprecationWarning):  # as pytest's filter says
            await client.get("/", cast_to=User)
        assert await client.get("/", cast_to=User) == User(7)
