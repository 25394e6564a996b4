# sync: skip
"""Hooks of the wrong colour."""

from __future__ import annotations

import functools
from typing import Any

import httpx
import pytest

from sdkbase import (
    AsyncHttpClient,
    ConfigurationError,
    RequestInterceptor,
    RetryConfig,
    SyncHttpClient,
)

BASE = "https://api.example"


async def hook(*args: Any) -> None:
    raise AssertionError("never called")


class Callable:
    async def __call__(self, *args: Any) -> None:
        raise AssertionError("never called")


HOOKS = {"method": hook, "partial": functools.partial(hook, 1), "object": Callable()}


@pytest.mark.parametrize("kind", HOOKS)
@pytest.mark.parametrize("name", ["before_request", "after_response", "on_error"])
def test_a_sync_client_refuses_what_it_could_not_wait_for(name: str, kind: str) -> None:
    late = type("Late", (RequestInterceptor,), {name: HOOKS[kind]})()
    says = f"Late.{name} is async def, which a sync client can't await; use plain def"
    with pytest.raises(ConfigurationError, match=says):
        SyncHttpClient(BASE, interceptors=[late])
    with SyncHttpClient(BASE) as client, pytest.raises(ConfigurationError, match=says):
        client.with_options(interceptors=[late])


async def test_an_async_client_takes_both() -> None:
    log: list[str] = []

    class Mixed(RequestInterceptor):
        def before_request(self, request: httpx.Request) -> None:
            log.append("plain")

        async def after_response(self, response: httpx.Response) -> None:
            log.append("awaited")

    wire = httpx.MockTransport(lambda request: httpx.Response(200))
    retries = RetryConfig(max_retries=0)
    settings: dict[str, Any] = {"transport": wire, "retry_config": retries}
    async with AsyncHttpClient(BASE, interceptors=[Mixed()], **settings) as client:
        await client.get("/")
    assert log == ["plain", "awaited"]
