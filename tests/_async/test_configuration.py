"""Settings: each wrong one is refused when it is made, by an error that names it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sdkbase import (
    OMIT,
    AsyncHttpClient,
    ConfigurationError,
    Metrics,
    PoolConfig,
    RateLimiter,
    RequestOptions,
    RetryConfig,
    SdkError,
    TimeoutConfig,
    create_http_client,
    create_sync_http_client,
)

NAN, INF = float("nan"), float("inf")
NO_SECONDS: list[Any] = [-1, -0.001, NAN, INF, "5", True, [1], timedelta(seconds=-1)]
NO_COUNT: list[Any] = [-1, 1.5, NAN, "3", True, None]

WRONG: list[tuple[Callable[..., Any], str, list[Any]]] = [
    *((TimeoutConfig, step, [*NO_SECONDS, 0]) for step in ("connect", "read", "write", "pool")),
    (PoolConfig, "max_connections", [*NO_COUNT, 0]),
    (PoolConfig, "max_keepalive_connections", NO_COUNT),
    (PoolConfig, "keepalive_expiry", [*NO_SECONDS, 0]),
    (RetryConfig, "max_retries", NO_COUNT),
    (RetryConfig, "backoff_factor", [*NO_SECONDS, None]),
    (RetryConfig, "max_backoff", [*NO_SECONDS, None]),
    (RetryConfig, "max_retry_after", [*NO_SECONDS, None]),
    (RetryConfig, "retry_on_status", [503, "503", [99], [600], ["503"], [True], None]),
    (RetryConfig, "retry_quota", [-1, 1.5, "3", True]),
    (RequestOptions, "timeout", [*NO_SECONDS, 0]),
    (RequestOptions, "max_retries", NO_COUNT),
    (RequestOptions, "deadline", [*NO_SECONDS, 0]),
    (RequestOptions, "headers", [5, "a", [("a", "b")]]),
    (RequestOptions, "query", [5, "a=1"]),
    (RequestOptions, "idempotency_key", ["", 5, b"k"]),
    (RequestOptions, "follow_redirects", [1, "yes", None]),
    (RateLimiter, "max_requests", [*NO_COUNT, 0]),
    (RateLimiter, "time_window", [*NO_SECONDS, 0, None]),
    (AsyncHttpClient, "deadline", [*NO_SECONDS, 0]),
    (AsyncHttpClient, "max_redirects", NO_COUNT),
    (AsyncHttpClient, "follow_redirects", [1, None, "no"]),
    (AsyncHttpClient, "base_url", ["nowhere", "ftp://a.example", "https://", "https://a/?b", 5]),
    (AsyncHttpClient, "headers", [{"a b": "c"}, {"a": 5}, {"a": "b\nc"}]),
    (AsyncHttpClient, "timeout_config", [5, {"read": 5}, RetryConfig()]),
    (AsyncHttpClient, "pool_config", [5, TimeoutConfig()]),
    (AsyncHttpClient, "retry_config", [3, PoolConfig()]),
    (AsyncHttpClient, "rate_limiter", [10, (10, 1.0)]),
    (AsyncHttpClient, "interceptors", [5, [object()]]),
    (AsyncHttpClient, "auth", [5, "token", ("a",)]),
    (AsyncHttpClient, "verify", [5, None, b"path"]),
    (AsyncHttpClient, "proxy", ["nowhere", 5, "ftp://proxy.example"]),
    (Metrics, "capacity", [*NO_COUNT, 0]),
]
CASES = [(owner, field, value) for owner, field, values in WRONG for value in values]


@pytest.mark.parametrize(("owner", "field", "value"), CASES)
def test_a_wrong_setting_is_named(owner: Callable[..., Any], field: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=field) as caught:
        owner(**{field: value})
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, SdkError)


@pytest.mark.parametrize("kind", [TimeoutConfig, PoolConfig, RetryConfig, RequestOptions])
def test_settings_are_frozen(kind: Callable[..., Any]) -> None:
    made = kind()
    field = type(made).__struct_fields__[0]
    with pytest.raises(AttributeError):
        setattr(made, field, 1)


@pytest.mark.parametrize(
    "made",
    [
        TimeoutConfig(connect=1, pool=None),
        PoolConfig(max_connections=3),
        RetryConfig(retry_on_status=[503]),
        RequestOptions(timeout=5, headers={"a": OMIT}),
    ],
)
def test_settings_are_values(made: Any) -> None:
    assert pickle.loads(pickle.dumps(made)) == made


def test_durations_may_be_timedeltas() -> None:
    assert TimeoutConfig(read=timedelta(seconds=2)) == TimeoutConfig(read=2.0)
    assert RetryConfig(backoff_factor=timedelta(milliseconds=250)).backoff_factor == 0.25
    assert RateLimiter(1, timedelta(minutes=1)).time_window == 60
    assert RequestOptions(deadline=timedelta(seconds=3)).deadline == 3


def test_the_seeds_lists_are_taken() -> None:
    assert tuple(RetryConfig(3, 0.5, [429, 503]).retry_on_status) == (429, 503)
    assert TimeoutConfig(1, 2, 3, 4) == TimeoutConfig(connect=1, read=2, write=3, pool=4)
    assert PoolConfig(1, 2, 3) == PoolConfig(
        max_keepalive_connections=1, max_connections=2, keepalive_expiry=3
    )


def test_a_timeout_of_one_number_sets_every_step() -> None:
    assert RequestOptions(timeout=5).timeout == TimeoutConfig(5, 5, 5, 5)
    assert RequestOptions(timeout=None).timeout is None


async def test_timeouts_reach_the_transport_step_by_step() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(200)

    seen: list[dict[str, float | None]] = []
    wire = httpx.MockTransport(handler)
    timeout = TimeoutConfig(connect=1, read=2, write=3, pool=4)
    async with AsyncHttpClient("https://a.example", transport=wire, timeout_config=timeout) as c:
        await c.get("/")
        await c.get("/", options=RequestOptions(timeout=9))
        await c.get("/", options=RequestOptions(timeout=None))
        await c.get("/", options=RequestOptions(timeout=TimeoutConfig(read=7)))
    assert seen[0] == {"connect": 1, "read": 2, "write": 3, "pool": 4}
    assert set(seen[1].values()) == {9}
    assert set(seen[2].values()) == {None}
    assert (seen[3]["read"], seen[3]["connect"]) == (7, 5)


def test_http2_without_its_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "h2", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'sdkbase\[http2\]'"):
        AsyncHttpClient("https://a.example", http2=True)


# --- the factories --------------------------------------------------------------------------


def create(*args: Any, **settings: Any) -> AsyncHttpClient:
    """Make a client with the factory of this colour: the one whose client fits."""
    for factory in (create_http_client, create_sync_http_client):
        client: object = factory(*args, **settings)
        if isinstance(client, AsyncHttpClient):
            return client
    raise AssertionError("no factory of this colour")


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"base_url": "nowhere"}, "base_url"),
        ({"max_retries": -1}, "max_retries"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"timeout_seconds": NAN}, "timeout_seconds"),
        ({"max_connections": 0}, "max_connections"),
        ({"log_level": "LOUD"}, "log_level|level"),
        ({"rate_limit": 5}, "rate_limit must be"),
        ({"rate_limit": (0, 1.0)}, "max_requests"),
        ({"rate_limit": (1, 0)}, "time_window"),
    ],
)
def test_a_wrong_argument_of_a_factory_is_named(settings: dict[str, Any], name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        create(**settings)
