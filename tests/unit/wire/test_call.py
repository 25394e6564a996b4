from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from sdkbase._wire.body import NO_BODY, Body
from sdkbase._wire.call import Call, call_from_httpx


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        yield b"piece"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"piece"


def call_with(headers: dict[str, str], body: Body = NO_BODY) -> Call:
    return Call("POST", "https://api.example:8443/x", "/x", headers, body)


@pytest.mark.parametrize(
    ("headers", "host"),
    [({}, "api.example:8443"), ({"host": "other.example"}, "other.example")],
)
@pytest.mark.parametrize("body", [NO_BODY, Body(None, {}, stream=Stream(), replayable=True)])
def test_an_httpx_request_has_one_host_header(
    headers: dict[str, str], host: str, body: Body
) -> None:
    request = call_with(headers, body).to_httpx()
    assert request.headers.get_list("host") == [host]


def test_an_httpx_request_is_made_once() -> None:
    call = call_with({})
    assert call.to_httpx() is call.to_httpx()


def test_a_host_header_of_a_hook_is_kept() -> None:
    call = call_with({})
    request = call.to_httpx()
    request.headers["host"] = "front.example"
    changed = call_from_httpx(call, request)
    assert changed.headers["host"] == "front.example"
    assert changed.origin == call.origin


def test_a_host_header_that_says_no_more_than_the_url_is_left_out() -> None:
    call = call_with({"x-own": "1"})
    assert "host" not in call_from_httpx(call, call.to_httpx()).headers


def test_a_request_without_a_host_header() -> None:
    call = call_with({"x-own": "1"})
    request = call.to_httpx()
    del request.headers["host"]
    changed = call_from_httpx(call, request)
    assert changed.headers["x-own"] == "1"
    assert "host" not in changed.headers
