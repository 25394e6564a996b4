# Generated from _async/test_downloads_answers.py by sdkbase.codegen. Do not edit.
# sha256: bd28262cf36276f8
"""Downloads from servers of all sorts: what they answer, and what comes of it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sdkbase import (
    DeadlineExceededError,
    DecodeError,
    NotFoundError,
    ProtocolError,
    RequestOptions,
    RetryConfig,
    SyncHttpClient,
)
from tests._sync.downloading import (
    DATA,
    SHA256,
    broken_download,
    client_of,
    download,
    left_of,
    part_of,
    read,
    write,
)
from tests.file_server import Asked, FileServer
from tests.two_colour import SyncVirtualClock


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(DATA) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


def test_a_status_that_is_no_success_is_its_error(server: FileServer, target: Path) -> None:
    write(target, b"old")
    server.answer = lambda _: (404, {"content-type": "application/json"}, b'{"detail": "gone"}')
    with client_of(server) as client:
        with pytest.raises(NotFoundError, match="gone") as caught:
            download(client, target)
    assert caught.value.body == {"detail": "gone"}
    assert caught.value.attempts == 1
    assert read(target) == b"old"
    assert left_of(target) == ["file.bin"]


def test_an_error_on_the_way_leaves_the_part(server: FileServer, target: Path) -> None:
    broken_download(server, target, 700)
    server.answer = lambda _: (404, {}, b"")
    with client_of(server) as client:
        with pytest.raises(NotFoundError):
            download(client, target)
    assert part_of(target) == DATA[:700]
    server.answer = lambda _: None
    with client_of(server) as client:
        assert (download(client, target)).resumed_from == 700
    assert read(target) == DATA


def test_a_transient_status_is_retried_by_the_engine(server: FileServer, target: Path) -> None:
    def busy_at_first(_: Asked) -> tuple[int, dict[str, str], bytes] | None:
        return (503, {}, b"") if len(server.requests) in (1, 3) else None

    server.answer = busy_at_first
    server.cuts = [None, 100]
    with client_of(server) as client:
        file = download(client, target)
    assert read(target) == DATA
    assert file.attempts == 4


@pytest.mark.parametrize("status", [201, 202, 204])
def test_a_success_without_a_file_is_refused(server: FileServer, target: Path, status: int) -> None:
    server.answer = lambda _: (status, {}, b"")
    with client_of(server) as client:
        with pytest.raises(DecodeError, match=f"the status {status} brings no file"):
            download(client, target)
    assert left_of(target) == []


def test_a_part_that_nobody_asked_for_is_refused(server: FileServer, target: Path) -> None:
    server.answer = lambda _: (206, {"content-range": "bytes 5-9/10"}, b"56789")
    with client_of(server) as client:
        with pytest.raises(DecodeError, match="a part where the whole was asked"):
            download(client, target)
    assert left_of(target) == []


def test_a_redirect_is_followed_with_the_range(server: FileServer, target: Path) -> None:
    def redirected(asked: Asked) -> tuple[int, dict[str, str], bytes] | None:
        return (302, {"location": "/moved"}, b"") if asked.path == "/file" else None

    server.answer = redirected
    server.cuts = [None, 700]
    with client_of(server) as client:
        download(client, target)
    assert read(target) == DATA
    assert server.asked_for == [None, None, "bytes=700-", "bytes=700-"]


def sliced(asked: Asked) -> tuple[int, dict[str, str], bytes] | None:
    """Answer a range with fewer bytes than it asks for."""
    if asked.range is None:
        return None
    start = int(asked.range[len("bytes=") : -1])
    body = DATA[start : start + 3000]
    told = f"bytes {start}-{start + len(body) - 1}/{len(DATA)}"
    return 206, {"content-range": told, "etag": '"v1"'}, body


def test_shorter_ranges_than_asked_are_put_together(server: FileServer, target: Path) -> None:
    broken_download(server, target, 700)
    server.answer = sliced
    with client_of(server) as client:
        file = download(client, target, checksum=f"sha256:{SHA256}")
    assert read(target) == DATA
    assert file.attempts == 4


def test_no_further_range_is_asked_for_after_the_deadline(server: FileServer, target: Path) -> None:
    broken_download(server, target, 700)
    server.answer = sliced
    clock = SyncVirtualClock()

    def slow(done: int, total: int | None) -> None:
        clock.now += 10

    with client_of(server, clock=clock) as client:
        options = RequestOptions(deadline=15)
        with pytest.raises(DeadlineExceededError, match="its deadline of 15 s"):
            download(client, target, progress=slow, options=options)
    assert len(server.requests) == 2
    assert part_of(target) == DATA[:3700]


def test_a_transport_that_loses_bytes_makes_no_short_file(target: Path) -> None:
    asked: list[str | None] = []

    def short(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("range"))
        return httpx.Response(200, headers={"content-length": "10", "etag": '"v1"'}, content=b"12")

    config = RetryConfig(max_retries=1, backoff_factor=0)
    transport = httpx.MockTransport(short)
    client = SyncHttpClient("https://api.example", transport=transport, retry_config=config)
    with pytest.raises(ProtocolError, match="the body ended after 2 of 10 bytes"):
        download(client, target)
    assert asked == [None, "bytes=2-"]
    assert left_of(target) == ["file.bin.part", "file.bin.part.json"]


@pytest.mark.parametrize("plain", [b"12345" * 9, b"1"])
def test_the_length_of_a_coded_body_is_not_that_of_the_file(target: Path, plain: bytes) -> None:
    # A response that was made with its content is read and decoded before it is sent on.
    def coded(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, headers={"content-encoding": "gzip"}, content=gzip.compress(plain)
        )

    transport = httpx.MockTransport(coded)
    with SyncHttpClient("https://api.example", transport=transport) as client:
        file = download(client, target)
    assert (file.size, read(target)) == (len(plain), plain)


def test_the_length_that_head_tells_stays() -> None:
    fields = {"content-encoding": "gzip", "content-length": "25"}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, headers=fields))
    with SyncHttpClient("https://api.example", transport=transport) as client:
        assert (client.head("/file")).headers["content-length"] == "25"


def test_a_body_longer_than_its_range_is_never_kept(server: FileServer, target: Path) -> None:
    def longer(asked: Asked) -> tuple[int, dict[str, str], bytes] | None:
        if asked.range is None:
            return None
        return 206, {"content-range": "bytes 700-899/10240", "etag": '"v1"'}, DATA[700:1000]

    broken_download(server, target, 700)
    server.answer = longer
    with client_of(server) as client:
        file = download(client, target)
    assert read(target) == DATA
    assert server.asked_for == [None, "bytes=700-", None]
    assert file.resumed_from == 0
    with client_of(server) as client:
        options = RequestOptions(max_retries=0)
        broken_download(server, target, 700)
        with pytest.raises(ProtocolError, match="longer than the server said"):
            download(client, target, options=options)
    assert left_of(target) == ["file.bin"]
