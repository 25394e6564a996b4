# Generated from _async/test_stream_pieces.py by sdkbase.codegen. Do not edit.
# sha256: b78cb2550ffefb7f
"""Compressed streams: pieces of a chosen size, several codings, and a block that is not entered."""

from __future__ import annotations

import gc
import gzip

import httpx
import pytest

from sdkbase import SyncHttpClient, TransportError

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


def test_pieces_have_the_size_asked_for_and_the_last_has_the_rest() -> None:
    transport = answer(gzip.compress(PLAIN), "gzip")
    with (
        SyncHttpClient(BASE, transport=transport) as client,
        client.stream("GET", "/") as response,
    ):
        pieces = [piece for piece in response.iter_bytes(100)]
    assert [len(piece) for piece in pieces] == [100, 100, 50]
    assert b"".join(pieces) == PLAIN


def test_pieces_of_a_body_that_was_read_already() -> None:
    transport = answer(gzip.compress(PLAIN), "gzip")
    with (
        SyncHttpClient(BASE, transport=transport) as client,
        client.stream("GET", "/") as response,
    ):
        response.read()
        pieces = [piece for piece in response.iter_bytes(200)]
    assert [len(piece) for piece in pieces] == [200, 50]


@LEFT_HALF_READ
def test_a_broken_body_of_two_codings_is_an_error_of_the_tree() -> None:
    transport = answer(gzip.compress(b"not gzip again"), "gzip, gzip")
    with SyncHttpClient(BASE, transport=transport) as client:
        with pytest.raises(TransportError) as caught:
            with client.stream("GET", "/") as response:
                response.read()
    assert caught.value.attempts == 1
    assert "GET /" in str(caught.value)
    gc.collect()


def test_leaving_a_block_that_was_never_entered_does_nothing() -> None:
    with SyncHttpClient(BASE, transport=answer(b"", "identity")) as client:
        client.stream("GET", "/").__exit__(None, None, None)
