"""What an SDK declares on its client's class: base URL, idempotency keys, query style."""

from __future__ import annotations

import pydoc
from typing import Any, ClassVar

import httpx
import pytest

from sdkbase import (
    OMIT,
    AsyncHttpClient,
    AsyncResource,
    ConfigurationError,
    RequestOptions,
    RetryConfig,
)
from tests.two_colour import AsyncVirtualClock

BASE = "https://api.example"


class AsyncItems(AsyncResource[Any]):
    path = "/items"

    async def create(self, **kwargs: Any) -> Any:
        return await self._post(json_data={}, cast_to=None, **kwargs)

    async def find(self, **kwargs: Any) -> Any:
        return await self._get(cast_to=None, **kwargs)


class AsyncKeyed(AsyncHttpClient):
    default_base_url = BASE
    base_url_env = "ITEMS_URL"
    query_style = "brackets"
    idempotency_key_methods = ["post"]


class AsyncPayments(AsyncHttpClient):
    default_base_url = BASE
    idempotency_key_methods = ("POST", "DELETE")
    idempotency_key_header = "X-Request-Token"


class Server:
    """Notes requests and answers with the statuses in turn, then 200."""

    def __init__(self, *statuses: int) -> None:
        self.requests: list[httpx.Request] = []
        self.statuses = list(statuses)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.statuses.pop(0) if self.statuses else 200, json={})

    def headers(self, name: str) -> list[str | None]:
        return [request.headers.get(name) for request in self.requests]


def client(kind: type[AsyncHttpClient], server: Server, **kwargs: Any) -> AsyncHttpClient:
    return kind(
        transport=httpx.MockTransport(server),
        retry_config=RetryConfig(backoff_factor=0),
        clock=AsyncVirtualClock(),
        **kwargs,
    )


async def test_a_key_is_made_once_per_call_and_stays_over_attempts() -> None:
    server = Server(503, 503, 200)
    async with client(AsyncKeyed, server) as api:
        await AsyncItems(api).create()
        await AsyncItems(api).create()
    keys = server.headers("idempotency-key")
    assert len(keys) == 4
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert all(keys)


async def test_other_methods_carry_no_key() -> None:
    server = Server()
    async with client(AsyncKeyed, server) as api:
        await AsyncItems(api).find()
    assert server.headers("idempotency-key") == [None]


async def test_the_key_of_the_call_wins() -> None:
    server = Server()
    async with client(AsyncKeyed, server) as api:
        await AsyncItems(api).create(options=RequestOptions(idempotency_key="mine"))
        await AsyncItems(api).create(headers={"Idempotency-Key": "own"})
        await AsyncItems(api).create(headers={"Idempotency-Key": OMIT})
    assert server.headers("idempotency-key") == ["mine", "own", None]


async def test_a_header_of_the_apis_own_makes_post_safe_to_repeat() -> None:
    server = Server(500, 200)
    async with client(AsyncPayments, server) as api:
        await AsyncItems(api).create()
        await api.delete("/items/1")
    keys = server.headers("x-request-token")
    assert keys[0] == keys[1] != keys[2]
    assert server.headers("idempotency-key") == [None] * 3


async def test_without_a_key_a_post_is_not_repeated() -> None:
    server = Server(500)
    async with AsyncHttpClient(BASE, transport=httpx.MockTransport(server)) as api:
        assert (await api.post("/items")).status_code == 500
    assert len(server.requests) == 1


async def test_options_can_ask_for_a_key() -> None:
    server = Server(500, 200)
    async with client(AsyncHttpClient, server, base_url=BASE) as api:
        await api.post("/items", options=RequestOptions(idempotency_key=True))
    keys = server.headers("idempotency-key")
    assert keys[0] == keys[1] != None  # noqa: E711
    assert len(str(keys[0])) == 36


async def test_the_query_style_is_the_clients_or_the_calls() -> None:
    server = Server()
    async with client(AsyncKeyed, server) as api:
        await AsyncItems(api).find(query={"a": [1, 2]})
        options = RequestOptions(query_style="comma", query={"b": [3, 4]})
        await AsyncItems(api).find(query={"a": [1, 2]}, options=options)
        await api.get("/items", params={"a": [1, 2]})
    queries = [str(request.url.query, "ascii") for request in server.requests]
    assert queries == ["a[]=1&a[]=2", "a=1,2&b=3,4", "a[]=1&a[]=2"]


async def test_the_base_url_is_that_of_the_argument_the_environment_or_the_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server()
    monkeypatch.delenv("ITEMS_URL", raising=False)
    async with client(AsyncKeyed, server) as api:
        await api.get("/a")
    monkeypatch.setenv("ITEMS_URL", "https://env.example/v2")
    async with client(AsyncKeyed, server) as api:
        await api.get("/b")
    async with client(AsyncKeyed, server, base_url="https://given.example") as api:
        await api.get("/c")
    urls = [str(request.url) for request in server.requests]
    assert urls == [BASE + "/a", "https://env.example/v2/b", "https://given.example/c"]


class AsyncNowhere(AsyncHttpClient):
    base_url_env = "ITEMS_URL"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "set the environment variable ITEMS_URL, or pass base_url="),
        ("localhost:80", "the environment variable ITEMS_URL: base_url: "),
        ("https://api.example/?a=1", "the environment variable ITEMS_URL: base_url .* query"),
    ],
)
def test_a_base_url_that_is_missing_or_wrong_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, value: str, message: str
) -> None:
    monkeypatch.setenv("ITEMS_URL", value)
    with pytest.raises(ConfigurationError, match=message):
        AsyncNowhere()


async def test_a_class_that_forgets_its_base_is_told() -> None:
    class AsyncForgetful(AsyncHttpClient):
        def __init__(self) -> None:
            self.name = "forgot"

    with pytest.raises(ConfigurationError, match="Forgetful.__init__ must call super"):
        await AsyncForgetful().get("https://api.example/")
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = getattr(AsyncForgetful(), "nothing")  # noqa: B009


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("idempotency_key_methods", "POST", "must be a list of HTTP methods"),
        ("idempotency_key_methods", ["PO ST"], "no HTTP method"),
        ("idempotency_key_methods", [5], "no HTTP method"),
        ("idempotency_key_methods", None, "must be a list of HTTP methods"),
        ("idempotency_key_header", "X Key", "no valid header name"),
        ("query_style", "deep", "must be one of repeat, comma"),
    ],
)
def test_a_wrong_declaration_is_refused_when_the_class_is_made(
    name: str, value: Any, message: str
) -> None:
    with pytest.raises(ConfigurationError, match="^Wrong: .*" + message):
        type("Wrong", (AsyncHttpClient,), {name: value})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("error_clases", {}, "did you mean error_classes"),
        ("error_modle", dict, "did you mean error_model"),
        ("default_auth", 5, "Wrong: default_auth: auth "),
        ("idempotency_key_header", 5, "Wrong: idempotency_key_header: "),
        ("default_baseurl", BASE, "did you mean default_base_url"),
        ("base_url_env", 5, "base_url_env must be a str, got int"),
        ("default_headers", "a: b", "default_headers must be a Mapping, got str"),
        ("default_retry_config", 3, "default_retry_config must be a RetryConfig, got int"),
        ("default_timeout_config", 3.0, "default_timeout_config must be a TimeoutConfig"),
    ],
)
def test_a_declaration_that_would_do_nothing_is_told(name: str, value: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^Wrong\." + name + ".*|" + message) as caught:
        type("Wrong", (AsyncHttpClient,), {name: value})
    assert message in str(caught.value)


def test_attributes_of_ones_own_are_left_alone() -> None:
    class AsyncOwn(AsyncHttpClient):
        region = "eu"
        api_version = "2026-01-01"
        error_codes: ClassVar[Any] = ("a", "b")

        class error_mode: ...

        def error_models(self) -> str:
            return self.region

    class AsyncMine(AsyncOwn):
        error_codes = ("c",)

    assert AsyncMine(BASE).error_models() == "eu"


def test_help_of_a_client_explains_what_it_declares() -> None:
    told = pydoc.plain(pydoc.render_doc(AsyncKeyed))
    for name in ("error_model", "error_classes", "error_code", "stream_done", "base_url_env"):
        assert f"{name}: " in told
    assert '{"error": {"reason": "no_such_user"}}' in told
