# Generated from _async/test_auth.py by sdkbase.codegen. Do not edit.
# sha256: db94f8a9aeef1fa1
"""`auth=` in all its forms."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Any

import httpx
import pytest

from demo_api import DemoApi
from sdkbase import (
    ApiKeyAuth,
    AuthenticationError,
    BasicAuth,
    BearerAuth,
    ConfigurationError,
    RequestOptions,
    RetryConfig,
    SyncClock,
    SyncHttpClient,
)

BASE = "https://api.example"


class Recorder(httpx.MockTransport):
    def __init__(self, *statuses: int) -> None:
        super().__init__(self.answer)
        self.statuses = list(statuses)
        self.requests: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.statuses.pop(0) if self.statuses else 200)


def sign(request: httpx.Request) -> httpx.Request:
    request.headers["x-signature"] = f"signed:{request.method}:{request.url.path}"
    return request


class OwnCredentials:
    """What an SDK author may write: only `auth_headers` is asked for."""

    def auth_headers(self) -> dict[str, str]:
        return {"x-own": "mine"}


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (BearerAuth("token-1"), "authorization", "Bearer token-1"),
        (BearerAuth(lambda: "token-2"), "authorization", "Bearer token-2"),
        (BasicAuth("ada", "wörd"), "authorization", "Basic YWRhOnfDtnJk"),
        (BasicAuth("ada", ""), "authorization", "Basic YWRhOg=="),
        (("ada", "word"), "authorization", "Basic YWRhOndvcmQ="),
        ((b"ada", b"word"), "authorization", "Basic YWRhOndvcmQ="),
        (ApiKeyAuth("key-1"), "x-api-key", "key-1"),
        (ApiKeyAuth("key-1", header="Api-Token"), "api-token", "key-1"),
        (httpx.BasicAuth("ada", "word"), "authorization", "Basic YWRhOndvcmQ="),
        (sign, "x-signature", "signed:GET:/me"),
        (OwnCredentials(), "x-own", "mine"),
    ],
)
def test_each_form_of_auth(auth: Any, header: str, value: str) -> None:
    wire = Recorder()
    with SyncHttpClient(BASE, transport=wire, auth=auth) as client:
        client.get("/me")
    assert wire.requests[0].headers[header] == value


def test_a_token_function_is_asked_for_each_attempt() -> None:
    tokens = iter(["token-old", "token-new", "token-last"])
    wire = Recorder(503, 200, 200)
    settings: dict[str, Any] = {"transport": wire, "retry_config": RetryConfig(backoff_factor=0)}
    with SyncHttpClient(BASE, auth=BearerAuth(lambda: next(tokens)), **settings) as client:
        client.get("/")
        client.get("/")
    seen = [request.headers["authorization"] for request in wire.requests]
    assert seen == ["Bearer token-old", "Bearer token-new", "Bearer token-last"]


def test_a_token_function_may_have_to_wait() -> None:
    def token() -> str:
        SyncClock().sleep(0.001)
        return "waited-for"

    wire = Recorder(503, 200)
    auth = BearerAuth(partial(token))
    with SyncHttpClient(
        BASE, transport=wire, auth=auth, retry_config=RetryConfig(backoff_factor=0)
    ) as client:
        assert (client.get("/")).status_code == 200
        # It is none of those that can be renewed.
        wire.statuses = [401]
        assert (client.get("/")).status_code == 401
    seen = [request.headers["authorization"] for request in wire.requests]
    assert seen == ["Bearer waited-for"] * 3


def test_a_mistake_in_a_token_function_reaches_the_caller() -> None:
    def token() -> str:
        raise KeyError("no such token")

    with SyncHttpClient(BASE, transport=Recorder(), auth=BearerAuth(token)) as client:
        with pytest.raises(KeyError, match="no such token"):
            client.get("/")


class OwnWaitingCredentials:
    def auth_headers(self) -> dict[str, str]:
        return {"X-Own": "waited-for"}


def test_credentials_of_the_users_own_may_have_to_wait() -> None:
    wire = Recorder()
    with SyncHttpClient(BASE, transport=wire, auth=OwnWaitingCredentials()) as client:
        client.get("/")
    assert wire.requests[0].headers["x-own"] == "waited-for"


def test_auth_of_one_call_wins_over_the_clients() -> None:
    wire = Recorder(503, 200)
    retries = RetryConfig(backoff_factor=0)
    with SyncHttpClient(
        BASE, transport=wire, auth=BearerAuth("clients-own"), retry_config=retries
    ) as client:
        client.get("/", options=RequestOptions(auth=("ada", "word")))
        client.get("/", options=RequestOptions(auth=None))
        client.get("/", options=RequestOptions(auth=sign))
        with pytest.raises(ConfigurationError, match="auth must be"):
            client.get("/", options=RequestOptions(auth="token"))
        client.get("/")
    seen = [request.headers.get("authorization") for request in wire.requests]
    basic = "Basic YWRhOndvcmQ="
    assert seen == [basic, basic, None, None, "Bearer clients-own"]
    assert wire.requests[3].headers["x-signature"] == "signed:GET:/"


@pytest.mark.parametrize("token", ["", "  ", "a\nb", "ключ", 5, None])
def test_a_token_function_that_returns_no_token_is_told(token: Any) -> None:
    wire = Recorder()
    with SyncHttpClient(BASE, transport=wire, auth=BearerAuth(lambda: token)) as client:
        with pytest.raises(ConfigurationError, match="BearerAuth token"):
            client.get("/")
    assert not wire.requests


class Challenge(httpx.Auth):
    """As DigestAuth: answer a challenge with a second request."""

    requires_response_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield request
        if response.status_code == 401:
            request.headers["authorization"] = f"Answer {response.text}"
            yield request


@pytest.mark.parametrize("stream", [True, False])
def test_a_flow_of_two_requests(stream: bool) -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if request.headers.get("authorization") == "Answer riddle":
            return httpx.Response(200, text="in")
        return httpx.Response(401, stream=httpx.ByteStream(b"riddle"))

    wire = httpx.MockTransport(handler)
    with SyncHttpClient(BASE, transport=wire, auth=Challenge()) as client:
        if stream:
            with client.stream("PUT", "/", content=b"body") as response:
                assert response.read() == b"in"
        else:
            assert client.put("/", content=b"body", cast_to=str) == "in"
        assert len(client.get_metrics()) == 1
    assert [request.content for request in requests] == [b"body", b"body"]


def test_digest_against_a_server_that_asks_for_it() -> None:
    challenge = 'Digest realm="demo", nonce="abc", qop="auth", algorithm=MD5'

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if "authorization" in request.headers:
            return httpx.Response(200)
        return httpx.Response(401, headers={"www-authenticate": challenge})

    requests: list[httpx.Request] = []
    wire = httpx.MockTransport(handler)
    with SyncHttpClient(BASE, transport=wire, auth=httpx.DigestAuth("ada", "word")) as c:
        assert (c.get("/me?a=1")).status_code == 200
        assert (c.get("/me")).status_code == 200
    assert requests[1].headers["authorization"].startswith('Digest username="ada", realm="demo"')
    # The nonce is used again, so the second call needs no challenge.
    assert len(requests) == 3


def test_the_calls_own_authorization_wins_over_credentials() -> None:
    wire = Recorder()
    with SyncHttpClient(BASE, transport=wire, auth=BearerAuth("clients-own")) as client:
        client.get("/", headers={"Authorization": "Bearer calls-own"})
    assert wire.requests[0].headers["authorization"] == "Bearer calls-own"


def test_user_info_in_the_base_url_is_basic_auth() -> None:
    wire = Recorder()
    with SyncHttpClient("https://ada:word@api.example", transport=wire) as client:
        client.get("/me")
    request = wire.requests[0]
    assert request.headers["authorization"] == "Basic YWRhOndvcmQ="
    assert str(request.url) == f"{BASE}/me"


def test_the_demo_api_lets_the_right_token_in(api: DemoApi) -> None:
    with SyncHttpClient(api.base_url, auth=BearerAuth("demo-token")) as client:
        assert (client.get("/users/1")).status_code == 200
        with pytest.raises(AuthenticationError):
            client.with_options(auth=None).get("/users/1", cast_to=dict)


@pytest.mark.parametrize(
    "make",
    [
        lambda: BearerAuth(""),
        lambda: BearerAuth("a\nb"),
        lambda: BearerAuth(None),  # type: ignore[arg-type]  # wrong on purpose
        lambda: BasicAuth("a:b", "c"),
        lambda: BasicAuth("a", None),  # type: ignore[arg-type]  # wrong on purpose
        lambda: ApiKeyAuth(""),
        lambda: ApiKeyAuth("key", header="a b"),
        lambda: SyncHttpClient(BASE, auth=("ada",)),  # type: ignore[arg-type]  # wrong on purpose
        lambda: SyncHttpClient(BASE, auth=BearerAuth),  # type: ignore[arg-type]  # wrong on purpose
        lambda: SyncHttpClient(BASE, auth="token"),  # type: ignore[arg-type]  # wrong on purpose
    ],
)
def test_credentials_that_can_not_work_are_refused_when_made(make: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"BearerAuth|BasicAuth|ApiKeyAuth|auth "):
        make()


@pytest.mark.parametrize(
    "auth",
    [BearerAuth("canary-secret"), BasicAuth("ada", "canary-secret"), ApiKeyAuth("canary-secret")],
)
def test_reprs_do_not_show_the_secret(auth: object) -> None:
    assert "canary" not in repr(auth)
    assert "***" in repr(auth)
