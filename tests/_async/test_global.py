"""The module-level functions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import InvalidRequestError, NotFoundError
from sdkbase._async import global_client


class Echo(msgspec.Struct):
    method: str
    query: dict[str, list[str]]
    body: str


@pytest.fixture(autouse=True)
async def closing() -> AsyncIterator[None]:
    yield
    await global_client.close_global_client()


VERBS = ["get", "post", "put", "patch", "delete", "head", "options"]


@pytest.mark.parametrize("verb", VERBS)
async def test_each_verb(verb: str, api: DemoApi) -> None:
    response = await getattr(global_client, verb)(f"{api.base_url}/echo")
    assert isinstance(response, httpx.Response)
    assert api.requests == [(verb.upper(), "/echo")]


async def test_arguments_and_typed_results(api: DemoApi) -> None:
    args: dict[str, Any] = {"params": {"a": 1}, "json_data": {"b": 2}}
    echo = await global_client.post(f"{api.base_url}/echo", cast_to=Echo, **args)
    assert echo == Echo("POST", {"a": ["1"]}, '{"b":2}')
    response = await global_client.request("PATCH", f"{api.base_url}/echo")
    assert response.json()["method"] == "PATCH"
    with pytest.raises(NotFoundError):
        await global_client.get(f"{api.base_url}/nowhere", cast_to=Echo)


async def test_a_relative_url_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="no base_url"):
        await global_client.get("/health")


async def test_after_closing_the_next_call_makes_a_new_client(api: DemoApi) -> None:
    url = f"{api.base_url}/health"
    for _ in range(3):
        assert (await global_client.get(url)).status_code == 200
        await global_client.close_global_client()
        await global_client.close_global_client()
    assert len(api.requests) == 3


async def test_closing_what_was_never_used() -> None:
    await global_client.close_global_client()
