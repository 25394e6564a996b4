"""The typed result together with its response: `cast_to=ApiResponse[T]` and `with_response`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import (
    ApiResponse,
    AsyncHttpClient,
    AsyncResource,
    ConfigurationError,
    DecodeError,
    NotFoundError,
    RetryConfig,
    SinglePage,
)
from tests.two_colour import AsyncNursery, AsyncVirtualClock

BASE = "https://api.example"


class User(msgspec.Struct):
    id: int


class AsyncUsers(AsyncResource[User]):
    path = "/users"

    async def retrieve(self, user_id: int) -> User:
        return await self._get("/{user_id}", user_id)

    async def both(self, user_id: int) -> ApiResponse[User]:
        return await self._get("/{user_id}", user_id, cast_to=ApiResponse[User])

    async def name_of(self, user_id: int) -> str:
        user = await self.retrieve(user_id)
        await self._get("/{user_id}/log", user.id, cast_to=None)
        return "user " + str(user.id)

    def nothing(self) -> None:
        return None


class AsyncApi(AsyncHttpClient):
    @cached_property
    def users(self) -> AsyncUsers:
        return AsyncUsers(self)


def answer(request: httpx.Request) -> httpx.Response:
    headers = {"x-request-id": "req-" + request.url.path, "etag": '"1"'}
    number = int(request.url.path.split("/")[2])
    return httpx.Response(200, json={"id": number}, headers=headers)


def client(handler: Callable[[httpx.Request], httpx.Response] = answer) -> AsyncApi:
    return AsyncApi(
        BASE,
        transport=httpx.MockTransport(handler),
        retry_config=RetryConfig(backoff_factor=0),
        clock=AsyncVirtualClock(),
    )


async def test_cast_to_an_api_response_gives_the_result_and_what_came_with_it() -> None:
    async with client() as api:
        response = await api.users.both(7)
        assert response.data == User(7)
        assert (response.status_code, response.attempts) == (200, 1)
        assert response.headers["ETag"] == '"1"'
        assert response.request_id == "req-/users/7"
        assert response.elapsed == 0.0
        assert response.http_response.json() == {"id": 7}
        assert response.http_response.request.url == BASE + "/users/7"
        assert repr(response) == "<ApiResponse 200 User>"


async def test_every_verb_of_the_client_takes_it() -> None:
    async with client() as api:
        response = await api.get("/users/3", cast_to=ApiResponse[dict[str, int]])
        assert (response.data, response.status_code) == ({"id": 3}, 200)
        nothing = await api.delete("/users/3", cast_to=ApiResponse[None])
        assert (nothing.data, nothing.headers["etag"]) == (None, '"1"')


async def test_with_response_gives_the_response_of_a_method() -> None:
    async with client() as api:
        response = await api.with_response(api.users.retrieve, 7)
        assert (response.data, response.request_id) == (User(7), "req-/users/7")
        response = await api.with_response(api.users.retrieve, user_id=8)
        assert response.data == User(8)


async def test_with_response_of_several_calls_is_that_of_the_last() -> None:
    async with client() as api:
        response = await api.with_response(api.users.name_of, 5)
        assert (response.data, response.request_id) == ("user 5", "req-/users/5/log")


async def test_attempts_are_counted() -> None:
    answers = iter([503, 503, 200])
    async with client(lambda request: httpx.Response(next(answers), json={"id": 1})) as api:
        response = await api.with_response(api.users.retrieve, 1)
        assert response.attempts == 3


async def test_errors_pass_through() -> None:
    async with client(lambda request: httpx.Response(404)) as api:
        with pytest.raises(NotFoundError):
            await api.with_response(api.users.retrieve, 1)
    async with client(lambda request: httpx.Response(200, text="no")) as api:
        with pytest.raises(DecodeError):
            await api.users.both(1)


async def test_a_method_without_a_typed_call_has_no_response() -> None:
    async def nothing() -> int:
        return 1

    async with client() as api:
        with pytest.raises(ConfigurationError, match="makes a typed call"):
            await api.with_response(nothing)


async def test_side_by_side_each_block_has_its_own_response() -> None:
    found: dict[int, ApiResponse[User]] = {}

    async with client() as api:

        async def ask(number: int) -> None:
            found[number] = await api.with_response(api.users.retrieve, number)

        async with AsyncNursery() as nursery:
            for number in range(20):
                nursery.start(ask, number)
    for number, response in found.items():
        assert response.data.id == number
        assert response.request_id == "req-/users/" + str(number)


@pytest.mark.parametrize("cast_to", [ApiResponse, "ApiResponse[User]", ApiResponse[object()]])  # type: ignore[misc]  # wrong on purpose
async def test_what_is_no_type_is_refused_before_anything_is_sent(cast_to: Any) -> None:
    sent: list[httpx.Request] = []

    def note(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return answer(request)

    async with client(note) as api:
        with pytest.raises(ConfigurationError):
            await api.get("/users/1", cast_to=cast_to)
    assert not sent


async def test_what_makes_no_single_call_is_told_what_to_do() -> None:
    async with client() as api:
        with pytest.raises(ConfigurationError, match="each page has its response"):
            await api.with_response(_pager, api)


async def _pager(api: AsyncApi) -> Any:
    return api.users._paginate("", SinglePage())


@pytest.mark.parametrize(
    ("cast_to", "says"),
    [
        ([User], "got a list; write list"),
        ({"id": int}, "got a dict; write dict"),
        (User(7), "got a User object; write User"),
    ],
)
async def test_a_value_is_no_type(cast_to: Any, says: str) -> None:
    async with client() as api:
        with pytest.raises(ConfigurationError, match=says):
            await api.get("/users/1", cast_to=cast_to)
