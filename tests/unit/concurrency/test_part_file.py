"""A file that is being written: its lock, its note, and how it comes to its place."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sdkbase._concurrency import _part_file
from sdkbase._concurrency._part_file import PartFile


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "file"


def left_of(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


def test_a_part_is_found_again_with_its_note(target: Path) -> None:
    part = PartFile(target)
    assert (part.size, part.read_note()) == (0, b"")
    part.start(0, b"note", None)
    part.write([b"ab", b"cd"])
    part.close(keep=True)
    part = PartFile(target)
    assert (part.is_shared, part.size, part.read_note()) == (True, 4, b"note")
    part.start(3, b"other", None)
    assert (part.size, part.read_note()) == (3, b"other")
    part.close(keep=False)
    assert left_of(target) == []


def test_a_second_one_gets_a_part_of_its_own(target: Path) -> None:
    first, second = PartFile(target), PartFile(target)
    assert (first.is_shared, second.is_shared) == (True, False)
    first.start(0, b"first", None)
    second.start(0, b"second", None)
    second.write([b"2"])
    first.write([b"1"])
    assert second.read_note() == b""
    second.publish(overwrite=True, fsync=False)
    assert target.read_bytes() == b"2"
    first.publish(overwrite=True, fsync=True)
    assert target.read_bytes() == b"1"
    assert left_of(target) == ["file"]


def test_a_part_of_ones_own_is_never_left(target: Path) -> None:
    first, second = PartFile(target), PartFile(target)
    second.start(0, b"", None)
    second.close(keep=True)
    assert left_of(target) == ["file.part"]
    first.close(keep=False)


def test_the_lock_is_gone_with_its_process(target: Path) -> None:
    script = (
        "import sys, os; from pathlib import Path\n"
        "from sdkbase._concurrency._part_file import PartFile\n"
        "part = PartFile(Path(sys.argv[1])); part.start(0, b'n', None); part.write([b'x'])\n"
        "print(part.is_shared, flush=True); sys.stdin.read(); os._exit(1)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"True\n"
        other = PartFile(target)
        assert not other.is_shared
        other.close(keep=False)
        process.kill()
    part = PartFile(target)
    assert (part.is_shared, part.size) == (True, 1)
    part.close(keep=False)


def test_a_part_that_became_the_target_before_it_was_locked_is_let_go(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock: Any = _part_file._lock
    calls: list[int] = []

    def late(file: Any) -> bool:
        calls.append(1)
        if len(calls) == 1:
            target.with_name("file.part").replace(target)
        return bool(lock(file))

    target.with_name("file.part").write_bytes(b"whole")
    monkeypatch.setattr(_part_file, "_lock", late)
    part = PartFile(target)
    assert len(calls) == 2
    part.start(0, b"", None)
    part.write([b"x"])
    assert target.read_bytes() == b"whole"
    part.close(keep=False)


def test_what_is_no_regular_file_is_refused(target: Path) -> None:
    os.mkfifo(target.with_name("file.part"))
    with pytest.raises(OSError, match="is no regular file"):
        PartFile(target)


def test_the_bytes_that_stay_are_hashed_once(target: Path) -> None:
    part = PartFile(target)
    part.start(0, b"", hashlib.sha256)
    part.write([b"abcdef"])
    part.start(6, b"", hashlib.sha256)
    assert part.unhashed == 0
    part.write([b"gh"])
    assert part.digest() == hashlib.sha256(b"abcdefgh").hexdigest()
    part.start(3, b"", hashlib.sha256)
    assert part.unhashed == 3
    while part.unhashed:
        part.hash_some()
    part.write([b"x"])
    assert part.digest() == hashlib.sha256(b"abcx").hexdigest()
    part.close(keep=False)


def test_many_bytes_are_hashed_in_steps(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_part_file, "_READ_BYTES", 4)
    part = PartFile(target)
    part.start(0, b"", None)
    part.write([b"abcdefghij"])
    assert part.digest() is None
    part.start(9, b"", hashlib.sha256)
    steps = 0
    while part.unhashed:
        part.hash_some()
        steps += 1
    assert (steps, part.digest()) == (3, hashlib.sha256(b"abcdefghi").hexdigest())
    part.close(keep=False)


@pytest.mark.parametrize("links", [True, False])
def test_a_target_that_is_there_by_now_is_kept_if_it_must_be(
    target: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    part = PartFile(target)
    part.start(0, b"", None)
    part.write([b"new"])
    target.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        part.publish(overwrite=False, fsync=False)
    assert target.read_bytes() == b"old"
    target.unlink()
    part.publish(overwrite=False, fsync=False)
    assert target.read_bytes() == b"new"
    assert left_of(target) == ["file"]


def test_closing_twice_and_after_publishing_is_no_error(target: Path) -> None:
    part = PartFile(target)
    part.close(keep=True)
    part.close(keep=False)
    part = PartFile(target)
    part.publish(overwrite=True, fsync=False)
    part.close(keep=False)
    assert left_of(target) == ["file"]
