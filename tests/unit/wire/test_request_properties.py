"""What would break a message is refused where it is given, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from random import Random
from typing import Any

import httpx
import pytest

from sdkbase import InvalidRequestError, RequestOptions, SyncHttpClient, SyncResource
from tests.scale import scaled

CONTROL = [*map(chr, range(0x20)), "\x7f"]
# Without `#` and `@`: a fragment is left out, and user info goes as Base64.
TEXT = [chr(code) for code in range(0x20, 0x7F) if chr(code) not in "#@"]
TEXT += ["\xa0", "\xff", "\u0100", "\u2028", "\U0001f600", "\ud800"]


class Things(SyncResource[Any]):
    path = "/things"


def with_cookie(client: SyncHttpClient, text: str) -> SyncHttpClient:
    client.cookies.set("a", text)
    return client


PLACES: dict[str, Callable[[SyncHttpClient, str], object]] = {
    "method": lambda client, text: client.request(text, "/"),
    "name": lambda client, text: client.get("/", headers={text: "1"}),
    "value": lambda client, text: client.get("/", headers={"x-a": text}),
    "second value": lambda client, text: client.get("/", headers=[("x-a", "1"), ("x-a", text)]),
    "header": lambda client, text: client.get("/", options=RequestOptions(headers={"x-a": text})),
    "key": lambda client, text: client.post("/", options=RequestOptions(idempotency_key=text)),
    "cookie": lambda client, text: with_cookie(client, text).get("/"),
    "path": lambda client, text: client.get(f"/{text}"),
    "URL": lambda client, text: client.get(f"https://api.example/{text}"),
    "host": lambda client, text: client.get(f"https://{text}/"),
    "query": lambda client, text: client.get("/", params=text),
    "argument": lambda client, text: Things(client)._get("/{id}", text),
    "segments": lambda client, text: Things(client)._get("/{+id}", text),
}


def hostile(rng: Random, place: str) -> str:
    """Return any text with a control character inside that no header may have."""
    characters = [rng.choice(TEXT) for _ in range(rng.randrange(12))]
    # A tab may stand within a value.
    allowed = "\t" if place in ("value", "second value", "header", "key", "cookie") else ""
    for _ in range(rng.choice((1, 1, 2))):
        control = rng.choice([one for one in CONTROL if one not in allowed])
        characters.insert(rng.randrange(len(characters) + 1), control)
    return "".join(characters)


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("place", PLACES)
def test_no_control_character_is_ever_sent(place: str) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    rng = Random(20260203)
    with ExitStack() as stack:
        transport = httpx.MockTransport(answer)
        client = stack.enter_context(SyncHttpClient("https://api.example", transport=transport))
        for _ in range(scaled(full=10_000, ci=1_000)):
            text = hostile(rng, place)
            with pytest.raises(InvalidRequestError):
                PLACES[place](client, text)
            assert not sent, text
            client.cookies.clear()
        client.get("/")
    assert len(sent) == 1
