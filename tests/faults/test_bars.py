"""Promises with a number: how much retries may multiply, how often calls succeed, how long."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from sdkbase import RateLimiter, RetryConfig
from tests.faults.answers import answer_of
from tests.faults.driver import ask, drive, drive_at_once
from tests.faults.quick_server import in_a_process
from tests.faults.server import Answer, FaultServer
from tests.scale import scaled

CALLS = 1000
AT_ONCE = RetryConfig(max_retries=2, backoff_factor=0.0)
FAULTS = ("503", "lost", "short", "500", "closed")


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("colour", ["asyncio", "sync"])
def test_an_outage_is_multiplied_by_less_than_a_fifth(server: FaultServer, colour: str) -> None:
    asks = [ask("GET", "/503")] * CALLS
    outcomes = drive(colour, asks, base_url=server.url, retry_config=AT_ONCE)
    assert {outcome.result for outcome in outcomes} == {"HTTP 503"}
    assert CALLS < len(server.requests) <= 1.2 * CALLS
    assert sum(outcome.attempts for outcome in outcomes) == len(server.requests)


@pytest.fixture
def flaky() -> Iterator[FaultServer]:
    """Give a test a server that answers one request in ten with a fault."""
    random = Random(7)

    def flaky_answer_of(_name: str) -> Answer:
        return answer_of(random.choice(FAULTS) if random.random() < 0.1 else "ok")

    with FaultServer(flaky_answer_of) as running:
        yield running


@pytest.mark.wire
@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("colour", ["asyncio", "sync"])
def test_three_attempts_get_through_one_fault_in_ten(flaky: FaultServer, colour: str) -> None:
    asks = [ask("GET", "/any")] * CALLS
    outcomes = drive(colour, asks, base_url=flaky.url, retry_config=AT_ONCE)
    succeeded = sum(outcome.result == "HTTP 200" for outcome in outcomes)
    assert succeeded >= 0.999 * CALLS
    assert len(flaky.requests) > 1.05 * CALLS


# --- deadlines ------------------------------------------------------------------------------------

DEADLINE = 1.0
# As is promised; a machine that is shared may stop everything for longer.
AT_MOST = scaled(full=1.1, ci=1.5)
CALLERS = scaled(full=100, ci=4)
SIDE_BY_SIDE = 25
ANSWERS = ("slow-loris", "slow-drip", "stalled", "black-hole", "503", "slow-loop-0.4")
PATIENT = RetryConfig(max_retries=1000, backoff_factor=0.05, max_backoff=0.2, retry_quota=None)
ENDS = {"DeadlineExceededError", "HTTP 503"}


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """Give the URL of a fault server that does not slow the callers down."""
    with in_a_process("tests.faults.fault_process") as url:
        yield url


@pytest.mark.wire
@pytest.mark.usefixtures("uncovered")
def test_every_deadline_holds(elsewhere: str, colour: str) -> None:
    asks = [ask("GET", f"/{answer}") for answer in ANSWERS for _ in range(CALLERS)]
    for first in range(0, len(asks), SIDE_BY_SIDE):
        outcomes = drive_at_once(
            colour,
            asks[first : first + SIDE_BY_SIDE],
            base_url=elsewhere,
            deadline=DEADLINE,
            retry_config=PATIENT,
            max_redirects=100,
        )
        late = [outcome for outcome in outcomes if outcome.seconds > AT_MOST]
        assert not late, f"{len(late)} of {len(outcomes)}: {late[0]}"
        assert {outcome.result for outcome in outcomes} <= ENDS


def test_the_deadline_of_who_waits_for_a_turn_holds(server: FaultServer, colour: str) -> None:
    outcomes = drive_at_once(
        colour,
        [ask("GET", "/ok")] * CALLERS,
        base_url=server.url,
        deadline=0.3,
        rate_limiter=RateLimiter(1, 0.12),
    )
    assert all(outcome.seconds <= 0.3 + AT_MOST - DEADLINE for outcome in outcomes)
    assert {outcome.result for outcome in outcomes} == {"HTTP 200", "DeadlineExceededError"}
