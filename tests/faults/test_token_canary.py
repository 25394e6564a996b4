"""No secret of a grant or a key is shown, whatever goes wrong while it is fetched or sent."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from loguru import logger

from sdkbase import (
    ApiKeyAuth,
    BearerAuth,
    OAuth2ClientCredentials,
    OAuth2RefreshToken,
    OAuth2Tokens,
)
from tests.faults.answers import response
from tests.faults.canary import CANARY, _echo, echoed, echoing_answer_of
from tests.faults.server import Answer, Connection, FaultServer, Request
from tests.faults.test_canary import Credential, Hunt, _get, _secret

# What an endpoint may answer that grants nothing, and shows what it granted or was asked with.
UNUSABLE = {
    "cut": b'{"access_token": "%s", "exp',
    "type": b'{"access_token": "%s", "token_type": "mac"}',
    "lifetime": b'{"access_token": "%s", "expires_in": "%s"}',
    "broken": b'{"access_token": "a\\nb", "refresh_token": "%s"}',
    "list": b'["%s"]',
    "number": b'{"access_token": 5, "id_token": "%s"}',
}
ECHOES = ("400", "401", "500", "text", "reason", "id", "location", "garbage", "short", "html")


def answer_of(name: str) -> Answer:
    """Return the answers of the echoing server, and those of a token endpoint."""
    kind, _, rest = name.partition("-")
    if kind != "token":
        return echoing_answer_of(name)

    async def answer(_server: FaultServer, connection: Connection, request: Request) -> None:
        if rest == "good":
            await connection.send(response(json.dumps(GRANT).encode()))
        elif rest in UNUSABLE:
            body = UNUSABLE[rest]
            await connection.send(response(body.replace(b"%s", CANARY.encode())))
        else:
            form = [value for _, value in parse_qsl(request.body.decode())]
            await connection.send(_echo(rest, " ".join([echoed(request), *form])))
            if rest in ("garbage", "short"):
                connection.close()

    return answer


GRANT = {"access_token": f"{CANARY}-access", "refresh_token": f"{CANARY}-refresh", "expires_in": 9}


@pytest.fixture(autouse=True)
def no_other_sink() -> Iterator[None]:
    """Spare the time in which loguru's own handler would format everything once more."""
    logger.remove()
    yield
    logger.add(sys.stderr)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(answer_of) as running:
        yield running


WRONG: Any = {"a": 5}


async def waited_for() -> str:
    return CANARY


def broken(tokens: OAuth2Tokens) -> None:
    raise KeyError("broken callback")


def machine(url: str) -> Any:
    return OAuth2ClientCredentials(url, "user", CANARY)


def machine_in_body(url: str) -> Any:
    return OAuth2ClientCredentials(url, "user", CANARY, auth_style="body")


def person(url: str) -> Any:
    return OAuth2RefreshToken(url, CANARY, "user", access_token=f"{CANARY}-old")


def forgetful(url: str) -> Any:
    return OAuth2RefreshToken(url, CANARY, "user", on_refresh=broken)


# --- while a token is fetched ----------------------------------------------------------------


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("colour", ["sync", "asyncio"])
@pytest.mark.parametrize("make", [machine, machine_in_body, forgetful])
def test_no_answer_of_a_token_endpoint_shows_a_secret(
    server: FaultServer, refused_url: str, colour: str, make: Callable[[str], Any]
) -> None:
    def hunt_at(url: str) -> Hunt:
        credential = Credential(lambda: {"auth": make(url)})
        hunt = Hunt(colour, credential, server.url, refused_url)
        hunt.go(url, _get("/ok", credential))
        return hunt

    faults = [f"token-{kind}" for kind in (*ECHOES, *UNUSABLE)]
    faults += ["lost", "closed", "half-head", "gzip-cut", "503"]
    hunts = [hunt_at(f"{server.url}/{name}") for name in faults]
    hunts.append(hunt_at(f"{refused_url}/token"))
    assert [hunt.failures for hunt in hunts] == [1] * len(hunts)
    assert [hunt.leaks for hunt in hunts if hunt.leaks] == []


# --- while it is sent ------------------------------------------------------------------------

CREDENTIALS: dict[str, Callable[[str], Any]] = {
    "machine": machine,
    "person": person,
    "query": lambda _: ApiKeyAuth(CANARY, query="api_key"),
    "plain query": lambda _: ApiKeyAuth(CANARY, query="q"),
    "cookie": lambda _: ApiKeyAuth(CANARY, cookie="c"),
    "function": lambda _: ApiKeyAuth(lambda: CANARY, query="q"),
    "async function": lambda _: BearerAuth(waited_for),
}


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("name", CREDENTIALS)
def test_no_error_path_shows_the_secret(server: FaultServer, refused_url: str, name: str) -> None:
    credential = Credential(lambda: {"auth": CREDENTIALS[name](f"{server.url}/token-good")})
    colour = "asyncio" if name in ("machine", "async function") else "sync"
    hunt = Hunt(colour, credential, server.url, refused_url)
    hunt.all_paths()
    assert hunt.failures >= 45
    assert hunt.leaks == {}


def test_a_callback_that_fails_shows_no_token(server: FaultServer, refused_url: str) -> None:
    for colour in ("sync", "asyncio"):
        credential = Credential(lambda: {"auth": forgetful(f"{server.url}/token-good")})
        hunt = Hunt(colour, credential, server.url, refused_url)
        hunt.go("callback", _get("/ok", credential))
        assert hunt.failures == 1
        assert hunt.leaks == {}


# --- while it is set up ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda: OAuth2ClientCredentials("http://other.example/", "user", _secret()),
        lambda: OAuth2ClientCredentials(f"https://user:{_secret()}@h/", "user", "secret"),
        lambda: OAuth2ClientCredentials("https://h/", "user", f"{_secret()}\ud800"),
        lambda: OAuth2RefreshToken("https://h/", f"{_secret()}\ud800", "user"),
        lambda: OAuth2RefreshToken("https://h/", _secret(), "user", access_token=f"{_secret()}\n"),
        lambda: OAuth2RefreshToken("https://h/", _secret(), "user", expires_in=-1),
        lambda: OAuth2ClientCredentials("https://h/", "user", _secret(), extra=WRONG),
        lambda: ApiKeyAuth(f"{_secret()};", cookie="c"),
        lambda: ApiKeyAuth(f"{_secret()}\ud800", query="q"),
        lambda: ApiKeyAuth(_secret(), query="q", cookie="c"),
    ],
)
def test_a_wrong_setting_does_not_show_the_secret(
    server: FaultServer, make: Callable[[], Any]
) -> None:
    credential = Credential(lambda: {"auth": make()})
    hunt = Hunt("sync", credential, server.url, server.url)
    hunt.go("setting", _get("/ok", credential))
    assert hunt.failures == 1
    assert hunt.leaks == {}
