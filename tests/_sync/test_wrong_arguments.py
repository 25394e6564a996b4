# Generated from _async/test_wrong_arguments.py by sdkbase.codegen. Do not edit.
# sha256: fa8fab0ecf777b53
"""Mistakes that users of other clients make: each is told by name, before anything is sent."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sdkbase import (
    BearerAuth,
    ConfigurationError,
    InvalidRequestError,
    RequestOptions,
    SyncHttpClient,
    SyncResource,
)

BASE = "https://api.example"


def client_of(sent: list[httpx.Request], **settings: Any) -> SyncHttpClient:
    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    return SyncHttpClient(BASE, transport=httpx.MockTransport(answer), **settings)


class SyncThings(SyncResource[dict[str, int]]):
    path = "/things"

    def list(self, **args: Any) -> dict[str, int]:
        return self._get("", **args)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"json": {}}, "no argument 'json'; use json_data="),
        ({"timeout": 5}, "no argument 'timeout'; use options=RequestOptions"),
        ({"auth": ("a", "b")}, "no argument 'auth'; use options="),
        ({"nonsense": 1}, "no argument 'nonsense'; the arguments of a path are positional$"),
        ({"options": {"deadline": 1}}, "options must be RequestOptions"),
    ],
)
def test_a_wrong_argument_of_a_call(args: dict[str, Any], says: str) -> None:
    sent: list[httpx.Request] = []
    with client_of(sent) as client:
        with pytest.raises(InvalidRequestError, match=says):
            client.post("/things", **args)
    assert not sent


def test_a_wrong_argument_of_a_resource() -> None:
    with client_of([]) as client:
        with pytest.raises(InvalidRequestError, match="no argument 'params'; use query="):
            SyncThings(client).list(params={"a": 1})


@pytest.mark.parametrize("parent", ["x", httpx.Client, None])
def test_a_parent_that_is_no_client(parent: Any) -> None:
    with pytest.raises(ConfigurationError, match="SyncThings needs a SyncHttpClient"):
        SyncThings(parent)


@pytest.mark.parametrize("url", [None, 5, b"/things"])
def test_a_url_of_a_wrong_type(url: Any) -> None:
    with client_of([]) as client:
        with pytest.raises(InvalidRequestError, match="url must be a string"):
            client.get(url)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"enable_metrics": "yes"}, "enable_metrics must be True or False"),
        ({"trust_env": "no"}, "trust_env must be True or False"),
        ({"http2": 1}, "http2 must be True or False"),
        ({"cookies": "a=b"}, "cookies must be a dict"),
    ],
)
def test_a_wrong_setting(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        SyncHttpClient(BASE, **settings)


def test_a_header_of_the_call_wins_over_auth() -> None:
    sent: list[httpx.Request] = []
    own = {"Authorization": "Bearer of-the-client"}
    with client_of(sent, headers=own, auth=BearerAuth("of-auth-token")) as client:
        client.get("/")
        client.get("/", headers={"Authorization": "Bearer of-the-call"})
        client.get("/", options=RequestOptions(headers={"Authorization": "Bearer option"}))
    told = [request.headers["authorization"] for request in sent]
    assert told == ["Bearer of-auth-token", "Bearer of-the-call", "Bearer option"]


def test_omit_takes_the_header_of_auth_away() -> None:
    from sdkbase import OMIT

    sent: list[httpx.Request] = []
    with client_of(sent, auth=BearerAuth("of-auth-token")) as client:
        client.get("/", options=RequestOptions(headers={"Authorization": OMIT}))
    assert "authorization" not in sent[0].headers


def test_a_length_given_by_the_call_replaces_chunks() -> None:
    sent: list[httpx.Request] = []
    with client_of(sent) as client:
        pieces = (piece for piece in (b"ab", b"cde"))
        client.put("/", content=pieces, headers={"Content-Length": "5"})
    assert sent[0].headers["content-length"] == "5"
    assert "transfer-encoding" not in sent[0].headers
