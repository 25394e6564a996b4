# Generated from _async/test_downloads.py by sdkbase.codegen. Do not edit.
# sha256: d104a3823611d74b
"""Downloads to a file: what is written, told and checked."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdkbase import (
    ChecksumError,
    RequestOptions,
    TransportError,
)
from sdkbase._policy.download_plan import DownloadedFile
from tests._sync.downloading import (
    DATA,
    SHA256,
    broken_download,
    client_of,
    download,
    download_by,
    left_of,
    mode_of,
    part_of,
    read,
    write,
)
from tests.file_server import FileServer, Version


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(DATA) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


# --- one request --------------------------------------------------------------------------


def test_a_file_is_written_and_described(server: FileServer, target: Path) -> None:
    with client_of(server) as client:
        file = download(client, target)
    assert read(target) == DATA
    assert file == DownloadedFile(path=target, size=len(DATA), etag='"v1"')
    assert left_of(target) == ["file.bin"]
    assert server.requests[0].headers["accept-encoding"] == "identity"
    assert "range" not in server.requests[0].headers


@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_000])
def test_files_of_every_size(server: FileServer, target: Path, size: int) -> None:
    content = os.urandom(size)
    server.versions = [Version(content)]
    with client_of(server) as client:
        file = download(client, target, checksum="sha256")
    assert read(target) == content
    assert file.size == size
    assert file.checksum == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_a_file_without_a_length_ends_with_its_body(server: FileServer, target: Path) -> None:
    server.headers = {"content-length": ""}
    told: list[tuple[int, int | None]] = []
    with client_of(server) as client:
        file = download(client, target, progress=lambda *step: told.append(step))
    assert read(target) == DATA
    assert file.size == len(DATA)
    assert told[-1] == (len(DATA), None)


def test_a_string_is_a_path_too(server: FileServer, target: Path) -> None:
    with client_of(server) as client:
        file = download(client, str(target))
    assert file.path == target
    assert read(target) == DATA


def test_the_file_has_the_permissions_of_any_new_file(server: FileServer, target: Path) -> None:
    plain = target.with_name("plain")
    write(plain, b"")
    with client_of(server) as client:
        download(client, target)
    assert mode_of(target) == mode_of(plain)


def test_what_was_there_is_replaced_in_one_step(server: FileServer, target: Path) -> None:
    write(target, b"old")
    server.before_answer = lambda: seen.append(read(target))
    seen: list[bytes] = []
    with client_of(server) as client:
        download(client, target)
    assert seen == [b"old"]
    assert read(target) == DATA


def test_a_body_that_is_encoded_though_nobody_asked_is_decoded(
    server: FileServer, target: Path
) -> None:
    server.encodes = True
    with client_of(server) as client:
        file = download(client, target, checksum=f"sha256:{SHA256}")
    assert read(target) == DATA
    assert file.size == len(DATA)


def test_an_encoded_body_is_never_resumed(server: FileServer, target: Path) -> None:
    server.encodes = True
    server.cuts = [40]
    with client_of(server) as client:
        file = download(client, target)
    assert read(target) == DATA
    assert server.asked_for == [None, None]
    assert file.attempts == 2
    broken_download(server, target, 40)
    assert left_of(target) == ["file.bin"]


def test_fsync_changes_nothing_but_the_wait(server: FileServer, target: Path) -> None:
    with client_of(server) as client:
        download(client, target, fsync=True)
        download(client, target, fsync=True, overwrite=True)
    assert read(target) == DATA
    assert left_of(target) == ["file.bin"]


def test_another_method_downloads_without_ranges(server: FileServer, target: Path) -> None:
    server.cuts = [100]
    with client_of(server) as client:
        options = RequestOptions(idempotency_key="k")
        file = download_by("POST", client, target, options=options)
    assert read(target) == DATA
    assert [(asked.method, asked.range) for asked in server.requests] == [("POST", None)] * 2
    assert file.attempts == 2


def test_a_post_that_broke_is_not_sent_again(server: FileServer, target: Path) -> None:
    server.cuts = [100]
    with client_of(server) as client:
        with pytest.raises(TransportError) as caught:
            download_by("POST", client, target)
    assert "not idempotent" in caught.value.__notes__[0]
    assert left_of(target) == []


# --- progress -----------------------------------------------------------------------------


def test_progress_is_told_from_the_first_byte_to_the_last(server: FileServer, target: Path) -> None:
    told: list[tuple[int, int | None]] = []
    with client_of(server) as client:
        download(client, target, progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, len(DATA))
    assert told[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_progress_may_be_of_the_clients_own_colour(server: FileServer, target: Path) -> None:
    told: list[int] = []

    def progress(done: int, total: int | None) -> None:
        told.append(done)

    with client_of(server) as client:
        download(client, target, progress=progress)
    assert told[-1] == len(DATA)


def test_progress_that_fails_stops_the_download_and_keeps_the_part(
    server: FileServer, target: Path
) -> None:
    def progress(done: int, total: int | None) -> None:
        if done:
            raise LookupError("enough")

    with client_of(server) as client:
        with pytest.raises(LookupError):
            download(client, target, progress=progress)
        assert "file.bin" not in left_of(target)
        download(client, target)
    assert read(target) == DATA


def test_an_interrupt_keeps_the_part(server: FileServer, target: Path) -> None:
    def interrupt(done: int, total: int | None) -> None:
        if done:
            raise KeyboardInterrupt

    def interrupted() -> None:
        with client_of(server) as client:
            with pytest.raises(KeyboardInterrupt):
                download(client, target, progress=interrupt)

    interrupted()
    assert left_of(target) == ["file.bin.part", "file.bin.part.json"]
    kept = part_of(target)
    assert kept and DATA.startswith(kept)
    with client_of(server) as client:
        file = download(client, target)
    assert file.resumed_from == min(len(kept), len(DATA) - 1)
    assert read(target) == DATA


def test_progress_goes_on_where_a_part_ends(server: FileServer, target: Path) -> None:
    broken_download(server, target, 5000)
    told: list[int] = []
    with client_of(server) as client:
        download(client, target, progress=lambda done, total: told.append(done))
    assert (told[0], told[-1]) == (5000, len(DATA))


# --- checksums ----------------------------------------------------------------------------


def test_a_wrong_checksum_leaves_the_target_as_it_was(server: FileServer, target: Path) -> None:
    write(target, b"old")
    with client_of(server) as client:
        with pytest.raises(ChecksumError, match=f"has the sha256 {SHA256}, not 0000") as caught:
            download(client, target, checksum="sha256:" + "0" * 64)
    assert caught.value.status_code == 200
    assert caught.value.attempts == 1
    assert read(target) == b"old"
    assert left_of(target) == ["file.bin"]


@pytest.mark.parametrize("name", ["md5", "sha1", "sha512", "blake2b"])
def test_other_algorithms(server: FileServer, target: Path, name: str) -> None:
    digest = hashlib.new(name, DATA).hexdigest()
    with client_of(server) as client:
        file = download(client, target, checksum=f"{name}:{digest}")
    assert file.checksum == f"{name}:{digest}"


def test_the_servers_own_checksum_is_used_if_asked_for(server: FileServer, target: Path) -> None:
    server.headers = {"content-md5": "AAAAAAAAAAAAAAAAAAAAAA=="}
    with client_of(server) as client:
        download(client, target)
        with pytest.raises(ChecksumError, match="has the md5"):
            download(client, target, checksum="server")
        server.headers = {}
        assert (download(client, target, checksum="server")).checksum is None


def test_the_servers_checksum_of_the_whole_is_kept_for_the_rest(
    server: FileServer, target: Path
) -> None:
    digest = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    server.headers = {"content-digest": f"sha-256=:{digest}:"}
    broken_download(server, target, 700)
    server.headers = {"content-digest": "sha-256=:" + "A" * 43 + "=:"}  # of the part that is sent
    with client_of(server) as client:
        file = download(client, target, checksum="server")
    assert (file.checksum, file.resumed_from) == (f"sha256:{SHA256}", 700)
