"""The loguru sinks that `configure_logging` opens."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .._exports import publish
from ..errors import ConfigurationError
from .sink_filter import without_secrets

if TYPE_CHECKING:
    from loguru import Logger

#: `"10 MB"`, `"1 day"`, `"00:00"`, a number of bytes, or a duration.
Rotation: TypeAlias = str | int | timedelta
#: `"7 days"`, a number of files, or a duration.
Retention: TypeAlias = str | int | timedelta

_CONSOLE_FORMAT = (
    "<green>{time:YYYY-MM-DD HH:mm:ss}</green> | <level>{level: <8}</level> | "
    "<cyan>{name}</cyan> - <level>{message}</level>"
)
_FILE_FORMAT = "{time:YYYY-MM-DD HH:mm:ss.SSS} | {level: <8} | {name}:{function}:{line} - {message}"
# loguru adds the fields; this is the member "text", which would only repeat them.
_JSON_FORMAT = "{message}"


class LoggingHandle:
    """
    The sinks that one `configure_logging` call added; removes them, also as a context manager.

    loguru's default handler, once removed, does not come back.
    """

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def remove(self) -> None:
        """Flush and remove these sinks, as far as they are still there."""
        while self._undo:
            self._undo.pop()()

    def __enter__(self) -> LoggingHandle:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.remove()

    def __repr__(self) -> str:
        return f"<LoggingHandle: {'active' if self._undo else 'removed'}>"

    def on_remove(self, undo: Callable[[], None]) -> None:
        """Have *undo* run by `remove`, last one first."""
        self._undo.append(undo)


class Sink(NamedTuple):
    """One sink: the setting it came from, its level, and for a file its path and rotation."""

    field: str
    level: str
    path: str | os.PathLike[str] | None = None
    rotation: Rotation | None = None
    retention: Retention | None = None


class Shared(NamedTuple):
    """What all sinks have in common."""

    compression: str | None
    serialize: bool
    enqueue: bool


def open_all(sinks: list[Sink], shared: Shared) -> LoggingHandle:
    """
    Add all *sinks* to loguru, or none.

    Raises:
        ConfigurationError: loguru refuses a setting, or a file can't be opened.
    """
    handle = LoggingHandle()
    try:
        for sink in sinks:
            number = _open(sink, shared)
            if number is not None:
                handle.on_remove(functools.partial(remove_sink, number))
    except BaseException:
        handle.remove()
        raise
    return handle


def _open(sink: Sink, shared: Shared) -> int | None:
    if sink.path is not None:
        return _open_file(sink, sink.path, shared)
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]  # so under pythonw
        return None
    return loguru_logger().add(
        sys.stderr,
        level=sink.level,
        format=_JSON_FORMAT if shared.serialize else _CONSOLE_FORMAT,
        filter=without_secrets,
        serialize=shared.serialize,
        enqueue=shared.enqueue,
        backtrace=False,
        diagnose=False,
    )


def _open_file(sink: Sink, path: str | os.PathLike[str], shared: Shared) -> int:
    # Without rotation loguru would compress, or thin out, the current file when it is closed.
    rotates = sink.rotation is not None
    try:
        return loguru_logger().add(
            path,
            level=sink.level,
            format=_JSON_FORMAT if shared.serialize else _FILE_FORMAT,
            filter=without_secrets,
            serialize=shared.serialize,
            enqueue=shared.enqueue,
            backtrace=False,
            diagnose=False,
            encoding="utf-8",
            rotation=sink.rotation,
            retention=sink.retention if rotates else None,
            compression=shared.compression if rotates else None,
        )
    except (OSError, ValueError, TypeError, ImportError) as error:
        raise ConfigurationError(f"{_blamed(sink, error)}: {error}") from error


def _blamed(sink: Sink, error: Exception) -> str:
    """Name the setting that loguru complains about."""
    for name in ("rotation", "retention", "compression"):
        if not isinstance(error, OSError) and name in str(error):
            return f"{name} of {sink.field}"
    return sink.field


def remove_sink(number: int) -> None:
    """Remove the sink with this number, if it is still there."""
    # The application may have removed it already, with logger.remove().
    with contextlib.suppress(ValueError):
        loguru_logger().remove(number)


def loguru_logger() -> Logger:
    """Return loguru's logger, imported at the first need: the import alone adds a handler."""
    from loguru import logger

    return logger


publish(LoggingHandle)
