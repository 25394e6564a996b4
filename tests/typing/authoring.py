"""What an SDK author and a user of the SDK see of results, CRUD, streams and downloads."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import assert_type

import msgspec
from typing_extensions import TypedDict, Unpack

from sdkbase import (
    ApiResponse,
    AsyncCreate,
    AsyncCrud,
    AsyncEventStream,
    AsyncHttpClient,
    AsyncItemStream,
    AsyncList,
    AsyncPager,
    AsyncResource,
    AsyncRetrieve,
    BearerAuth,
    DownloadedFile,
    PageNumberPagination,
    ServerSentEvent,
    SyncCrud,
    SyncEventStream,
    SyncHttpClient,
    SyncItemStream,
    SyncPager,
    SyncResource,
)


class User(msgspec.Struct):
    id: int
    name: str


class NewUser(msgspec.Struct):
    name: str


class Changes(TypedDict, total=False):
    name: str


class Started(msgspec.Struct, tag="started"):
    id: int


class Text(msgspec.Struct, tag="text"):
    text: str


class AsyncUsers(AsyncCrud[User, NewUser, Changes]):
    path = "/users"
    pagination = PageNumberPagination(size=100)


class AsyncTeams(AsyncRetrieve[User], AsyncList[User], AsyncCreate[User, NewUser]):
    path = "/teams"


class AsyncThings(AsyncResource[User]):
    path = "/things"

    async def create(self, **body: Unpack[Changes]) -> User:
        return await self._post(json_data=body)

    async def calls(self) -> None:
        assert_type(await self._get("/{id}", 7), User)
        assert_type(await self._get(cast_to=ApiResponse[User]), ApiResponse[User])
        assert_type(await self._head(cast_to=None), None)
        assert_type(await self._patch("/{id}", url="/x", cast_to=list[User]), list[User])
        assert_type(await self._download("/{id}", 7, to=Path("file")), DownloadedFile)

    def streams(self) -> None:
        assert_type(self._stream_bytes("GET", "/raw"), AsyncItemStream[bytes])
        assert_type(self._stream_lines("GET", "/log"), AsyncItemStream[str])
        assert_type(self._stream_json("GET", "/export"), AsyncItemStream[User])
        rows = self._stream_json("GET", "/export", cast_to=Started | Text)
        assert_type(rows, AsyncItemStream[Started | Text])
        assert_type(self._stream_events("GET", "/events"), AsyncEventStream[User])
        deltas = self._stream_events("POST", "/chat", json_data={}, cast_to=Started | Text)
        assert_type(deltas, AsyncEventStream[Started | Text])
        raw = self._stream_events("GET", "/events", cast_to=ServerSentEvent, reconnect=True)
        assert_type(raw, AsyncEventStream[ServerSentEvent])
        assert_type(self._paginate("", PageNumberPagination()), AsyncPager[User])
        names = self._paginate("/names", PageNumberPagination(), cast_to=str)
        assert_type(names, AsyncPager[str])


class AsyncApi(AsyncHttpClient):
    default_base_url = "https://api.example"
    base_url_env = "API_URL"
    default_auth = BearerAuth.from_env("API_KEY")
    default_headers = {"api-version": "2026-01-01"}
    error_model = User
    query_style = "comma"
    idempotency_key_methods = ("POST",)

    @cached_property
    def users(self) -> AsyncUsers:
        return AsyncUsers(self)


async def use(api: AsyncApi) -> None:
    assert_type(await api.users.retrieve(7), User)
    assert_type(api.users.list(), AsyncPager[User])
    assert_type(await api.users.list().limit(3).collect(), list[User])
    assert_type(await api.users.create(NewUser("a")), User)
    assert_type(await api.users.update(7, {"name": "b"}), User)
    assert_type(await api.users.delete(7), None)
    assert_type(await api.with_response(api.users.retrieve, 7), ApiResponse[User])
    response = await api.with_response(api.users.update, 7, {"name": "b"})
    assert_type(response.data, User)
    assert_type(await api.get("/x", cast_to=ApiResponse[list[User]]), ApiResponse[list[User]])
    assert_type(await api.download("/file", "file.bin"), DownloadedFile)
    assert_type(api.stream_lines("GET", "/log"), AsyncItemStream[str])
    assert_type(api.stream_json("GET", "/x", cast_to=User), AsyncItemStream[User])
    assert_type(api.stream_events("GET", "/x", cast_to=Text), AsyncEventStream[Text])
    async with api.stream_events("GET", "/x", cast_to=Started | Text) as events:
        assert_type(events, AsyncEventStream[Started | Text])
        async for event in events:
            assert_type(event, Started | Text)
    async for user in api.users.list():
        assert_type(user, User)


class Users(SyncCrud[User, NewUser]):
    path = "/users"


class Things(SyncResource[User]):
    def streams(self) -> None:
        assert_type(self._stream_lines("GET", "/log"), SyncItemStream[str])
        assert_type(self._stream_json("GET", "/export", cast_to=Text), SyncItemStream[Text])
        assert_type(self._stream_events("GET", "/events"), SyncEventStream[User])
        assert_type(self._paginate("", PageNumberPagination()), SyncPager[User])
        assert_type(self._download(to="file"), DownloadedFile)


class Api(SyncHttpClient):
    @cached_property
    def users(self) -> Users:
        return Users(self)


def use_sync(api: Api) -> None:
    assert_type(api.users.retrieve(7), User)
    assert_type(api.users.update(7, NewUser("b")), User)
    assert_type(api.with_response(api.users.retrieve, 7), ApiResponse[User])
    assert_type(api.users.list().collect(), list[User])
    for user in api.users.list():
        assert_type(user, User)
    assert_type(api.download("/file", Path("file")), DownloadedFile)


class AsyncStatus(AsyncResource):
    async def build(self) -> User:
        return await self._get("/build", cast_to=User)

    async def anything(self) -> None:
        assert_type(await self._get("/build"), object)
