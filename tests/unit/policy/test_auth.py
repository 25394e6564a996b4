from __future__ import annotations

import copy
import itertools
import pickle
import secrets
from base64 import b64encode
from typing import Any

import httpx
import pytest

from sdkbase import ApiKeyAuth, BasicAuth, BearerAuth
from sdkbase._policy.auth import Auth
from sdkbase._wire.body import NO_BODY
from sdkbase._wire.call import Call
from sdkbase._wire.redaction import redact_text
from sdkbase.errors import ConfigurationError, SdkError


@pytest.fixture
def canary() -> str:
    return f"canary-{secrets.token_hex(8)}"


def applied(given: Any, call: Call | None = None) -> Call:
    """Return what goes out, as the client makes it of what `auth=` was given."""
    auth = Auth(given)
    return auth.apply(call or new_call(), None if auth.ask is None else auth.ask())


def new_call(url: str = "https://h/p", **fields: Any) -> Call:
    return Call("GET", url, "/p", fields.pop("headers", {}), NO_BODY, **fields)


def headers(given: Any) -> dict[str, str]:
    return applied(given).headers


def test_what_each_kind_sends() -> None:
    assert headers(BearerAuth("t0ken")) == {"authorization": "Bearer t0ken"}
    assert headers(BasicAuth("Aladdin", "open sesame")) == {
        "authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    }
    assert headers(ApiKeyAuth("k")) == {"x-api-key": "k"}
    assert headers(ApiKeyAuth("k", header="Api-Token")) == {"api-token": "k"}
    assert headers(("u", "p")) == headers((b"u", b"p")) == headers(BasicAuth("u", "p"))
    assert headers(BasicAuth("u", "")) == {"authorization": "Basic dTo="}
    assert headers(None) == {}


def test_names_and_passwords_are_utf_8() -> None:
    pair = b64encode("J\u00fcrgen:p\u00e4:ss".encode()).decode()
    assert headers(BasicAuth("J\u00fcrgen", "p\u00e4:ss")) == {"authorization": f"Basic {pair}"}


def test_space_around_a_token_is_dropped() -> None:
    assert headers(BearerAuth(" t0ken\t ")) == {"authorization": "Bearer t0ken"}


def test_a_function_is_asked_for_every_attempt() -> None:
    numbers = itertools.count(1)
    auth = BearerAuth(lambda: f"token-{next(numbers)}")
    assert [headers(auth)["authorization"] for _ in range(2)] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


BAD_TEXT = [
    "",
    " ",
    "\n",
    None,
    5,
    b"token",
    "to\nken",
    "to\r\nken: x",
    "to\0ken",
    "t\u20ac",
    "\ud800",
]


@pytest.mark.parametrize("token", BAD_TEXT)
def test_bad_tokens_and_keys_are_refused_without_being_shown(token: Any) -> None:
    with pytest.raises(ConfigurationError, match="^ApiKeyAuth key "):
        ApiKeyAuth(token)
    with pytest.raises(ConfigurationError, match="^BearerAuth token "):
        BearerAuth(token)
    with pytest.raises(ConfigurationError, match="^BearerAuth token "):
        headers(BearerAuth(lambda: token))


def test_an_error_does_not_show_the_token() -> None:
    for make in (BearerAuth, ApiKeyAuth):
        with pytest.raises(ConfigurationError) as caught:
            make("canary-token\n-x")
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("username", "password"), [("a:b", "p"), (None, "p"), ("u", None), (b"u", "p"), ("u", 5)]
)
def test_bad_pairs_are_refused(username: Any, password: Any) -> None:
    with pytest.raises(ConfigurationError, match="^BasicAuth "):
        BasicAuth(username, password)


@pytest.mark.parametrize(("username", "password"), [("\ud800", "p"), ("u", "\ud800")])
def test_names_without_bytes_are_refused(username: str, password: str) -> None:
    with pytest.raises(ConfigurationError):
        BasicAuth(username, password)


@pytest.mark.parametrize("header", ["", "a b", "a:b", "a\n", 5])
def test_bad_header_names_are_refused(header: Any) -> None:
    with pytest.raises(ConfigurationError, match="must be a valid name of a header"):
        ApiKeyAuth("key", header=header)


@pytest.mark.parametrize(
    "given",
    [5, "token", b"token", [], ("u",), ("u", "p", "x"), ("u", 5), (b"\xff", b"p"), ("a:b", "p"),
     BearerAuth, httpx.BasicAuth, {"Authorization": "x"}],
)  # fmt: skip
def test_what_is_no_auth_is_refused(given: Any) -> None:
    with pytest.raises(ConfigurationError):
        Auth(given)


def test_an_error_does_not_show_the_pair() -> None:
    given: Any = ("canary-user", "canary-password", "canary")
    with pytest.raises(ConfigurationError) as caught:
        Auth(given)
    assert "canary" not in str(caught.value)


def test_flows_and_functions_of_httpx_are_taken() -> None:
    flow = httpx.DigestAuth("u", "p")
    assert Auth(flow).flow is flow and Auth(flow).credentials is None

    def sign(request: httpx.Request) -> httpx.Request:
        request.headers["x-signed"] = "yes"
        return request

    made = Auth(sign).flow
    assert made is not None
    request = next(made.auth_flow(httpx.Request("GET", "https://h/")))
    assert request.headers["x-signed"] == "yes"


class Custom:
    def __init__(self, fields: dict[str, str]) -> None:
        self.fields = fields

    def auth_headers(self) -> dict[str, str]:
        return self.fields


def test_credentials_of_the_users_own(canary: str) -> None:
    assert headers(Custom({"X-Auth-Own": canary})) == {"x-auth-own": canary}
    assert redact_text(canary) == "***"


@pytest.mark.parametrize("fields", [{"x": "a\r\nb: c"}, {"x y": "1"}, {"x": "\u20ac"}])
def test_what_they_emit_is_checked(fields: dict[str, str]) -> None:
    with pytest.raises(SdkError):
        headers(Custom(fields))


def kinds(secret: str) -> list[Any]:
    return [
        BearerAuth(secret),
        BearerAuth(lambda: secret),
        ApiKeyAuth(secret),
        BasicAuth("user", secret),
        (("user"), secret),
        Custom({"authorization": f"Own {secret}"}),
    ]


@pytest.mark.parametrize("number", range(6))
def test_what_is_sent_is_registered_as_secret(number: int, canary: str) -> None:
    sent = next(iter(headers(kinds(canary)[number]).values()))
    scheme_less = sent.rpartition(" ")[2]
    assert redact_text(f"a {scheme_less} b") == "a *** b"
    assert canary not in redact_text(sent)


@pytest.mark.parametrize("number", range(4))
def test_nothing_shows_the_secret(number: int, canary: str) -> None:
    auth = kinds(canary)[number]
    assert canary not in repr(auth) + str(auth) + f"{auth}" + repr(Auth(auth))
    assert canary not in repr(vars(auth))
    if number != 1:
        assert canary.encode() not in pickle.dumps(auth)
        assert b64encode(f"user:{canary}".encode()) not in pickle.dumps(auth)


def test_reprs() -> None:
    assert repr(BearerAuth("t0ken")) == "BearerAuth(***)"
    assert repr(BasicAuth("user", "p")) == "BasicAuth('user', ***)"
    assert repr(ApiKeyAuth("k")) == "ApiKeyAuth(***, header='x-api-key')"


@pytest.mark.parametrize("number", range(4))
def test_a_copy_still_signs(number: int, canary: str) -> None:
    auth = kinds(canary)[number]
    assert headers(copy.deepcopy(auth)) == headers(copy.copy(auth)) == headers(auth)


def test_an_unpickled_auth_never_sends_a_mask(canary: str) -> None:
    restored = pickle.loads(pickle.dumps(BearerAuth(canary)))
    with pytest.raises(SdkError):
        headers(restored)
