"""The total deadline of a call holds, whatever the server does."""

from __future__ import annotations

import socket
import threading
import time
from threading import Barrier
from typing import Any

import pytest

from sdkbase import PoolConfig, RequestOptions, RetryConfig, TimeoutConfig
from tests.backend_differences import UNBOUNDED
from tests.faults.driver import Outcome, ask, drive, drive_each
from tests.faults.server import FaultServer
from tests.scale import scaled

# It repeats the same lines very often.
pytestmark = pytest.mark.usefixtures("uncovered")

DEADLINE = 0.3
# A tenth of a second is the promise; a machine that is shared may stop everything for longer.
SLACK = scaled(full=0.1, ci=0.5)
SLOW = ["black-hole", "loris", "drip", "stalled", "chunk-loris"]
PATIENT = RetryConfig(max_retries=1000, backoff_factor=0.05, max_backoff=0.1, retry_quota=None)


def _check(outcome: Outcome, seconds: float = DEADLINE) -> None:
    assert outcome.result == "DeadlineExceededError", outcome
    assert seconds - 0.05 < outcome.seconds < seconds + SLACK


@pytest.mark.parametrize("method", ["GET", "STREAM"])
def test_a_slow_answer_is_cut_off(server: FaultServer, colour: str, method: str) -> None:
    gone = Barrier(len(SLOW))

    def discarded() -> None:
        gone.wait(5)
        assert server.settles(lambda: server.open == 0)
        gone.wait(5)

    sessions = [[ask(method, f"/{fault}")] for fault in SLOW]
    outcomes = drive_each(
        colour, sessions, at_end=discarded, base_url=server.url, deadline=DEADLINE
    )
    for (outcome,) in outcomes:
        _check(outcome)


def test_a_slow_answer_on_a_used_connection(server: FaultServer, colour: str, backend: str) -> None:
    faults = sorted(set(SLOW) - UNBOUNDED.get((backend, colour), set()))
    sessions = [[ask("GET", "/ok"), ask("GET", f"/{fault}"), ask("GET", "/ok")] for fault in faults]
    for first, slow, last in drive_each(colour, sessions, base_url=server.url, deadline=DEADLINE):
        _check(slow)
        assert (first.result, last.result) == ("HTTP 200", "HTTP 200")
    assert server.accepted == 2 * len(faults)


@pytest.mark.parametrize("colour", ["sync"])
def test_what_no_deadline_bounds_is_still_not_bounded(
    server: FaultServer, colour: str, backend: str
) -> None:
    """The one exception of the promise: as long as it stands in UNBOUNDED, it is one."""
    asks = [ask("GET", "/ok"), ask("GET", "/short-loris")]
    _, slow = drive(colour, asks, base_url=server.url, deadline=0.1)
    assert slow.result == "DeadlineExceededError"
    assert (slow.seconds > 0.25) == ((backend, colour) in UNBOUNDED)


def test_a_slow_answer_on_a_connection_that_was_opened_anew(
    server: FaultServer, colour: str
) -> None:
    # The connection was used before, but the server has closed it.
    sessions = [[ask("GET", "/ok-then-close"), ask("GET", f"/{fault}")] * 2 for fault in SLOW]
    for _, slow, _, again in drive_each(colour, sessions, base_url=server.url, deadline=DEADLINE):
        _check(slow)
        _check(again)


def test_the_headers_time_counts_for_the_body(server: FaultServer, colour: str) -> None:
    paths = ("/after-0.25-stalled", "/after-0.25-chunk-loris")
    sessions = [[ask(method, path)] for path in paths for method in ("STREAM", "GET")]
    for (outcome,) in drive_each(colour, sessions, base_url=server.url, deadline=0.4):
        _check(outcome, 0.4)


def test_a_storm_of_503_is_given_up(server: FaultServer, colour: str) -> None:
    (outcome,) = drive(
        colour,
        [ask("GET", "/503", cast_to=dict)],
        base_url=server.url,
        deadline=0.4,
        retry_config=PATIENT,
    )
    # Given up while it waits, or, if the machine is slow, cut off in the last attempt.
    assert outcome.result in ("ServiceUnavailableError", "DeadlineExceededError")
    assert outcome.attempts > 3
    assert outcome.seconds < 0.4 + SLACK
    assert outcome.error is not None
    if outcome.result == "ServiceUnavailableError":
        assert "after the deadline" in outcome.error.__notes__[0]


def test_a_storm_of_lost_connections_is_given_up(server: FaultServer, colour: str) -> None:
    (outcome,) = drive(
        colour,
        [ask("GET", "/lost")],
        base_url=server.url,
        deadline=0.4,
        retry_config=PATIENT,
    )
    assert outcome.result in ("ConnectionLostError", "DeadlineExceededError")
    assert outcome.attempts > 3
    assert outcome.seconds < 0.4 + SLACK


def test_slow_attempts_add_up(server: FaultServer, colour: str) -> None:
    (outcome,) = drive(
        colour,
        [ask("GET", "/after-0.2-503")],
        base_url=server.url,
        deadline=0.5,
        retry_config=RetryConfig(max_retries=1000, backoff_factor=0.0),
    )
    _check(outcome, 0.5)
    assert outcome.attempts == 3


def test_the_wait_for_a_place_counts(server: FaultServer, colour: str) -> None:
    # A read timeout shorter than the deadline ends the first call; none of its retries may run
    # past the deadline either.
    (outcome,) = drive(
        colour,
        [ask("GET", "/black-hole")],
        base_url=server.url,
        deadline=DEADLINE,
        retry_config=PATIENT,
        timeout_config=TimeoutConfig(read=0.05),
        pool_config=PoolConfig(max_connections=1),
    )
    assert outcome.result in ("DeadlineExceededError", "ReadTimeoutError")
    assert outcome.attempts > 1
    assert outcome.seconds < DEADLINE + SLACK


def test_redirects_share_one_deadline(server: FaultServer, colour: str) -> None:
    (outcome,) = drive(
        colour,
        [ask("GET", "/slow-loop-0.08")],
        base_url=server.url,
        deadline=DEADLINE,
    )
    _check(outcome)


def test_a_deadline_of_one_call_wins(server: FaultServer, colour: str) -> None:
    asks = [ask("GET", "/loris", options=RequestOptions(deadline=0.2))]
    (outcome,) = drive(colour, asks, base_url=server.url, deadline=30)
    _check(outcome, 0.2)


def test_many_deadlines_at_once(server: FaultServer, colour: str) -> None:
    """A call that ends just when its deadline comes harms no other."""
    asks = [
        ask("GET", "/after-0.01-ok", options=RequestOptions(deadline=0.006 + n * 0.00016))
        for n in range(50)
    ]
    outcomes = drive(colour, asks, base_url=server.url)
    assert {outcome.result for outcome in outcomes} <= {"HTTP 200", "DeadlineExceededError"}
    assert all(outcome.seconds < 0.03 + SLACK for outcome in outcomes)


# --- what only the sync client has to fear: its deadline is a second thread ---------------------


def test_a_deadline_that_passes_during_the_name_lookup(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def slow(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.3)
        return real(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    (outcome,) = drive("sync", [ask("GET", "/loris")], base_url=server.url, deadline=0.2)
    assert outcome.result == "DeadlineExceededError"
    # The lookup itself can not be interrupted; nothing may be waited for after it.
    assert outcome.seconds < 0.3 + SLACK


@pytest.mark.wire
def test_a_handshake_that_drips(colour: str) -> None:
    """A server that answers the TLS hello byte by byte, each in time for the connect timeout."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gone = threading.Event()
        thread = threading.Thread(target=_drip_handshake, args=(listener, gone), daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        (outcome,) = drive(colour, [ask("GET", "/x")], base_url=url, deadline=DEADLINE)
        _check(outcome)
        assert gone.wait(1.0), "the connection was not closed"
        thread.join(2)


def _drip_handshake(listener: socket.socket, gone: threading.Event) -> None:
    connection, _ = listener.accept()
    with connection:
        # The head of a TLS record of 16 KiB, which then never gets full.
        for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 1_000:
            try:
                connection.sendall(bytes((byte,)))
            except OSError:
                gone.set()
                return
            time.sleep(0.01)


def test_no_thread_outlives_its_call(server: FaultServer) -> None:
    before = threading.active_count()
    asks = [ask("GET", "/ok"), ask("GET", "/drip")] * 3
    drive("sync", asks, base_url=server.url, deadline=0.1)
    assert server.settles(lambda: threading.active_count() <= before)
