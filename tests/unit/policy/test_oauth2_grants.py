"""What grants ask for, and what they make of an answer."""

from __future__ import annotations

import copy
import json
import pickle
import secrets
from base64 import b64decode
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._policy.auth import Auth
from sdkbase._policy.auth.grant import OAuth2Grant, OAuth2Tokens
from sdkbase._policy.auth.oauth2 import OAuth2ClientCredentials, OAuth2RefreshToken
from sdkbase._policy.auth.token_endpoint import (
    TokenAnswer,
    token_answer,
    token_failure,
    token_request,
)
from sdkbase._wire.redaction import Secret, redact_text
from sdkbase._wire.reply import Reply
from sdkbase.errors import (
    ConfigurationError,
    DeadlineExceededError,
    RateLimitError,
    RequestTimeoutError,
    SdkError,
    TokenError,
)

TOKEN_URL = "https://login.example/token"


@pytest.fixture
def canary() -> str:
    return f"canary-{secrets.token_hex(8)}"


def machine(**options: Any) -> OAuth2ClientCredentials:
    given: dict[str, Any] = {
        "token_url": TOKEN_URL,
        "client_id": "client",
        "client_secret": "s3cret-word",
        **options,
    }
    return OAuth2ClientCredentials(**given)


def person(**options: Any) -> OAuth2RefreshToken:
    given: dict[str, Any] = {
        "token_url": TOKEN_URL,
        "refresh_token": "refresh-0",
        "client_id": "client",
        **options,
    }
    return OAuth2RefreshToken(**given)


def form(grant: OAuth2Grant) -> dict[str, str]:
    content = token_request(grant, {}).body.content
    assert content is not None
    return {name: value for name, (value,) in parse_qs(content.decode()).items()}


# --- requests --------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@given(client_id=TEXT, client_secret=TEXT)
def test_the_pair_is_encoded_as_in_a_form(client_id: str, client_secret: str) -> None:
    grant = machine(client_id=client_id, client_secret=client_secret)
    header = token_request(grant, {}).headers["authorization"]
    pair = b64decode(header.removeprefix("Basic ")).decode()
    name, _, word = pair.partition(":")
    assert parse_qs(f"a={name}&b={word}") == {"a": [client_id], "b": [client_secret]}
    assert form(machine(client_id=client_id, client_secret=client_secret, auth_style="body")) == {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
    }


def test_the_request() -> None:
    call = token_request(machine(token_url=f"{TOKEN_URL}?a=1"), {"user-agent": "me"})
    assert (call.method, call.url, call.template) == ("POST", f"{TOKEN_URL}?a=1", TOKEN_URL)
    assert call.headers == {
        "user-agent": "me",
        "accept": "application/json",
        "content-type": "application/x-www-form-urlencoded",
        "authorization": "Basic Y2xpZW50OnMzY3JldC13b3Jk",
    }
    assert "s3cret" not in repr(call)


def test_a_public_client_names_itself_in_the_body() -> None:
    assert form(person()) == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-0",
        "client_id": "client",
    }
    assert "authorization" not in token_request(person(), {}).headers


def test_further_fields() -> None:
    grant = machine(scope="a b", audience="https://api.example", extra={"resource": "r"})
    assert form(grant) == {
        "grant_type": "client_credentials",
        "scope": "a b",
        "audience": "https://api.example",
        "resource": "r",
    }
    assert form(person(scope=("a", "b")))["scope"] == "a b"


def test_a_grant_of_a_users_own() -> None:
    class JwtBearer(OAuth2Grant):
        """RFC 7523."""

        def fields(self) -> dict[str, str]:
            return {"grant_type": "urn:x", "assertion": "canary-jwt", **super().fields()}

    grant = JwtBearer(TOKEN_URL, "client", None, scope="read")
    assert form(grant) == {
        "grant_type": "urn:x",
        "assertion": "canary-jwt",
        "scope": "read",
        "client_id": "client",
    }
    assert redact_text("canary-jwt") == "***"
    assert Auth(grant).grant is grant


# --- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"token_url": ""}, "token_url must be a string that is not empty, got an empty string"),
        ({"token_url": None}, "token_url must be a string that is not empty, got NoneType"),
        ({"token_url": "/token"}, "token_url must be a whole URL"),
        ({"token_url": "https://a:b@h/t"}, "token_url must not hold a user name or a fragment"),
        ({"token_url": "https://h/t#x"}, "token_url must not hold a user name or a fragment"),
        ({"token_url": "http://h/t"}, "token_url must be https, not http; allow_http=True"),
        ({"client_id": " "}, "client_id must be a string that is not empty"),
        ({"client_id": "a\ud800"}, "client_id has no UTF-8 form"),
        ({"client_secret": ""}, "client_secret must be a string that is not empty"),
        ({"client_secret": None}, "client_secret must be a string that is not empty, got NoneType"),
        ({"scope": 5}, "scope must be a string or a list of strings, got int"),
        ({"scope": ["a", 5]}, "scope must be a string or a list of strings, got list"),
        ({"scope": ""}, "scope must be a string that is not empty"),
        ({"audience": 5}, "audience must be a string that is not empty, got int"),
        ({"extra": "a=b"}, "extra must be a mapping, got str"),
        ({"extra": {"scope": "x", "grant_type": "y"}}, "extra must not hold grant_type, scope"),
        ({"extra": {5: "x"}}, "name in extra must be a string that is not empty, got int"),
        ({"extra": {"a": 5}}, "extra['a'] must be a string that is not empty, got int"),
        ({"auth_style": "header"}, "auth_style must be 'basic' or 'body', got another string"),
        ({"margin": -1}, "margin must be a finite number of seconds, 0 or more"),
        ({"margin": "60"}, "margin must be seconds or a timedelta"),
        ({"timeout": 0}, "timeout must be a finite number of seconds, more than 0"),
        ({"timeout": None}, "timeout must be seconds or a timedelta"),
    ],
)
def test_what_can_not_work_is_refused(options: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        machine(**options)
    assert str(caught.value).startswith(f"OAuth2ClientCredentials {message}")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"refresh_token": ""}, "refresh_token must be a string that is not empty"),
        ({"access_token": ""}, "access_token must be a string that is not empty"),
        ({"access_token": "canary-\n"}, "access_token holds characters that a header can not"),
        ({"expires_in": "5"}, "expires_in must be seconds or a timedelta"),
        ({"access_token": "a", "expires_in": -5}, "expires_in must be a finite number of seconds"),
        ({"on_refresh": 5}, "on_refresh must be a function, got int"),
    ],
)
def test_what_a_refresh_token_can_not_take(options: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        person(**options)
    assert str(caught.value).startswith(f"OAuth2RefreshToken {message}")
    assert "canary" not in str(caught.value)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(TypeError, match="scopes"):
        machine(scopes="a")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8080/t",
        "http://api.localhost/t",
        "http://127.0.0.1/t",
        "http://127.8.8.8/t",
        "http://[::1]:80/t",
    ],
)
def test_plain_http_on_this_machine_is_fine(url: str) -> None:
    assert machine(token_url=url).token_url == url


@pytest.mark.parametrize("url", ["http://10.0.0.1/t", "http://dead.beef/t", "http://127.1/t"])
def test_plain_http_elsewhere_needs_a_word(url: str) -> None:
    with pytest.raises(ConfigurationError, match="allow_http=True sends secrets in plain"):
        machine(token_url=url)
    assert machine(token_url=url, allow_http=True).token_url == url


def test_durations() -> None:
    grant = machine(margin=timedelta(minutes=1), timeout=timedelta(seconds=5))
    limits = grant.limits()
    assert limits.steps() == {"connect": 5.0, "read": 5.0, "write": 5.0, "pool": 5.0}
    assert (limits.total, limits.deadline) == (5.0, 5.0)
    token, _ = grant.take(TokenAnswer("access-1", expires_in=1000), 0.0)
    assert token.renew_at == 940.0


# --- answers ---------------------------------------------------------------------------------


def answered(body: Any, status: int = 200, **headers: str) -> TokenAnswer:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = Reply(status, raw, content, reason="Reason")
    return token_answer(token_request(machine(), {}), reply, 1_000.0)


def test_an_answer() -> None:
    answer = answered(
        {
            "access_token": "a",
            "token_type": "bearer",
            "expires_in": 5,
            "refresh_token": "r",
            "scope": ["read"],
            "more": {"a": 1},
        },
        201,
    )
    assert (answer.access_token, answer.expires_in, answer.refresh_token) == ("a", 5.0, "r")
    assert repr(answer) == "TokenAnswer(***)"


def test_an_error_beside_a_token_is_none() -> None:
    assert answered({"access_token": "a", "error": ""}).access_token == "a"


def test_a_refusal() -> None:
    body = {"error": "invalid_grant", "error_description": "token s3cret-word is gone"}
    with pytest.raises(TokenError) as caught:
        answered(body, 400)
    error = caught.value
    assert str(error) == (
        f"no access token (invalid_grant): POST {TOKEN_URL} -> 400 Reason: token *** is gone"
    )
    assert error.code == "invalid_grant"
    assert "s3cret-word" not in repr(vars(error)) + error.response.text


@pytest.mark.parametrize("body", [b"<html>busy", b"[1]", b'{"error": {"code": 5}}', b"\xff"])
def test_a_refusal_without_a_code(body: bytes) -> None:
    with pytest.raises(RateLimitError) as caught:
        answered(body, 429, retry_after="3")
    assert caught.value.retry_after == 3
    assert not hasattr(caught.value, "__notes__")


def test_an_answer_in_a_broken_coding() -> None:
    with pytest.raises(TokenError, match="^no access token: "):
        answered(b"not gzip", content_encoding="gzip")


def test_an_answer_that_is_nested_too_deeply() -> None:
    with pytest.raises(TokenError, match="^no access token: "):
        answered(b'{"access_token": "a", "x": ' + b"[" * 100_000)


@pytest.mark.parametrize("field", ["access_token", "refresh_token"])
def test_an_answer_that_is_no_good_is_not_shown(field: str, canary: str) -> None:
    body = {"access_token": "a\n", "refresh_token": "r", "id_token": canary}
    with pytest.raises(TokenError) as caught:
        answered({**body, field: f"{canary}\n" if field == "access_token" else canary})
    error = caught.value
    shown = f"{error} {vars(error)} {error.response.headers} {error.response.text}"
    assert canary not in shown + str(pickle.dumps(error))


def failed(kind: type[RequestTimeoutError]) -> RequestTimeoutError:
    request = httpx.Request("POST", TOKEN_URL)
    return kind("over", request=request, template=TOKEN_URL)


def test_a_failure_was_never_a_request_of_the_call() -> None:
    error = failed(RequestTimeoutError)
    assert error.sent
    assert token_failure(error, 5.0) is error
    assert not error.sent


def test_the_end_of_its_time_is_no_deadline_of_the_calls() -> None:
    error = token_failure(failed(DeadlineExceededError), 5.0)
    assert type(error) is RequestTimeoutError
    assert str(error) == f"POST {TOKEN_URL}: no token within 5 s"
    assert not error.sent


def test_where_a_mistake_was_made_is_kept() -> None:
    try:
        raise KeyError("mine")
    except KeyError as error:
        assert token_failure(error, 5.0) is error
        assert error.__traceback__ is not None


# --- refresh tokens --------------------------------------------------------------------------


def test_rotation() -> None:
    grant = person()
    _, tokens = grant.take(TokenAnswer("access-1", refresh_token="refresh-1", expires_in=9), 0.0)
    assert (tokens.access_token, tokens.refresh_token) == ("access-1", "refresh-1")
    assert tokens.expires_in == 9
    assert form(grant)["refresh_token"] == "refresh-1"
    _, tokens = grant.take(TokenAnswer("access-2"), 0.0)
    assert (tokens.access_token, tokens.refresh_token) == ("access-2", "refresh-1")
    assert tokens.expires_in is None


def test_a_machine_has_no_refresh_token_to_go_on_with() -> None:
    _, tokens = machine().take(TokenAnswer("access-1"), 0.0)
    assert tokens.refresh_token is None
    _, tokens = machine().take(TokenAnswer("access-1", refresh_token="refresh-9"), 0.0)
    assert tokens.refresh_token == "refresh-9"
    assert "refresh_token" not in form(machine())


# --- secrets ---------------------------------------------------------------------------------


def test_nothing_shows_a_secret(canary: str) -> None:
    grants: list[OAuth2Grant] = [
        machine(client_secret=canary, extra={"assertion": f"{canary}-jwt"}),
        person(refresh_token=canary, access_token=f"{canary}-a", client_secret=f"{canary}-s"),
    ]
    for grant in grants:
        token_request(grant, {})
        _, tokens = grant.take(TokenAnswer(f"{canary}-x", refresh_token=f"{canary}-y"), 0.0)
        for shown in (grant, tokens, grant.tokens, Auth(grant)):
            assert canary not in repr(shown) + str(shown)
        assert canary not in repr(vars(grant)) + repr(vars(tokens))
        assert canary.encode() not in pickle.dumps(grant) + pickle.dumps(tokens)
    for end in ("", "-jwt", "-a", "-s", "-x", "-y"):
        assert redact_text(f"<{canary}{end}>") == "<***>"


def test_what_is_no_secret_is_not_masked() -> None:
    token_request(machine(scope="read-all write-all", audience="https://api.of-mine.example"), {})
    text = "read-all write-all https://api.of-mine.example client_credentials"
    assert redact_text(text) == text


def test_reprs() -> None:
    assert repr(machine()) == f"OAuth2ClientCredentials('{TOKEN_URL}', client_id='client')"
    assert repr(person()) == f"OAuth2RefreshToken('{TOKEN_URL}', client_id='client')"
    assert repr(OAuth2Tokens(Secret("abcdefg"), None, None)) == "OAuth2Tokens(***, expires_in=None)"


def test_a_copy_shares_its_token() -> None:
    grant = machine()
    token, _ = grant.take(TokenAnswer("access-1"), 0.0)
    for twin in (copy.copy(grant), copy.deepcopy(grant)):
        assert twin.tokens.current(0.0) is token
        assert form(twin) == form(grant)


def test_an_unpickled_grant_never_sends_a_mask() -> None:
    restored = pickle.loads(pickle.dumps(machine()))
    with pytest.raises(SdkError, match="a secret is not pickled"):
        token_request(restored, {})
