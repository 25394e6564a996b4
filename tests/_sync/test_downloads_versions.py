# Generated from _async/test_downloads_versions.py by sdkbase.codegen. Do not edit.
# sha256: b08084ea0baa660c
"""Files that become other ones meanwhile: two versions are never put together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdkbase import (
    ChecksumError,
    NotFoundError,
    ProtocolError,
)
from tests._sync.downloading import (
    DATA,
    NEW,
    SHA256,
    broken_download,
    client_of,
    download,
    left_of,
    part_of,
    read,
)
from tests.file_server import FileServer, Version


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(DATA) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


OLD_FILE = bytes(range(12))
NEW_FILE = bytes(range(100, 112))


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("stamped", [{"etag": '"%d"'}, {"etag": None, "last_modified": "%d"}])
@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("checks_if_range", [False, True])
@pytest.mark.parametrize("ranges", [False, True])
@pytest.mark.parametrize("calls", [1, 2])
def test_a_file_that_was_cut_anywhere_becomes_whole(
    server: FileServer,
    target: Path,
    stamped: dict[str, str | None],
    changed: bool,
    checks_if_range: bool,
    ranges: bool,
    calls: int,
) -> None:
    old = {name: value and _stamp(value, 1) for name, value in stamped.items()}
    new = {name: value and _stamp(value, 2 if changed else 1) for name, value in stamped.items()}
    after = NEW_FILE if changed else OLD_FILE
    server.ranges, server.checks_if_range = ranges, checks_if_range
    with client_of(server) as client:
        for cut in range(len(OLD_FILE)):
            server.versions = [Version(OLD_FILE, **old), Version(after, **new)]
            if calls == 2:
                broken_download(server, target, cut)
            else:
                server.cuts = [cut]
            download(client, target)
            assert read(target) == after
            assert left_of(target) == ["file.bin"]


def _stamp(pattern: str, number: int) -> str:
    if pattern == "%d":
        return f"Mon, 02 Mar 2020 10:00:0{number} GMT"
    return pattern % number


Answer = tuple[int, dict[str, str], bytes]
V1, V2 = {"etag": '"v1"'}, {"etag": '"v2"'}

# What a server may say when the bytes from 5 on are asked for, and whether the file has become
# another one by then. Whatever it is, the result is that file or an error.
ANSWERS: dict[str, tuple[bytes, Answer]] = {
    "200": (OLD_FILE, (200, V1, OLD_FILE)),
    "200 new": (NEW_FILE, (200, V2, NEW_FILE)),
    "200 without validator": (NEW_FILE, (200, {}, NEW_FILE)),
    "206": (OLD_FILE, (206, V1 | {"content-range": "bytes 5-11/12"}, OLD_FILE[5:])),
    "206 of unknown length": (
        OLD_FILE,
        (206, V1 | {"content-range": "bytes 5-11/*"}, OLD_FILE[5:]),
    ),
    "206 without validator": (
        NEW_FILE,
        (206, {"content-range": "bytes 5-11/12"}, NEW_FILE[5:]),
    ),
    "206 of another version": (
        NEW_FILE,
        (206, V2 | {"content-range": "bytes 5-11/12"}, NEW_FILE[5:]),
    ),
    "206 of a weak validator": (
        NEW_FILE,
        (206, {"etag": 'W/"v1"', "content-range": "bytes 5-11/12"}, NEW_FILE[5:]),
    ),
    "206 of another length": (
        NEW_FILE + b"more",
        (206, V1 | {"content-range": "bytes 5-15/16"}, NEW_FILE[5:] + b"more"),
    ),
    "206 from another place": (
        OLD_FILE,
        (206, V1 | {"content-range": "bytes 4-11/12"}, OLD_FILE[4:]),
    ),
    "206 from the start": (OLD_FILE, (206, V1 | {"content-range": "bytes 0-11/12"}, OLD_FILE)),
    "206 past the end": (
        OLD_FILE,
        (206, V1 | {"content-range": "bytes 5-12/12"}, OLD_FILE[5:] + b"x"),
    ),
    "206 without a range": (OLD_FILE, (206, V1, OLD_FILE[5:])),
    "206 of several ranges": (
        OLD_FILE,
        (206, V1 | {"content-type": "multipart/byteranges; boundary=x"}, b"--x"),
    ),
    "206 in another unit": (
        OLD_FILE,
        (206, V1 | {"content-range": "lines 10-11/12"}, OLD_FILE[5:]),
    ),
    "206 encoded": (
        OLD_FILE,
        (
            206,
            V1 | {"content-range": "bytes 5-11/12", "content-encoding": "gzip"},
            OLD_FILE[5:],
        ),
    ),
    "206 too short": (OLD_FILE, (206, V1 | {"content-range": "bytes 5-11/12"}, OLD_FILE[5:10])),
    "206 too long": (
        OLD_FILE,
        (206, V1 | {"content-range": "bytes 5-11/12"}, OLD_FILE[5:] + b"x"),
    ),
    "416": (OLD_FILE, (416, {"content-range": "bytes */12"}, b"")),
    "416 of the part": (NEW_FILE[:5], (416, {"content-range": "bytes */5"}, b"")),
    "416 of the part, same version": (OLD_FILE, (416, V1 | {"content-range": "bytes */5"}, b"")),
    "416 without a length": (NEW_FILE, (416, {}, b"no")),
    "404": (NEW_FILE, (404, {}, b"gone")),
}


# What nobody can find out who was told no length before.
UNDECIDABLE = {"206 of another length", "416 of the part, same version"}


@pytest.mark.parametrize(
    ("name", "known_length"),
    [(name, True) for name in ANSWERS]
    + [(name, False) for name in ANSWERS if name not in UNDECIDABLE],
)
def test_whatever_the_server_says_no_file_is_spliced(
    server: FileServer, target: Path, name: str, known_length: bool
) -> None:
    current, told = ANSWERS[name]
    server.versions = [Version(OLD_FILE)]
    server.headers = {} if known_length else {"transfer-encoding": "chunked", "content-length": ""}
    broken_download(server, target, 5)
    assert part_of(target) == OLD_FILE[:5]
    server.headers = {}
    server.versions = [Version(current, '"v1"' if current == OLD_FILE else '"v2"')]
    server.answer = lambda asked: told if asked.range == "bytes=5-" else None
    with client_of(server) as client:
        try:
            download(client, target)
        except (NotFoundError, ProtocolError) as error:
            assert name in ("404", "206 too short")
            assert left_of(target) == ["file.bin.part", "file.bin.part.json"], error
        else:
            assert read(target) == current
            assert left_of(target) == ["file.bin"]


def test_a_server_that_lies_about_its_version_is_found_out_by_a_checksum(
    server: FileServer, target: Path
) -> None:
    broken_download(server, target, 700)
    server.versions = [Version(NEW)]
    with client_of(server) as client:
        with pytest.raises(ChecksumError):
            download(client, target, checksum=f"sha256:{hashlib.sha256(NEW).hexdigest()}")
        assert left_of(target) == []
        download(client, target, checksum=f"sha256:{hashlib.sha256(NEW).hexdigest()}")
    assert read(target) == NEW


def test_a_part_of_unknown_length_that_is_whole_is_told_so_by_its_version(
    server: FileServer, target: Path
) -> None:
    server.headers = {"transfer-encoding": "chunked", "content-length": ""}
    broken_download(server, target, len(DATA))
    assert part_of(target) == DATA
    with client_of(server) as client:
        file = download(client, target, checksum=f"sha256:{SHA256}")
    assert read(target) == DATA
    assert server.asked_for == [None, f"bytes={len(DATA)}-"]
    assert (file.resumed_from, file.attempts) == (len(DATA), 1)
