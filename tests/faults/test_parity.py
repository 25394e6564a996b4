"""The same script gives the same outcome in every colour."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sdkbase import RequestOptions, RetryConfig
from tests.faults.driver import Ask, ask, drive
from tests.faults.server import FaultServer


class User(msgspec.Struct):
    id: int
    name: str


ADA = "User(id=7, name='Ada')"
KEY = RequestOptions(idempotency_key="k-1")
ONCE = RequestOptions(max_retries=0)

# What the server does, what the client asks, and what must come of it.
SCRIPTS: dict[str, tuple[tuple[str, ...], dict[str, Any], tuple[str, int]]] = {
    "well": (("ok",), {"cast_to": User}, (ADA, 1)),
    "raw": (("ok",), {}, ("HTTP 200", 1)),
    "chunked": (("chunked",), {"cast_to": User}, (ADA, 1)),
    "until close": (("until-close",), {"cast_to": User}, (ADA, 1)),
    "early hints": (("early-hints",), {"cast_to": User}, (ADA, 1)),
    "empty": (("empty",), {"cast_to": None}, ("None", 1)),
    "empty body": (("empty",), {"cast_to": User}, ("DecodeError", 1)),
    "503, then well": (("503", "503", "ok"), {"cast_to": User}, (ADA, 3)),
    "503 for ever": (("503",), {"cast_to": User}, ("ServiceUnavailableError", 4)),
    "503 for ever, raw": (("503",), {}, ("HTTP 503", 4)),
    "503, no retries": (
        ("503",),
        {"cast_to": User, "options": ONCE},
        ("ServiceUnavailableError", 1),
    ),
    "503, long wait": (("503-long",), {"cast_to": User}, ("ServiceUnavailableError", 1)),
    "429, then well": (("429-wait", "ok"), {"cast_to": User}, (ADA, 2)),
    "501": (("501",), {"cast_to": User}, ("ServerError", 1)),
    "404": (("404",), {"cast_to": User}, ("NotFoundError", 1)),
    "409": (("409",), {"cast_to": User}, ("ConflictError", 1)),
    "418": (("418",), {"cast_to": User}, ("ClientError", 1)),
    "lost, then well": (("lost", "ok"), {"cast_to": User}, (ADA, 2)),
    "closed, then well": (("closed", "ok"), {"cast_to": User}, (ADA, 2)),
    "half a head, then well": (("half-head", "ok"), {"cast_to": User}, (ADA, 2)),
    "garbage, then well": (("garbage", "ok"), {"cast_to": User}, (ADA, 2)),
    "short, then well": (("short", "ok"), {"cast_to": User}, (ADA, 2)),
    "chunk cut, then well": (("chunk-cut", "ok"), {"cast_to": User}, (ADA, 2)),
    "gzip cut, then well": (("gzip-cut", "ok"), {"cast_to": User}, (ADA, 2)),
    "gzip cut for ever": (("gzip-cut",), {"cast_to": User}, ("ProtocolError", 4)),
    "everything once": (("lost", "503", "short", "ok"), {"cast_to": User}, (ADA, 4)),
    "one too many": (("lost", "503", "short", "lost", "ok"), {}, ("ConnectionLostError", 4)),
    "two lengths": (("two-lengths",), {}, ("ProtocolError", 4)),
    "huge header": (("huge-header",), {}, ("ProtocolError", 4)),
    "not JSON": (("not-json",), {"cast_to": User}, ("DecodeError", 1)),
    "wrong type": (("wrong-type",), {"cast_to": User}, ("DecodeError", 1)),
    "to another place": (("to-ok",), {"cast_to": User}, (ADA, 1)),
    "bad location": (("bad-location",), {}, ("RedirectError", 1)),
    "POST 503": (("503", "ok"), {"method": "POST", "json_data": {}}, ("HTTP 503", 1)),
    "POST 429": (("429-wait", "ok"), {"method": "POST", "json_data": {}}, ("HTTP 200", 2)),
    "POST lost": (("lost", "ok"), {"method": "POST"}, ("ConnectionLostError", 1)),
    "POST lost, key": (("lost", "ok"), {"method": "POST", "options": KEY}, ("HTTP 200", 2)),
    "PATCH lost": (("lost", "ok"), {"method": "PATCH"}, ("ConnectionLostError", 1)),
    "PUT lost": (("lost", "ok"), {"method": "PUT", "json_data": {}}, ("HTTP 200", 2)),
    "stream": (("chunked",), {"method": "STREAM"}, ("HTTP 200", 1)),
    "stream 503": (("503", "ok"), {"method": "STREAM"}, ("HTTP 200", 2)),
    "stream lost": (("lost", "ok"), {"method": "STREAM"}, ("HTTP 200", 2)),
    "stream short": (("short", "ok"), {"method": "STREAM"}, ("ProtocolError", 1)),
    "black hole": (
        ("black-hole", "ok"),
        {"options": RequestOptions(timeout=0.05)},
        ("HTTP 200", 2),
    ),
    "deadline": (
        ("loris",),
        {"options": RequestOptions(deadline=0.1)},
        ("DeadlineExceededError", 1),
    ),
}

# What a transport does another way.
DIFFERENT = {"reqwest": {"huge header": ("HTTP 200", 1)}}  # it takes a head of up to 400 KB


def _expected(name: str, backend: str) -> tuple[str, int]:
    return DIFFERENT.get(backend, {}).get(name, SCRIPTS[name][2])


def _ask(server: FaultServer, answers: tuple[str, ...], args: dict[str, Any]) -> Ask:
    args = dict(args)
    return ask(args.pop("method", "GET"), server.script(*answers), **args)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_comes_out_the_same_in_every_colour(
    server: FaultServer, backend: str, colours: tuple[str, ...], name: str
) -> None:
    answers, args, _ = SCRIPTS[name]
    retries = RetryConfig(max_retries=3, backoff_factor=0.0, retry_quota=None)
    traces, seen = {}, {}
    for colour in colours:
        before = len(server.requests)
        call = _ask(server, answers, args)
        (outcome,) = drive(colour, [call], base_url=server.url, retry_config=retries)
        traces[colour] = outcome.trace
        seen[colour] = len(server.requests) - before
    assert traces == dict.fromkeys(colours, _expected(name, backend))
    assert len(set(seen.values())) == 1


def test_a_whole_session_comes_out_the_same(
    server: FaultServer, backend: str, colours: tuple[str, ...]
) -> None:
    """All scripts, one after the other, on the connections that the ones before left."""
    sessions = []
    for colour in colours:
        asks = [_ask(server, answers, args) for answers, args, _ in SCRIPTS.values()]
        sessions.append([outcome.trace for outcome in drive(colour, asks, base_url=server.url)])
    assert all(session == sessions[0] for session in sessions)
    # On a connection that was used before, a loss costs no retry, so one attempt more may be made.
    for (result, attempts), name in zip(sessions[0], SCRIPTS, strict=True):
        _, alone = _expected(name, backend)
        assert alone <= attempts <= alone + 1, result
