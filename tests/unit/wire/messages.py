"""Calls and replies as the engine hands them round, and the settings of all property tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import settings

from sdkbase._wire.body import NO_BODY, Body
from sdkbase._wire.call import Call
from sdkbase._wire.reply import Reply

# The same examples on every run: a red test stays red, and no machine is slower than another.
fixed = settings(derandomize=True, deadline=None, max_examples=300, database=None)

HeaderPairs = Mapping[str, str] | Sequence[tuple[str, str]]


def make_call(
    method: str = "GET",
    url: str = "https://api.example/users/7",
    *,
    template: str = "/users/{user_id}",
    headers: Mapping[str, str] | None = None,
    body: Body = NO_BODY,
    owned: frozenset[str] = frozenset(),
) -> Call:
    """Make the call that asks for a user."""
    return Call(method, url, template, dict(headers or {}), body, owned=owned)


def make_reply(
    status_code: int = 200,
    content: bytes = b"",
    headers: HeaderPairs = (),
    *,
    reason: str = "",
) -> Reply:
    """Make the reply with these fields, in this order."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in pairs]
    return Reply(status_code, raw, content, reason=reason)


def json_reply(content: bytes, status_code: int = 200, *, reason: str = "") -> Reply:
    """Make the reply that says it is JSON."""
    return make_reply(status_code, content, {"Content-Type": "application/json"}, reason=reason)
