"""What a user may get wrong about credentials: it is told, and never by showing a secret."""

from __future__ import annotations

import inspect
import os
import pickle
import pydoc
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import sdkbase
from sdkbase import (
    ApiKeyAuth,
    AuthFromEnv,
    BadGatewayError,
    BasicAuth,
    BearerAuth,
    ClientError,
    ConfigurationError,
    NotFoundError,
    OAuth2ClientCredentials,
    OAuth2Grant,
    OAuth2RefreshToken,
    RequestOptions,
    SyncHttpClient,
    TokenError,
)
from sdkbase._policy.auth import Auth
from sdkbase._policy.auth.token_endpoint import token_answer, token_request
from sdkbase._wire.body import NO_BODY
from sdkbase._wire.call import Call
from sdkbase._wire.reply import Reply

TOKEN_URL = "https://login.example/token"


def machine(**options: Any) -> OAuth2ClientCredentials:
    return OAuth2ClientCredentials(TOKEN_URL, "client", "s3cret-word", **options)


def person(**options: Any) -> OAuth2RefreshToken:
    return OAuth2RefreshToken(TOKEN_URL, "refresh-0", "client", **options)


def message_of(make: Callable[[], object]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        make()
    assert caught.value.__cause__ is None
    return str(caught.value)


def sent(given: Any) -> dict[str, str]:
    auth = Auth(given)
    answer = None if auth.ask is None else auth.ask()
    return auth.apply(Call("GET", "https://h/p", "/p", {}, NO_BODY), answer).headers


# --- documentation ---------------------------------------------------------------------------


def documented(thing: object) -> str:
    """Return what `help` shows, and the signatures of all functions, private ones too."""
    members = [thing, *vars(thing).values()] if hasattr(thing, "__dict__") else [thing]
    functions = [member for member in members if inspect.isfunction(member)]
    signatures = "".join(str(inspect.signature(function)) for function in functions)
    return pydoc.plain(pydoc.render_doc(thing)) + repr(thing) + signatures


def with_environment(environ: Any = os.environ) -> None:
    """Show the test below what it has to find."""


@pytest.mark.usefixtures("uncovered")
def test_documentation_shows_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_CANARY", "canary-of-the-environment")
    assert "canary-of" in documented(with_environment)
    public = {name: getattr(sdkbase, name) for name in sdkbase.__all__ if name != "__version__"}
    shown = {name: documented(thing) for name, thing in public.items()}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "sdkbase":
            shown[name] = documented(module)
    assert "resolve(" in shown["AuthFromEnv"]
    assert len(shown) > len(public) + 50
    assert [name for name, text in shown.items() if "canary-of" in text or "environ(" in text] == []


@pytest.mark.parametrize("kind", [OAuth2ClientCredentials, OAuth2RefreshToken])
def test_help_points_to_what_there_is(kind: type) -> None:
    shown = pydoc.plain(pydoc.render_doc(kind))
    assert "GrantOptions" in shown and "`OAuth2Grant`" in shown
    explained = inspect.getdoc(OAuth2Grant) or ""
    for name in sdkbase.GrantOptions.__annotations__:
        assert f"`{name}`" in shown
        assert f"{name}:" in explained


# --- the environment -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", "an empty string"),
        (None, "NoneType"),
        (5, "int"),
        (b"CANARY", "bytes"),
        ("canary-token", "a string that is no name"),
        ("canary.jwt.x", "a string that is no name"),
        ("5canary", "a string that is no name"),
        ("CANARY\n", "a string that is no name"),
        ("CAN\u00c4RY", "a string that is no name"),
        ("Bearer canary", "a string that is no name"),
    ],
)
def test_a_secret_in_place_of_a_name_is_refused(name: Any, kind: str) -> None:
    makes: list[Callable[[], AuthFromEnv]] = [
        lambda: BearerAuth.from_env(name),
        lambda: ApiKeyAuth.from_env(name, query="key"),
        lambda: BasicAuth.from_env("ACME_USER", name),
        lambda: OAuth2ClientCredentials.from_env(TOKEN_URL, "ACME_USER", name),
        lambda: OAuth2RefreshToken.from_env(TOKEN_URL, name, "ACME_USER"),
    ]
    for make in makes:
        assert message_of(make) == (
            "from_env takes names of environment variables, such as 'ACME_TOKEN', not what they "
            f"hold; got {kind}"
        )


@pytest.mark.parametrize(
    "secret",
    ["ghp_16C7e42F292c6912E7710c838347Ae178B4a", "hunter", "AKIAIOSFODNN7EXAMPLE", "deadbeef" * 4],
)
def test_a_secret_that_could_be_a_name_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.delenv("ACME_MISSING", raising=False)
    given = BasicAuth.from_env("ACME_MISSING", secret)
    assert message_of(lambda: Auth(given)) == (
        "no credentials: the environment variable ACME_MISSING is not set and the environment "
        "variable *** (shown in capitals only) is not set; set them, or pass auth="
    )
    assert secret not in repr(given)
    assert "ACME_MISSING" in repr(given)


def test_a_name_in_small_letters_serves_as_well() -> None:
    made = BearerAuth.from_env("acme_token").resolve({"acme_token": "small"})
    assert sent(made) == {"authorization": "Bearer small"}


@pytest.mark.parametrize("secret", [None, "ACME_SECRET"])
def test_a_refresh_token_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, secret: str | None
) -> None:
    for name, value in {"ACME_REFRESH": "env-r", "ACME_ID": "ada", "ACME_SECRET": "word"}.items():
        monkeypatch.setenv(name, value)
    stored: list[object] = []
    given = OAuth2RefreshToken.from_env(
        TOKEN_URL, "ACME_REFRESH", "ACME_ID", secret, scope="read", on_refresh=stored.append
    )
    grant = Auth(given).grant
    assert type(grant) is OAuth2RefreshToken
    assert (grant.token_url, grant.client_id) == (TOKEN_URL, "ada")
    assert grant.fields() == {
        "grant_type": "refresh_token",
        "refresh_token": "env-r",
        "scope": "read",
    }
    assert (grant.client_secret and grant.client_secret.reveal()) == (secret and "word")
    assert grant.on_refresh == stored.append


# --- the scheme ------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["Bearer canary", " bearer\tcanary", "BEARER  canary", "Bearer"])
def test_the_scheme_does_not_belong_to_the_token(token: str) -> None:
    reason = "begins with the scheme; leave 'Bearer' out, sdkbase adds it"
    assert message_of(lambda: BearerAuth(token)) == f"BearerAuth token {reason}"
    returned = BearerAuth(lambda: token)
    assert message_of(lambda: sent(returned)) == f"BearerAuth token {reason}"
    assert message_of(lambda: person(access_token=token)) == (
        f"OAuth2RefreshToken access_token {reason}"
    )
    given = BearerAuth.from_env("ACME_TOKEN")
    assert message_of(lambda: given.resolve({"ACME_TOKEN": token})) == (
        f"BearerAuth token {reason}, from the environment (ACME_TOKEN)"
    )


def test_a_token_may_begin_with_the_same_letters() -> None:
    assert sent(BearerAuth("bearer-1")) == {"authorization": "Bearer bearer-1"}
    assert sent(ApiKeyAuth("Bearer k", "Authorization")) == {"authorization": "Bearer k"}


# --- arguments that are mixed up -------------------------------------------------------------


@pytest.mark.parametrize(
    "mixed_up",
    [
        lambda: OAuth2ClientCredentials("canary", TOKEN_URL, "client"),
        lambda: OAuth2ClientCredentials("https://ada:canary@h/t", "client", "x"),
        lambda: OAuth2ClientCredentials("https://h:canary/t", "client", "x"),
        lambda: OAuth2ClientCredentials("https://h/t?a=canary x", "client", "x"),
        lambda: OAuth2ClientCredentials("http://canary/t", "client", "x"),
        lambda: OAuth2RefreshToken("canary", "https://login.example/mixed-up", "client"),
        lambda: machine(auth_style="canary"),
        lambda: machine(timeout="canary"),
        lambda: machine(margin="canary"),
        lambda: person(access_token=3600, expires_in="canary"),
        lambda: person(expires_in="canary"),
        lambda: person(on_refresh="canary"),
        lambda: ApiKeyAuth("X-Api-Key", "canary x"),
        lambda: ApiKeyAuth("key", cookie="canary x"),
        lambda: ApiKeyAuth("key", query=b"canary"),  # type: ignore[arg-type]  # the mistake
        lambda: ApiKeyAuth.from_env("ACME_TOKEN", "canary:x"),
        lambda: BasicAuth("canary:x", "ada"),
        lambda: Auth(("canary",)),  # type: ignore[arg-type]  # the mistake
        lambda: Auth("canary"),  # type: ignore[arg-type]  # the mistake
    ],
)
def test_what_is_mixed_up_is_not_shown(mixed_up: Callable[[], object]) -> None:
    assert "canary" not in message_of(mixed_up)


@pytest.mark.parametrize("make", [machine, person])
def test_an_unknown_option_names_the_class_that_was_written(
    make: Callable[..., OAuth2Grant],
) -> None:
    name = type(make()).__name__
    with pytest.raises(TypeError) as caught:
        make(scopes="canary")
    assert str(caught.value) == (
        f"{name}() got an unexpected keyword argument 'scopes'; did you mean 'scope'?"
    )
    with pytest.raises(TypeError, match="'zzz'; it takes allow_http, audience, auth_style"):
        make(zzz="canary")


# --- a token endpoint that is not what it should be ------------------------------------------


def answered(status: int, body: bytes) -> TokenError:
    with pytest.raises(TokenError) as caught:
        token_answer(token_request(machine(), {}), Reply(status, [], body, reason="Reason"), 0.0)
    return caught.value


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 405, 410, 418, 422])
def test_no_status_is_one_of_the_api(status: int) -> None:
    error = answered(status, b"<html>nothing here")
    assert type(error) is TokenError and isinstance(error, ClientError)
    assert error.status_code == error.response.status_code == status
    assert str(error) == f"no access token: POST {TOKEN_URL} -> {status} Reason"
    assert error.__notes__ == ["the answer is not that of a token endpoint: check token_url"]


def test_a_code_is_told_and_cut_and_pickled() -> None:
    error = answered(400, b'{"error": "invalid_client"}')
    assert not hasattr(error, "__notes__")
    twin = pickle.loads(pickle.dumps(error))
    assert (type(twin), str(twin), twin.code) == (TokenError, str(error), "invalid_client")
    assert len(str(answered(400, b'{"error": "%s"}' % (b"x" * 10_000)))) < 2_000


def test_a_token_with_its_scheme_is_no_token() -> None:
    error = answered(200, b'{"access_token": "Bearer canary"}')
    assert str(error).endswith("-> 200: its access_token begins with the scheme; leave 'Bearer' "
                               "out, sdkbase adds it")  # fmt: skip


def test_a_busy_endpoint_keeps_its_class() -> None:
    reply = Reply(502, [], b'{"error": "busy"}', reason="Reason")
    with pytest.raises(BadGatewayError) as caught:
        token_answer(token_request(machine(), {}), reply, 0.0)
    assert str(caught.value) == f"no access token (busy): POST {TOKEN_URL} -> 502 Reason: busy"


class StarMissing(NotFoundError):
    """What an SDK makes of a 404."""


def test_what_an_sdk_declares_is_not_for_the_token_endpoint() -> None:
    class Acme(SyncHttpClient):
        error_classes = {404: StarMissing, "invalid_client": StarMissing}
        error_code = "error"

    wire = httpx.MockTransport(lambda _: httpx.Response(404, json={"error": "invalid_client"}))
    no_auth = RequestOptions(auth=None)
    with Acme("https://api.example", transport=wire, auth=machine()) as client:
        with pytest.raises(TokenError) as caught:
            client.get("/stars/7", cast_to=dict[str, str])
        with pytest.raises(StarMissing):
            client.get("/stars/7", cast_to=dict[str, str], options=no_auth)
    assert "raised while getting an access token for GET /stars/7" in caught.value.__notes__
