# Generated from _async/test_resource_models.py by sdkbase.codegen. Do not edit.
# sha256: eda066aa43369aef
"""A resource's model: what may be one, how it is found, and when a wrong one is told."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec
import pytest

from sdkbase import (
    ConfigurationError,
    DecodeError,
    Resource,
    SyncHttpClient,
    SyncResource,
)
from tests._sync.test_resources import BASE, NewUser, Recorder, SyncDemo, SyncUsers, User

M = TypeVar("M")
N = TypeVar("N")


# --- models ---------------------------------------------------------------------------------


def test_a_body_that_is_no_model_is_a_decode_error_with_the_template() -> None:
    with SyncHttpClient(BASE, transport=Recorder({"id": "x"})) as client:
        with pytest.raises(DecodeError, match=r"GET /users/\{user_id\} -> 200: .* valid User"):
            SyncUsers(client).retrieve(1)


class Opaque:
    """msgspec knows nothing of it."""


def test_a_model_that_can_not_be_decoded_is_told_when_the_class_is_made() -> None:
    with pytest.raises(ConfigurationError, match=r"SyncBad: Opaque can not be decoded"):

        class SyncBad(SyncResource[Opaque]):
            pass


def test_a_model_that_holds_such_a_type_is_told_too() -> None:
    class Holder(msgspec.Struct):
        inner: list[Opaque]

    with pytest.raises(ConfigurationError, match="msgspec does not know"):

        class SyncBad(SyncResource[Holder]):
            pass


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("users", r"SyncBad\.path must start with '/'"),
        (5, r"SyncBad\.path must start with '/'"),
        ("/users/{", r"SyncBad\.path: path template"),
        ("/users?a=1", r"SyncBad\.path: path template"),
    ],
)
def test_a_bad_path_is_told_when_the_class_is_made(bad: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        type("SyncBad", (SyncResource,), {"path": bad})


def test_a_resource_without_a_model_takes_cast_to_or_says_so() -> None:
    class SyncBare(SyncResource):
        path = "/bare"

        def typed(self) -> User:
            return self._get(cast_to=User)

        def untyped(self) -> Any:
            return self._get()

    with SyncHttpClient(BASE, transport=Recorder()) as client:
        assert SyncBare(client).typed() == User(1, "Ada")
        with pytest.raises(ConfigurationError, match="SyncBare has no model"):
            SyncBare(client).untyped()


class SyncCrud(SyncResource[M], Generic[M, N]):
    """A generic layer between: the model comes first, what creates it second."""

    def retrieve(self, item_id: int) -> M:
        return self._get("/{item_id}", item_id)

    def create(self, new: N) -> M:
        return self._post(json_data=new)


class SyncSwapped(SyncCrud[M, N], Generic[N, M]):
    """The other order of parameters."""


class SyncCrudUsers(SyncCrud[User, NewUser]):
    path = "/users"


class SyncSwappedUsers(SyncSwapped[NewUser, User]):
    path = "/users"


class SyncSpecialUsers(SyncCrudUsers):
    path = "/special"


@pytest.mark.parametrize("kind", [SyncCrudUsers, SyncSwappedUsers, SyncSpecialUsers])
def test_the_model_is_found_through_generic_bases(kind: Any) -> None:
    with SyncHttpClient(BASE, transport=Recorder()) as client:
        assert kind(client).retrieve(1) == User(1, "Ada")
        assert kind(client).create(NewUser("Ada", "a@b.c")) == User(1, "Ada")


class SyncLists(SyncResource[list[User]]):
    path = "/users"

    def all(self) -> list[User]:
        return self._get()


class SyncNothing(SyncResource[None]):
    path = "/run"

    def run(self) -> None:
        self._post()


def test_the_model_may_be_any_type_that_can_be_decoded() -> None:
    with SyncHttpClient(BASE, transport=Recorder([{"id": 1, "name": "a"}])) as client:
        assert SyncLists(client).all() == [User(1, "a")]
        SyncNothing(client).run()


def test_reprs_name_path_and_model() -> None:
    with SyncDemo(BASE, transport=Recorder()) as demo:
        assert repr(demo.users) == "<SyncUsers /users (User)>"
        assert repr(demo.users.posts) == "<SyncPosts /users/{user_id}/posts (Post)>"
        assert repr(SyncLists(demo)) == "<SyncLists /users (list[User])>"
    assert issubclass(SyncUsers, Resource)
