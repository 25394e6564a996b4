# Generated from _async/test_deprecated_calls.py by sdkbase.codegen. Do not edit.
# sha256: 852251b61049fd82
"""A call that the server announces the end of is warned of once, at the caller's line."""

from __future__ import annotations

import warnings
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import ApiDeprecationWarning, NotFoundError, SyncHttpClient, SyncResource

BASE = "https://api.example"
OLD = {"Deprecation": "@1688169599", "Sunset": "Sun, 30 Jun 2024 23:59:59 GMT"}


class User(msgspec.Struct):
    id: int


class SyncUsers(SyncResource[User]):
    path = "/users"

    def retrieve(self, user_id: int) -> User:
        return self._get("/{user_id}", user_id)


def answering(status: int = 200, headers: dict[str, str] = OLD) -> Any:
    return httpx.MockTransport(
        lambda request: httpx.Response(status, headers=headers, json={"id": 7})
    )


def test_each_method_and_template_is_warned_of_once() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with SyncHttpClient(BASE, transport=answering()) as client:
            users = SyncUsers(client)
            for user_id in range(3):
                users.retrieve(user_id)
                users.retrieve(user_id)
            client.post("/users", cast_to=User)
            SyncUsers(client.with_options(deadline=5.0)).retrieve(1)
    assert [item.category for item in caught] == [ApiDeprecationWarning] * 2
    assert [str(item.message) for item in caught] == [
        "GET /users/{user_id} is deprecated as of 2023-06-30; stops working on 2024-06-30",
        "POST /users is deprecated as of 2023-06-30; stops working on 2024-06-30",
    ]
    assert {item.filename for item in caught} == {__file__}


def test_a_call_without_the_headers_is_not_warned_of() -> None:
    with SyncHttpClient(BASE, transport=answering(headers={})) as client:
        assert client.get("/", cast_to=User) == User(7)


def test_an_error_may_announce_it() -> None:
    with SyncHttpClient(BASE, transport=answering(404)) as client:
        with pytest.warns(ApiDeprecationWarning), pytest.raises(NotFoundError):
            client.get("/", cast_to=User)


def test_it_is_no_error_but_a_filter_may_make_it_one() -> None:
    with SyncHttpClient(BASE, transport=answering()) as client:
        with pytest.raises(ApiDeprecationWarning):  # as pytest's filter says
            client.get("/", cast_to=User)
        assert client.get("/", cast_to=User) == User(7)
