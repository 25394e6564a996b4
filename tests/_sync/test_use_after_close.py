# Generated from _async/test_use_after_close.py by sdkbase.codegen. Do not edit.
# sha256: 1595d58f114abde0
"""A client that was closed says so, whatever it is asked for, and sends nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import (
    ClientClosedError,
    PageNumberPagination,
    RateLimiter,
    ServerSentEvent,
    SyncHttpClient,
    SyncPager,
    SyncResource,
)
from sdkbase._concurrency import SyncHooks

BASE = "https://api.example"


class User(msgspec.Struct):
    id: int = 0


class SyncUsers(SyncResource[User]):
    path = "/users"

    def retrieve(self, number: int) -> User:
        return self._get("/{user_id}", number)

    def everyone(self) -> SyncPager[User]:
        return self._paginate("", PageNumberPagination(items=""))


Call = Callable[[SyncHttpClient], Any]


def verb(name: str) -> Call:
    return lambda client: getattr(client, name)("/users")


VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
CALLS: dict[str, Call] = {
    **{name: verb(name) for name in VERBS},
    "request": lambda client: client.request("PURGE", "/users"),
    "typed": lambda client: client.get("/users", cast_to=list[User]),
    "copy": lambda client: client.with_options(deadline=5).get("/users"),
    "with_response": lambda client: client.with_response(SyncUsers(client).retrieve, 1),
    "resource": lambda client: SyncUsers(client).retrieve(1),
    "pages": lambda client: SyncUsers(client).everyone().collect(),
    "pages ahead": lambda client: SyncUsers(client).everyone().prefetch(3).collect(),
    "first page": lambda client: SyncUsers(client).everyone().first_page(),
    "stream": lambda client: client.stream("GET", "/users").__enter__(),
    "lines": lambda client: client.stream_lines("GET", "/users").collect(),
    "values": lambda client: client.stream_json("GET", "/users", cast_to=User).collect(),
    "events": lambda client: client.stream_events(
        "GET", "/users", cast_to=ServerSentEvent, reconnect=True
    ).collect(),
    "download": lambda client: client.download("/users", "never-written"),
    "block": lambda client: client.__enter__(),
}


class Counting(httpx.MockTransport):
    """Answer with a list of one user, always another, and count the requests."""

    sent = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent += 1
        return httpx.Response(200, json=[{"id": self.sent}])


def counting() -> Counting:
    return Counting(lambda _: httpx.Response(500))


@pytest.mark.parametrize("name", CALLS)
def test_it_says_so_and_sends_nothing(name: str) -> None:
    wire, limiter = counting(), RateLimiter(1, 3600.0)
    client = SyncHttpClient(BASE, transport=wire, rate_limiter=limiter)
    client.close()
    with pytest.raises(ClientClosedError, match="HttpClient was closed"):
        SyncHooks.call(
            CALLS[name],
            client,
        )
    assert wire.sent == 0
    with SyncHttpClient(BASE, transport=wire, rate_limiter=limiter, deadline=1.0) as other:
        other.get("/users")  # with the only token


@pytest.mark.parametrize("ahead", [0, 2])
def test_a_walk_under_way_ends_with_it(ahead: int) -> None:
    client = SyncHttpClient(BASE, transport=counting())
    items = SyncUsers(client).everyone().prefetch(ahead).__iter__()
    assert (next(items)).id == 1
    client.close()
    with pytest.raises(ClientClosedError):
        while True:
            next(items)


def test_a_stream_under_way_can_be_read_to_its_end() -> None:
    client = SyncHttpClient(BASE, transport=counting())
    with client.stream("GET", "/users") as response:
        client.close()
        assert (response.read()).startswith(b"[")
