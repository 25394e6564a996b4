# Generated from _async/test_url_credentials.py by sdkbase.codegen. Do not edit.
# sha256: 4dcb07e60dd3c8d3
"""User name and password written into the URL of one call."""

from __future__ import annotations

import httpx

from sdkbase import BearerAuth, SyncHttpClient

BASIC = "Basic YWRhOndvcmQ="


class Recorder(httpx.MockTransport):
    def __init__(self) -> None:
        super().__init__(self.answer)
        self.requests: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(200)


def test_they_become_a_header_and_leave_the_url() -> None:
    wire = Recorder()
    with SyncHttpClient(transport=wire) as client:
        client.get("https://ada:word@api.example/me")
    (sent,) = wire.requests
    assert sent.headers["authorization"] == BASIC
    assert str(sent.url) == "https://api.example/me"


def test_a_header_of_the_call_is_put_over_them() -> None:
    wire = Recorder()
    with SyncHttpClient(transport=wire) as client:
        client.get("https://ada:word@api.example", headers={"Authorization": "Own word"})
    assert wire.requests[0].headers["authorization"] == "Own word"


def test_they_go_before_the_credentials_of_the_client() -> None:
    wire = Recorder()
    base = "https://api.example"
    with SyncHttpClient(base, auth=BearerAuth("token"), transport=wire) as client:
        client.get("https://ada:word@api.example/me")
        client.get("/me")
    sent = [request.headers["authorization"] for request in wire.requests]
    assert sent == [BASIC, "Bearer token"]
