# Generated from _async/test_interrupted_calls.py by sdkbase.codegen. Do not edit.
# sha256: f8fef65b8a5e1686
"""A call ended from outside by what is no error of its own, such as Ctrl+C."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from loguru import logger

from sdkbase import LoggingInterceptor, SyncHttpClient

BASE = "https://api.example"


def interrupted(request: httpx.Request) -> httpx.Response:
    raise KeyboardInterrupt


def test_it_is_neither_retried_nor_changed_and_counts_as_cancelled() -> None:
    lines: list[str] = []
    sink = logger.add(lines.append, format="{message}", level="DEBUG")
    transport = httpx.MockTransport(interrupted)
    try:
        with SyncHttpClient(
            BASE, transport=transport, interceptors=[LoggingInterceptor()]
        ) as client:
            with pytest.raises(KeyboardInterrupt):
                client.get("/users")
            (metric,) = client.get_metrics()
    finally:
        logger.remove(sink)
    assert (metric.error, metric.attempts, metric.status_code) == ("cancelled", 1, None)
    assert [line for line in lines if line.startswith("GET /users cancelled after")]


class NeverClosed(httpx.SyncByteStream):
    """A body whose end is interrupted the first time."""

    closes = 0

    def __iter__(self) -> Iterator[bytes]:
        yield b"whole"

    def close(self) -> None:
        self.closes += 1
        if self.closes == 1:
            raise KeyboardInterrupt


def test_a_stream_interrupted_at_its_end_is_closed_all_the_same() -> None:
    body = NeverClosed()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=body))
    with SyncHttpClient(BASE, transport=transport) as client:
        with pytest.raises(KeyboardInterrupt):
            with client.stream("GET", "/") as response:
                response.read()
    assert body.closes == 2
