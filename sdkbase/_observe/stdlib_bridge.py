"""What the HTTP libraries log by themselves, by the standard library, without secrets."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

from .._exports import publish
from .levels import LEVELS
from .redacted import redacted_line, redacted_text

if TYPE_CHECKING:
    from loguru import Record

# Their details quote header values and proxy passwords, so only the event's name is kept.
_QUOTING = frozenset({"httpcore", "httpcore2", "hpack"})
_LIBRARIES = ("httpx", "httpx2", *sorted(_QUOTING))


class RedactingFilter(logging.Filter):
    """
    Take secrets out of standard-library log records; add it to a handler of yours.

        handler.addFilter(RedactingFilter())

    httpx logs the whole URL of each request of a client that you hand in, and at DEBUG httpcore and
    hpack quote header values. With the filter, no record that its handler gets shows a registered
    secret, or one that a URL holds; of httpcore and hpack it gets the names of the events only.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record, for later handlers too, and let it through."""
        record.msg, record.args = _safe_text(record), None
        if record.exc_info and record.exc_info[1] is not None:
            text = "".join(traceback.format_exception(record.exc_info[1])).rstrip("\n")
            masked = redacted_text(text)
            if masked != text:
                record.exc_info, record.exc_text = None, masked
        return True


class StdlibBridge(logging.Handler):
    """
    Take the standard-library log records of the HTTP libraries over into loguru.

    While installed, they no longer reach the root logger's handlers, which would show full URLs.
    httpx's lines keep their text with URLs redacted. Of httpcore's and hpack's only the name of the
    event is kept.
    """

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self._before: list[tuple[logging.Logger, int, bool]] = []

    def install(self) -> None:
        """Take the libraries' loggers over."""
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
    return redacted_line(_safe_text(record))


def _safe_text(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except Exception:  # not Handler.handleError, which would print the arguments unredacted
        text = str(record.msg)
    if record.name.partition(".")[0] in _QUOTING:
        return text.partition(" ")[0]
    return redacted_text(text)


publish(RedactingFilter)
