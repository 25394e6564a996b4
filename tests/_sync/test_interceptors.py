# Generated from _async/test_interceptors.py by sdkbase.codegen. Do not edit.
# sha256: 2bb42f8fd46cbadc
"""Interceptors in the client: order, changes, errors, colours."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import (
    ConfigurationError,
    ConnectionLostError,
    NotFoundError,
    RequestInterceptor,
    RetryConfig,
    SyncHttpClient,
)
from tests.two_colour import SyncVirtualClock

BASE = "https://api.example"


class User(msgspec.Struct):
    name: str


def answering(*answers: httpx.Response | Exception) -> httpx.MockTransport:
    left = list(answers)

    def handler(request: httpx.Request) -> httpx.Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        answer.headers["x-seen"] = request.headers.get("x-tags", "")
        return answer

    return httpx.MockTransport(handler)


def client_of(interceptors: Any, *answers: httpx.Response | Exception) -> SyncHttpClient:
    return SyncHttpClient(
        BASE,
        transport=answering(*(answers or (httpx.Response(200),))),
        interceptors=interceptors,
        retry_config=RetryConfig(backoff_factor=0),
        clock=SyncVirtualClock(),
    )


class Tagger(RequestInterceptor):
    """Note every step, in place."""

    def __init__(self, tag: str, log: list[str]) -> None:
        self.tag = tag
        self.log = log

    def before_request(self, request: httpx.Request) -> None:
        self.log.append(f"before {self.tag}")
        request.headers["x-tags"] = request.headers.get("x-tags", "") + self.tag

    def after_response(self, response: httpx.Response) -> None:
        self.log.append(f"after {self.tag} {response.status_code}")

    def on_error(self, error: Exception) -> None:
        self.log.append(f"error {self.tag} {type(error).__name__}")


def test_requests_pass_in_order_and_responses_in_reverse() -> None:
    log: list[str] = []
    with client_of([Tagger("a", log), Tagger("b", log)]) as client:
        response = client.get("/")
    assert log == ["before a", "before b", "after b 200", "after a 200"]
    assert response.headers["x-seen"] == "ab"


def test_hooks_run_around_each_attempt() -> None:
    log: list[str] = []
    answers: list[httpx.Response | Exception] = [
        httpx.Response(503),
        httpx.ReadError("reset"),
        httpx.Response(200),
    ]
    with client_of([Tagger("a", log)], *answers) as client:
        response = client.get("/")
    assert log == [
        "before a",
        "after a 503",
        "before a",
        "error a ConnectionLostError",
        "before a",
        "after a 200",
    ]
    # Each attempt begins with the request as the caller made it.
    assert response.headers["x-seen"] == "a"


def test_hooks_see_a_complete_response_of_any_status() -> None:
    class Reader(RequestInterceptor):
        def after_response(self, response: httpx.Response) -> httpx.Response:
            seen.append((response.status_code, response.json(), str(response.request.url)))
            return response

    seen: list[Any] = []
    with client_of([Reader()], httpx.Response(404, json={"a": 1})) as client:
        with pytest.raises(NotFoundError):
            client.get("/x", cast_to=User)
    assert seen == [(404, {"a": 1}, f"{BASE}/x")]


def test_a_hook_may_return_another_request() -> None:
    class Rewriter(RequestInterceptor):
        def before_request(self, request: httpx.Request) -> httpx.Request:
            return httpx.Request("PUT", f"{BASE}/other", headers={"x-tags": "new"}, json=[1])

    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    wire = httpx.MockTransport(handler)
    with SyncHttpClient(BASE, transport=wire, interceptors=[Rewriter()]) as client:
        client.get("/")
    assert (seen[0].method, str(seen[0].url), seen[0].content) == ("PUT", f"{BASE}/other", b"[1]")
    assert seen[0].headers["x-tags"] == "new"


def test_a_hook_may_return_another_response() -> None:
    class Cache(RequestInterceptor):
        def after_response(self, response: httpx.Response) -> httpx.Response:
            return httpx.Response(200, json={"name": "cached"}, request=response.request)

    with client_of([Cache()], httpx.Response(404)) as client:
        assert client.get("/", cast_to=User) == User("cached")
        assert (client.get("/")).json() == {"name": "cached"}


def test_a_hook_may_change_a_response_in_place() -> None:
    class Marker(RequestInterceptor):
        def after_response(self, response: httpx.Response) -> None:
            response.headers["x-mark"] = "1"

    with client_of([Marker()]) as client:
        assert (client.get("/")).headers["x-mark"] == "1"


def test_an_error_hook_sees_the_error_that_is_raised() -> None:
    class Catcher(RequestInterceptor):
        def on_error(self, error: Exception) -> None:
            seen.append(error)

    seen: list[Exception] = []
    with client_of([Catcher()], httpx.ReadError("reset")) as client:
        with pytest.raises(ConnectionLostError) as caught:
            client.post("/")
    assert seen == [caught.value]


def test_a_status_is_no_error_to_a_hook() -> None:
    log: list[str] = []
    with client_of([Tagger("a", log)], httpx.Response(500)) as client:
        client.post("/")
    assert log == ["before a", "after a 500"]


def test_what_a_hook_raises_ends_the_call() -> None:
    class Guard(RequestInterceptor):
        def before_request(self, request: httpx.Request) -> None:
            raise PermissionError("not at night")

    with client_of([Guard()]) as client:
        with pytest.raises(PermissionError, match="not at night"):
            client.get("/")
        (metric,) = client.get_metrics()
    assert metric.error == "PermissionError: not at night"


class Duck:
    """Not a RequestInterceptor, but with one of its methods."""

    def before_request(self, request: httpx.Request) -> None:
        request.headers["x-tags"] = "quack"


def test_an_object_with_one_of_the_methods_will_do() -> None:
    with client_of([Duck()]) as client:
        assert (client.get("/")).headers["x-seen"] == "quack"


class Coloured(RequestInterceptor):
    def before_request(self, request: httpx.Request) -> httpx.Request:
        request.headers["x-tags"] = "coloured"
        return request

    def after_response(self, response: httpx.Response) -> None:
        response.headers["x-after"] = "1"

    def on_error(self, error: Exception) -> None:
        error.add_note("seen")


def test_hooks_of_the_clients_own_colour() -> None:
    answers: list[httpx.Response | Exception] = [httpx.Response(200), httpx.ReadError("reset")]
    with client_of([Coloured()], *answers) as client:
        response = client.get("/")
        with pytest.raises(ConnectionLostError) as caught:
            client.post("/")
    assert (response.headers["x-seen"], response.headers["x-after"]) == ("coloured", "1")
    assert "seen" in caught.value.__notes__


@pytest.mark.parametrize("given", [[object()], [Duck], 5, [None], Duck()])
def test_what_is_no_interceptor_is_refused(given: Any) -> None:
    with pytest.raises(ConfigurationError, match="interceptors"):
        SyncHttpClient(BASE, interceptors=given)


def test_hooks_see_streamed_responses_before_their_body(api: DemoApi) -> None:
    log: list[str] = []
    with (
        SyncHttpClient(api.base_url, interceptors=[Tagger("a", log)]) as client,
        client.stream("GET", "/bytes/1000") as response,
    ):
        assert log == ["before a", "after a 200"]
        assert len(response.read()) == 1000


def test_hooks_see_what_auth_has_put_in() -> None:
    class Peek(RequestInterceptor):
        def before_request(self, request: httpx.Request) -> None:
            seen.append(request.headers["authorization"])

    seen: list[str] = []
    wire = answering(httpx.Response(200))
    settings: dict[str, Any] = {"transport": wire, "interceptors": [Peek()]}
    with SyncHttpClient(BASE, auth=("ada", "word"), **settings) as client:
        client.get("/")
    assert seen == ["Basic YWRhOndvcmQ="]
