"""OAuth 2.0 against a real server: grants, refusals, ends of tokens, rotation."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from sdkbase import (
    OAuth2ClientCredentials,
    OAuth2RefreshToken,
    OAuth2Tokens,
    PermissionDeniedError,
    TokenError,
)
from tests.faults.driver import ask, drive, drive_each
from tests.servers.oauth2 import SECRET, OAuth2Server
from tests.two_colour import AsyncVirtualClock, SyncVirtualClock

ODD = "s3cret: /%+&ö"
READ = ask("GET", "/read", cast_to=dict)


def _clock(colour: str) -> Any:
    return SyncVirtualClock() if colour == "sync" else AsyncVirtualClock()


@pytest.mark.parametrize("style", ["basic", "body"])
def test_a_token_is_fetched_once(
    oauth2: OAuth2Server, colour: str, style: Literal["basic", "body"]
) -> None:
    """However odd the secret, and for clients that share the grant."""
    client = oauth2.register(secret=ODD)
    auth = client.credentials(auth_style=style, secret=ODD)
    post = ask("POST", "/read", json_data={"n": 1}, cast_to=dict)
    sessions = drive_each(colour, [[READ, post]] * 5, base_url=oauth2.url, auth=auth)
    expected = [
        repr({"body": None, "client": client.name}),
        repr({"body": {"n": 1}, "client": client.name}),
    ]
    assert [[outcome.result for outcome in session] for session in sessions] == [expected] * 5
    assert client.log == [["client_credentials", 200]]


@pytest.mark.parametrize("style", ["basic", "body"])
@pytest.mark.parametrize("known", [True, False])
def test_a_refused_client(
    oauth2: OAuth2Server, colour: str, known: bool, style: Literal["basic", "body"]
) -> None:
    """It is told by the server's own words, without the secret, and not tried again."""
    client = oauth2.register()
    auth = client.credentials(auth_style=style, secret="wr0ng")
    if not known:
        auth = OAuth2ClientCredentials(client.token_url, "nobody", "wr0ng", auth_style=style)
    for outcome in drive(colour, [READ, ask("GET", "/read")], base_url=oauth2.url, auth=auth):
        error = outcome.error
        assert isinstance(error, TokenError)
        assert (error.code, error.attempts) == ("invalid_client", 1)
        assert "The client " in str(error) and "wr0ng" not in str(error)
    assert client.log == ([["client_credentials", 401]] * 2 if known else [])


def test_scopes(oauth2: OAuth2Server, colour: str) -> None:
    """A token is good for what was asked for, and what a client may not have is refused."""
    client = oauth2.register(scope="read write")
    asks = [READ, ask("GET", "/write", cast_to=dict)]
    expected: dict[Any, list[type[TokenError | PermissionDeniedError] | None]] = {
        None: [None, None],
        ("write", "read"): [None, None],
        "read": [None, PermissionDeniedError],
        "read admin": [TokenError, TokenError],
    }
    for scope, errors in expected.items():
        auth = client.credentials(scope=scope)
        outcomes = drive(colour, asks, base_url=oauth2.url, auth=auth)
        assert [outcome.error and type(outcome.error) for outcome in outcomes] == errors
    assert [status for _, status in client.log] == [200, 200, 200, 400, 400]


def test_a_token_is_renewed_before_its_end(oauth2: OAuth2Server, colour: str) -> None:
    client = oauth2.register(expires_in=100)
    auth, clock = client.credentials(margin=10), _clock(colour)
    for later, requests in [(0.0, 1), (89.0, 1), (2.0, 2), (89.0, 2), (2.0, 3)]:
        clock.now += later
        (outcome,) = drive(colour, [READ], base_url=oauth2.url, auth=auth, clock=clock)
        assert outcome.trace == (repr({"body": None, "client": client.name}), 1)
        assert client.log == [["client_credentials", 200]] * requests


@pytest.mark.parametrize("kind", ["credentials", "refresh"])
def test_a_token_that_the_server_takes_back_is_renewed(
    oauth2: OAuth2Server, colour: str, kind: str
) -> None:
    """Once for all calls that meet it; each is sent again, with its body."""
    client = oauth2.register()
    auth = client.credentials() if kind == "credentials" else client.refresh()
    drive(colour, [READ], base_url=oauth2.url, auth=auth)
    client.revoke()
    posts = [[ask("POST", "/read", json_data=n, cast_to=dict)] for n in range(5)]
    sessions = drive_each(colour, posts, base_url=oauth2.url, auth=auth)
    assert [session[0].result for session in sessions] == [
        repr({"body": n, "client": client.name}) for n in range(5)
    ]
    grant = "client_credentials" if kind == "credentials" else "refresh_token"
    assert client.log == [[grant, 200]] * 2


@pytest.mark.parametrize("method", ["GET", "STREAM"])
def test_a_server_that_takes_none_of_its_tokens(
    oauth2: OAuth2Server, colour: str, method: str
) -> None:
    """A call renews its token once, not for ever."""
    client = oauth2.register(lives=0)
    asks = [ask(method, "/read")] * 2
    outcomes = drive(colour, asks, base_url=oauth2.url, auth=client.credentials())
    assert [outcome.trace for outcome in outcomes] == [("HTTP 401", 1)] * 2
    assert client.log == [["client_credentials", 200]] * 3


@pytest.mark.parametrize("secret", [SECRET, None])
def test_refresh_tokens_that_are_good_for_one_time(
    oauth2: OAuth2Server, colour: str, secret: str | None
) -> None:
    """Each takes the place of the one before; `on_refresh` can store them."""
    client = oauth2.register(secret=secret, expires_in=100, rotate=True)
    stored: list[OAuth2Tokens] = []
    clock = _clock(colour)
    auth = client.refresh(
        secret, access_token=client.given["access_token"], on_refresh=stored.append
    )
    for _ in range(4):
        (outcome,) = drive(colour, [READ], base_url=oauth2.url, auth=auth, clock=clock)
        assert outcome.result == repr({"body": None, "client": client.name})
        clock.now += 100
        client.revoke()
    assert client.log == [["refresh_token", 200]] * 3
    assert len({tokens.refresh_token for tokens in stored}) == 3

    late = client.refresh(secret)  # with the first token, which was used up
    (outcome,) = drive(colour, [READ], base_url=oauth2.url, auth=late)
    assert isinstance(outcome.error, TokenError)
    assert outcome.error.code == "invalid_grant"
    resumed = OAuth2RefreshToken(
        client.token_url, stored[-1].refresh_token or "", client.name, secret
    )
    (outcome,) = drive(colour, [READ], base_url=oauth2.url, auth=resumed)
    assert outcome.error is None


def test_a_client_that_may_not_use_a_grant(oauth2: OAuth2Server, colour: str) -> None:
    client = oauth2.register(secret=None)
    (outcome,) = drive(colour, [READ], base_url=oauth2.url, auth=client.credentials())
    assert isinstance(outcome.error, TokenError)
    assert outcome.error.code in ("invalid_client", "unauthorized_client")
