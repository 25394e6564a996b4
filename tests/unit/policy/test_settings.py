from __future__ import annotations

import math
import secrets
from datetime import timedelta
from typing import Any

import pytest

from sdkbase import (
    OMIT,
    AsyncHttpClient,
    BearerAuth,
    MetricsInterceptor,
    RateLimiter,
    RequestInterceptor,
    RequestOptions,
    RetryConfig,
    TimeoutConfig,
)
from sdkbase._policy.auth import Auth
from sdkbase._policy.life import Life
from sdkbase._policy.settings import (
    CallSettings,
    ClientSettings,
    call_settings,
    client_headers,
    with_metrics,
)
from sdkbase._policy.traits import traits_of
from sdkbase._wire.redaction import redact_text
from sdkbase._wire.url import BaseUrl
from sdkbase.errors import ConfigurationError, InvalidRequestError

DEFAULTS = {"accept": "*/*", "user-agent": "sdkbase"}
TRAITS = traits_of(AsyncHttpClient)
CALL = CallSettings(timeout=TimeoutConfig(), max_retries=3)


def client(headers: Any = None, **changes: Any) -> ClientSettings:
    merged, owned = client_headers(DEFAULTS, headers)
    fields: dict[str, Any] = {
        "base_url": BaseUrl("https://api.example"),
        "headers": merged,
        "owned": owned,
        "auth": Auth(None),
        "retry_config": RetryConfig(),
        "rate_limiter": None,
        "circuit_breaker": None,
        "interceptors": (),
        "traits": TRAITS,
        "event_loop": True,
        "call": CALL,
    }
    return ClientSettings(**(fields | changes))


def sent(settings: ClientSettings, *args: Any, trusted: bool) -> dict[str, str]:
    return settings.headers_for("GET", *args, trusted=trusted)[0]


def override(settings: ClientSettings, **changes: Any) -> ClientSettings:
    names = ["timeout_config", "retry_config", "rate_limiter", "interceptors", "auth", "deadline"]
    names += ["circuit_breaker", "follow_redirects", "max_response_bytes"]
    given = {"headers": None} | dict.fromkeys(names, OMIT)
    return settings.override(**(given | changes))


def test_without_options_the_clients_settings_hold() -> None:
    settings = client()
    assert settings.for_call(None) is settings.call
    assert settings.for_call(RequestOptions()) is settings.call


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ({"timeout": 2}, {"timeout": TimeoutConfig(2.0, 2.0, 2.0, 2.0)}),
        ({"timeout": None}, {"timeout": TimeoutConfig(None, None, None, None)}),
        ({"timeout": TimeoutConfig(read=1)}, {"timeout": TimeoutConfig(read=1)}),
        ({"max_retries": 0}, {"max_retries": 0}),
        ({"deadline": 5}, {"deadline": 5.0}),
        ({"deadline": None}, {"deadline": None}),
        ({"follow_redirects": False}, {"follow_redirects": False}),
        ({"max_response_bytes": 9}, {"max_response_bytes": 9, "max_stream_bytes": 9}),
        ({"max_response_bytes": None}, {"max_response_bytes": None, "max_stream_bytes": None}),
        ({"rate_limit_cost": 2.5}, {"rate_limit_cost": 2.5}),
        ({"long_poll": True}, {"long_poll": True}),
    ],
)
def test_options_win_and_nothing_else_changes(
    options: dict[str, Any], changed: dict[str, Any]
) -> None:
    base = CallSettings(timeout=TimeoutConfig(), max_retries=3, deadline=9.0, max_redirects=7)
    result = base.override(RequestOptions(**options))
    names = CallSettings.__struct_fields__
    expected = {name: getattr(base, name) for name in names} | changed
    assert {name: getattr(result, name) for name in names} == expected


def test_headers_from_the_least_to_the_most_special() -> None:
    settings = client({"X-A": "client", "X-B": "client", "X-C": "client"})
    options = RequestOptions(headers={"X-C": "options", "accept": OMIT}, idempotency_key="key-1")
    assert sent(settings, {"x-b": "call", "x-c": "call"}, options, trusted=True) == {
        "user-agent": "sdkbase",
        "x-a": "client",
        "x-b": "call",
        "x-c": "options",
        "idempotency-key": "key-1",
    }
    assert sent(settings, None, None, trusted=True) == settings.headers


def test_the_clients_own_headers_stay_with_its_origin() -> None:
    settings = client({"X-Own": "1", "User-Agent": "mine"})
    assert sent(settings, {"X-Call": "2"}, None, trusted=False) == {
        "accept": "*/*",
        "x-call": "2",
    }


def test_what_a_call_adds_is_not_kept() -> None:
    settings = client({"X-Own": "1"})
    sent(settings, {"X-Own": OMIT, "X-New": "2"}, None, trusted=True)
    assert settings.headers == {**DEFAULTS, "x-own": "1"}


@pytest.mark.parametrize("way", ["client", "call", "options"])
def test_secret_headers_are_registered_whichever_way_they_come(way: str) -> None:
    canary = f"canary-{secrets.token_hex(8)}"
    given = {"X-Api-Key": canary}
    settings = client(given if way == "client" else None)
    sent(
        settings,
        given if way == "call" else None,
        RequestOptions(headers=given) if way == "options" else None,
        trusted=True,
    )
    assert redact_text(canary) == "***"


@pytest.mark.parametrize("headers", [{"a b": "1"}, {"a": "1\n"}, {"a": 1}, 5, "abc", [("a",)]])
def test_bad_headers_of_a_client_are_a_configuration_error(headers: Any) -> None:
    with pytest.raises(ConfigurationError, match="^headers: "):
        client(headers)


def test_bad_headers_of_a_call_are_an_invalid_request() -> None:
    for options in (
        RequestOptions(headers={"a": "1\n"}),
        RequestOptions(idempotency_key="a\r\nb: c"),
        RequestOptions(idempotency_key="\u20ac"),
    ):
        with pytest.raises(InvalidRequestError):
            sent(client(), None, options, trusted=True)


def test_override_keeps_what_is_left_out() -> None:
    settings = client({"X-Own": "1"}, auth=Auth(BearerAuth("t")), rate_limiter=RateLimiter())
    copy = override(settings)
    assert (copy.headers, copy.owned, copy.auth) == (
        settings.headers,
        settings.owned,
        settings.auth,
    )
    assert (copy.rate_limiter, copy.retry_config, copy.call) == (
        settings.rate_limiter,
        settings.retry_config,
        settings.call,
    )


def test_override_takes_what_is_given() -> None:
    settings = client({"X-Own": "1"}, auth=Auth(BearerAuth("t")), rate_limiter=RateLimiter())
    copy = override(
        settings,
        headers={"X-More": "2", "accept": OMIT},
        timeout_config=TimeoutConfig(read=1),
        retry_config=RetryConfig(max_retries=7),
        rate_limiter=None,
        auth=None,
        deadline=timedelta(seconds=4),
        follow_redirects=False,
    )
    assert copy.headers == {"user-agent": "sdkbase", "x-own": "1", "x-more": "2"}
    assert {"x-own", "x-more"} <= copy.owned
    assert copy.call == CallSettings(
        TimeoutConfig(read=1), max_retries=7, deadline=4.0, follow_redirects=False
    )
    assert copy.rate_limiter is None and copy.auth.credentials is None
    assert isinstance(settings.auth.credentials, BearerAuth)


def test_override_keeps_the_clients_own_metrics() -> None:
    own, extra = MetricsInterceptor(), RequestInterceptor()
    copy = override(client(interceptors=(own,)), interceptors=[extra])
    assert copy.interceptors == (extra, own)
    other = MetricsInterceptor()
    assert override(client(interceptors=(own,)), interceptors=[other]).interceptors == (other,)


@pytest.mark.parametrize(
    "name", ["timeout_config", "retry_config", "rate_limiter", "deadline", "follow_redirects"]
)
@pytest.mark.parametrize("value", ["x", [], object()])
def test_a_wrong_setting_is_named(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} must be"):
        override(client(), **{name: value})


@pytest.mark.parametrize("name", ["timeout_config", "retry_config"])
def test_none_is_no_setting(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} must be"):
        override(client(), **{name: None})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("deadline", value) for value in (0, -1, math.nan, math.inf, True, "5")],
        *[("max_redirects", value) for value in (-1, 1.5, True, None, "5")],
        *[("follow_redirects", value) for value in (1, 0, None, "yes")],
        *[("max_response_bytes", value) for value in (0, -1, 1.5, True, "5")],
    ],
)
def test_bad_call_settings_are_named(name: str, value: Any) -> None:
    good: dict[str, Any] = {
        "deadline": 1,
        "max_redirects": 10,
        "follow_redirects": True,
        "max_response_bytes": None,
    }
    with pytest.raises(ConfigurationError, match=f"^{name} must be"):
        call_settings(timeout=TimeoutConfig(), max_retries=1, **(good | {name: value}))


def test_metrics_are_added_once() -> None:
    own = MetricsInterceptor()
    assert with_metrics([own], enabled=True) == (own,)
    assert with_metrics(None, enabled=False) == ()
    (added,) = with_metrics(None, enabled=True)
    assert isinstance(added, MetricsInterceptor)
    with pytest.raises(ConfigurationError, match="interceptors must be a list, got int"):
        with_metrics(5, enabled=True)  # type: ignore[arg-type]  # what untyped callers do


def test_the_life_of_a_copy_ends_with_its_parents() -> None:
    parent = Life("Client")
    copy = Life("Client", parent)
    assert not parent.is_over and not copy.is_over
    assert parent.end() and not parent.end()
    assert copy.is_over


def test_the_end_of_a_copy_is_its_own() -> None:
    parent = Life("Client")
    assert Life("Client", parent).end()
    assert not parent.is_over
