"""Records as the observers see them, and a place where loguru's records are collected."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from loguru import logger

from sdkbase._observe.observer import CallRecord
from sdkbase._wire.redaction import register_secret

if TYPE_CHECKING:
    from loguru import Message, Record

MakeRecord = Callable[..., CallRecord]

_OK: dict[str, Any] = {
    "method": "GET",
    "url": "https://api.example.com/users/7",
    "template": "/users/{user_id}",
    "status_code": 200,
    "elapsed": 0.0123,
    "attempts": 1,
    "error": None,
    "started_at": 1_700_000_000.0,
    "request_id": "req-1",
}


@pytest.fixture
def make_record() -> MakeRecord:
    """Make the record of a call that went well, but for the given fields."""

    def make(**changes: Any) -> CallRecord:
        return CallRecord(**{**_OK, **changes})

    return make


@pytest.fixture
def canary() -> str:
    """A secret that auth has registered."""
    token = f"canary-{secrets.token_hex(12)}"
    register_secret(token)
    return token


@pytest.fixture
def logged() -> Iterator[list[Record]]:
    """Every loguru record of the test, whatever its level."""
    records: list[Record] = []

    def keep(message: Message) -> None:
        records.append(message.record)

    number = logger.add(keep, level=0, format="{message}", catch=False)
    yield records
    logger.remove(number)
