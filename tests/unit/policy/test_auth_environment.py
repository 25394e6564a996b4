"""Credentials from environment variables."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import ApiKeyAuth, AsyncHttpClient, BasicAuth, BearerAuth, SyncHttpClient
from sdkbase._policy.auth import Auth, AuthFromEnv
from sdkbase._policy.auth.oauth2 import OAuth2ClientCredentials
from sdkbase._wire.body import NO_BODY
from sdkbase._wire.call import Call
from sdkbase.errors import ConfigurationError

TOKEN_URL = "https://login.example/token"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ACME_API_KEY": "  env-secret\n",
        "ACME_USER": "ada",
        "ACME_PASSWORD": "word",
        "ACME_EMPTY": " ",
        "ACME_BAD": "a\nb",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ACME_MISSING", raising=False)


def sent(given: AuthFromEnv) -> Call:
    return Auth(given).apply(Call("GET", "https://h/p", "/p", {}, NO_BODY))


def test_each_kind() -> None:
    assert sent(BearerAuth.from_env("ACME_API_KEY")).headers == {
        "authorization": "Bearer env-secret"
    }
    assert sent(BasicAuth.from_env("ACME_USER", "ACME_PASSWORD")).headers == {
        "authorization": "Basic YWRhOndvcmQ="
    }
    assert sent(ApiKeyAuth.from_env("ACME_API_KEY")).headers == {"x-api-key": "env-secret"}
    assert sent(ApiKeyAuth.from_env("ACME_API_KEY", header="Key")).headers == {"key": "env-secret"}
    assert sent(ApiKeyAuth.from_env("ACME_API_KEY", cookie="c")).headers == {
        "cookie": "c=env-secret"
    }
    assert sent(ApiKeyAuth.from_env("ACME_API_KEY", query="k")).url == "https://h/p?k=env-secret"
    grant = Auth(
        OAuth2ClientCredentials.from_env(TOKEN_URL, "ACME_USER", "ACME_PASSWORD", scope="read")
    ).grant
    assert grant is not None
    assert grant.client_id == "ada"
    assert grant.fields() == {"grant_type": "client_credentials", "scope": "read"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            BearerAuth.from_env("ACME_MISSING"),
            "no credentials: the environment variable ACME_MISSING is not set; set it, or pass "
            "auth=",
        ),
        (
            ApiKeyAuth.from_env("ACME_EMPTY"),
            "no credentials: the environment variable ACME_EMPTY is empty; set it, or pass auth=",
        ),
        (
            BasicAuth.from_env("ACME_MISSING", "ACME_EMPTY"),
            "no credentials: the environment variable ACME_MISSING is not set and the environment "
            "variable ACME_EMPTY is empty; set them, or pass auth=",
        ),
        (
            BasicAuth.from_env("ACME_USER", "ACME_MISSING"),
            "no credentials: the environment variable ACME_MISSING is not set; set it, or pass "
            "auth=",
        ),
        (
            BearerAuth.from_env("ACME_BAD"),
            "BearerAuth token holds characters that a header can not carry, from the environment "
            "(ACME_BAD)",
        ),
    ],
)
def test_what_is_missing_is_told(given: AuthFromEnv, message: str) -> None:
    for client in (AsyncHttpClient, SyncHttpClient):
        with pytest.raises(ConfigurationError) as caught:
            client("https://api.example", auth=given)
        assert str(caught.value) == message


@pytest.mark.parametrize("name", ["", None, 5])
def test_a_variable_has_a_name(name: Any) -> None:
    with pytest.raises(ConfigurationError, match="from_env takes names of environment variables"):
        BearerAuth.from_env(name)


def test_a_wrong_place_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError, match="one place for the key, got query=, cookie="):
        ApiKeyAuth.from_env("ACME_API_KEY", query="a", cookie="b")


def test_a_subclass_makes_its_own_kind() -> None:
    class Own(BearerAuth):
        pass

    assert type(Auth(Own.from_env("ACME_API_KEY")).credentials) is Own


def test_it_is_read_when_a_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    class Acme(SyncHttpClient):
        default_auth = BearerAuth.from_env("ACME_MISSING")

    with pytest.raises(ConfigurationError, match="ACME_MISSING is not set"):
        Acme("https://api.example")
    Acme("https://api.example", auth=BearerAuth("own-token")).close()
    monkeypatch.setenv("ACME_MISSING", "there-now")
    wire = httpx.MockTransport(
        lambda request: httpx.Response(200, text=request.headers["authorization"])
    )
    with Acme("https://api.example", transport=wire) as client:
        monkeypatch.setenv("ACME_MISSING", "too-late")
        assert client.get("/me").text == "Bearer there-now"


def test_repr_names_the_variables() -> None:
    assert repr(BasicAuth.from_env("ACME_USER", "ACME_PASSWORD")) == (
        "AuthFromEnv(ACME_USER, ACME_PASSWORD)"
    )
