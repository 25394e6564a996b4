"""The one call that sets log sinks up; for applications, never for libraries."""

from __future__ import annotations

import os

from .._concurrency import ThreadLock
from .._exports import publish
from ..errors import ConfigurationError
from .levels import LEVELS, level_name
from .sinks import LoggingHandle, Retention, Rotation, Shared, Sink, open_all, remove_sink
from .stdlib_bridge import StdlibBridge

# What loguru takes for a switched-off variable.
_OFF = frozenset({"0", "false", "no", "n", "nok", "off"})


_lock = ThreadLock()
_active: list[LoggingHandle] = []


def configure_logging(
    *,
    level: str = "INFO",
    console: bool = True,
    console_level: str | None = None,
    file: str | os.PathLike[str] | None = None,
    file_level: str | None = None,
    rotation: Rotation | None = "10 MB",
    retention: Retention | None = "7 days",
    compression: str | None = "zip",
    error_file: str | os.PathLike[str] | None = None,
    error_rotation: Rotation | None = None,
    error_retention: Retention | None = None,
    json: bool = False,
    enqueue: bool = False,
    stdlib: bool = False,
) -> LoggingHandle:
    """
    Set up where an application's logs go.

    loguru's default handler and the sinks of earlier calls are removed; sinks that the application
    added itself stay. Local variables are never shown in tracebacks, and registered secrets are
    masked in every message. Nothing changes if an argument is wrong.

    Args:
        level: What is less severe is dropped.
        console: Whether to log to stderr, in colour if it is a terminal.
        console_level: Level of the console alone; *level* if None.
        file: Path of the log file, in UTF-8; missing folders are made. `"logs/app.log"`, say.
        file_level: Level of *file* alone; *level* if None.
        rotation: When to start a new file. None: never, and then *retention* and *compression* do
            nothing.
        retention: How long, or how many, old files are kept. None: for ever.
        compression: Format of old files: `"zip"`, `"gz"`, `"bz2"`, `"xz"`, ... None: left as is.
        error_file: Path of a file of its own for ERROR and above.
        error_rotation: The same as *rotation* if None.
        error_retention: The same as *retention* if None.
        json: Write each record as one line of JSON, in loguru's format (`serialize=True`).
        enqueue: Hand records to a thread that writes them, so that calls never wait for the disk;
            `remove()` writes what is left.
        stdlib: Also take the standard-library logs of httpx and httpcore, with URLs redacted, and
            keep them from the root logger. Without it they go where `logging` sends them, and
            httpx's INFO lines quote full URLs.

    Returns:
        A handle that removes these sinks again.

    Raises:
        ConfigurationError: An argument is wrong, or a file can't be opened.
    """
    level = level_name("level", level)
    sinks: list[Sink] = []
    if console:
        sinks.append(Sink("console", level_name("console_level", console_level or level)))
    if file is not None:
        file_level = level_name("file_level", file_level or level)
        sinks.append(Sink("file", file_level, file, rotation, retention))
    if error_file is not None:
        own_rotation = rotation if error_rotation is None else error_rotation
        own_retention = retention if error_retention is None else error_retention
        sinks.append(Sink("error_file", "ERROR", error_file, own_rotation, own_retention))
    _check_paths(sinks)
    with _lock:
        handle = open_all(sinks, Shared(compression, json, enqueue))
        _replace_earlier(handle)
        if stdlib:
            bridge = StdlibBridge(
                min((LEVELS[sink.level] for sink in sinks), default=LEVELS[level])
            )
            bridge.install()
            handle.on_remove(bridge.uninstall)
    return handle


def _check_paths(sinks: list[Sink]) -> None:
    paths: set[str] = set()
    for field, _, path, *_ in sinks:
        if path is None:
            continue
        try:
            absolute = os.path.abspath(path)
        except TypeError:
            raise ConfigurationError(f"{field} must be a path, not {path!r}") from None
        if absolute in paths:
            raise ConfigurationError(f"{field} must not be the same as file: {str(path)!r}")
        paths.add(absolute)


def _replace_earlier(handle: LoggingHandle) -> None:
    while _active:
        _active.pop().remove()
    _active.append(handle)
    # The number 0 is loguru's own handler, unless its autoinit is off.
    if os.environ.get("LOGURU_AUTOINIT", "").lower() not in _OFF:
        remove_sink(0)


publish(configure_logging)
