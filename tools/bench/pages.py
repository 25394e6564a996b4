"""A page of 100 users: the whole call and the decoding alone, with msgspec and with pydantic."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from importlib import import_module
from typing import Any, Generic, TypeVar

import httpx
import msgspec

from sdkbase import SyncHttpClient, SyncResource
from sdkbase._wire.codec import decoder_for
from sdkbase.models import OpenEnum, Unknown, unknown_members

from .measure import Plan, Side, Target, figure, samples

T = TypeVar("T")
BASE = "http://memory"
LIMIT = Target(ratio=0.05)


class Role(StrEnum):
    """What a user may do."""

    ADMIN = "admin"
    EDITOR = "editor"


class OpenRole(OpenEnum):
    """The same, with room for more."""

    ADMIN = "admin"
    EDITOR = "editor"


class Address(msgspec.Struct):
    """Where a user lives."""

    street: str
    city: str
    postcode: str
    latitude: float
    longitude: float


class User(msgspec.Struct):
    """One of the page."""

    id: int
    name: str
    email: str
    role: Role
    active: bool
    created_at: datetime
    updated_at: datetime | None
    address: Address
    tags: list[str]


class Card(msgspec.Struct, tag="card"):
    """One way to pay."""

    last4: str


class OpenUser(User):
    """The same, forward-compatible."""

    role: OpenRole  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]  # measured beside it
    paid_by: Card | Unknown | None = None


class KeepingUser(User):
    """The same, keeping what it does not know."""

    extra: dict[str, Any] = unknown_members()


class Page(msgspec.Struct, Generic[T]):
    """A page of a list."""

    items: list[T]
    total: int


class Users(SyncResource[Page[User]]):
    """The resource, as an SDK author writes it."""

    path = "/users"

    def list(self) -> Page[User]:
        """Return the first page."""
        return self._get()


def content() -> bytes:
    """Return the page as the server sends it."""
    began = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    roles = [*Role]
    users = [
        User(
            id=1000 + number,
            name=f"Ada Lovelace {number}",
            email=f"ada.{number}@example.org",
            role=roles[number % 2],
            active=number % 3 > 0,
            created_at=began + timedelta(hours=number),
            updated_at=None if number % 4 else began,
            address=Address(f"{number} Main Street", "London", "SW1Y 4JH", 51.5076, -0.1340),
            tags=["math", "engines"],
        )
        for number in range(100)
    ]
    return msgspec.json.encode(Page(users, 100))


def main() -> int:
    """
    Run the command.

    Returns:
        The exit code: 1 if the target was missed.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    plan = Plan(10 if parser.parse_args().quick else 40, 20)
    page = content()
    print(f"a page of 100 users, {len(page):,} bytes: CPU µs, medians\n")
    return int(_calls(plan, page) is False) | int(_decoding(plan, page) is False)


def _calls(plan: Plan, page: bytes) -> bool | None:
    wire = httpx.MockTransport(lambda request: httpx.Response(200, content=page))
    with SyncHttpClient(BASE, transport=wire) as client:
        users = Users(client)
        assert len(users.list().items) == 100
        own = _repeated(users.list)
        verdict = None
        for name, validate in (("call, beside openai as it comes", False), ("validating", True)):
            peer = _peer_call(page, validate=validate)
            verdict = _print(name, plan, own, peer, Target() if validate else LIMIT) or verdict
        return verdict


def _decoding(plan: Plan, page: bytes) -> bool | None:
    for name, model in (
        ("decoding, closed models", User),
        ("decoding, open models", OpenUser),
        ("decoding, keeping what is unknown", KeepingUser),
    ):
        decoder: Any = decoder_for(Page[model])  # type: ignore[valid-type]  # one of three
        assert len(decoder.loads(page).items) == 100
        own = _repeated(partial(decoder.loads, page))
        _print(name, plan, own, _peer_decoding(page), Target())
    return None


def _print(name: str, plan: Plan, own: Side, peer: Side | None, target: Target) -> bool | None:
    item = figure(name, samples(plan, [own, peer] if peer else [own]), target)
    line = f"{name:36}{item.micros:9,.1f} ±{item.spread:.0%}"
    if item.peer is not None and item.ratio is not None:
        line += f"   peer {item.peer:10,.1f}   {item.ratio:.3f}x"
    if target.ratio is not None and item.ok is not None:
        line += f"   target {target.ratio:.2f}x {'ok' if item.ok else 'MISSED'}"
    print(line)
    return item.ok


def _repeated(call: Callable[[], object]) -> Side:
    def side(calls: int) -> None:
        for _ in range(calls):
            call()

    return side


def _peer_call(page: bytes, *, validate: bool) -> Side | None:
    """Return the same call through openai's base client, or None where it is not installed."""
    with suppress(ImportError):
        openai: Any = import_module("openai")
        # Its HTTP client is httpx, or the fork of it that newer versions are built on.
        wire: Any = import_module(openai.DefaultHttpxClient.__mro__[1].__module__.partition(".")[0])

        def answer(request: object) -> Any:
            return wire.Response(200, content=page)

        client = openai.OpenAI(
            api_key="key",
            base_url=BASE,
            http_client=wire.Client(transport=wire.MockTransport(answer)),
            _strict_response_validation=validate,
        )
        model = pydantic_page(openai.BaseModel)
        assert len(client.get("/users", cast_to=model).items) == 100
        return _repeated(lambda: client.get("/users", cast_to=model))
    return None


def _peer_decoding(page: bytes) -> Side | None:
    with suppress(ImportError):
        model = pydantic_page(import_module("pydantic").BaseModel)
        return _repeated(lambda: model.model_validate_json(page))
    return None


def pydantic_page(base: Any) -> Any:
    """Return the page as a subclass of *base*, which is or inherits from `pydantic.BaseModel`."""
    user = pydantic_model(base, User, address=pydantic_model(base, Address))
    return _create_model("Page", base, {"items": list.__class_getitem__(user), "total": int})


def pydantic_model(base: Any, of: type[msgspec.Struct], **others: Any) -> Any:
    """Return the struct *of* as a subclass of *base*; *others* are fields of another type."""
    kinds = {field.name: field.type for field in msgspec.structs.fields(of)} | others
    return _create_model(of.__name__, base, kinds)


def _create_model(name: str, base: Any, kinds: dict[str, Any]) -> Any:
    make = import_module("pydantic").create_model
    return make(name, __base__=base, **{field: (kind, ...) for field, kind in kinds.items()})
