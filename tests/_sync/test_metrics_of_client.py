# Generated from _async/test_metrics_of_client.py by sdkbase.codegen. Do not edit.
# sha256: 6ff7197efe8072ba
"""What a client records of its calls."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import (
    ConnectionLostError,
    DecodeError,
    MetricsInterceptor,
    NotFoundError,
    RetryConfig,
    SyncHttpClient,
    SyncResource,
)
from tests.two_colour import START, SyncVirtualClock

BASE = "https://api.example"


class User(msgspec.Struct):
    id: int


class SyncUsers(SyncResource[User]):
    path = "/users"

    def retrieve(self, user_id: int) -> User:
        return self._get("/{user_id}", user_id)


class Slow(httpx.MockTransport):
    """Take a quarter of a second of the clock for each request, and fail where told."""

    def __init__(self, clock: SyncVirtualClock) -> None:
        super().__init__(self.answer)
        self.clock = clock

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.clock.now += 0.25
        if request.url.path.endswith("/13"):
            raise httpx.ReadError("reset")
        if request.url.path.endswith("/404"):
            return httpx.Response(404, headers={"x-request-id": "req-1"})
        return httpx.Response(200, json={"id": 1})


def timed_client(**settings: Any) -> SyncHttpClient:
    clock = SyncVirtualClock()
    retries = RetryConfig(max_retries=1, backoff_factor=0)
    return SyncHttpClient(
        BASE, transport=Slow(clock), clock=clock, retry_config=retries, **settings
    )


def test_each_call_is_one_item_with_the_seeds_fields() -> None:
    with timed_client() as client:
        client.get("/users/1?token=canary-1")
        client.post("/users")
        first, second = client.get_metrics()
    assert (first.method, first.url) == ("GET", f"{BASE}/users/1?token=***")
    assert (first.template, first.status_code) == ("/users/1", 200)
    assert (first.response_time, first.error) == (0.25, None)
    assert (first.attempts, first.timestamp) == (1, START)
    assert (second.method, second.timestamp) == ("POST", START + 0.25)


def test_failures_are_recorded_with_their_reason() -> None:
    with timed_client() as client:
        users = SyncUsers(client)
        with pytest.raises(NotFoundError):
            users.retrieve(404)
        with pytest.raises(ConnectionLostError):
            users.retrieve(13)
        gone, broken = client.get_metrics()
    assert (gone.status_code, gone.error, gone.request_id) == (404, "HTTP 404", "req-1")
    assert gone.template == "/users/{user_id}"
    assert (broken.status_code, broken.attempts) == (None, 2)
    assert broken.error == "ConnectionLostError: GET /users/{user_id}: reset"
    assert broken.response_time == 0.5


def test_the_summary_is_by_template() -> None:
    with timed_client() as client:
        users = SyncUsers(client)
        for user_id in (1, 2, 3):
            users.retrieve(user_id)
        with pytest.raises(NotFoundError):
            users.retrieve(404)
        client.get("/health")
        summary = client.metrics.summary()
        total = client.metrics.total()
    assert list(summary) == ["GET /users/{user_id}", "GET /health"]
    users_line = summary["GET /users/{user_id}"]
    assert (users_line.count, users_line.errors, users_line.error_rate) == (4, 1, 0.25)
    for quantile in (users_line.p50, users_line.p95, users_line.p99):
        assert quantile == pytest.approx(0.25, rel=0.1)
    assert (total.count, total.errors) == (5, 1)


def test_a_body_that_does_not_fit_is_still_an_answered_call() -> None:
    with timed_client() as client:
        with pytest.raises(DecodeError):
            client.get("/users/1", cast_to=list[int])
        (metric,) = client.get_metrics()
    assert metric.status_code == 200


def test_metrics_can_be_off() -> None:
    with timed_client(enable_metrics=False) as client:
        client.get("/")
        assert client.get_metrics() == []
        assert client.metrics.summary() == {}
        assert client.metrics.total().count == 0


def test_an_interceptor_handed_in_is_the_one_that_counts() -> None:
    own = MetricsInterceptor()
    with timed_client(interceptors=[own]) as client:
        client.get("/")
        assert client.metrics is own.metrics
        assert len(client.get_metrics()) == len(own.get_metrics()) == 1
    with timed_client(interceptors=[own], enable_metrics=False) as other:
        other.get("/")
    assert len(own.get_metrics()) == 2


def test_metrics_outlive_the_client(api: DemoApi) -> None:
    with SyncHttpClient(api.base_url) as client:
        client.get("/health")
    (metric,) = client.get_metrics()
    assert metric.response_time > 0


def test_a_streamed_call_is_recorded_too(api: DemoApi) -> None:
    with SyncHttpClient(api.base_url) as client:
        with client.stream("GET", "/bytes/10") as response:
            response.read()
        (metric,) = client.get_metrics()
    assert (metric.template, metric.status_code) == ("/bytes/10", 200)
