"""What clients log, through loguru, to the sinks that the application has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._exports import publish
from .interceptors import RequestInterceptor
from .levels import LEVELS, level_name
from .observer import CANCELLED, CallRecord, Observer
from .redacted import printable, redacted_line, redacted_url

if TYPE_CHECKING:
    from loguru import Logger, Record

_DEBUG = LEVELS["DEBUG"]
_WARNING = LEVELS["WARNING"]


class LoggingInterceptor(RequestInterceptor, Observer):
    """
    Log calls through loguru: attempts at DEBUG, results at INFO, retries and statuses from 400 at
    WARNING, failed calls at ERROR.

    Each event is one line without secrets, with its facts as loguru extras (`method`, `template`,
    `status_code`, `elapsed_ms`, `attempts`, `request_id`, ...) and with `sdkbase` as its name. No
    handler is added and no level is changed. Exceptions are told in words, never as tracebacks,
    which could show local variables.

    Args:
        log_level: What is less severe is not logged. One of TRACE, DEBUG, INFO, SUCCESS, WARNING,
            ERROR and CRITICAL, in any case. From DEBUG down, URLs are logged too.

    Raises:
        ConfigurationError: *log_level* is not such a name.
    """

    __slots__ = ("_log", "_threshold", "log_level")

    def __init__(self, log_level: str = "INFO") -> None:
        self.log_level: str = level_name("log_level", log_level)
        self._threshold = LEVELS[self.log_level]
        self._log = _named_logger()

    def attempt_started(self, method: str, url: str, template: str, attempt: int) -> None:
        """Log the attempt at DEBUG."""
        if self._threshold > _DEBUG:
            return
        url = redacted_url(url)
        bound = self._log.bind(
            method=method, template=redacted_url(template), url=url, attempt=attempt
        )
        # The text is the only argument: with another one loguru would format the template's braces.
        bound.debug(printable(f"{method} {url} attempt {attempt}"))

    def retry_scheduled(
        self, method: str, url: str, template: str, attempt: int, delay: float, reason: str
    ) -> None:
        """Log the retry at WARNING."""
        if self._threshold > _WARNING:
            return
        template, reason = redacted_url(template), redacted_line(reason)
        bound = self._log.bind(
            method=method, template=template, attempt=attempt, delay=delay, reason=reason
        )
        told = f"attempt {attempt} failed ({reason}), next in {delay:.2f} s"
        bound.warning(printable(f"{method} {template} {told}"))

    def call_finished(self, record: CallRecord) -> None:
        """Log the result at INFO, WARNING or ERROR."""
        level = _level_of(record)
        if self._threshold > LEVELS[level]:
            return
        extras = _extras(record)
        text = printable(_told(extras))
        if self._threshold <= _DEBUG:
            extras["url"] = redacted_url(record.url)
        self._log.bind(**extras).log(level, text)

    def __repr__(self) -> str:
        return f"LoggingInterceptor(log_level={self.log_level!r})"

    def __reduce__(self) -> tuple[type[LoggingInterceptor], tuple[str]]:
        # loguru's logger holds the application's sinks, which often can't be pickled.
        return LoggingInterceptor, (self.log_level,)


def _named_logger() -> Logger:
    # Imported here so that importing sdkbase does not import loguru, which adds a handler.
    from loguru import logger

    return logger.patch(_set_name)


def _set_name(record: Record) -> None:
    record["name"] = "sdkbase"


def _level_of(record: CallRecord) -> str:
    if record.status_code is not None and record.status_code >= 400:
        return "WARNING"
    return "INFO" if record.error in (None, CANCELLED) else "ERROR"


def _extras(record: CallRecord) -> dict[str, object]:
    return {
        "method": record.method,
        "template": redacted_url(record.template),
        "status_code": record.status_code,
        "elapsed_ms": round(record.elapsed * 1000, 3),
        "attempts": record.attempts,
        "request_id": record.request_id and redacted_line(record.request_id),
        "error": record.error and redacted_line(record.error),
    }


def _told(extras: dict[str, object]) -> str:
    status, error, request_id = extras["status_code"], extras["error"], extras["request_id"]
    attempts, label = extras["attempts"], f"{extras['method']} {extras['template']}"
    took = f"{extras['elapsed_ms']:.1f} ms"
    if error is None and attempts == 1:
        return f"{label} -> {status} in {took}"
    if error == CANCELLED:
        return f"{label} cancelled after {took}"
    failed = error is not None and not (isinstance(status, int) and status >= 400)
    notes = [f"{attempts} attempts"] if attempts != 1 else []
    if error and request_id:
        notes.append(f"request id {request_id}")
    text = f"{label} failed in {took}" if failed else f"{label} -> {status} in {took}"
    if notes:
        text += f" ({', '.join(notes)})"
    return f"{text}: {error}" if failed else text


publish(LoggingInterceptor)
