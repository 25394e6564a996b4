# Generated from _async/test_resources.py by sdkbase.codegen. Do not edit.
# sha256: 753f7affdb53c9df
"""Typed resources: paths, arguments, bodies, models, and what is checked when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import (
    OMIT,
    BearerAuth,
    ConfigurationError,
    InvalidRequestError,
    NotFoundError,
    Omit,
    RequestOptions,
    SyncHttpClient,
    SyncResource,
)

BASE = "https://api.example/v1"
M = TypeVar("M")
N = TypeVar("N")


class User(msgspec.Struct, frozen=True):
    id: int
    name: str


class Post(msgspec.Struct, frozen=True):
    id: int
    user_id: int
    title: str


class UserPage(msgspec.Struct):
    items: list[User]
    total: int


class NewUser(msgspec.Struct, omit_defaults=True):
    name: str
    email: str
    role: str = "viewer"


@dataclass
class NewPost:
    title: str


class Role(Enum):
    ADMIN = "admin"


class SyncPosts(SyncResource[Post]):
    path = "/users/{user_id}/posts"

    def create(self, user_id: int, title: str) -> Post:
        return self._post("", user_id, json_data=NewPost(title))

    def all_of(self, user_id: int) -> list[Post]:
        return self._get("", user_id, cast_to=list[Post])


class SyncUsers(SyncResource[User]):
    path = "/users"

    @cached_property
    def posts(self) -> SyncPosts:
        return SyncPosts(self)

    def retrieve(self, user_id: int) -> User:
        return self._get("/{user_id}", user_id)

    def find(self, *, role: str | Omit = OMIT, size: int | Omit = OMIT) -> UserPage:
        return self._get(query={"role": role, "size": size}, cast_to=UserPage)

    def create(self, new: Any, options: RequestOptions | None = None) -> User:
        return self._post("", json_data=new, options=options)

    def rename(self, user_id: int, name: str) -> User:
        return self._patch("/{user_id}", user_id, json_data={"name": name})

    def replace(self, user_id: int, new: NewUser) -> User:
        return self._put("/{user_id}", user_id, json_data=new)

    def remove(self, user_id: int) -> None:
        return self._delete("/{user_id}", user_id, cast_to=None)


class SyncDemo(SyncHttpClient):
    @cached_property
    def users(self) -> SyncUsers:
        return SyncUsers(self)


class SyncEcho(SyncResource[Any]):
    """Call anything."""

    def call(self, template: str, *args: Any, **kwargs: Any) -> Any:
        return self._get(template, *args, cast_to=Any, **kwargs)


class Recorder(httpx.MockTransport):
    def __init__(self, answer: Any = None) -> None:
        super().__init__(self.answer)
        self.body = {"id": 1, "name": "Ada"} if answer is None else answer
        self.requests: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200, json=self.body)

    @property
    def path(self) -> str:
        return self.requests[-1].url.raw_path.decode()


# --- the whole of it, against a real server -------------------------------------------------


def test_a_small_sdk_works_end_to_end(api: DemoApi) -> None:
    with SyncDemo(api.base_url, auth=BearerAuth("demo-token")) as demo:
        created = demo.users.create(NewUser("Ada", "ada@demo-api.example"))
        assert demo.users.retrieve(created.id) == User(created.id, "Ada")
        assert (demo.users.rename(created.id, "Grace")).name == "Grace"
        changed = NewUser("Ida", "ida@demo-api.example", role="admin")
        assert (demo.users.replace(created.id, changed)).name == "Ida"
        post = demo.users.posts.create(created.id, "Hello")
        assert demo.users.posts.all_of(created.id) == [post]
        admins = demo.users.find(role="admin", size=1)
        assert (len(admins.items), admins.total) == (1, 84)
        demo.users.remove(created.id)
        with pytest.raises(NotFoundError):
            demo.users.retrieve(created.id)


def test_sub_resources_are_made_once_and_when_asked_for() -> None:
    with SyncDemo(BASE, transport=Recorder()) as demo:
        assert "users" not in vars(demo)
        users = demo.users
        assert users is demo.users
        assert "posts" not in vars(users)
        assert users.posts is users.posts


# --- paths ----------------------------------------------------------------------------------

TEMPLATES: list[tuple[str, tuple[Any, ...], str]] = [
    ("/users/{id}", (7,), "/v1/users/7"),
    ("users/{id}", (7,), "/v1/users/7"),
    ("/repos/{owner}/{name}", ("ada", "x"), "/v1/repos/ada/x"),
    ("/u/{id}", ("a/b",), "/v1/u/a%2Fb"),
    ("/u/{id}", ("a b?c#d&e",), "/v1/u/a%20b%3Fc%23d%26e"),
    ("/u/{id}", ("%2e%2e",), "/v1/u/%252e%252e"),
    ("/u/{id}", ("é",), "/v1/u/%C3%A9"),
    ("/u/{id}", ("a.b-c_d~e",), "/v1/u/a.b-c_d~e"),
    ("/u/{id}", ("...",), "/v1/u/..."),
    ("/u/{id}:run", ("a:b",), "/v1/u/a%3Ab:run"),
    ("/u/{id}", (UUID(int=1),), "/v1/u/00000000-0000-0000-0000-000000000001"),
    ("/u/{id}", (date(2024, 5, 6),), "/v1/u/2024-05-06"),
    ("/u/{id}", (Role.ADMIN,), "/v1/u/admin"),
    ("/u/{id}", (-1,), "/v1/u/-1"),
    ("/files/{+path}", ("a/b c/d.txt",), "/v1/files/a/b%20c/d.txt"),
    ("/files/{+path}/raw", ("a?b/c#d",), "/v1/files/a%3Fb/c%23d/raw"),
    ("", (), "/v1"),
]


@pytest.mark.parametrize(("template", "args", "path"), TEMPLATES)
def test_arguments_fill_the_template(template: str, args: tuple[Any, ...], path: str) -> None:
    wire = Recorder()
    with SyncHttpClient(BASE, transport=wire) as client:
        SyncEcho(client).call(template, *args)
    assert wire.path == path


HOSTILE = ["", ".", "..", "a\nb", "a\x00b", "\x7f", "\t", None, 1.5, True, b"x", ["a"], OMIT]


@pytest.mark.parametrize("arg", HOSTILE, ids=repr)
def test_a_hostile_argument_is_refused_before_sending(arg: Any) -> None:
    wire = Recorder()
    with SyncHttpClient(BASE, transport=wire) as client:
        with pytest.raises(InvalidRequestError, match="argument 'id' of path template '/u/{id}'"):
            SyncEcho(client).call("/u/{id}", arg)
    assert not wire.requests


@pytest.mark.parametrize("arg", ["", "/", "../x", "a/../b", "a/./b", "a/..", "..\\x", "a\nb"])
def test_a_path_argument_can_not_leave_its_place(arg: str) -> None:
    wire = Recorder()
    with SyncHttpClient(BASE, transport=wire) as client:
        with pytest.raises(InvalidRequestError, match="argument 'path' of path template"):
            SyncEcho(client).call("/files/{+path}", arg)
    assert not wire.requests


@pytest.mark.parametrize(("args", "got"), [((), 0), (("a",), 1), (("a", "b", "c"), 3)])
def test_the_number_of_arguments_must_match(args: tuple[str, ...], got: int) -> None:
    with SyncHttpClient(BASE, transport=Recorder()) as client:
        with pytest.raises(InvalidRequestError) as caught:
            SyncEcho(client).call("/repos/{owner}/{name}", *args)
    assert str(caught.value) == (
        f"path template '/repos/{{owner}}/{{name}}' takes 2 arguments (owner, name), got {got}"
    )


@pytest.mark.parametrize("template", ["/u/{", "/u/}", "/u/{}", "/u/{a b}", "/u?x=1", "/u#x"])
def test_a_template_that_is_none_is_refused(template: str) -> None:
    with SyncHttpClient(BASE, transport=Recorder()) as client:
        with pytest.raises(ConfigurationError, match="path template"):
            SyncEcho(client).call(template)


def test_a_resource_needs_a_base_url() -> None:
    with SyncHttpClient(transport=Recorder()) as client:
        with pytest.raises(InvalidRequestError, match="the client has no base_url"):
            SyncUsers(client).retrieve(1)


def test_the_path_of_the_class_may_have_arguments_too() -> None:
    wire = Recorder([])
    with SyncHttpClient(BASE, transport=wire) as client:
        SyncPosts(client).all_of(7)
    assert wire.path == "/v1/users/7/posts"


# --- arguments ------------------------------------------------------------------------------


def test_omitted_parameters_are_left_out() -> None:
    wire = Recorder({"items": [], "total": 0})
    with SyncHttpClient(BASE, transport=wire) as client:
        SyncUsers(client).find()
        assert wire.path == "/v1/users"
        SyncUsers(client).find(role="admin")
        assert wire.path == "/v1/users?role=admin"


@pytest.mark.parametrize(
    ("value", "body"),
    [
        (NewUser("Ada", "a@b.c"), b'{"name":"Ada","email":"a@b.c"}'),
        ({"name": "Ada", "role": OMIT}, b'{"name":"Ada"}'),
        (NewPost("x"), b'{"title":"x"}'),
    ],
)
def test_bodies_of_structs_dicts_and_dataclasses(value: Any, body: bytes) -> None:
    wire = Recorder()
    with SyncHttpClient(BASE, transport=wire) as client:
        SyncUsers(client).create(value)
    assert wire.requests[0].content == body


def test_options_reach_the_request() -> None:
    wire = Recorder()
    with SyncHttpClient(BASE, transport=wire) as client:
        options = RequestOptions(headers={"x-a": "1"}, query={"q": 2}, idempotency_key="k")
        SyncUsers(client).create({}, options)
    request = wire.requests[0]
    assert request.url.query == b"q=2"
    assert (request.headers["x-a"], request.headers["idempotency-key"]) == ("1", "k")


def test_data_files_and_content_are_bodies_too() -> None:
    class SyncUploads(SyncResource[Any]):
        path = "/uploads"

        def send(self, **body: Any) -> Any:
            return self._request("POST", **body)

    wire = Recorder()
    with SyncHttpClient(BASE, transport=wire) as client:
        uploads = SyncUploads(client)
        uploads.send(data={"a": "1"})
        uploads.send(content=b"raw")
        uploads.send(files={"f": b"file"})
    contents = [request.content for request in wire.requests]
    assert contents[:2] == [b"a=1", b"raw"]
    assert b"file" in contents[2]
