"""Calls are counted some at a time; that shows nowhere."""

from __future__ import annotations

import gc
import weakref

from sdkbase import CallRecord, Metrics, Reply, SyncHttpClient
from sdkbase._policy.deadline import AttemptTimeout
from sdkbase._wire.call import Call
from sdkbase._wire.redaction import register_secret


def call_to(url: str) -> CallRecord:
    return CallRecord(
        method="GET",
        url=url,
        template="/users/{user_id}",
        status_code=200,
        elapsed=0.1,
        attempts=1,
        error=None,
        started_at=0.0,
        request_id=None,
    )


class Answering:
    def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
        return Reply(200, [], b"{}")

    def close(self) -> None: ...


def test_every_call_is_in_what_is_read() -> None:
    metrics = Metrics(capacity=5000)
    for number in range(1, 200):
        metrics.record(call_to(f"https://h/users/{number}"))
        if number % 7 == 0:
            assert len(metrics.recent()) == number
            assert metrics.total().count == number
            assert metrics.summary()["GET /users/{user_id}"].count == number


def test_what_is_not_counted_yet_stays_a_short_list() -> None:
    metrics = Metrics(capacity=10)
    for number in range(1000):
        metrics.record(call_to(f"https://h/users/{number}"))
        assert len(metrics._pending) < 64


def test_a_secret_is_masked_when_it_is_recorded_not_when_it_is_read() -> None:
    metrics = Metrics()
    register_secret("the-first-secret")
    metrics.record(call_to("https://h/users/the-first-secret"))
    for number in range(300):  # the registry forgets the first
        register_secret(f"another-secret-{number}")
    assert [metric.url for metric in metrics.recent()] == ["https://h/users/***"]


def test_a_signal_handler_may_record_while_its_thread_counts() -> None:
    metrics = Metrics(capacity=10)
    with metrics._counted():
        for number in range(3000):
            metrics.record(call_to(f"https://h/users/{number}"))
    metrics.record(call_to("https://h/users/1"))
    assert metrics.total().count == 3001


def test_clearing_forgets_what_is_not_counted_yet() -> None:
    metrics = Metrics()
    metrics.record(call_to("https://h/users/1"))
    metrics.clear()
    assert metrics.recent() == []
    assert metrics.summary() == {}


def test_a_dropped_client_is_freed_at_once() -> None:
    gc.collect()
    gc.disable()
    try:
        client = SyncHttpClient("https://h", transport=Answering())
        assert client.get("/users/1", cast_to=dict[str, str]) == {}
        engine = weakref.ref(client._sender._engine)
        attempts = weakref.ref(client._sender._engine._attempts)
        client.close()
        del client
        assert engine() is None
        assert attempts() is None
    finally:
        gc.enable()
