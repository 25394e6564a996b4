"""What every side does: three calls, the same headers, the same typed answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, NamedTuple

import msgspec

from .pages import Page, pydantic_model, pydantic_page
from .pages import User as Listed
from .users import NOTE, Receipt, User

Kind = Literal["user", "page", "note"]
"""A GET of 200 bytes, a GET of 100 users (29 KB), a POST of 1 KB with a small answer."""

USER_PATH, PAGE_PATH, NOTE_PATH = "/users/7", "/users?page=1", "/notes"
JSON = {"content-type": "application/json"}
HEADERS = {
    "accept": "application/json",
    "accept-encoding": "gzip, deflate",
    "user-agent": "sdkbase-bench/1",
}
"""Sent by each side that lets its headers be set."""

user_of = msgspec.json.Decoder(User).decode
page_of = msgspec.json.Decoder(Page[Listed]).decode
receipt_of = msgspec.json.Decoder(Receipt).decode


def note_bytes() -> bytes:
    """Return the note as JSON."""
    return msgspec.json.encode(NOTE)


class PydanticModels(NamedTuple):
    """The answers for SDKs on pydantic."""

    user: Any
    page: Any
    receipt: Any


def pydantic_models(base: Any) -> PydanticModels:
    """Return the answers as subclasses of *base*."""
    return PydanticModels(
        pydantic_model(base, User), pydantic_page(base), pydantic_model(base, Receipt)
    )


def check(kind: Kind, answer: Any) -> None:
    """
    Refuse an *answer* that is not what the server sent.

    Raises:
        ValueError: It is another one.
    """
    field: Callable[[str], Any] = answer.get if hasattr(answer, "get") else partial(getattr, answer)
    right = len(field("items")) == 100 if kind == "page" else field("id") == 7
    if not right:
        raise ValueError(f"a wrong answer: {answer!r:.200}")
