# Generated from _async/test_http_client.py by sdkbase.codegen. Do not edit.
# sha256: 7090362f9934c93c
"""A client over an httpx client of the user's own, or over a transport of theirs."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import (
    ConfigurationError,
    InvalidRequestError,
    PoolConfig,
    PoolTimeoutError,
    ReadTimeoutError,
    RetryConfig,
    SyncHttpClient,
    SyncHttpxTransport,
    SyncTransport,
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


def test_the_users_client_is_used_with_all_that_it_adds(api: DemoApi) -> None:
    with (
        httpx.Client(
            headers={"x-own": "1", "user-agent": "own/1"}, cookies={"sid": "2"}, auth=Token()
        ) as own,
        SyncHttpClient(api.base_url, http_client=own) as client,
    ):
        echo = client.post("/echo", params={"a": 1}, json_data={"b": 2}, cast_to=Echo)
    assert (echo.method, echo.query, echo.body) == ("POST", {"a": ["1"]}, '{"b":2}')
    assert (echo.headers["x-own"], echo.headers["user-agent"]) == ("1", "own/1")
    assert echo.headers["cookie"] == "sid=2"
    assert echo.headers["authorization"] == "Token of-the-users-client"
    assert echo.headers["content-type"] == "application/json"


def test_the_users_client_stays_open(api: DemoApi) -> None:
    with httpx.Client() as own:
        with SyncHttpClient(api.base_url, http_client=own) as client:
            client.get("/health")
        assert not own.is_closed
        assert (own.get(f"{api.base_url}/health")).status_code == 200


def test_event_hooks_of_the_users_client_run(api: DemoApi) -> None:
    def on_request(request: httpx.Request) -> None:
        request.headers["x-hook"] = "1"

    def on_response(response: httpx.Response) -> None:
        response.read()
        seen.append((response.status_code, response.json()["method"]))

    seen: list[Any] = []
    hooks: Any = {"request": [on_request], "response": [on_response]}
    with (
        httpx.Client(event_hooks=hooks, timeout=0.5) as own,
        SyncHttpClient(api.base_url, http_client=own, retry_config=NEVER) as client,
    ):
        echo = client.get("/echo", cast_to=Echo)
    assert echo.headers["x-hook"] == "1"
    assert seen == [(200, "GET")]


def test_timeouts_of_the_users_client_hold(api: DemoApi) -> None:
    with (
        httpx.Client(timeout=0.05) as own,
        SyncHttpClient(api.base_url, http_client=own, retry_config=NEVER) as client,
    ):
        with pytest.raises(ReadTimeoutError):
            client.get("/slow", params={"seconds": 5})


def test_cookies_of_both_sides_go_along() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        cookies.append(request.headers.get("cookie", ""))
        return httpx.Response(200, headers={"set-cookie": "new=1; Path=/"})

    cookies: list[str] = []
    with (
        httpx.Client(cookies={"own": "2"}, transport=httpx.MockTransport(handler)) as own,
        SyncHttpClient(BASE, http_client=own) as client,
    ):
        client.get("/")
        client.get("/")
    assert cookies[0] == "own=2"
    assert sorted(cookies[1].split("; ")) == ["new=1", "own=2"]


def test_retries_redirects_and_metrics_are_still_ours(api: DemoApi) -> None:
    with httpx.Client() as own:
        retries = RetryConfig(backoff_factor=0)
        with SyncHttpClient(api.base_url, http_client=own, retry_config=retries) as client:
            response = client.get("/redirect", params={"to": "/flaky/own"})
            assert response.json() == {"key": "own", "calls": 3}
            (metric,) = client.get_metrics()
    assert metric.attempts == 3


def test_an_absolute_url_and_no_base(api: DemoApi) -> None:
    with httpx.Client() as own, SyncHttpClient(http_client=own) as client:
        assert (client.get(f"{api.base_url}/health")).status_code == 200


def test_a_stream_of_the_users_client_gives_its_connection_back(api: DemoApi) -> None:
    limits = httpx.Limits(max_connections=1)
    with (
        httpx.Client(limits=limits, timeout=1) as own,
        SyncHttpClient(api.base_url, http_client=own, retry_config=NEVER) as client,
    ):
        with client.stream("GET", "/bytes/1000000"):
            pass
        with client.stream("GET", "/bytes/1000000") as response:
            assert len(response.read()) == 1_000_000
        assert (client.get("/health")).status_code == 200


def test_a_broken_body_of_the_users_client_is_not_half_a_body() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        headers = {"content-encoding": "gzip"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"no gzip"))

    wire = httpx.MockTransport(handler)
    with (
        httpx.Client(transport=wire) as own,
        SyncHttpClient(BASE, http_client=own, retry_config=NEVER) as client,
    ):
        with pytest.raises(httpx.RemoteProtocolError, match="gzip"):
            client.get("/")


@pytest.mark.parametrize("given", [5, httpx.Request("GET", BASE), object()])
def test_what_is_no_client_is_refused(given: Any) -> None:
    with pytest.raises(ConfigurationError, match="http_client must be an httpx"):
        SyncHttpClient(BASE, http_client=given)


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
        given = httpx.Client(transport=given)
    with pytest.raises(ConfigurationError, match=f"{kind}= is used as it is; set {name} on it"):
        SyncHttpClient(BASE, **{kind: given}, **settings)


# --- transport= -----------------------------------------------------------------------------


def test_an_httpx_transport_is_used_and_closed_with_the_client(api: DemoApi) -> None:
    class Own(httpx.HTTPTransport):
        closed = 0

        def close(self) -> None:
            self.closed += 1
            super().close()

    own = Own()
    with SyncHttpClient(api.base_url, transport=own) as client:
        assert (client.get("/health")).status_code == 200
    assert own.closed == 1


class Canned:
    """The seam itself: a transport that answers from memory."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, AttemptTimeout]] = []
        self.closed = 0

    def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        self.calls.append((call.method, call.url, timeout))
        body = b'{"status": "canned"}'
        if stream:
            return Reply(200, [], None, stream=httpx.ByteStream(body))
        return Reply(200, [(b"Content-Type", b"application/json")], body)

    def close(self) -> None:
        self.closed += 1


def test_a_transport_behind_our_own_seam() -> None:
    canned = Canned()
    assert isinstance(canned, SyncTransport)
    with SyncHttpClient(BASE, transport=canned, deadline=9) as client:
        assert client.get("/a", cast_to=dict) == {"status": "canned"}
        assert (client.get("/b")).json() == {"status": "canned"}
        with client.stream("GET", "/c") as response:
            assert response.read() == b'{"status": "canned"}'
    assert [url for _, url, _ in canned.calls] == [f"{BASE}/{name}" for name in "abc"]
    assert 0 < (canned.calls[0][2].total or 0) <= 9
    assert canned.closed == 1


def test_the_default_transport_can_be_made_by_hand(api: DemoApi) -> None:
    wire = SyncHttpxTransport(pool_config=PoolConfig(max_connections=2))
    assert repr(wire) == "<SyncHttpxTransport max_connections=2>"
    with SyncHttpClient(api.base_url, transport=wire) as client:
        assert (client.get("/health")).status_code == 200


@pytest.mark.parametrize("given", [5, "http://proxy", object()])
def test_what_is_no_transport_is_refused(given: Any) -> None:
    with pytest.raises(ConfigurationError, match="transport must be an httpx"):
        SyncHttpClient(BASE, transport=given)


def test_http2_is_offered_and_a_server_without_it_still_answers(api: DemoApi) -> None:
    with SyncHttpClient(api.base_url, http2=True) as client:
        responses = [client.get("/health") for _ in range(3)]
        with client.stream("GET", "/bytes/1000000"):
            pass
        assert (client.get("/health")).status_code == 200
    assert {response.http_version for response in responses} == {"HTTP/1.1"}


def test_http2_gives_the_connection_of_an_unread_stream_back(api: DemoApi) -> None:
    pool = PoolConfig(max_connections=1)
    with SyncHttpClient(api.base_url, http2=True, pool_config=pool) as client:
        hurried = client.with_options(retry_config=NEVER, deadline=2)
        for _ in range(2):
            with hurried.stream("GET", "/bytes/1000000"):
                pass
        try:
            assert (hurried.get("/health")).status_code == 200
        except PoolTimeoutError:
            pytest.fail("the connection of the unread stream was never given back")


def test_a_redirect_to_another_origin_leaves_the_users_credentials_at_home() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.host == "api.example":
            return httpx.Response(302, headers={"location": "https://other.example/"})
        return httpx.Response(200)

    credentials = {"Authorization": "Bearer canary", "X-API-Key": "canary-key"}
    kinds: list[dict[str, Any]] = [{"headers": credentials}, {"auth": ("user", "canary-pass")}]
    for settings in kinds:
        with (
            httpx.Client(transport=httpx.MockTransport(answer), **settings) as own,
            SyncHttpClient("https://api.example", http_client=own) as client,
        ):
            client.get("/")
    home, abroad = seen[::2], seen[1::2]
    assert all("authorization" in request.headers for request in home)
    assert all(request.url.host == "other.example" for request in abroad)
    assert not any({"authorization", "x-api-key"} & {*request.headers} for request in abroad)


def test_a_body_changed_by_an_interceptor_is_what_is_sent() -> None:
    class Encrypts:
        def before_request(self, request: httpx.Request) -> httpx.Request:
            return httpx.Request(request.method, request.url, content=b"encrypted")

    bodies: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(200)

    with httpx.Client(transport=httpx.MockTransport(answer)) as own:
        settings: dict[str, Any] = {"http_client": own, "interceptors": [Encrypts()]}
        with SyncHttpClient("https://api.example", **settings) as client:
            client.post("/", content=b"plain")
    assert bodies == [b"encrypted"]


def test_a_cookie_that_the_users_client_can_not_send_is_told() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=[(b"set-cookie", b"a=\xc3\xa9")])

    own = httpx.Client(transport=httpx.MockTransport(answer))
    with own, SyncHttpClient("https://api.example", http_client=own) as client:
        client.get("/")
        with pytest.raises(InvalidRequestError, match="see its cookies"):
            client.get("/")
        own.cookies.clear()
        client.get("/")
