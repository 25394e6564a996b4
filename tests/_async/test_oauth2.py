"""OAuth 2.0: access tokens are fetched, renewed once for all who need one, and sent."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from sdkbase import (
    AsyncClock,
    AsyncHttpClient,
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    NotFoundError,
    OAuth2ClientCredentials,
    OAuth2RefreshToken,
    OAuth2Tokens,
    RequestInterceptor,
    RequestOptions,
    RetryConfig,
    ServiceUnavailableError,
    StatusError,
    TokenError,
)
from sdkbase._concurrency import AsyncBackground
from tests.two_colour import AsyncNursery, AsyncVirtualClock

BASE = "https://api.example"
TOKEN_URL = "https://login.example/oauth/token?tenant=7"


class Server(httpx.MockTransport):
    """
    An API and the token endpoint that it trusts; only the newest token is good.

    Args:
        answers: What the token endpoint says in place of a token, one after the other.
        grant: Further fields of its grants.
    """

    def __init__(self, *answers: Any, **grant: Any) -> None:
        super().__init__(self.answer)
        self.answers = list(answers)
        self.grant = {"token_type": "Bearer", **grant}
        self.issued = 0
        self.token_requests: list[httpx.Request] = []
        self.requests: list[httpx.Request] = []

    @property
    def token(self) -> str:
        return f"access-{self.issued}"

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "login.example":
            self.token_requests.append(request)
            return self.grant_token()
        self.requests.append(request)
        good = request.headers.get("authorization") == f"Bearer {self.token}"
        return httpx.Response(200 if good else 401, json={"path": request.url.path})

    def grant_token(self) -> httpx.Response:
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, httpx.Response):
                return answer
        self.issued += 1
        return httpx.Response(200, json={"access_token": self.token, **self.grant})

    def forms(self) -> list[dict[str, str]]:
        return [
            {name: value for name, (value,) in parse_qs(request.content.decode()).items()}
            for request in self.token_requests
        ]

    def tokens_sent(self) -> list[str]:
        return [request.headers["authorization"].split()[1] for request in self.requests]


def machine(**options: Any) -> OAuth2ClientCredentials:
    return OAuth2ClientCredentials(TOKEN_URL, "client", "client-secret", **options)


def new_client(server: Server, auth: Any, **settings: Any) -> AsyncHttpClient:
    return AsyncHttpClient(BASE, transport=server, auth=auth, **settings)


# --- getting a token -------------------------------------------------------------------------


async def test_one_token_serves_many_calls() -> None:
    server = Server(expires_in=3600)
    async with new_client(server, machine(scope=["read", "write"], audience="api")) as client:
        for _ in range(3):
            assert (await client.get("/me")).status_code == 200
    assert server.tokens_sent() == ["access-1"] * 3
    (request,) = server.token_requests
    assert (request.method, str(request.url)) == ("POST", TOKEN_URL)
    assert server.forms() == [
        {"grant_type": "client_credentials", "scope": "read write", "audience": "api"}
    ]
    assert request.headers["authorization"] == "Basic Y2xpZW50OmNsaWVudC1zZWNyZXQ="
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


async def test_the_secret_in_the_body() -> None:
    server = Server()
    async with new_client(server, machine(auth_style="body", extra={"resource": "r"})) as client:
        assert (await client.get("/me")).status_code == 200
    assert server.forms() == [
        {
            "grant_type": "client_credentials",
            "resource": "r",
            "client_id": "client",
            "client_secret": "client-secret",
        }
    ]
    assert "authorization" not in server.token_requests[0].headers


class Marks(RequestInterceptor):
    def before_request(self, request: httpx.Request) -> httpx.Request:
        request.headers["x-mark"] = "seen"
        return request


async def test_the_token_request_is_nothing_of_the_clients() -> None:
    server = Server()
    settings: dict[str, Any] = {
        "headers": {"x-own": "1"},
        "cookies": {"a": "b"},
        "interceptors": [Marks()],
    }
    async with new_client(server, machine(), **settings) as client:
        await client.get("/me", headers={"x-call": "2"})
        assert [metric.url for metric in client.get_metrics()] == [f"{BASE}/me"]
    assert {"x-own", "x-mark", "x-call", "cookie"} <= server.requests[0].headers.keys()
    sent = set(server.token_requests[0].headers.keys()) - {"host", "content-length"}
    assert sent <= {"accept", "accept-encoding", "authorization", "content-type", "user-agent"}
    assert server.token_requests[0].headers["user-agent"].startswith("sdkbase/")


async def test_a_client_of_the_users_adds_nothing_to_the_token_request() -> None:
    server = Server()
    inner = httpx.AsyncClient(
        base_url=BASE, transport=server, headers={"x-own": "1"}, auth=("ada", "word")
    )
    async with (
        inner,
        AsyncHttpClient(http_client=inner, auth=machine(auth_style="body")) as client,
    ):
        await client.get("/me")
    assert server.requests[0].headers["x-own"] == "1"
    assert not {"x-own", "authorization"} & server.token_requests[0].headers.keys()
    assert server.forms()[0]["client_secret"] == "client-secret"


async def test_a_call_with_its_own_authorization_needs_no_token() -> None:
    server = Server()
    async with new_client(server, machine()) as client:
        await client.get("/me", headers={"Authorization": "Bearer own"})
    assert server.tokens_sent() == ["own"]
    assert not server.token_requests


async def test_another_origin_gets_no_token() -> None:
    server = Server()
    async with new_client(server, machine()) as client:
        await client.get("https://elsewhere.example/me")
    assert "authorization" not in server.requests[0].headers
    assert not server.token_requests


# --- the end of a token ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lifetime", "margin", "renewed_after"),
    [(3600, 60, 3540), (3600, 0, 3600), (30, 60, 24), ("3600", 60, 3540), (10.5, 1, 9.5)],
)
async def test_a_token_is_renewed_before_its_end(
    lifetime: Any, margin: float, renewed_after: float
) -> None:
    clock = AsyncVirtualClock()
    server = Server(expires_in=lifetime)
    async with new_client(server, machine(margin=margin), clock=clock) as client:
        await client.get("/me")
        clock.now += renewed_after - 0.01
        await client.get("/me")
        assert server.issued == 1
        clock.now += 0.02
        await client.get("/me")
    assert server.tokens_sent() == ["access-1", "access-1", "access-2"]


async def test_a_token_without_an_end_is_kept() -> None:
    clock = AsyncVirtualClock()
    server = Server()
    async with new_client(server, machine(), clock=clock) as client:
        await client.get("/me")
        clock.now += 1e8
        await client.get("/me")
    assert server.issued == 1


@pytest.mark.parametrize("lifetime", [0, -5])
async def test_a_token_without_a_life_is_used_once(lifetime: int) -> None:
    server = Server(expires_in=lifetime)
    async with new_client(server, machine()) as client:
        assert (await client.get("/me")).status_code == 200
        assert (await client.get("/me")).status_code == 200
    assert server.tokens_sent() == ["access-1", "access-2"]


# --- a token that is refused -----------------------------------------------------------------


async def test_a_refused_token_is_renewed_and_the_call_sent_once_more() -> None:
    server = Server()
    async with new_client(server, machine()) as client:
        await client.get("/me")
        server.issued += 1  # the endpoint withdrew the token
        response = await client.post("/me", json_data={"a": 1})
        assert response.status_code == 200
        assert len(client.get_metrics()) == 2
    assert server.tokens_sent() == ["access-1", "access-1", "access-3"]
    assert [request.content for request in server.requests[1:]] == [b'{"a":1}'] * 2
    assert len(server.token_requests) == 2


async def test_the_second_refusal_is_the_result() -> None:
    server = Server()
    async with new_client(server, machine()) as client:
        server.answers = [httpx.Response(200, json={"access_token": "bad"})] * 4
        with pytest.raises(AuthenticationError, match=r"GET /me -> 401"):
            await client.get("/me", cast_to=dict)
        assert len(server.requests) == len(server.token_requests) == 2
        with pytest.raises(AuthenticationError):
            await client.get("/me", cast_to=dict)
        assert len(server.requests) == 4
        assert len(server.token_requests) == 3


async def test_a_body_that_is_gone_is_not_sent_again() -> None:
    server = Server()
    async with new_client(server, machine()) as client:
        await client.get("/me")
        server.issued += 1
        response = await client.post("/me", content=iter([b"once"]))
        assert response.status_code == 401
        assert len(server.token_requests) == 1
        # The next call does not try the old token again.
        assert (await client.get("/me")).status_code == 200
    assert server.tokens_sent() == ["access-1", "access-1", "access-3"]


async def test_a_stream_is_begun_again() -> None:
    server = Server()
    async with new_client(server, machine()) as client:
        await client.get("/me")
        server.issued += 1
        async with client.stream("GET", "/me") as response:
            assert response.status_code == 200
            assert await response.aread() == b'{"path":"/me"}'


async def test_a_retry_takes_the_token_of_its_time() -> None:
    server = Server()
    statuses = [503, 200]
    answer = server.answer

    def flaky(request: httpx.Request) -> httpx.Response:
        response = answer(request)
        if response.status_code == 200 and request.url.host == "api.example":
            server.issued += 1  # withdrawn between the attempts
            return httpx.Response(statuses.pop(0))
        return response

    server.handler = flaky
    retries = RetryConfig(backoff_factor=0)
    async with new_client(server, machine(), retry_config=retries) as client:
        assert (await client.get("/me")).status_code == 200
    assert server.tokens_sent() == ["access-1", "access-1", "access-3"]


# --- one request for all ---------------------------------------------------------------------


@pytest.mark.parametrize("withdrawn", [False, True])
async def test_a_hundred_callers_cause_one_token_request(withdrawn: bool) -> None:
    server = Server(expires_in=3600)
    statuses: list[int] = []
    async with new_client(server, machine()) as client:

        async def call() -> None:
            statuses.append((await client.get("/me")).status_code)

        if withdrawn:
            await client.get("/me")
            server.issued += 1
        before = len(server.requests)
        async with AsyncNursery() as nursery:
            for _ in range(100):
                nursery.start(call)
    assert statuses == [200] * 100
    assert len(server.token_requests) == 1 + withdrawn
    assert len(server.requests) - before <= 200


async def test_clients_share_a_grant() -> None:
    server = Server(expires_in=3600)
    auth = machine()
    async with new_client(server, auth) as one, new_client(server, auth) as other:
        await one.get("/me")
        await other.get("/me")
        await other.with_options(headers={"x": "y"}).get("/me")
    assert server.tokens_sent() == ["access-1"] * 3


# --- what can go wrong -----------------------------------------------------------------------

REFUSED = {"error": "invalid_client", "error_description": "unknown client"}


async def test_a_refusal_is_the_error_of_the_token_endpoint() -> None:
    server = Server(httpx.Response(401, json=REFUSED))
    async with new_client(server, machine()) as client:
        with pytest.raises(TokenError) as caught:
            await client.get("/me")
        error = caught.value
        assert str(error) == (
            "no access token (invalid_client): POST https://login.example/oauth/token "
            "-> 401 Unauthorized: unknown client"
        )
        assert error.code == "invalid_client"
        assert error.__notes__ == ["raised while getting an access token for GET /me"]
        assert error.body == REFUSED
        assert (await client.get("/me")).status_code == 200
    assert len(server.requests) == 1


async def test_a_wrong_token_url_is_not_an_answer_of_the_api() -> None:
    server = Server(httpx.Response(404, text="no such page"))
    async with new_client(server, machine()) as client:
        with pytest.raises(TokenError) as caught:
            await client.get("/me", cast_to=dict)
    assert not isinstance(caught.value, NotFoundError)
    assert "check token_url" in " ".join(caught.value.__notes__)


async def test_a_refusal_with_status_200_is_one_all_the_same() -> None:
    server = Server(httpx.Response(200, json=REFUSED))
    async with new_client(server, machine()) as client:
        with pytest.raises(StatusError, match="unknown client"):
            await client.get("/me")


async def test_every_caller_gets_an_error_of_its_own() -> None:
    server = Server(httpx.Response(400, json={"error": "invalid_scope"}))
    errors: list[StatusError] = []
    async with new_client(server, machine()) as client:

        async def call(number: int) -> None:
            try:
                await client.get(f"/me/{number}")
            except StatusError as error:
                errors.append(error)

        await client.get("/warm", headers={"authorization": "own"})
        async with AsyncNursery() as nursery:
            for number in range(20):
                nursery.start(call, number)
    # In threads, one that comes late asks again, and is served.
    assert 1 <= len(errors) <= 20
    assert len({id(error) for error in errors}) == len(errors)
    for error in errors:
        assert isinstance(error, TokenError)
        assert (error.status_code, error.code) == (400, "invalid_scope")
        assert sum("raised while getting" in note for note in error.__notes__) == 1


async def test_a_lost_token_request_is_safe_to_repeat() -> None:
    server = Server(httpx.ConnectError("refused"), httpx.ReadTimeout("slow"))
    retries = RetryConfig(backoff_factor=0)
    async with new_client(server, machine(), retry_config=retries) as client:
        # A POST: only what was never sent is repeated.
        assert (await client.post("/me", json_data={})).status_code == 200
    assert len(server.token_requests) == 3
    assert len(server.requests) == 1


async def test_a_lost_token_request_tells_what_it_was_for() -> None:
    server = Server(httpx.ConnectError("refused"))
    retries = RetryConfig(max_retries=0)
    async with new_client(server, machine(), retry_config=retries) as client:
        with pytest.raises(ConnectError, match=r"^POST https://login.example/oauth/token: ") as e:
            await client.get("/me")
        assert e.value.sent is False
        assert "raised while getting an access token for GET /me" in e.value.__notes__
        assert (await client.get("/me")).status_code == 200


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "JSON is malformed"),
        (b"", "truncated"),
        (b"[]", "Expected `object`"),
        (b'{"token_type": "Bearer"}', "missing required field `access_token`"),
        (b'{"access_token": 5}', "Expected `str`"),
        (b'{"access_token": " "}', "its access_token is empty"),
        (b'{"access_token": "sec\\nret-token"}', "can not carry"),
        (b'{"access_token": "secret-token", "expires_in": "soon"}', "expires_in"),
        (b'{"access_token": "secret-token", "token_type": "mac"}', "not Bearer"),
    ],
)
async def test_an_answer_that_grants_nothing_is_told(body: bytes, reason: str) -> None:
    server = Server(httpx.Response(200, content=body))
    async with new_client(server, machine()) as client:
        with pytest.raises(TokenError, match="^no access token: POST .* -> 200: ") as caught:
            await client.get("/me")
        assert reason in str(caught.value)
        assert caught.value.response.content == b""
        assert "ret-token" not in str(caught.value)
    assert not server.requests


async def test_an_answer_with_a_byte_order_mark_and_null_fields() -> None:
    body = b'\xef\xbb\xbf{"access_token": "access-1", "expires_in": null, "token_type": null}'
    server = Server(httpx.Response(200, content=body))
    server.issued = 1
    async with new_client(server, machine()) as client:
        assert (await client.get("/me")).status_code == 200


async def test_a_redirect_is_not_followed_with_the_secret() -> None:
    server = Server(httpx.Response(307, headers={"location": "https://evil.example/"}))
    async with new_client(server, machine()) as client:
        with pytest.raises(StatusError, match="-> 307"):
            await client.get("/me")
    assert len(server.token_requests) == 1 and not server.requests


async def test_a_busy_endpoint_tells_when_to_come_again() -> None:
    server = Server(httpx.Response(503, headers={"retry-after": "7"}))
    async with new_client(server, machine(), retry_config=RetryConfig(max_retries=0)) as client:
        with pytest.raises(ServiceUnavailableError) as caught:
            await client.get("/me")
        assert caught.value.retry_after == 7


async def test_a_busy_endpoint_is_asked_again() -> None:
    server = Server(httpx.Response(503), httpx.Response(429))
    retries = RetryConfig(backoff_factor=0)
    async with new_client(server, machine(), retry_config=retries) as client:
        assert (await client.post("/me", json_data={})).status_code == 200
    assert len(server.token_requests) == 3
    assert len(server.requests) == 1


async def test_a_mistake_of_a_subclass_reaches_the_caller() -> None:
    class Broken(OAuth2ClientCredentials):
        def fields(self) -> dict[str, str]:
            raise KeyError("mine")

    auth = Broken(TOKEN_URL, "client", "client-secret")
    async with new_client(Server(), auth) as client:
        with pytest.raises(KeyError, match="mine"):
            await client.get("/me")


async def test_a_request_that_can_not_begin_is_waited_for_by_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_start(*args: Any) -> None:
        raise RuntimeError("can't start new thread")

    server = Server()
    auth = machine()
    async with new_client(server, auth) as client:
        with monkeypatch.context() as patched:
            patched.setattr(AsyncBackground, "start", no_start)
            with pytest.raises(RuntimeError, match="can't start"):
                await client.get("/me")
        assert (await client.get("/me")).status_code == 200


# --- refresh tokens --------------------------------------------------------------------------


async def test_a_new_refresh_token_takes_the_place_of_the_old_one() -> None:
    server = Server(expires_in=100)
    clock = AsyncVirtualClock()
    stored: list[OAuth2Tokens] = []
    auth = OAuth2RefreshToken(
        TOKEN_URL, "refresh-0", "client", access_token="access-0", on_refresh=stored.append
    )
    async with new_client(server, auth, clock=clock) as client:
        await client.get("/me")
        assert not server.token_requests
        for number in (1, 2, 3):
            if number < 3:
                server.grant["refresh_token"] = f"refresh-{number}"
            else:
                del server.grant["refresh_token"]
            server.issued += number == 1  # the first token is withdrawn, the others run out
            await client.get("/me")
            clock.now += 100
        await client.get("/me")
    used = [form["refresh_token"] for form in server.forms()]
    assert used == ["refresh-0", "refresh-1", "refresh-2", "refresh-2"]
    assert {form["grant_type"] for form in server.forms()} == {"refresh_token"}
    assert {form["client_id"] for form in server.forms()} == {"client"}
    assert [tokens.refresh_token for tokens in stored] == [
        "refresh-1",
        "refresh-2",
        "refresh-2",
        "refresh-2",
    ]
    assert [tokens.access_token for tokens in stored] == server.tokens_sent()[-4:]
    assert stored[0].expires_in == 100
    assert repr(stored[0]) == "OAuth2Tokens(***, expires_in=100.0)"


async def test_a_token_from_earlier_has_an_end_too() -> None:
    server = Server(expires_in=100)
    clock = AsyncVirtualClock()
    auth = OAuth2RefreshToken(
        TOKEN_URL, "refresh-0", "client", "s3cret", access_token="access-0", expires_in=100
    )
    async with new_client(server, auth, clock=clock) as client:
        await client.get("/me")
        clock.now += 81
        await client.get("/me")
    assert server.tokens_sent() == ["access-0", "access-1"]


async def test_an_error_of_on_refresh_reaches_the_caller_and_the_tokens_are_kept() -> None:
    server = Server(expires_in=100, refresh_token="refresh-1")

    def store(tokens: OAuth2Tokens) -> None:
        raise OSError(28, "disk full")

    auth = OAuth2RefreshToken(TOKEN_URL, "refresh-0", "client", on_refresh=store)
    async with new_client(server, auth) as client:
        with pytest.raises(OSError, match="disk full"):
            await client.get("/me")
        assert (await client.get("/me")).status_code == 200
    assert server.tokens_sent() == ["access-1"]


# --- for one call ----------------------------------------------------------------------------


async def test_a_grant_for_one_call() -> None:
    server = Server()
    auth = machine()
    async with new_client(server, None) as client:
        options = RequestOptions(auth=auth)
        assert (await client.get("/me", options=options)).status_code == 200
        assert (await client.get("/me", options=options)).status_code == 200
        assert (await client.get("/me")).status_code == 401
        guarded = client.with_options(auth=auth)
        assert (await guarded.get("/me")).status_code == 200
        assert (await guarded.get("/me", options=RequestOptions(auth=None))).status_code == 401
    assert len(server.token_requests) == 1


async def test_the_environment_names_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    class Acme(AsyncHttpClient):
        default_auth = OAuth2ClientCredentials.from_env(
            TOKEN_URL, "ACME_ID", "ACME_SECRET", auth_style="body"
        )

    monkeypatch.setenv("ACME_ID", "me")
    monkeypatch.delenv("ACME_SECRET", raising=False)
    message = "the environment variable ACME_SECRET is not set; set it, or pass auth="
    with pytest.raises(ConfigurationError, match=message):
        Acme(BASE)
    monkeypatch.setenv("ACME_SECRET", "acme-secret")
    server = Server()
    async with Acme(BASE, transport=server) as client:
        assert (await client.get("/me")).status_code == 200
    assert server.forms()[0]["client_secret"] == "acme-secret"


async def test_the_real_clock_serves_as_well() -> None:
    server = Server(expires_in=3600)
    async with new_client(server, machine(), clock=AsyncClock()) as client:
        assert (await client.get("/me")).status_code == 200
