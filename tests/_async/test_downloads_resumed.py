"""Downloads that broke off: what is asked for again, in the same call and in a later one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sdkbase import (
    RequestOptions,
    RetryConfig,
    TransportError,
)
from tests._async.downloading import (
    DATA,
    NEW,
    SHA256,
    broken_download,
    client_of,
    download,
    left_of,
    note_of,
    part_of,
    read,
    write,
)
from tests.file_server import FileServer, Version
from tests.two_colour import AsyncVirtualClock


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(DATA) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


async def test_a_broken_connection_is_taken_up_where_it_broke(
    server: FileServer, target: Path
) -> None:
    server.cuts = [1000, 2000, 0]
    async with client_of(server) as client:
        file = await download(client, target, checksum=f"sha256:{SHA256}")
    assert read(target) == DATA
    assert server.asked_for == [None, "bytes=1000-", "bytes=3000-", "bytes=3000-"]
    assert {asked.headers.get("if-range") for asked in server.requests[1:]} == {'"v1"'}
    assert (file.attempts, file.resumed_from) == (4, 0)


async def test_a_later_call_goes_on_with_what_an_earlier_one_left(
    server: FileServer, target: Path
) -> None:
    await broken_download(server, target, 1234)
    assert left_of(target) == ["file.bin.part", "file.bin.part.json"]
    async with client_of(server) as client:
        file = await download(client, target, checksum=("SHA-256", SHA256.upper()))
    assert read(target) == DATA
    assert server.asked_for == [None, "bytes=1234-"]
    assert (file.resumed_from, file.attempts) == (1234, 1)
    assert file.checksum == f"sha256:{SHA256}"
    assert left_of(target) == ["file.bin"]


async def test_the_note_holds_nothing_secret(server: FileServer, target: Path) -> None:
    await broken_download(server, target, 10, url="/file?token=s3cret")
    note = read(note_of(target)).decode()
    assert "s3cret" not in note
    assert '\\"v1\\"' in note


async def test_retries_end_when_nothing_more_comes(server: FileServer, target: Path) -> None:
    server.cuts = [100, *[0] * 20]
    async with client_of(server, retry_config=RetryConfig(max_retries=2, backoff_factor=0)) as c:
        with pytest.raises(TransportError) as caught:
            await download(c, target)
    assert server.asked_for == [None, "bytes=100-", "bytes=100-"]
    assert [attempt.number for attempt in caught.value.history] == [1, 2, 3]
    assert caught.value.__notes__ == ["sdkbase gave up after 3 attempts: max_retries=2 is used up"]
    assert part_of(target) == DATA[:100]
    assert "file.bin" not in left_of(target)


async def test_a_long_way_in_small_steps_needs_no_more_retries(
    server: FileServer, target: Path
) -> None:
    server.cuts = [1000] * 10
    async with client_of(server, retry_config=RetryConfig(max_retries=1, backoff_factor=0)) as c:
        file = await download(c, target)
    assert read(target) == DATA
    assert file.attempts == 11


async def test_a_server_that_starts_over_each_time_is_given_up(
    server: FileServer, target: Path
) -> None:
    server.ranges = False
    server.cuts = [5000] * 50
    async with client_of(server) as client:
        with pytest.raises(TransportError):
            await download(client, target)
    assert len(server.requests) == 4


async def test_the_waits_between_requests_grow(server: FileServer, target: Path) -> None:
    clock = AsyncVirtualClock()
    server.cuts = [10, 0, 0]
    async with client_of(server, clock=clock, retry_config=RetryConfig()) as client:
        await download(client, target)
    assert len(clock.sleeps) == 3
    assert all(0 <= wait <= 0.5 * 2**number for number, wait in enumerate(clock.sleeps))


async def test_a_deadline_of_the_call_bounds_the_whole_download(
    server: FileServer, target: Path
) -> None:
    clock = AsyncVirtualClock()
    server.cuts = [10] * 50
    server.before_answer = lambda: setattr(clock, "now", clock.now + 10)
    async with client_of(server, clock=clock) as client:
        with pytest.raises(TransportError, match="deadline"):
            await download(client, target, options=RequestOptions(deadline=25))
    assert len(server.requests) <= 3


async def test_no_request_goes_out_after_the_deadline(server: FileServer, target: Path) -> None:
    clock = AsyncVirtualClock()
    server.cuts = [10]

    def slow(done: int, total: int | None) -> None:
        if done:
            clock.now += 30

    async with client_of(server, clock=clock) as client:
        with pytest.raises(TransportError) as caught:
            options = RequestOptions(deadline=25)
            await download(client, target, progress=slow, options=options)
    assert len(server.requests) == 1
    assert caught.value.attempts == 1
    assert part_of(target) == DATA[:10]


async def test_last_modified_will_do_if_it_is_old_enough(server: FileServer, target: Path) -> None:
    changed = "Mon, 02 Mar 2020 10:00:00 GMT"
    server.versions = [Version(DATA, None, changed)]
    await broken_download(server, target, 700)
    async with client_of(server) as client:
        file = await download(client, target)
    assert read(target) == DATA
    assert server.requests[1].headers["if-range"] == changed
    assert (file.resumed_from, file.etag) == (700, None)


@pytest.mark.parametrize("etag", [None, 'W/"v1"', "v1"])
async def test_without_a_strong_validator_nothing_is_resumed(
    server: FileServer, target: Path, etag: str | None
) -> None:
    server.versions = [Version(DATA, etag)]
    await broken_download(server, target, 700)
    assert left_of(target) == []
    server.cuts = [700]
    async with client_of(server) as client:
        await download(client, target)
    assert read(target) == DATA
    assert server.asked_for == [None] * 3


async def test_another_url_is_another_file(server: FileServer, target: Path) -> None:
    await broken_download(server, target, 700)
    server.versions = [Version(NEW)]
    async with client_of(server) as client:
        file = await download(client, target, "/other")
    assert read(target) == NEW
    assert server.asked_for == [None, None]
    assert file.resumed_from == 0


@pytest.mark.parametrize("note", [b"", b"{", b"[1]", b'{"source": 5}', b"\xff"])
async def test_a_note_that_can_not_be_read_is_none(
    server: FileServer, target: Path, note: bytes
) -> None:
    await broken_download(server, target, 700)
    write(note_of(target), note)
    async with client_of(server) as client:
        await download(client, target)
    assert read(target) == DATA
    assert server.asked_for == [None, None]


async def test_without_resume_nothing_is_taken_up_and_nothing_left(
    server: FileServer, target: Path
) -> None:
    await broken_download(server, target, 700, resume=False)
    assert left_of(target) == []
    await broken_download(server, target, 700)
    async with client_of(server) as client:
        file = await download(client, target, resume=False)
    assert server.asked_for == [None] * 3
    assert file.resumed_from == 0
    assert left_of(target) == ["file.bin"]


@pytest.mark.parametrize("size", [0, 1, len(DATA)])
async def test_a_part_that_is_whole_is_checked_and_used(
    server: FileServer, target: Path, size: int
) -> None:
    server.versions = [Version(DATA[:size])]
    async with client_of(server) as client:
        with pytest.raises(LookupError):
            await download(client, target, progress=_fail_at(size))
        file = await download(client, target, checksum="sha256")
    assert read(target) == DATA[:size]
    assert file.checksum == f"sha256:{hashlib.sha256(DATA[:size]).hexdigest()}"
    if size > 1:
        # One byte is asked for once more, so that the version shows.
        assert server.asked_for == [None, f"bytes={size - 1}-"]
        assert file.resumed_from == size - 1


def _fail_at(size: int) -> Any:
    def progress(done: int, total: int | None) -> None:
        if done == size:
            raise LookupError

    return progress
