from __future__ import annotations

import types
from types import GenericAlias
from typing import Any, ForwardRef, Generic, TypeVar

import msgspec
import pytest

from sdkbase import OMIT, AsyncResource, SyncResource
from sdkbase._wire.resource import Resource
from sdkbase.errors import ConfigurationError

T = TypeVar("T")
New = TypeVar("New")


class User(msgspec.Struct):
    id: int


class NewUser(msgspec.Struct):
    name: str


class Page(msgspec.Struct, Generic[T]):
    items: list[T]


class Users(Resource[User]):
    path = "/users"


class Crud(Resource[T], Generic[T, New]):
    path = "/crud"


class Turned(Crud[New, T], Generic[T, New]):
    pass


class Paged(Resource[Page[T]]):
    path = "/paged"


class Listed(Resource[list[T]]):
    path = "/listed"


class Mixin:
    pass


def model_of(cls: type[Resource[Any]]) -> Any:
    return None if cls._decoder is None else cls._decoder.type


def made(name: str, *bases: Any, **members: Any) -> Any:
    """Make a class as a class statement would, generic bases and all."""
    return types.new_class(name, bases, exec_body=lambda namespace: namespace.update(members))


@pytest.mark.parametrize(
    ("base", "model"),
    [
        (Resource[User], User),
        (Crud[User, NewUser], User),
        (Turned[NewUser, User], User),
        (Paged[User], Page[User]),
        (Listed[User], list[User]),
        (Users, User),
        (Resource[list[User]], list[User]),
        (Resource[dict[str, Any]], dict[str, Any]),
        (AsyncResource[User], User),
        (SyncResource[User], User),
        (Resource["User"], User),
    ],
)
def test_the_model_is_found_through_every_kind_of_base(base: Any, model: Any) -> None:
    cls = made("Made", base, __module__=__name__)
    assert model_of(cls) == model


def test_the_model_is_found_beside_other_bases() -> None:
    assert model_of(made("Made", Mixin, Users)) is User
    assert model_of(made("Made", Mixin, Crud[User, NewUser])) is User


@pytest.mark.parametrize("cls", [Crud, Turned, Paged, Listed])
def test_an_open_generic_has_no_model_yet(cls: Any) -> None:
    assert model_of(cls) is None


def test_a_subclass_may_name_another_model() -> None:
    cls = made("Other", Users, Crud[NewUser, User])
    assert model_of(cls) is NewUser
    assert model_of(made("Deeper", cls)) is NewUser


@pytest.mark.parametrize("model", [type, list[type], dict[str, type], complex])
def test_a_model_that_can_not_be_decoded_fails_when_the_class_is_made(model: Any) -> None:
    with pytest.raises(ConfigurationError, match="^Made: .* can not be decoded"):
        made("Made", Resource[model])


def test_a_model_that_is_not_defined_yet_is_named() -> None:
    missing = GenericAlias(Resource, (ForwardRef("Missing"),))
    with pytest.raises(ConfigurationError, match="Made: model 'Missing' is not defined"):
        made("Made", missing, __module__=__name__)


@pytest.mark.parametrize("path", ["users", "users/", "{id}", 5, None, b"/users"])
def test_a_path_that_does_not_begin_with_a_slash_is_refused(path: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"Made\.path must start with '/'"):
        made("Made", Resource[User], path=path)


@pytest.mark.parametrize("path", ["/a?b=1", "/a#b", "/{", "/{a b}", "/}"])
def test_a_path_that_is_no_template_is_refused(path: str) -> None:
    with pytest.raises(ConfigurationError, match=r"Made\.path: path template"):
        made("Made", Resource[User], path=path)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("", "/users"),
        ("/{id}", "/users/{id}"),
        ("{id}", "/users/{id}"),
        (":batch", "/users:batch"),
    ],
)
def test_templates_go_below_the_path(template: str, expected: str) -> None:
    assert Users()._template(template).text == expected


def test_without_a_path_an_argument_is_never_next_to_the_host() -> None:
    cls = made("Rootless", Resource[User])
    try:
        text = cls()._template(":{port}").text
    except ConfigurationError:
        return
    assert text.startswith("/")


def test_the_decoder_of_a_call() -> None:
    users = Users()
    assert users._decoder_for(OMIT, None).type is User
    assert users._decoder_for(NewUser, None).type is NewUser
    assert users._decoder_for(None, None).type is None


def test_a_resource_without_a_model_says_what_to_do() -> None:
    with pytest.raises(ConfigurationError, match="Crud has no model; declare it as"):
        Crud[Any, Any]()._decoder_for(OMIT, None)


def test_repr_shows_path_and_model() -> None:
    assert repr(Users()) == "<Users /users (User)>"
    assert repr(made("Bare", Resource)()) == "<Bare / (no model)>"
