"""`create_http_client` and its twin: each parameter of the seed's table does what it says."""

from __future__ import annotations

from typing import Any

import pytest

from demo_api import DemoApi
from sdkbase import (
    AsyncHttpClient,
    DeadlineExceededError,
    PoolTimeoutError,
    ReadTimeoutError,
    RequestOptions,
)
from tests._async.test_configuration import create

QUIET = RequestOptions(max_retries=0)


async def test_base_url(api: DemoApi) -> None:
    async with create(api.base_url) as client:
        assert (await client.get("/health")).status_code == 200
    async with create() as client:
        assert (await client.get(f"{api.base_url}/health")).status_code == 200


@pytest.mark.parametrize(("retries", "calls", "status"), [(0, 1, 503), (1, 2, 503), (2, 3, 200)])
async def test_max_retries(api: DemoApi, retries: int, calls: int, status: int) -> None:
    async with create(api.base_url, max_retries=retries) as client:
        response = await client.get("/flaky/a")
    assert (response.status_code, len(api.requests)) == (status, calls)


async def test_timeout_seconds(api: DemoApi) -> None:
    async with create(api.base_url, timeout_seconds=0.05) as client:
        with pytest.raises(ReadTimeoutError):
            await client.get("/slow", params={"seconds": 5}, options=QUIET)


async def test_max_connections(api: DemoApi) -> None:
    async with create(api.base_url, max_connections=1) as client:
        options = RequestOptions(timeout=0.05, max_retries=0)
        async with client.stream("GET", "/bytes/1000000"):
            with pytest.raises(PoolTimeoutError, match="none of the 1 connections"):
                await client.get("/health", options=options)


async def test_enable_metrics(api: DemoApi) -> None:
    async with create(api.base_url) as client:
        await client.get("/health")
        assert len(client.get_metrics()) == 1
    async with create(api.base_url, enable_metrics=False) as client:
        await client.get("/health")
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
async def test_enable_logging_and_log_level(
    api: DemoApi, settings: dict[str, Any], said: bool
) -> None:
    from loguru import logger

    lines: list[str] = []
    handler = sink(lines)
    try:
        async with create(api.base_url, **settings) as client:
            await client.get("/health")
    finally:
        logger.remove(handler)
    assert any("/health" in line for line in lines) is said


async def test_rate_limit(api: DemoApi) -> None:
    async with create(api.base_url, rate_limit=(1, 60.0), max_retries=0) as client:
        await client.get("/health")
        with pytest.raises(DeadlineExceededError):
            await client.get("/health", options=RequestOptions(deadline=0.5))
    assert len(api.requests) == 1


async def test_positional_arguments_in_the_seeds_order(api: DemoApi) -> None:
    client = create(api.base_url, 1, 5.0, 10, False, True, "INFO", (5, 1.0))
    assert isinstance(client, AsyncHttpClient)
    async with client:
        assert (await client.get("/health")).status_code == 200
