# Generated from _async/test_respx.py by sdkbase.codegen. Do not edit.
# sha256: db0331f11721c899
"""respx, which users mock httpx with, works on the default transport."""

from __future__ import annotations

import httpx
import msgspec
import pytest
import respx

from sdkbase import (
    BearerAuth,
    ConnectError,
    NotFoundError,
    RetryConfig,
    SyncHttpClient,
)

pytestmark = pytest.mark.wire

BASE = "https://api.example"
FAST = RetryConfig(max_retries=2, backoff_factor=0)


class User(msgspec.Struct):
    id: int


@respx.mock
def test_routes_answer_typed_and_raw_calls() -> None:
    route = respx.get(f"{BASE}/users/1", params={"a": "1"}).respond(json={"id": 1})
    with SyncHttpClient(BASE, auth=BearerAuth("token-of-test")) as client:
        assert client.get("/users/1", params={"a": 1}, cast_to=User) == User(1)
        assert (client.get("/users/1?a=1")).json() == {"id": 1}
    assert route.call_count == 2
    assert route.calls.last.request.headers["authorization"] == "Bearer token-of-test"


@respx.mock
def test_bodies_are_seen() -> None:
    route = respx.post(f"{BASE}/users", json={"name": "Ada"}).respond(201, json={"id": 2})
    with SyncHttpClient(BASE) as client:
        assert client.post("/users", json_data={"name": "Ada"}, cast_to=User) == User(2)
        client.post(f"{BASE}/users", content=b'{"name":"Ada"}')
    assert route.call_count == 2


@respx.mock
def test_side_effects_are_retried() -> None:
    answers: list[httpx.Response | Exception] = [
        httpx.ConnectError("refused"),
        httpx.Response(503),
        httpx.Response(200),
    ]
    route = respx.get(f"{BASE}/flaky").mock(side_effect=answers)
    with SyncHttpClient(BASE, retry_config=FAST) as client:
        assert (client.get("/flaky")).status_code == 200
    assert route.call_count == 3


@respx.mock
def test_errors_are_those_of_the_tree() -> None:
    respx.get(f"{BASE}/gone").respond(404)
    respx.get(f"{BASE}/down").mock(side_effect=httpx.ConnectError)
    with SyncHttpClient(BASE, retry_config=FAST) as client:
        with pytest.raises(NotFoundError):
            client.get("/gone", cast_to=User)
        with pytest.raises(ConnectError):
            client.get("/down")


@respx.mock
def test_redirects_and_streams() -> None:
    respx.get(f"{BASE}/old").respond(302, headers={"location": "/new"})
    respx.get(f"{BASE}/new").respond(content=b"body" * 100)
    with (
        SyncHttpClient(BASE) as client,
        client.stream("GET", "/old") as response,
    ):
        assert response.read() == b"body" * 100


def test_a_router_handed_in_as_transport() -> None:
    router = respx.Router()
    router.get(f"{BASE}/users/1").respond(json={"id": 1})
    wire = httpx.MockTransport(router.handler)
    with SyncHttpClient(BASE, transport=wire) as client:
        assert client.get("/users/1", cast_to=User) == User(1)
