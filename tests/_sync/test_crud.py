# Generated from _async/test_crud.py by sdkbase.codegen. Do not edit.
# sha256: 15ba3927f3afa6ec
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
    BearerAuth,
    ConfigurationError,
    NotFoundError,
    PageNumberPagination,
    RequestOptions,
    SyncCreate,
    SyncCrud,
    SyncDelete,
    SyncHttpClient,
    SyncList,
    SyncResource,
    SyncRetrieve,
    SyncUpdate,
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


class SyncUsers(SyncCrud[User, NewUser, Changes]):
    path = "/users"
    pagination = PageNumberPagination(size=100)


class SyncApi(SyncHttpClient):
    @cached_property
    def users(self) -> SyncUsers:
        return SyncUsers(self)


class SyncReplaced(SyncUpdate[User, NewUser]):
    path = "/users"
    update_method = "PUT"


class SyncSome(SyncRetrieve[User], SyncDelete[User]):
    path = "/teams/{team_id}/members"


class SyncListed(SyncList[User], SyncCreate[User, NewUser]):
    path = "/listed"


class SyncTyped(SyncResource[User]):
    path = "/users"

    def create(self, **body: Unpack[Changes]) -> User:
        return self._post(json_data=body)


def test_a_plain_resource_is_four_lines(api: DemoApi) -> None:
    with SyncApi(api.base_url, auth=BearerAuth(api.token)) as client:
        made = client.users.create(NewUser("Zoe", "zoe@example.com"))
        assert (made.name, client.users.retrieve(made.id)) == ("Zoe", made)
        changed = client.users.update(made.id, {"name": "Zoë"})
        assert (changed.name, changed.email) == ("Zoë", "zoe@example.com")
        everyone = client.users.list().collect()
        assert everyone[-1] == changed
        assert len({user.id for user in everyone}) == len(everyone) > 200
        client.users.delete(made.id)
        with pytest.raises(NotFoundError):
            client.users.retrieve(made.id)


class Server:
    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json=self.answer)

    def client(self) -> SyncHttpClient:
        return SyncHttpClient(BASE, transport=httpx.MockTransport(self))

    def said(self) -> list[str]:
        return [
            request.method + " " + request.url.raw_path.decode() + " " + request.content.decode()
            for request in self.requests
        ]


USER = {"id": 1, "name": "a", "email": "b"}


def test_single_operations_and_a_bound_parent() -> None:
    server = Server(USER)
    with server.client() as client:
        members = SyncSome(client, 7)
        members.retrieve("a/b")
        members.delete(3)
        assert not hasattr(members, "create")
    assert server.said() == ["GET /teams/7/members/a%2Fb ", "DELETE /teams/7/members/3 "]


def test_update_may_be_put() -> None:
    server = Server(USER)
    with server.client() as client:
        SyncReplaced(client).update(1, NewUser("a", "b"))
    assert server.said() == ['PUT /users/1 {"name":"a","email":"b"}']


def test_without_paging_a_list_is_one_call() -> None:
    server = Server([USER, USER])
    with server.client() as client:
        assert len(SyncListed(client).list(query={"team": 3}).collect()) == 2
    assert server.said() == ["GET /listed?team=3 "]


def test_options_reach_every_call() -> None:
    server = Server(USER)
    options = RequestOptions(headers={"x-tenant": "t1"})
    with server.client() as client:
        users = SyncUsers(client)
        users.retrieve(1, options=options)
        users.create(NewUser("a", "b"), options=options)
        users.update(1, {}, options=options)
        users.delete(1, options=options)
    with Server([USER]).client() as client:
        SyncListed(client).list(options=options).collect()
    assert [request.headers.get("x-tenant") for request in server.requests] == ["t1"] * 4


def test_an_unpacked_typed_dict_is_a_body() -> None:
    server = Server(USER)
    with server.client() as client:
        SyncTyped(client).create(name="a")
    assert server.said() == ['POST /users {"name":"a"}']


class NoModel:
    pass


def test_a_wrong_model_is_refused_when_the_class_is_made() -> None:
    with pytest.raises(ConfigurationError, match="^SyncWrong: NoModel can not be decoded"):

        class SyncWrong(SyncRetrieve[NoModel]):
            path = "/x"
