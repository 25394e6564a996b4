"""What keeps an attempt from being repeated: a body that is gone, a quota that is used up."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from demo_api import DemoApi
from sdkbase import (
    AsyncHttpClient,
    ReadTimeoutError,
    RetryConfig,
    ServiceUnavailableError,
)
from tests._async.test_retries import Bench

# --- bodies ---------------------------------------------------------------------------------


class Unseekable(io.RawIOBase):
    """A file such as a pipe: it can be read once."""

    def __init__(self, content: bytes) -> None:
        self._inner = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(size)


def chunks() -> Iterator[bytes]:
    yield b"one"
    yield b"two"


@pytest.mark.parametrize(
    "body", [{"content": chunks()}, {"files": {"f": ("a.txt", Unseekable(b"x"))}}]
)
async def test_a_body_that_can_be_read_once_is_sent_once(body: dict[str, Any]) -> None:
    bench = Bench(503, 200)
    with pytest.raises(ServiceUnavailableError) as caught:
        await bench.client.put("/", cast_to=None, **body)
    assert bench.sent == 1
    assert caught.value.__notes__ == [
        "sdkbase gave up after 1 attempt: the body can not be sent again; pass bytes, a file, or "
        "a function that returns an iterator"
    ]


async def test_a_file_is_rewound_and_sent_whole_again(api: DemoApi) -> None:
    upload = io.BytesIO(b"header,skipped\n" + b"x" * 100_000)
    config = RetryConfig(backoff_factor=0)
    async with AsyncHttpClient(api.base_url, retry_config=config) as client:
        response = await client.put("/flaky/upload", files={"f": upload})
    assert response.json() == {"key": "upload", "calls": 3}


async def test_every_attempt_sends_the_same_multipart_body() -> None:
    bench = Bench(503, 503, 200)
    await bench.client.put("/", data={"a": "1"}, files={"f": io.BytesIO(b"file content")})
    bodies = {request.content for request in bench.wire.requests}
    assert len(bodies) == 1
    assert b"file content" in bodies.pop()


@pytest.mark.parametrize(
    "body", [{"json_data": {"a": 1}}, {"content": b"raw"}, {"data": {"a": "1"}}, {}]
)
async def test_a_body_in_memory_is_sent_again(body: dict[str, Any]) -> None:
    bench = Bench(503, 200)
    await bench.client.put("/", **body)
    first, second = bench.wire.requests
    assert first.content == second.content
    assert first.headers == second.headers


# --- quota ----------------------------------------------------------------------------------


async def test_the_quota_keeps_an_outage_from_being_multiplied() -> None:
    config = RetryConfig(backoff_factor=0, retry_quota=20)
    bench = Bench(503, retry_config=config)
    for _ in range(50):
        await bench.client.get("/")
    # 50 first attempts, and the four retries that 20 tokens pay for.
    assert bench.sent == 54
    with pytest.raises(ServiceUnavailableError) as caught:
        await bench.client.get("/", cast_to=None)
    assert caught.value.__notes__ == [
        "sdkbase gave up after 1 attempt: RetryConfig.retry_quota is used up"
    ]


async def test_a_retry_after_a_timeout_costs_double() -> None:
    config = RetryConfig(backoff_factor=0, retry_quota=20)
    bench = Bench(httpx.ReadTimeout("slow"), retry_config=config)
    for _ in range(5):
        with pytest.raises(ReadTimeoutError):
            await bench.client.get("/")
    assert bench.sent == 7


async def test_success_fills_the_quota_again() -> None:
    config = RetryConfig(backoff_factor=0, retry_quota=5)
    bench = Bench(503, 200, 503, 200, retry_config=config)
    assert (await bench.client.get("/")).status_code == 200
    assert (await bench.client.get("/")).status_code == 200
    assert bench.sent == 4


async def test_without_a_quota_retries_go_on() -> None:
    bench = Bench(503, retry_config=RetryConfig(backoff_factor=0, retry_quota=None))
    for _ in range(200):
        await bench.client.get("/")
    assert bench.sent == 800


async def test_a_copy_shares_the_quota() -> None:
    bench = Bench(503, retry_config=RetryConfig(backoff_factor=0, retry_quota=15))
    await bench.client.get("/")
    await bench.client.with_options(headers={"a": "b"}).get("/")
    assert bench.sent == 5
