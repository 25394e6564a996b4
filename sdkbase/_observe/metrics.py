"""Metrics in fixed memory: the last requests, and counts and latencies per path template."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import msgspec

from .._concurrency import LockOwner
from .._exports import publish
from .._wire.headers import METHODS
from ..errors import ConfigurationError
from .histogram import Series, TemplateSummary
from .interceptors import RequestInterceptor
from .observer import CANCELLED, CallRecord, Observer
from .redacted import redacted_line, redacted_url

_MAX_SERIES = 512
# So many calls are counted at a time, which takes less than to count each by itself.
_BATCH = 64
_MAX_PENDING = 1024
_OTHER = "(other)"
_COLUMNS = ("request", "count", "errors", "retries", "mean", "p50", "p95", "p99", "max")


# Whether this runs inside code that holds the lock of metrics, or is about to take it.
_is_inside: ContextVar[bool] = ContextVar("sdkbase_metrics_inside", default=False)


class RequestMetric(msgspec.Struct, frozen=True, gc=False):
    """One finished call; nothing in it is secret."""

    method: str
    url: str
    """Absolute, redacted."""
    template: str
    status_code: int | None
    """None if no answer came."""
    response_time: float
    """Seconds for the whole call, waits between attempts included."""
    error: str | None
    """None if all is well, `HTTP 503` for a status from 400, else exception class and message."""
    attempts: int
    timestamp: float
    """When the call started, in seconds since the epoch."""
    request_id: str | None = None


class Metrics(LockOwner):
    """
    The last requests, and counts and latencies per method and path template.

    Memory is fixed, however many calls, URLs and templates there are: beyond 512 templates, the
    rest is counted under `(other)`. Recording waits for other threads only when they leave more
    behind than can be counted meanwhile, and never for its own, so it is safe in threads,
    finalizers and signal handlers. Copies and pickles hold what was recorded, never a secret.

    Args:
        capacity: How many of the last requests are kept.

    Raises:
        ConfigurationError: *capacity* is not a positive integer.
    """

    def __init__(self, capacity: int = 1000) -> None:
        if type(capacity) is not int or capacity < 1:
            raise ConfigurationError(f"capacity must be a positive integer, not {capacity!r}")
        super().__init__()
        self._pending: deque[RequestMetric] = deque()
        self._ring: deque[RequestMetric] = deque(maxlen=capacity)
        self._series: dict[tuple[str, str], Series] = {}

    @property
    def capacity(self) -> int:
        """How many of the last requests are kept."""
        return self._ring.maxlen or 0

    def record(self, call: CallRecord) -> None:
        """Count a finished call; its secrets are masked before anything is kept."""
        method, template = call.method, call.template
        error, request_id = call.error, call.request_id
        # A template that is a label already was found clean when it became one.
        if (method, template) not in self._series:
            template = redacted_url(template)
        self._pending.append(
            RequestMetric(
                method,
                redacted_url(call.url),
                template,
                call.status_code,
                call.elapsed,
                error if error is None else redacted_line(error),
                call.attempts,
                call.started_at,
                request_id if request_id is None else redacted_line(request_id),
            )
        )
        if len(self._pending) >= _BATCH:
            self._count_batch()

    def _count_batch(self) -> None:
        # A finalizer or signal handler may get here while its own thread holds the lock, so a held
        # lock means: leave the entries to the next one who comes. But a thread that is interrupted
        # while it counts would never catch up with many others, so these wait in the end.
        if not self._lock.locked() or (len(self._pending) >= _MAX_PENDING and not _is_inside.get()):
            with self._counted():
                pass

    def recent(self) -> list[RequestMetric]:
        """Return the last requests, oldest first."""
        with self._counted():
            return list(self._ring)

    def summary(self) -> dict[str, TemplateSummary]:
        """Return the figures per label, `GET /users/{user_id}`, in order of first appearance."""
        with self._counted():
            return {" ".join(key): series.summary() for key, series in self._series.items()}

    def total(self) -> TemplateSummary:
        """Return the figures of all calls together."""
        with self._counted():
            return _merged(self._series.values()).summary()

    def clear(self) -> None:
        """Forget everything recorded so far."""
        with self._counted():
            self._ring.clear()
            self._series.clear()

    def format_table(self) -> str:
        """Return the summary as an aligned text table, most called first, times in ms."""
        busiest = sorted(self.summary().items(), key=lambda item: -item[1].count)
        rows = [_COLUMNS, *(_row(label, item) for label, item in busiest)]
        return "\n".join(_aligned([*rows, _row("total", self.total())]))

    def __repr__(self) -> str:
        total = self.total()
        return (
            f"<Metrics: {total.count} calls, {total.errors} errors, "
            f"p50 {total.p50 * 1000:.1f} ms, p99 {total.p99 * 1000:.1f} ms>"
        )

    def __getstate__(self) -> dict[str, Any]:
        with self._counted():
            copies = {key: _merged([series]) for key, series in self._series.items()}
            return {"capacity": self.capacity, "recent": list(self._ring), "series": copies}

    def __setstate__(self, state: dict[str, Any]) -> None:
        Metrics.__init__(self, state["capacity"])
        self._ring.extend(state["recent"])
        self._series.update(state["series"])

    @contextmanager
    def _counted(self) -> Generator[None, None, None]:
        """Hold the lock while the block runs, when all that was recorded is counted."""
        inside = _is_inside.set(True)
        try:
            # `with`, because a KeyboardInterrupt after acquire() would leave it locked for ever.
            with self._lock:
                self._drain()
                yield
        finally:
            _is_inside.reset(inside)

    def _drain(self) -> None:
        while self._pending:
            metric = self._pending.popleft()
            self._ring.append(metric)
            series = self._series.get((metric.method, metric.template))
            if series is None:
                series = self._new_series(metric.method, metric.template)
            if metric.error == CANCELLED:
                series.cancelled += 1
            else:
                series.add(metric.response_time, metric.attempts, metric.error is not None)

    def _new_series(self, method: str, template: str) -> Series:
        if len(self._series) >= _MAX_SERIES:
            # Invented methods must not make series without end either.
            method, template = method if method in METHODS else "OTHER", _OTHER
        return self._series.setdefault((method, template), Series())


class MetricsInterceptor(RequestInterceptor, Observer):
    """
    Collect metrics of the calls of the clients that it is given to.

    Args:
        capacity: How many of the last requests are kept.
    """

    __slots__ = ("metrics",)

    def __init__(self, capacity: int = 1000) -> None:
        #: Everything recorded so far.
        self.metrics: Metrics = Metrics(capacity)

    def get_metrics(self) -> list[RequestMetric]:
        """Return the last requests, oldest first."""
        return self.metrics.recent()

    def clear(self) -> None:
        """Forget everything recorded so far."""
        self.metrics.clear()

    def call_finished(self, record: CallRecord) -> None:
        """Record the call."""
        self.metrics.record(record)

    def __repr__(self) -> str:
        return f"MetricsInterceptor({self.metrics!r})"


def _merged(parts: Iterable[Series]) -> Series:
    whole = Series()
    for series in parts:
        whole.merge(series)
    return whole


def _row(label: str, item: TemplateSummary) -> tuple[str, ...]:
    times = (item.mean, item.p50, item.p95, item.p99, item.max)
    errors = f"{item.errors} ({item.error_rate:.1%})"
    counts = (str(item.count), errors, str(item.retries))
    return (label, *counts, *(f"{seconds * 1000:.1f}" for seconds in times))


def _aligned(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for first, *others in table:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *cells))


publish(Metrics, MetricsInterceptor, RequestMetric)
