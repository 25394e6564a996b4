"""A client over an httpx client of the user's own, or over a transport of theirs."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import (
    AsyncHttpClient,
    AsyncHttpxTransport,
    AsyncTransport,
    ConfigurationError,
    InvalidRequestError,
    PoolConfig,
    PoolTimeoutError,
    ReadTimeoutError,
    RetryConfig,
)
from sdkbase._policy.deadline import AttemptTimeout
from sdkbase._wire.call import Call
from sdkbase._wire.reply import Reply

BASE = "https://api.example"
NEVER = RetryConfig(max_retries=0)


class Echo(msgspec.Struct):
    method: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: str


class Token(httpx.Auth):
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["authorization"] = "Token of-the-users-client"
        yield request


# --- http_client= ---------------------------------------------------------------------------


async def test_the_users_client_is_used_with_all_that_it_adds(api: DemoApi) -> None:
    async with (
        httpx.AsyncClient(
            headers={"x-own": "1", "user-agent": "own/1"}, cookies={"sid": "2"}, auth=Token()
        ) as own,
        AsyncHttpClient(api.base_url, http_client=own) as client,
    ):
        echo = await client.post("/echo", params={"a": 1}, json_data={"b": 2}, cast_to=Echo)
    assert (echo.method, echo.query, echo.body) == ("POST", {"a": ["1"]}, '{"b":2}')
    assert (echo.headers["x-own"], echo.headers["user-agent"]) == ("1", "own/1")
    assert echo.headers["cookie"] == "sid=2"
    assert echo.headers["authorization"] == "Token of-the-users-client"
    assert echo.headers["content-type"] == "application/json"


async def test_the_users_client_stays_open(api: DemoApi) -> None:
    async with httpx.AsyncClient() as own:
        async with AsyncHttpClient(api.base_url, http_client=own) as client:
            await client.get("/health")
        assert not own.is_closed
        assert (await own.get(f"{api.base_url}/health")).status_code == 200


async def test_event_hooks_of_the_users_client_run(api: DemoApi) -> None:
    async def on_request(request: httpx.Request) -> None:
        request.headers["x-hook"] = "1"

    async def on_response(response: httpx.Response) -> None:
        await response.aread()
        seen.append((response.status_code, response.json()["method"]))

    seen: list[Any] = []
    hooks: Any = {"request": [on_request], "response": [on_response]}
    async with (
        httpx.AsyncClient(event_hooks=hooks, timeout=0.5) as own,
        AsyncHttpClient(api.base_url, http_client=own, retry_config=NEVER) as client,
    ):
        echo = await client.get("/echo", cast_to=Echo)
    assert echo.headers["x-hook"] == "1"
    assert seen == [(200, "GET")]


async def test_timeouts_of_the_users_client_hold(api: DemoApi) -> None:
    async with (
        httpx.AsyncClient(timeout=0.05) as own,
        AsyncHttpClient(api.base_url, http_client=own, retry_config=NEVER) as client,
    ):
        with pytest.raises(ReadTimeoutError):
            await client.get("/slow", params={"seconds": 5})


async def test_cookies_of_both_sides_go_along() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        cookies.append(request.headers.get("cookie", ""))
        return httpx.Response(200, headers={"set-cookie": "new=1; Path=/"})

    cookies: list[str] = []
    async with (
        httpx.AsyncClient(cookies={"own": "2"}, transport=httpx.MockTransport(handler)) as own,
        AsyncHttpClient(BASE, http_client=own) as client,
    ):
        await client.get("/")
        await client.get("/")
    assert cookies[0] == "own=2"
    assert sorted(cookies[1].split("; ")) == ["new=1", "own=2"]


async def test_retries_redirects_and_metrics_are_still_ours(api: DemoApi) -> None:
    async with httpx.AsyncClient() as own:
        retries = RetryConfig(backoff_factor=0)
        async with AsyncHttpClient(api.base_url, http_client=own, retry_config=retries) as client:
            response = await client.get("/redirect", params={"to": "/flaky/own"})
            assert response.json() == {"key": "own", "calls": 3}
            (metric,) = client.get_metrics()
    assert metric.attempts == 3


async def test_an_absolute_url_and_no_base(api: DemoApi) -> None:
    async with httpx.AsyncClient() as own, AsyncHttpClient(http_client=own) as client:
        assert (await client.get(f"{api.base_url}/health")).status_code == 200


async def test_a_stream_of_the_users_client_gives_its_connection_back(api: DemoApi) -> None:
    limits = httpx.Limits(max_connections=1)
    async with (
        httpx.AsyncClient(limits=limits, timeout=1) as own,
        AsyncHttpClient(api.base_url, http_client=own, retry_config=NEVER) as client,
    ):
        async with client.stream("GET", "/bytes/1000000"):
            pass
        async with client.stream("GET", "/bytes/1000000") as response:
            assert len(await response.aread()) == 1_000_000
        assert (await client.get("/health")).status_code == 200


async def test_a_broken_body_of_the_users_client_is_not_half_a_body() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        headers = {"content-encoding": "gzip"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"no gzip"))

    wire = httpx.MockTransport(handler)
    async with (
        httpx.AsyncClient(transport=wire) as own,
        AsyncHttpClient(BASE, http_client=own, retry_config=NEVER) as client,
    ):
        with pytest.raises(httpx.RemoteProtocolError, match="gzip"):
            await client.get("/")


@pytest.mark.parametrize("given", [5, httpx.Request("GET", BASE), object()])
def test_what_is_no_client_is_refused(given: Any) -> None:
    with pytest.raises(ConfigurationError, match="http_client must be an httpx"):
        AsyncHttpClient(BASE, http_client=given)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"pool_config": PoolConfig()}, "pool_config="),
        ({"verify": False}, "verify="),
        ({"cert": "cert.pem"}, "cert="),
        ({"proxy": "http://proxy.example"}, "proxy="),
        ({"http2": True}, "http2="),
    ],
)
@pytest.mark.parametrize("kind", ["http_client", "transport"])
def test_settings_that_the_users_object_would_ignore_are_refused(
    kind: str, settings: dict[str, Any], name: str
) -> None:
    given: Any = httpx.MockTransport(lambda request: httpx.Response(200))
    if kind == "http_client":
        given = httpx.AsyncClient(transport=given)
    with pytest.raises(ConfigurationError, match=f"{kind}= is used as it is; set {name} on it"):
        AsyncHttpClient(BASE, **{kind: given}, **settings)


# --- transport= -----------------------------------------------------------------------------


async def test_an_httpx_transport_is_used_and_closed_with_the_client(api: DemoApi) -> None:
    class Own(httpx.AsyncHTTPTransport):
        closed = 0

        async def aclose(self) -> None:
            self.closed += 1
            await super().aclose()

    own = Own()
    async with AsyncHttpClient(api.base_url, transport=own) as client:
        assert (await client.get("/health")).status_code == 200
    assert own.closed == 1


class Canned:
    """The seam itself: a transport that answers from memory."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, AttemptTimeout]] = []
        self.closed = 0

    async def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        self.calls.append((call.method, call.url, timeout))
        body = b'{"status": "canned"}'
        if stream:
            return Reply(200, [], None, stream=httpx.ByteStream(body))
        return Reply(200, [(b"Content-Type", b"application/json")], body)

    async def aclose(self) -> None:
        self.closed += 1


async def test_a_transport_behind_our_own_seam() -> None:
    canned = Canned()
    assert isinstance(canned, AsyncTransport)
    async with AsyncHttpClient(BASE, transport=canned, deadline=9) as client:
        assert await client.get("/a", cast_to=dict) == {"status": "canned"}
        assert (await client.get("/b")).json() == {"status": "canned"}
        async with client.stream("GET", "/c") as response:
            assert await response.aread() == b'{"status": "canned"}'
    assert [url for _, url, _ in canned.calls] == [f"{BASE}/{name}" for name in "abc"]
    assert 0 < (canned.calls[0][2].total or 0) <= 9
    assert canned.closed == 1


async def test_the_default_transport_can_be_made_by_hand(api: DemoApi) -> None:
    wire = AsyncHttpxTransport(pool_config=PoolConfig(max_connections=2))
    assert repr(wire) == "<AsyncHttpxTransport max_connections=2>"
    async with AsyncHttpClient(api.base_url, transport=wire) as client:
        assert (await client.get("/health")).status_code == 200


@pytest.mark.parametrize("given", [5, "http://proxy", object()])
def test_what_is_no_transport_is_refused(given: Any) -> None:
    with pytest.raises(ConfigurationError, match="transport must be an httpx"):
        AsyncHttpClient(BASE, transport=given)


async def test_http2_is_offered_and_a_server_without_it_still_answers(api: DemoApi) -> None:
    async with AsyncHttpClient(api.base_url, http2=True) as client:
        responses = [await client.get("/health") for _ in range(3)]
        async with client.stream("GET", "/bytes/1000000"):
            pass
        assert (await client.get("/health")).status_code == 200
    assert {response.http_version for response in responses} == {"HTTP/1.1"}


async def test_http2_gives_the_connection_of_an_unread_stream_back(api: DemoApi) -> None:
    pool = PoolConfig(max_connections=1)
    async with AsyncHttpClient(api.base_url, http2=True, pool_config=pool) as client:
        hurried = client.with_options(retry_config=NEVER, deadline=2)
        for _ in range(2):
            async with hurried.stream("GET", "/bytes/1000000"):
                pass
        try:
            assert (await hurried.get("/health")).status_code == 200
        except PoolTimeoutError:
            pytest.fail("the connection of the unread stream was never given back")


async def test_a_redirect_to_another_origin_leaves_the_users_credentials_at_home() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.host == "api.example":
            return httpx.Response(302, headers={"location": "https://other.example/"})
        return httpx.Response(200)

    credentials = {"Authorization": "Bearer canary", "X-API-Key": "canary-key"}
    kinds: list[dict[str, Any]] = [{"headers": credentials}, {"auth": ("user", "canary-pass")}]
    for settings in kinds:
        async with (
            httpx.AsyncClient(transport=httpx.MockTransport(answer), **settings) as own,
            AsyncHttpClient("https://api.example", http_client=own) as client,
        ):
            await client.get("/")
    home, abroad = seen[::2], seen[1::2]
    assert all("authorization" in request.headers for request in home)
    assert all(request.url.host == "other.example" for request in abroad)
    assert not any({"authorization", "x-api-key"} & {*request.headers} for request in abroad)


async def test_a_body_changed_by_an_interceptor_is_what_is_sent() -> None:
    class Encrypts:
        def before_request(self, request: httpx.Request) -> httpx.Request:
            return httpx.Request(request.method, request.url, content=b"encrypted")

    bodies: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as own:
        settings: dict[str, Any] = {"http_client": own, "interceptors": [Encrypts()]}
        async with AsyncHttpClient("https://api.example", **settings) as client:
            await client.post("/", content=b"plain")
    assert bodies == [b"encrypted"]


async def test_a_cookie_that_the_users_client_can_not_send_is_told() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=[(b"set-cookie", b"a=\xc3\xa9")])

    own = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    async with own, AsyncHttpClient("https://api.example", http_client=own) as client:
        await client.get("/")
        with pytest.raises(InvalidRequestError, match="see its cookies"):
            await client.get("/")
        own.cookies.clear()
        await client.get("/")
