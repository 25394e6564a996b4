# Generated from _async/test_global.py by sdkbase.codegen. Do not edit.
# sha256: d219f03835b1c7c6
"""The module-level functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import InvalidRequestError, NotFoundError
from sdkbase._sync import global_client


class Echo(msgspec.Struct):
    method: str
    query: dict[str, list[str]]
    body: str


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    yield
    global_client.close_global_client()


VERBS = ["get", "post", "put", "patch", "delete", "head", "options"]


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb(verb: str, api: DemoApi) -> None:
    response = getattr(global_client, verb)(f"{api.base_url}/echo")
    assert isinstance(response, httpx.Response)
    assert api.requests == [(verb.upper(), "/echo")]


def test_arguments_and_typed_results(api: DemoApi) -> None:
    args: dict[str, Any] = {"params": {"a": 1}, "json_data": {"b": 2}}
    echo = global_client.post(f"{api.base_url}/echo", cast_to=Echo, **args)
    assert echo == Echo("POST", {"a": ["1"]}, '{"b":2}')
    response = global_client.request("PATCH", f"{api.base_url}/echo")
    assert response.json()["method"] == "PATCH"
    with pytest.raises(NotFoundError):
        global_client.get(f"{api.base_url}/nowhere", cast_to=Echo)


def test_a_relative_url_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="no base_url"):
        global_client.get("/health")


def test_after_closing_the_next_call_makes_a_new_client(api: DemoApi) -> None:
    url = f"{api.base_url}/health"
    for _ in range(3):
        assert (global_client.get(url)).status_code == 200
        global_client.close_global_client()
        global_client.close_global_client()
    assert len(api.requests) == 3


def test_closing_what_was_never_used() -> None:
    global_client.close_global_client()
