"""respx, which users mock httpx with, works on the default transport."""

from __future__ import annotations

import httpx
import msgspec
import pytest
import respx

from sdkbase import (
    AsyncHttpClient,
    BearerAuth,
    ConnectError,
    NotFoundError,
    RetryConfig,
)

pytestmark = pytest.mark.wire

BASE = "https://api.example"
FAST = RetryConfig(max_retries=2, backoff_factor=0)


class User(msgspec.Struct):
    id: int


@respx.mock
async def test_routes_answer_typed_and_raw_calls() -> None:
    route = respx.get(f"{BASE}/users/1", params={"a": "1"}).respond(json={"id": 1})
    async with AsyncHttpClient(BASE, auth=BearerAuth("token-of-test")) as client:
        assert await client.get("/users/1", params={"a": 1}, cast_to=User) == User(1)
        assert (await client.get("/users/1?a=1")).json() == {"id": 1}
    assert route.call_count == 2
    assert route.calls.last.request.headers["authorization"] == "Bearer token-of-test"


@respx.mock
async def test_bodies_are_seen() -> None:
    route = respx.post(f"{BASE}/users", json={"name": "Ada"}).respond(201, json={"id": 2})
    async with AsyncHttpClient(BASE) as client:
        assert await client.post("/users", json_data={"name": "Ada"}, cast_to=User) == User(2)
        await client.post(f"{BASE}/users", content=b'{"name":"Ada"}')
    assert route.call_count == 2


@respx.mock
async def test_side_effects_are_retried() -> None:
    answers: list[httpx.Response | Exception] = [
        httpx.ConnectError("refused"),
        httpx.Response(503),
        httpx.Response(200),
    ]
    route = respx.get(f"{BASE}/flaky").mock(side_effect=answers)
    async with AsyncHttpClient(BASE, retry_config=FAST) as client:
        assert (await client.get("/flaky")).status_code == 200
    assert route.call_count == 3


@respx.mock
async def test_errors_are_those_of_the_tree() -> None:
    respx.get(f"{BASE}/gone").respond(404)
    respx.get(f"{BASE}/down").mock(side_effect=httpx.ConnectError)
    async with AsyncHttpClient(BASE, retry_config=FAST) as client:
        with pytest.raises(NotFoundError):
            await client.get("/gone", cast_to=User)
        with pytest.raises(ConnectError):
            await client.get("/down")


@respx.mock
async def test_redirects_and_streams() -> None:
    respx.get(f"{BASE}/old").respond(302, headers={"location": "/new"})
    respx.get(f"{BASE}/new").respond(content=b"body" * 100)
    async with (
        AsyncHttpClient(BASE) as client,
        client.stream("GET", "/old") as response,
    ):
        assert await response.aread() == b"body" * 100


async def test_a_router_handed_in_as_transport() -> None:
    router = respx.Router()
    router.get(f"{BASE}/users/1").respond(json={"id": 1})
    wire = httpx.MockTransport(router.handler)
    async with AsyncHttpClient(BASE, transport=wire) as client:
        assert await client.get("/users/1", cast_to=User) == User(1)
