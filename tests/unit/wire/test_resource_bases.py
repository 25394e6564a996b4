"""Resources with unusual bases, and what a resource's class may not say."""

from __future__ import annotations

import types
from typing import Any, Generic, TypeVar

import msgspec
import pytest

from sdkbase import OMIT, ConfigurationError
from sdkbase._wire.path_template import path_template
from sdkbase._wire.resource import Resource

T = TypeVar("T")


class User(msgspec.Struct):
    id: int


class Users(Resource[User]):
    path = "/users"


class Cached(Generic[T]):
    """A base of the user's own."""


class CachedResource(Cached[T], Resource[T]):
    pass


class Tagged(Users, Generic[T]):
    """Its parameter says nothing about the model."""


def made(base: Any, **members: Any) -> Any:
    return types.new_class("Made", (base,), exec_body=lambda namespace: namespace.update(members))


@pytest.mark.parametrize("base", [CachedResource[User], Tagged[int]])
def test_the_model_is_that_of_the_resource_not_of_other_bases(base: Any) -> None:
    assert made(base)()._decoder_for(OMIT, None).type is User


def test_an_error_model_belongs_to_the_client() -> None:
    with pytest.raises(ConfigurationError, match=r"Made\.error_model has no effect"):
        made(Users, error_model=User)


def test_a_number_has_a_place_among_segments_too() -> None:
    assert path_template("/files/{+path}").expand((7,)) == "/files/7"
