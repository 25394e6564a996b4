"""A call ended from outside by what is no error of its own, such as Ctrl+C."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from loguru import logger

from sdkbase import AsyncHttpClient, LoggingInterceptor

BASE = "https://api.example"


def interrupted(request: httpx.Request) -> httpx.Response:
    raise KeyboardInterrupt


async def test_it_is_neither_retried_nor_changed_and_counts_as_cancelled() -> None:
    lines: list[str] = []
    sink = logger.add(lines.append, format="{message}", level="DEBUG")
    transport = httpx.MockTransport(interrupted)
    try:
        async with AsyncHttpClient(
            BASE, transport=transport, interceptors=[LoggingInterceptor()]
        ) as client:
            with pytest.raises(KeyboardInterrupt):
                await client.get("/users")
            (metric,) = client.get_metrics()
    finally:
        logger.remove(sink)
    assert (metric.error, metric.attempts, metric.status_code) == ("cancelled", 1, None)
    assert [line for line in lines if line.startswith("GET /users cancelled after")]


class NeverClosed(httpx.AsyncByteStream):
    """A body whose end is interrupted the first time."""

    closes = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"whole"

    async def aclose(self) -> None:
        self.closes += 1
        if self.closes == 1:
            raise KeyboardInterrupt


async def test_a_stream_interrupted_at_its_end_is_closed_all_the_same() -> None:
    body = NeverClosed()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=body))
    async with AsyncHttpClient(BASE, transport=transport) as client:
        with pytest.raises(KeyboardInterrupt):
            async with client.stream("GET", "/") as response:
                await response.aread()
    assert body.closes == 2
