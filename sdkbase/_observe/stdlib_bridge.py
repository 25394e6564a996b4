"""What httpx and httpcore log by themselves, passed on to loguru without secrets."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from .levels import LEVELS
from .redacted import redacted_line

if TYPE_CHECKING:
    from loguru import Record

_LIBRARIES = ("httpx", "httpcore")


class StdlibBridge(logging.Handler):
    """
    Take the standard-library log records of httpx and httpcore over into loguru.

    While installed, they no longer reach the root logger's handlers, which would show full URLs.
    httpx's lines keep their text with URLs redacted. Of httpcore's only the name of the event is
    kept: their details quote header values and proxy passwords.
    """

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self._before: list[tuple[logging.Logger, int, bool]] = []

    def install(self) -> None:
        """Take the two libraries' loggers over."""
        for library in map(logging.getLogger, _LIBRARIES):
            self._before.append((library, library.level, library.propagate))
            library.setLevel(self.level)
            library.propagate = False
            library.addHandler(self)

    def uninstall(self) -> None:
        """Leave the loggers as they were found."""
        for library, level, propagate in self._before:
            library.removeHandler(self)
            library.setLevel(level)
            library.propagate = propagate
        self._before.clear()

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one record on."""
        from loguru import logger

        def set_origin(target: Record) -> None:
            target["name"] = record.name
            target["function"] = record.funcName
            target["line"] = record.lineno

        level = record.levelname if record.levelname in LEVELS else record.levelno
        logger.patch(set_origin).log(level, _text(record))


def _text(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except Exception:  # not Handler.handleError, which would print the arguments unredacted
        text = str(record.msg)
    if record.name.partition(".")[0] == "httpcore":
        text = text.partition(" ")[0]
    return redacted_line(text)
