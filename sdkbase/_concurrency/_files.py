"""Files that the user hands in, read piece by piece."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

PIECE_BYTES = 64 * 1024
"""Size of the pieces that are read at a time: read fast enough to need no thread of its own."""


class OpenFile:
    """
    The rest of a binary file that the user opened, from where it stands now.

    Args:
        file: The file; it stays open, and stays the user's.

    Attributes:
        replayable: Whether it can be read again from the same place.
        size: Bytes, or None if that shows only at the end.
        blocking: Whether a read may wait for someone else, as with a pipe.

    Raises:
        ValueError: It is closed, or gives text.
        OSError: It can not be read.
    """

    def __init__(self, file: Any) -> None:
        self._file: IO[bytes] = file
        seekable = getattr(file, "seekable", None)
        self.replayable: bool = seekable is not None and bool(seekable())
        self.blocking: bool = not self.replayable
        if isinstance(file, io.TextIOBase) or (self.replayable and isinstance(file.read(0), str)):
            raise ValueError("it gives text; open it with 'rb'")
        self._start = file.tell() if self.replayable else 0
        self.size: int | None = self._measured() if self.replayable else None

    def _measured(self) -> int:
        here = self._file.tell()
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(here)
        return max(0, end - self._start)

    def check(self) -> None:
        """
        Make sure that it is as long as it was at first.

        Raises:
            ValueError: It is not.
        """
        if self.size is not None:
            _compare(self.size, self._measured())

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes, from where it stood at first."""
        if self.replayable:
            self._file.seek(self._start)
        yield from _read(self._file, self.size)


class PathFile:
    """
    A file given by its path: opened when it is read, and closed after that.

    Args:
        path: The path.

    Attributes:
        replayable: Whether it can be read again.
        size: Bytes, or None if that shows only at the end.
        blocking: Whether a read may wait for someone else, as with a named pipe.

    Raises:
        OSError: There is no such file, or it may not be read.
    """

    def __init__(self, path: os.PathLike[str]) -> None:
        self._path = Path(path)
        regular = stat.S_ISREG(self._path.stat().st_mode)
        self.replayable: bool = regular
        self.blocking: bool = not regular
        self.size: int | None = None
        if regular or self._path.is_dir():
            with self._path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                # Files that the system makes up as they are read have no size.
                self.size = None if not size and file.read(1) else size

    def check(self) -> None:
        """
        Make sure that it is as long as it was at first.

        Raises:
            ValueError: It is not.
            OSError: It is gone.
        """
        if self.size is not None:
            _compare(self.size, self._path.stat().st_size)

    def pieces(self) -> Iterator[bytes]:
        """Open it and yield its bytes."""
        with self._path.open("rb") as file:
            yield from _read(file, self.size)


def _read(file: IO[bytes], size: int | None) -> Iterator[bytes]:
    done = 0
    while size is None or done < size:
        piece: Any = file.read(PIECE_BYTES if size is None else min(PIECE_BYTES, size - done))
        if type(piece) is not bytes:
            raise TypeError(f"its read() gave {type(piece).__name__}, not bytes")
        if not piece:
            break
        done += len(piece)
        yield piece
    if size is not None:
        _compare(size, done)


def _compare(then: int, now: int) -> None:
    if then != now:
        raise ValueError(f"it had {then} bytes when the call began, and now has {now}")
