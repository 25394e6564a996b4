# Generated from _async/test_downloads_targets.py by sdkbase.codegen. Do not edit.
# sha256: a3761d166c62e972
"""Where downloads can go: what is refused, replaced and left alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sdkbase import (
    CallError,
    ConnectionLostError,
    InvalidRequestError,
    RequestOptions,
)
from sdkbase._concurrency._part_file import PartFile
from sdkbase._policy.download_plan import DownloadedFile
from tests._sync.downloading import (
    DATA,
    client_of,
    download,
    left_of,
    part_of,
    read,
    write,
)
from tests.file_server import FileServer, Version
from tests.two_colour import SyncNursery


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(DATA) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


def test_a_target_that_can_not_be_is_refused_before_anything_is_sent(
    server: FileServer, target: Path
) -> None:
    write(target, b"old")
    with client_of(server) as client:
        for path, says in [
            (target.parent, "it is a folder"),
            (target.parent / "none" / "x", "there is no folder"),
            (target / "x", "there is no folder"),
            (target.parent / ("x" * 300), "File name too long"),
            ("nul\0", "null"),
        ]:
            with pytest.raises(InvalidRequestError, match=f"can not download to .*{says}"):
                download(client, path)
        with pytest.raises(InvalidRequestError, match="overwrite=False"):
            download(client, target, overwrite=False)
    assert not server.requests
    assert left_of(target) == ["file.bin"]


def test_a_folder_that_is_not_writable_is_refused(server: FileServer) -> None:
    # Not even root makes files there.
    with client_of(server) as client:
        with pytest.raises(InvalidRequestError, match="can not download to '/sys/file.bin'"):
            download(client, "/sys/file.bin")
    assert not server.requests


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"checksum": "sha256:abc"}, "sha256 has 64 hexadecimal digits, got 3"),
        ({"checksum": "crc32:abc"}, "'crc32' is no known algorithm"),
        ({"checksum": 5}, "checksum must be"),
        ({"progress": 5}, "progress must be a function"),
        ({"resume": "yes"}, "resume must be True or False"),
        ({"options": RequestOptions(headers={"Range": "bytes=5-"})}, "sets 'range' itself"),
    ],
)
def test_wrong_arguments_are_refused(
    server: FileServer, target: Path, args: dict[str, Any], says: str
) -> None:
    with client_of(server) as client:
        with pytest.raises(InvalidRequestError, match=says):
            download(client, target, **args)
        with pytest.raises(InvalidRequestError, match="must be a path, got bytes"):
            download(client, b"x")
    assert not server.requests
    assert left_of(target) == []


def test_a_file_that_appears_meanwhile_is_not_replaced(server: FileServer, target: Path) -> None:
    server.before_answer = lambda: write(target, b"other")
    with client_of(server) as client:
        with pytest.raises(CallError, match="File exists"):
            download(client, target, overwrite=False)
    assert read(target) == b"other"
    # The whole part is left, for a call that may replace it.
    assert part_of(target) == DATA


def test_without_overwrite_a_new_file_is_made(server: FileServer, target: Path) -> None:
    with client_of(server) as client:
        download(client, target, overwrite=False)
    assert read(target) == DATA
    assert left_of(target) == ["file.bin"]


def test_a_link_in_the_place_of_the_part_is_refused(server: FileServer, target: Path) -> None:
    precious = target.with_name("precious")
    precious.write_bytes(b"mine")
    target.with_name("file.bin.part").symlink_to(precious)
    with client_of(server) as client:
        with pytest.raises(InvalidRequestError, match="symbolic link"):
            download(client, target)
    assert precious.read_bytes() == b"mine"


def test_two_downloads_to_one_target_both_end_well(server: FileServer, target: Path) -> None:
    content = os.urandom(3_000_000)
    server.versions = [Version(content)]
    files: list[DownloadedFile] = []

    def one() -> None:
        files.append(download(client, target))

    with client_of(server) as client, SyncNursery() as nursery:
        for _ in range(4):
            nursery.start(one)
    assert [file.size for file in files] == [len(content)] * 4
    assert read(target) == content
    assert left_of(target) == ["file.bin"]


def test_a_second_download_does_not_touch_the_part_of_the_first(
    server: FileServer, target: Path
) -> None:
    with client_of(server) as client, client_of(server) as other:

        def meanwhile(done: int, total: int | None) -> None:
            if done == len(DATA) and len(server.requests) == 1:
                download(other, target)

        file = download(client, target, progress=meanwhile)
    assert (file.attempts, len(server.requests)) == (1, 2)
    assert read(target) == DATA
    assert left_of(target) == ["file.bin"]


def test_a_full_disk_is_an_error_of_the_call(
    server: FileServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: PartFile, pieces: list[bytes]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PartFile, "write", full)
    with client_of(server) as client:
        with pytest.raises(CallError, match=r"can not write .*No space left") as caught:
            download(client, target)
    assert not isinstance(caught.value, ConnectionLostError)
    assert len(server.requests) == 1
    assert left_of(target) == []
