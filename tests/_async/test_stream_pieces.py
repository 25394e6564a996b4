"""Compressed streams: pieces of a chosen size, several codings, and a block that is not entered."""

from __future__ import annotations

import gc
import gzip

import httpx
import pytest

from sdkbase import AsyncHttpClient, TransportError

BASE = "https://api.example"
PLAIN = bytes(range(250))

# httpx nests generators, and trio reports each one that a reader leaves half read.
LEFT_HALF_READ = pytest.mark.filterwarnings(
    "ignore:.*garbage collected before it had been exhausted:ResourceWarning",
    "ignore:.*generator object:pytest.PytestUnraisableExceptionWarning",
)


def answer(body: bytes, coding: str) -> httpx.MockTransport:
    def handler(request: httpx.Request) -> httpx.Response:
        headers = {"content-encoding": coding}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))

    return httpx.MockTransport(handler)


async def test_pieces_have_the_size_asked_for_and_the_last_has_the_rest() -> None:
    transport = answer(gzip.compress(PLAIN), "gzip")
    async with (
        AsyncHttpClient(BASE, transport=transport) as client,
        client.stream("GET", "/") as response,
    ):
        pieces = [piece async for piece in response.aiter_bytes(100)]
    assert [len(piece) for piece in pieces] == [100, 100, 50]
    assert b"".join(pieces) == PLAIN


async def test_pieces_of_a_body_that_was_read_already() -> None:
    transport = answer(gzip.compress(PLAIN), "gzip")
    async with (
        AsyncHttpClient(BASE, transport=transport) as client,
        client.stream("GET", "/") as response,
    ):
        await response.aread()
        pieces = [piece async for piece in response.aiter_bytes(200)]
    assert [len(piece) for piece in pieces] == [200, 50]


@LEFT_HALF_READ
async def test_a_broken_body_of_two_codings_is_an_error_of_the_tree() -> None:
    transport = answer(gzip.compress(b"not gzip again"), "gzip, gzip")
    async with AsyncHttpClient(BASE, transport=transport) as client:
        with pytest.raises(TransportError) as caught:
            async with client.stream("GET", "/") as response:
                await response.aread()
    assert caught.value.attempts == 1
    assert "GET /" in str(caught.value)
    gc.collect()


async def test_leaving_a_block_that_was_never_entered_does_nothing() -> None:
    async with AsyncHttpClient(BASE, transport=answer(b"", "identity")) as client:
        await client.stream("GET", "/").__aexit__(None, None, None)
