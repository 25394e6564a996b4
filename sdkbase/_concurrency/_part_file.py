"""A file that is being written, and comes to its place only when it is whole."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, TypeVar

V = TypeVar("V")

_READ_BYTES = 8 * 1024 * 1024


class AsyncWorker:
    """Do what may take long, such as writing to a disk, without holding up the event loop."""

    @staticmethod
    async def run(function: Callable[..., V], *args: Any) -> V:
        """Call *function* in a thread; once begun it is waited for, cancelled or not."""
        import anyio.to_thread

        return await anyio.to_thread.run_sync(function, *args)


class SyncWorker:
    """Do what may take long, such as writing to a disk."""

    @staticmethod
    def run(function: Callable[..., V], *args: Any) -> V:
        """Call *function*."""
        return function(*args)


class PartFile:
    """
    The unfinished file beside its target, `<name>.part`, and the note on it, `<name>.part.json`.

    Whoever has it open holds a lock on it. Another who downloads to the same target meanwhile gets
    a part of their own, under a random name: both come to an end, and the last one stays. The lock
    goes with the process, so a part that a crash left can be taken up.

    Args:
        target: Where the file is to be.

    Attributes:
        is_shared: Whether a later call finds it again.
        unhashed: Bytes that `hash_some` still has to go through.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._path = target.with_name(f"{target.name}.part")
        self.is_shared: bool = True
        self._hash: Any = None
        self._hashed = 0
        self.unhashed: int = 0
        while True:
            self._file = self._opened(os.O_CREAT)
            if not _lock(self._file):
                self._file.close()
                self._take_own()
                return
            # It may have been moved to the target after it was opened, and before it was locked.
            if _is_at(self._path, self._file):
                return
            self._file.close()

    def _take_own(self) -> None:
        self._path = self._target.with_name(f"{self._target.name}.{os.urandom(6).hex()}.part")
        self.is_shared = False
        self._file = self._opened(os.O_CREAT | os.O_EXCL)

    def _opened(self, flags: int) -> IO[bytes]:
        flags |= os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self._path, flags, 0o666)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(f"{self._path} is no regular file")
        return os.fdopen(descriptor, "r+b")

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return os.fstat(self._file.fileno()).st_size

    def read_note(self) -> bytes:
        """Return the note that is there, or nothing."""
        try:
            return self._note.read_bytes() if self.is_shared else b""
        except OSError:
            return b""

    def start(self, offset: int, note: bytes, new_hash: Callable[[], Any] | None) -> None:
        """
        Cut it at *offset* and go on from there, after `hash_some`.

        Args:
            offset: Bytes that stay.
            note: What it is the beginning of.
            new_hash: Makes what the bytes that stay and those that come go through, if anything.
        """
        # Cut first: a note must never speak of bytes that are of another version.
        self._file.truncate(offset)
        if self.is_shared and note != self.read_note():
            fresh = self._note.with_name(f"{self._note.name}.new")
            fresh.write_bytes(note)
            fresh.replace(self._note)
        if new_hash is not None and (self._hash is None or self._hashed != offset):
            self._hash, self._hashed = new_hash(), 0
        self.unhashed = 0 if self._hash is None else offset - self._hashed
        self._file.seek(offset - self.unhashed)

    def hash_some(self) -> None:
        """Put some of the bytes that stay through the hash."""
        piece = self._file.read(min(self.unhashed, _READ_BYTES))
        self._hash.update(piece)
        self._hashed += len(piece)
        self.unhashed -= len(piece)

    def write(self, pieces: Sequence[bytes]) -> None:
        """Add *pieces*."""
        for piece in pieces:
            self._file.write(piece)
            if self._hash is not None:
                self._hash.update(piece)
                self._hashed += len(piece)
        self._file.flush()

    def digest(self) -> str | None:
        """Return the checksum of all that is there in hex, if one is worked out."""
        return None if self._hash is None else str(self._hash.hexdigest())

    def publish(self, *, overwrite: bool, fsync: bool) -> None:
        """
        Move it to the target in one step.

        Args:
            overwrite: Whether what is there is replaced.
            fsync: Whether it must have reached the disk, so that it outlives a loss of power.

        Raises:
            FileExistsError: The target is there by now and must not be replaced.
        """
        if fsync:
            os.fsync(self._file.fileno())
        if os.name == "nt":  # pragma: no cover - there, what is open can not be moved
            self._file.close()
        if overwrite:
            self._path.replace(self._target)
        else:
            _move(self._path, self._target)
        if self.is_shared:
            self._note.unlink(missing_ok=True)
        self._file.close()
        if fsync:
            _sync_folder(self._target.parent)

    def close(self, *, keep: bool) -> None:
        """Leave it to a later call, or remove it. Safe to repeat, and after `publish`."""
        if self._file.closed:
            return
        if not (keep and self.is_shared):
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
                if self.is_shared:
                    self._note.unlink(missing_ok=True)
        with suppress(OSError):  # what is left to be written may still not fit
            self._file.close()

    @property
    def _note(self) -> Path:
        return self._path.with_name(f"{self._path.name}.json")


def check_target(target: Path, *, overwrite: bool) -> None:
    """
    Make sure that a file can be put at *target*, as far as can be told without doing it.

    Raises:
        OSError: It can not.
    """
    if target.is_dir():
        raise IsADirectoryError("it is a folder; give the name of a file in it")
    if not target.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {target.parent}")
    if not overwrite and target.exists():
        raise FileExistsError("it is there already, and overwrite=False was given")


def _lock(file: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows: every download gets a part of its own
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held by another, or the file system knows no locks
        return False
    return True


def _is_at(path: Path, file: IO[bytes]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except OSError:
        return False


def _move(path: Path, target: Path) -> None:
    """Move *path* to *target* if there is nothing yet."""
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:  # the file system knows no links
        if target.exists():
            raise FileExistsError(target) from None
        path.replace(target)
    else:
        path.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
