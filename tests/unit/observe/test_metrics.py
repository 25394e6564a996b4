from __future__ import annotations

import copy
import gc
import pickle
import threading
import tracemalloc
from collections.abc import Callable

import pytest

from sdkbase._observe.metrics import Metrics, MetricsInterceptor, RequestMetric
from sdkbase.errors import ConfigurationError

from .conftest import MakeRecord


def test_a_record_becomes_a_metric(make_record: MakeRecord) -> None:
    metrics = Metrics()
    metrics.record(make_record())
    assert metrics.recent() == [
        RequestMetric(
            method="GET",
            url="https://api.example.com/users/7",
            template="/users/{user_id}",
            status_code=200,
            response_time=0.0123,
            error=None,
            attempts=1,
            timestamp=1_700_000_000.0,
            request_id="req-1",
        )
    ]


def test_the_ring_keeps_the_last_requests_oldest_first(make_record: MakeRecord) -> None:
    metrics = Metrics(capacity=3)
    for number in range(5):
        metrics.record(make_record(request_id=str(number)))
    assert [metric.request_id for metric in metrics.recent()] == ["2", "3", "4"]
    assert metrics.capacity == 3
    assert metrics.total().count == 5


def test_summary_counts_per_method_and_template(make_record: MakeRecord) -> None:
    metrics = Metrics()
    metrics.record(make_record(elapsed=0.1))
    metrics.record(make_record(elapsed=0.3, attempts=3, status_code=503, error="HTTP 503"))
    metrics.record(make_record(method="POST", template="/users", elapsed=1.0))
    summary = metrics.summary()
    assert list(summary) == ["GET /users/{user_id}", "POST /users"]
    users = summary["GET /users/{user_id}"]
    assert (users.count, users.errors, users.error_rate) == (2, 1, 0.5)
    assert (users.attempts, users.retries) == (4, 2)
    assert users.mean == pytest.approx(0.2)
    assert users.max == 0.3


def test_total_is_over_all_templates(make_record: MakeRecord) -> None:
    metrics = Metrics()
    for number in range(4):
        metrics.record(make_record(template=f"/t{number}", elapsed=float(number)))
    total = metrics.total()
    assert (total.count, total.mean, total.max) == (4, 1.5, 3.0)


def test_a_call_that_made_no_attempt_is_no_retry(make_record: MakeRecord) -> None:
    metrics = Metrics()
    metrics.record(make_record(attempts=0, status_code=None, error="CircuitOpenError"))
    assert (metrics.total().attempts, metrics.total().retries) == (0, 0)


def test_clear_forgets_everything(make_record: MakeRecord) -> None:
    metrics = Metrics()
    metrics.record(make_record())
    metrics.clear()
    assert (metrics.recent(), metrics.summary(), metrics.total().count) == ([], {}, 0)


@pytest.mark.parametrize("capacity", [0, -1, 1.5, True, "10"])
def test_capacity_must_be_a_positive_integer(capacity: int) -> None:
    with pytest.raises(ConfigurationError, match="capacity must be a positive integer, not"):
        Metrics(capacity)


def test_templates_beyond_the_limit_are_counted_together(make_record: MakeRecord) -> None:
    metrics = Metrics()
    for number in range(600):
        metrics.record(make_record(template=f"/t{number}"))
        metrics.record(make_record(template="/t0"))
    summary = metrics.summary()
    assert len(summary) == 513
    assert summary["GET (other)"].count == 600 - 512
    assert summary["GET /t0"].count == 601


def test_invented_methods_are_counted_together_too(make_record: MakeRecord) -> None:
    metrics = Metrics()
    for number in range(1000):
        metrics.record(make_record(method=f"M{number}"))
    assert len(metrics.summary()) == 513
    assert metrics.summary()["OTHER (other)"].count == 1000 - 512


def _memory_after(*steps: Callable[[], None]) -> list[int]:
    gc.collect()
    tracemalloc.start()
    try:
        return [_traced(step) for step in steps]
    finally:
        tracemalloc.stop()


def _traced(step: Callable[[], None]) -> int:
    step()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.usefixtures("uncovered")
def test_memory_does_not_grow_with_urls(make_record: MakeRecord) -> None:
    metrics = Metrics()

    def many(start: int, calls: int) -> None:
        for number in range(start, start + calls):
            metrics.record(
                make_record(url=f"https://h/users/{number:08}", request_id=f"req-{number:08}")
            )

    first, second = _memory_after(lambda: many(0, 2_000), lambda: many(2_000, 100_000))
    assert first < 1 << 20
    assert second - first < 32 << 10


@pytest.mark.usefixtures("uncovered")
def test_memory_does_not_grow_with_templates(make_record: MakeRecord) -> None:
    metrics = Metrics(capacity=100)

    def many(start: int, calls: int) -> None:
        for number in range(start, start + calls):
            metrics.record(make_record(template=f"/t{number:06}", elapsed=number * 1e-4))

    first, second = _memory_after(lambda: many(0, 1_000), lambda: many(1_000, 10_000))
    assert first < 1 << 20
    assert second - first < 32 << 10


def test_huge_values_are_cut(make_record: MakeRecord) -> None:
    metrics = Metrics()
    metrics.record(
        make_record(
            url="https://h/" + "x" * 1_000_000, error="E" * 1_000_000, request_id="r" * 1_000_000
        )
    )
    assert len(pickle.dumps(metrics)) < 10_000


@pytest.mark.usefixtures("uncovered")
def test_eight_threads_lose_nothing(make_record: MakeRecord) -> None:
    metrics = Metrics()
    records = [make_record(template=f"/t{number}", attempts=2) for number in range(5)]

    def work() -> None:
        for number in range(2_000):
            metrics.record(records[number % 5])
            if number % 100 == 0:
                metrics.summary()
                metrics.recent()
                metrics.format_table()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert metrics.total().count == 16_000
    assert metrics.total().retries == 16_000
    assert all(item.count == 3_200 for item in metrics.summary().values())
    assert len(metrics.recent()) == 1_000


def test_recording_does_not_wait_for_a_lock_its_own_thread_holds(make_record: MakeRecord) -> None:
    class Finalizer(str):
        """Hashed while the lock is held, where a finalizer might run too."""

        def __hash__(self) -> int:
            if not nested:
                nested.append(True)
                metrics.record(make_record(template="/nested"))
            return super().__hash__()

    nested: list[bool] = []
    metrics = Metrics()
    metrics.record(make_record(method=Finalizer("GET")))
    assert set(metrics.summary()) == {"GET /users/{user_id}", "GET /nested"}


def test_nothing_that_is_kept_shows_a_secret(make_record: MakeRecord, canary: str) -> None:
    interceptor = MetricsInterceptor()
    interceptor.call_finished(
        make_record(
            url=f"https://user:{canary}@h/{canary}?api_key=plain-value",
            template=f"/x/{canary}?token=plain-value",
            error=f"ConnectError: https://h/?token=plain-value {canary}",
            status_code=None,
            request_id=canary,
        )
    )
    metrics = interceptor.metrics
    shown = [
        repr(interceptor),
        repr(metrics.recent()),
        repr(metrics.summary()),
        metrics.format_table(),
        pickle.dumps(interceptor).decode("latin-1"),
        repr(copy.deepcopy(interceptor).get_metrics()),
    ]
    for text in shown:
        assert canary not in text
        assert "plain-value" not in text


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]
)
def test_copies_hold_the_figures_and_go_their_own_way(
    make_record: MakeRecord, duplicate: Callable[[Metrics], Metrics]
) -> None:
    metrics = Metrics(capacity=5)
    metrics.record(make_record())
    twin = duplicate(metrics)
    assert (twin.recent(), twin.summary()) == (metrics.recent(), metrics.summary())
    assert twin.capacity == 5
    twin.record(make_record())
    assert (metrics.total().count, twin.total().count) == (1, 2)


def test_repr_tells_the_essentials(make_record: MakeRecord) -> None:
    metrics = Metrics()
    metrics.record(make_record(elapsed=0.02))
    assert repr(metrics) == "<Metrics: 1 calls, 0 errors, p50 20.0 ms, p99 20.0 ms>"


def test_the_table_is_aligned_and_starts_with_the_busiest(make_record: MakeRecord) -> None:
    metrics = Metrics()
    metrics.record(make_record(method="POST", template="/users", elapsed=0.25))
    for _ in range(3):
        metrics.record(make_record(elapsed=0.02, attempts=2, error="HTTP 503", status_code=503))
    lines = metrics.format_table().splitlines()
    assert [line.split()[0] for line in lines] == ["request", "GET", "POST", "total"]
    assert len({len(line) for line in lines}) == 1
    assert "3 (100.0%)" in lines[1] and "20.0" in lines[1]
    assert "4" in lines[3].split()[1]


def test_an_empty_table_has_a_head_and_a_total() -> None:
    assert len(Metrics().format_table().splitlines()) == 2


def test_interceptor_collects_and_clears(make_record: MakeRecord) -> None:
    interceptor = MetricsInterceptor(capacity=2)
    for _ in range(3):
        interceptor.call_finished(make_record())
    assert [metric.response_time for metric in interceptor.get_metrics()] == [0.0123, 0.0123]
    assert interceptor.metrics.total().count == 3
    interceptor.clear()
    assert interceptor.get_metrics() == []
