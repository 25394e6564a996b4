"""The five usual operations, whole and one by one, against the demo API and by their requests."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import httpx
import msgspec
import pytest
from typing_extensions import TypedDict, Unpack

from demo_api import DemoApi
from sdkbase import (
    AsyncCreate,
    AsyncCrud,
    AsyncDelete,
    AsyncHttpClient,
    AsyncList,
    AsyncResource,
    AsyncRetrieve,
    AsyncUpdate,
    BearerAuth,
    ConfigurationError,
    NotFoundError,
    PageNumberPagination,
    RequestOptions,
)

BASE = "https://api.example"


class User(msgspec.Struct):
    id: int
    name: str
    email: str


class NewUser(msgspec.Struct):
    name: str
    email: str


class Changes(TypedDict, total=False):
    name: str
    email: str


class AsyncUsers(AsyncCrud[User, NewUser, Changes]):
    path = "/users"
    pagination = PageNumberPagination(size=100)


class AsyncApi(AsyncHttpClient):
    @cached_property
    def users(self) -> AsyncUsers:
        return AsyncUsers(self)


class AsyncReplaced(AsyncUpdate[User, NewUser]):
    path = "/users"
    update_method = "PUT"


class AsyncSome(AsyncRetrieve[User], AsyncDelete[User]):
    path = "/teams/{team_id}/members"


class AsyncListed(AsyncList[User], AsyncCreate[User, NewUser]):
    path = "/listed"


class AsyncTyped(AsyncResource[User]):
    path = "/users"

    async def create(self, **body: Unpack[Changes]) -> User:
        return await self._post(json_data=body)


async def test_a_plain_resource_is_four_lines(api: DemoApi) -> None:
    async with AsyncApi(api.base_url, auth=BearerAuth(api.token)) as client:
        made = await client.users.create(NewUser("Zoe", "zoe@example.com"))
        assert (made.name, await client.users.retrieve(made.id)) == ("Zoe", made)
        changed = await client.users.update(made.id, {"name": "Zoë"})
        assert (changed.name, changed.email) == ("Zoë", "zoe@example.com")
        everyone = await client.users.list().collect()
        assert everyone[-1] == changed
        assert len({user.id for user in everyone}) == len(everyone) > 200
        await client.users.delete(made.id)
        with pytest.raises(NotFoundError):
            await client.users.retrieve(made.id)


class Server:
    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json=self.answer)

    def client(self) -> AsyncHttpClient:
        return AsyncHttpClient(BASE, transport=httpx.MockTransport(self))

    def said(self) -> list[str]:
        return [
            request.method + " " + request.url.raw_path.decode() + " " + request.content.decode()
            for request in self.requests
        ]


USER = {"id": 1, "name": "a", "email": "b"}


async def test_single_operations_and_a_bound_parent() -> None:
    server = Server(USER)
    async with server.client() as client:
        members = AsyncSome(client, 7)
        await members.retrieve("a/b")
        await members.delete(3)
        assert not hasattr(members, "create")
    assert server.said() == ["GET /teams/7/members/a%2Fb ", "DELETE /teams/7/members/3 "]


async def test_update_may_be_put() -> None:
    server = Server(USER)
    async with server.client() as client:
        await AsyncReplaced(client).update(1, NewUser("a", "b"))
    assert server.said() == ['PUT /users/1 {"name":"a","email":"b"}']


async def test_without_paging_a_list_is_one_call() -> None:
    server = Server([USER, USER])
    async with server.client() as client:
        assert len(await AsyncListed(client).list(query={"team": 3}).collect()) == 2
    assert server.said() == ["GET /listed?team=3 "]


async def test_options_reach_every_call() -> None:
    server = Server(USER)
    options = RequestOptions(headers={"x-tenant": "t1"})
    async with server.client() as client:
        users = AsyncUsers(client)
        await users.retrieve(1, options=options)
        await users.create(NewUser("a", "b"), options=options)
        await users.update(1, {}, options=options)
        await users.delete(1, options=options)
    async with Server([USER]).client() as client:
        await AsyncListed(client).list(options=options).collect()
    assert [request.headers.get("x-tenant") for request in server.requests] == ["t1"] * 4


async def test_an_unpacked_typed_dict_is_a_body() -> None:
    server = Server(USER)
    async with server.client() as client:
        await AsyncTyped(client).create(name="a")
    assert server.said() == ['POST /users {"name":"a"}']


class NoModel:
    pass


def test_a_wrong_model_is_refused_when_the_class_is_made() -> None:
    with pytest.raises(ConfigurationError, match="^AsyncWrong: NoModel can not be decoded"):

        class AsyncWrong(AsyncRetrieve[NoModel]):
            path = "/x"
