# Generated from _async/test_multi_step.py by sdkbase.codegen. Do not edit.
# sha256: 95b8ffdadc9680fd
"""Calls that belong together, where the server says in headers how to go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import (
    ApiResponse,
    BearerAuth,
    DecodeError,
    InvalidRequestError,
    SyncHttpClient,
    SyncResource,
)
from sdkbase.models import FromHeaders


class Session(FromHeaders, msgspec.Struct):
    location: str
    upload_offset: int = 0


class Blob(FromHeaders, msgspec.Struct):
    etag: str
    content_length: int | None = None


class SyncBlobs(SyncResource[Blob]):
    path = "/blobs"

    def upload(self, name: str, chunks: Sequence[bytes]) -> Blob:
        session = self._post(json_data={"name": name}, cast_to=Session)
        for chunk in chunks:
            start = {"Upload-Offset": str(session.upload_offset)}
            session = self._patch(
                "/{session}", url=session.location, content=chunk, headers=start, cast_to=Session
            )
        return self._put("/{session}", url=session.location)

    def info(self, name: str) -> Blob:
        return self._head("/{name}", name)

    def count(self) -> int:
        response = self._get(cast_to=ApiResponse[list[Any]])
        return int(response.headers["x-total-count"])


class Server:
    """Takes blobs in pieces: POST for a session, PATCH for each piece, PUT to end it."""

    def __init__(self, location: str = "/sessions/{}") -> None:
        self.location = location
        self.sessions: dict[str, bytearray] = {}
        self.seen: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.method + " " + request.url.path)
        assert request.headers["authorization"] == "Bearer token-of-test"
        name = request.url.path.rpartition("/")[2]
        if request.method == "POST":
            name = str(len(self.sessions) + 1)
            self.sessions[name] = bytearray()
        elif request.method == "PATCH":
            assert int(request.headers["upload-offset"]) == len(self.sessions[name])
            self.sessions[name] += request.content
        elif request.method in ("PUT", "HEAD"):
            stored = self.sessions.get(name, b"")
            headers = {"etag": '"v1"', "content-length": str(len(stored))}
            return httpx.Response(200, headers=headers if stored else {})
        else:
            return httpx.Response(200, json=[], headers={"x-total-count": "41"})
        offset = str(len(self.sessions[name]))
        location = self.location.format(name)
        return httpx.Response(201, headers={"location": location, "upload-offset": offset})

    def client(self) -> SyncHttpClient:
        return SyncHttpClient(
            "https://api.example/v1",
            auth=BearerAuth("token-of-test"),
            transport=httpx.MockTransport(self),
        )


@pytest.mark.parametrize("location", ["/sessions/{}", "https://api.example/s/{}", "blobs/{}"])
def test_an_upload_in_steps(location: str) -> None:
    server = Server(location)
    with server.client() as client:
        blob = SyncBlobs(client).upload("name", [b"abc", b"", b"defg"])
        assert (blob.etag, blob.content_length) == ('"v1"', 7)
        labels = [*client.metrics.summary()]
    assert server.sessions == {"1": bytearray(b"abcdefg")}
    assert labels == ["POST /blobs", "PATCH /blobs/{session}", "PUT /blobs/{session}"]


def test_head_and_counts_in_headers() -> None:
    server = Server()
    server.sessions["a"] = bytearray(b"12345")
    with server.client() as client:
        assert (SyncBlobs(client).info("a")).content_length == 5
        assert SyncBlobs(client).count() == 41
        with pytest.raises(DecodeError, match="etag"):
            SyncBlobs(client).info("missing")


def test_a_session_at_another_origin_is_refused() -> None:
    server = Server("https://storage.example/{}")
    with server.client() as client:
        with pytest.raises(InvalidRequestError, match="another origin"):
            SyncBlobs(client).upload("name", [b"abc"])
    assert server.seen == ["POST /v1/blobs"]
