"""API keys in a header, in the query and in a cookie."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import (
    OMIT,
    ApiKeyAuth,
    AsyncHttpClient,
    AuthenticationError,
    ConfigurationError,
    ReadTimeoutError,
    RequestInterceptor,
    RequestOptions,
    RetryConfig,
)

BASE = "https://api.example"
KEY = "k3y/with&odd=signs+ü"


class Recorder(httpx.MockTransport):
    def __init__(self, *answers: Any) -> None:
        super().__init__(self.answer)
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer) if isinstance(answer, int) else answer

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]


def new_client(wire: Recorder, auth: Any, **settings: Any) -> AsyncHttpClient:
    return AsyncHttpClient(BASE, transport=wire, auth=auth, **settings)


# --- in the query ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/me", "/me?api_key=k3y%2Fwith%26odd%3Dsigns%2B%C3%BC"),
        ("/me?a=1", "/me?a=1&api_key=k3y%2Fwith%26odd%3Dsigns%2B%C3%BC"),
        ("/me#part", "/me?api_key=k3y%2Fwith%26odd%3Dsigns%2B%C3%BC"),
    ],
)
async def test_a_key_in_the_query_is_encoded(path: str, target: str) -> None:
    wire = Recorder()
    async with new_client(wire, ApiKeyAuth(KEY, query="api_key")) as client:
        await client.get(path)
    assert wire.last.url.raw_path.decode() == target
    assert wire.last.url.params["api_key"] == KEY


async def test_a_name_with_odd_signs_is_encoded_too() -> None:
    wire = Recorder()
    async with new_client(wire, ApiKeyAuth("k3y-of-mine", query="the key[]")) as client:
        response = await client.get("/me", params={"a": "b"})
    assert wire.last.url.params["the key[]"] == "k3y-of-mine"
    assert str(response.url) == f"{BASE}/me?a=b&the%20key%5B%5D=***"


async def test_the_calls_own_parameter_wins() -> None:
    wire = Recorder()
    async with new_client(wire, ApiKeyAuth(KEY, query="api_key")) as client:
        await client.get("/me", params={"api_key": "own"})
    assert wire.last.url.params.get_list("api_key") == ["own"]


async def test_another_origin_gets_no_key() -> None:
    wire = Recorder(httpx.Response(302, headers={"location": "https://other.example/x?a=1"}))
    async with new_client(wire, ApiKeyAuth(KEY, query="api_key")) as client:
        await client.get("/me")
        assert str(wire.last.url) == "https://other.example/x?a=1"
        await client.get("https://third.example/me")
        assert str(wire.last.url) == "https://third.example/me"


async def test_a_redirect_that_quotes_the_key_does_not_take_it_elsewhere() -> None:
    # As `return 302 https://other.example$request_uri` of nginx does.
    target = "https://other.example/me?q=1&api_key=the-secret-key"
    wire = Recorder(httpx.Response(302, headers={"location": target}))
    async with new_client(wire, ApiKeyAuth("the-secret-key", query="api_key")) as client:
        await client.get("/me", params={"q": "1"})
    assert str(wire.last.url) == "https://other.example/me?q=1"


async def test_a_redirect_at_home_keeps_one_key() -> None:
    here = httpx.Response(302, headers={"location": "/there?api_key=echoed-key"})
    wire = Recorder(httpx.Response(302, headers={"location": "/here"}), here)
    async with new_client(wire, ApiKeyAuth("one-key", query="api_key")) as client:
        await client.get("/me")
    assert [request.url.params.get_list("api_key") for request in wire.requests] == [
        ["one-key"],
        ["one-key"],
        ["echoed-key"],
    ]


class Watching(RequestInterceptor):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def before_request(self, request: httpx.Request) -> httpx.Request:
        self.seen.append(request.url.params["api_key"])
        request.headers["x-changed"] = "yes"
        return request


@pytest.mark.parametrize("hooked", [False, True])
async def test_a_response_does_not_show_the_key(hooked: bool) -> None:
    wire = Recorder(404, 404)
    watching = Watching()
    hooks = [watching] if hooked else []
    async with new_client(
        wire, ApiKeyAuth("the-secret-key", query="api_key"), interceptors=hooks
    ) as client:
        response = await client.get("/me", params={"q": "ü"})
        assert str(response.url) == f"{BASE}/me?q=%C3%BC&api_key=***"
        with pytest.raises(httpx.HTTPStatusError) as caught:
            response.raise_for_status()
        assert "the-secret-key" not in str(caught.value)
        async with client.stream("GET", "/me") as streamed:
            assert str(streamed.url) == f"{BASE}/me?api_key=***"
        assert [metric.url for metric in client.get_metrics()] == [
            f"{BASE}/me?q=%C3%BC",
            f"{BASE}/me",
        ]
    assert wire.requests[0].url.params["api_key"] == "the-secret-key"
    assert response.request.method == "GET"
    assert watching.seen == ["the-secret-key"] * 2 * hooked
    assert ("x-changed" in response.request.headers) == hooked


async def test_errors_do_not_show_the_key() -> None:
    wire = Recorder(401, httpx.ReadTimeout("at https://api.example/me?k=the-secret-key"))
    retries = RetryConfig(max_retries=0)
    auth = ApiKeyAuth("the-secret-key", query="k")
    async with new_client(wire, auth, retry_config=retries) as client:
        with pytest.raises(AuthenticationError) as refused:
            await client.get("/me", cast_to=dict)
        with pytest.raises(ReadTimeoutError) as late:
            await client.get("/me")
    for error in (refused.value, late.value):
        assert "the-secret-key" not in f"{error} {error.request.url} {vars(error)}"


# --- in a cookie -----------------------------------------------------------------------------


async def test_a_key_in_a_cookie_joins_the_others() -> None:
    wire = Recorder(httpx.Response(200, headers={"set-cookie": "seen=1"}))
    auth = ApiKeyAuth("the-key", cookie="session")
    async with new_client(wire, auth, cookies={"theme": "dark"}) as client:
        await client.get("/me")
        await client.get("/me")
    assert wire.requests[0].headers.get_list("cookie") == ["theme=dark; session=the-key"]
    assert wire.requests[1].headers["cookie"] == "theme=dark; seen=1; session=the-key"


async def test_a_key_alone_in_the_cookies() -> None:
    wire = Recorder()
    async with new_client(wire, ApiKeyAuth("the-key", cookie="session")) as client:
        await client.get("/me")
    assert wire.last.headers["cookie"] == "session=the-key"


async def test_the_key_wins_over_a_cookie_that_the_server_set() -> None:
    wire = Recorder(httpx.Response(200, headers={"set-cookie": "session=other"}))
    async with new_client(wire, ApiKeyAuth("the-key", cookie="session")) as client:
        await client.get("/me")
        await client.get("/me")
    assert wire.last.headers["cookie"] == "session=the-key"


@pytest.mark.parametrize(
    ("own", "sent"),
    [
        ("a=1", "a=1; session=the-key"),
        ("session=own; a=1", "session=own; a=1"),
        ("xsession=own", "xsession=own; session=the-key"),
        (OMIT, None),
    ],
)
async def test_the_calls_own_cookies_stay(own: Any, sent: str | None) -> None:
    wire = Recorder()
    async with new_client(wire, ApiKeyAuth("the-key", cookie="session")) as client:
        await client.get("/me", headers={"Cookie": own})
    assert wire.last.headers.get("cookie") == sent


async def test_the_clients_own_cookie_header_is_kept() -> None:
    wire = Recorder()
    auth = ApiKeyAuth("the-key", cookie="session")
    async with new_client(wire, auth, headers={"Cookie": "a=1; session=old"}) as client:
        await client.get("/me")
    assert wire.last.headers["cookie"] == "a=1; session=the-key"


async def test_another_origin_gets_no_cookie() -> None:
    wire = Recorder(httpx.Response(302, headers={"location": "https://other.example/"}))
    async with new_client(wire, ApiKeyAuth("the-key", cookie="session")) as client:
        await client.get("/me")
    assert "cookie" not in wire.last.headers


# --- from a function, for one call -----------------------------------------------------------


@pytest.mark.parametrize("place", [{"query": "k"}, {"cookie": "k"}, {"header": "k"}, {}])
async def test_a_key_from_a_function(place: dict[str, str]) -> None:
    async def key() -> str:
        keys.append(f"key-{len(keys)}")
        return keys[-1]

    keys: list[str] = []
    wire = Recorder(503, 200)
    retries = RetryConfig(backoff_factor=0)
    async with new_client(wire, ApiKeyAuth(key, **place), retry_config=retries) as client:
        await client.get("/me")
    shown = [f"{request.url} {request.headers.raw}" for request in wire.requests]
    assert keys == ["key-0", "key-1"]
    assert keys[0] in shown[0] and keys[1] in shown[1]


@pytest.mark.parametrize("answer", ["", "a;b", "ü", 5, None])
async def test_a_function_that_returns_no_key_is_told(answer: Any) -> None:
    wire = Recorder()
    async with new_client(wire, ApiKeyAuth(lambda: answer, cookie="k")) as client:
        with pytest.raises(ConfigurationError, match="^ApiKeyAuth key "):
            await client.get("/me")
    assert not wire.requests


async def test_a_key_for_one_call() -> None:
    wire = Recorder()
    async with new_client(wire, ApiKeyAuth("clients-key", query="k")) as client:
        await client.get("/me", options=RequestOptions(auth=ApiKeyAuth("calls-key", cookie="c")))
        assert wire.last.headers["cookie"] == "c=calls-key"
        assert not wire.last.url.params
        await client.get("/me", options=RequestOptions(auth=None))
        assert not wire.last.url.params
        await client.get("/me")
        assert wire.last.url.params["k"] == "clients-key"
