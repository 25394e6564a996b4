# Generated from _async/test_factory.py by sdkbase.codegen. Do not edit.
# sha256: 711f1e9f5dcdaf6f
"""`create_http_client` and its twin: each parameter of the seed's table does what it says."""

from __future__ import annotations

from typing import Any

import pytest

from demo_api import DemoApi
from sdkbase import (
    DeadlineExceededError,
    PoolTimeoutError,
    ReadTimeoutError,
    RequestOptions,
    SyncHttpClient,
)
from tests._sync.test_configuration import create

QUIET = RequestOptions(max_retries=0)


def test_base_url(api: DemoApi) -> None:
    with create(api.base_url) as client:
        assert (client.get("/health")).status_code == 200
    with create() as client:
        assert (client.get(f"{api.base_url}/health")).status_code == 200


@pytest.mark.parametrize(("retries", "calls", "status"), [(0, 1, 503), (1, 2, 503), (2, 3, 200)])
def test_max_retries(api: DemoApi, retries: int, calls: int, status: int) -> None:
    with create(api.base_url, max_retries=retries) as client:
        response = client.get("/flaky/a")
    assert (response.status_code, len(api.requests)) == (status, calls)


def test_timeout_seconds(api: DemoApi) -> None:
    with create(api.base_url, timeout_seconds=0.05) as client:
        with pytest.raises(ReadTimeoutError):
            client.get("/slow", params={"seconds": 5}, options=QUIET)


def test_max_connections(api: DemoApi) -> None:
    with create(api.base_url, max_connections=1) as client:
        options = RequestOptions(timeout=0.05, max_retries=0)
        with client.stream("GET", "/bytes/1000000"):
            with pytest.raises(PoolTimeoutError, match="none of the 1 connections"):
                client.get("/health", options=options)


def test_enable_metrics(api: DemoApi) -> None:
    with create(api.base_url) as client:
        client.get("/health")
        assert len(client.get_metrics()) == 1
    with create(api.base_url, enable_metrics=False) as client:
        client.get("/health")
        assert client.get_metrics() == []


def sink(lines: list[str], level: str = "TRACE") -> Any:
    from loguru import logger

    return logger.add(lambda line: lines.append(str(line)), level=level, format="{level} {message}")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, True),
        ({"log_level": "DEBUG"}, True),
        ({"log_level": "ERROR"}, False),
        ({"enable_logging": False}, False),
    ],
)
def test_enable_logging_and_log_level(api: DemoApi, settings: dict[str, Any], said: bool) -> None:
    from loguru import logger

    lines: list[str] = []
    handler = sink(lines)
    try:
        with create(api.base_url, **settings) as client:
            client.get("/health")
    finally:
        logger.remove(handler)
    assert any("/health" in line for line in lines) is said


def test_rate_limit(api: DemoApi) -> None:
    with create(api.base_url, rate_limit=(1, 60.0), max_retries=0) as client:
        client.get("/health")
        with pytest.raises(DeadlineExceededError):
            client.get("/health", options=RequestOptions(deadline=0.5))
    assert len(api.requests) == 1


def test_positional_arguments_in_the_seeds_order(api: DemoApi) -> None:
    client = create(api.base_url, 1, 5.0, 10, False, True, "INFO", (5, 1.0))
    assert isinstance(client, SyncHttpClient)
    with client:
        assert (client.get("/health")).status_code == 200
