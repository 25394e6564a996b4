"""Pauses that a server asks for: who waits, how long, in which order, and what comes after."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sdkbase import RateLimiter
from sdkbase._policy.rate_limit import Reservation
from sdkbase._wire.rate_limit_headers import ServerLimit
from sdkbase.errors import ConfigurationError, InvalidRequestError


def ready(turns: list[Reservation]) -> list[float]:
    return [turn.ready_at for turn in turns]


def asked(limiter: RateLimiter, count: int, now: float) -> list[Reservation]:
    return [limiter.reserve(now) for _ in range(count)]


def test_nobody_goes_before_the_end_of_a_pause_and_then_one_by_one() -> None:
    limiter = RateLimiter(5, 1.0)
    limiter.pause(10.0, now=0.0)
    # A full bucket would let five go at once.
    assert ready(asked(limiter, 4, 1.0)) == pytest.approx([10.0, 10.2, 10.4, 10.6])
    turn = limiter.reserve(30.0)
    assert repr(turn) == "Reservation(ready_at=30, cost=1)"


def test_those_who_come_at_the_end_of_a_pause_find_no_full_bucket() -> None:
    limiter = RateLimiter(5, 1.0)
    limiter.pause(10.0, now=0.0)
    assert ready(asked(limiter, 3, 10.0)) == pytest.approx([10.0, 10.2, 10.4])


def test_those_who_wait_are_moved_and_keep_their_order() -> None:
    limiter = RateLimiter(1, 1.0)
    first, *waiting = asked(limiter, 4, 0.0)
    assert first.ready_at == 0.0
    assert ready(waiting) == pytest.approx([1.0, 2.0, 3.0])
    limiter.pause(5.0, now=0.5)
    assert ready(waiting) == pytest.approx([5.5, 6.5, 7.5])
    assert limiter.reserve(0.6).ready_at == pytest.approx(8.5)


def test_a_pause_that_is_over_before_the_first_turn_moves_nobody() -> None:
    limiter = RateLimiter(1, 10.0)
    waiting = asked(limiter, 3, 0.0)[1:]
    limiter.pause(5.0, now=0.0)
    assert ready(waiting) == pytest.approx([10.0, 20.0])
    assert limiter.reserve(1.0).ready_at == pytest.approx(30.0)


def test_a_late_waiter_is_held_too() -> None:
    limiter = RateLimiter(1, 1.0)
    late = asked(limiter, 2, 0.0)[1]
    limiter.pause(5.0, now=2.0)  # it was ready at 1 and has not begun
    assert late.ready_at == 7.0
    limiter.begin(late)
    assert limiter.reserve(7.0).ready_at == pytest.approx(8.0)


def test_a_shorter_pause_changes_nothing() -> None:
    limiter = RateLimiter(1, 1.0)
    limiter.pause(10.0, now=0.0)
    waiting = asked(limiter, 3, 0.0)
    limiter.pause(2.0, now=1.0)
    assert ready(waiting) == pytest.approx([10.0, 11.0, 12.0])
    limiter.pause(10.0, now=1.0)
    assert ready(waiting) == pytest.approx([11.0, 12.0, 13.0])


def test_a_cancelled_turn_comes_back_in_a_pause_too() -> None:
    limiter = RateLimiter(1, 1.0)
    limiter.pause(10.0, now=0.0)
    first, last = asked(limiter, 2, 0.0)
    limiter.cancel(last, 1.0)
    assert limiter.reserve(1.0).ready_at == pytest.approx(11.0)
    assert first.ready_at == 10.0


def test_debt_from_before_is_paid_during_the_pause() -> None:
    limiter = RateLimiter(2, 1.0)
    for turn in asked(limiter, 6, 0.0):
        limiter.begin(turn)
    limiter.pause(100.0, now=0.0)
    assert limiter.reserve(1.0).ready_at == 60.0  # and no further than max_pause


def test_no_header_stops_a_client_for_long() -> None:
    limiter = RateLimiter(1, 1.0, max_pause=3)
    limiter.observe(None, 0.0, throttled=True, retry_after=1e15)
    assert limiter.reserve(0.0).ready_at == 3.0
    limiter.observe(None, 0.0, throttled=True, limit=ServerLimit(1, 0, math.inf))
    assert limiter.reserve(0.0).ready_at == pytest.approx(4.0)


EMPTY, SOME, UNKNOWN = ServerLimit(9, 0, 5.0), ServerLimit(9, 1, 5.0), ServerLimit(9, None, 5.0)
TOLD: list[tuple[dict[str, Any], float]] = [
    ({"throttled": True, "retry_after": 7.0}, 7.0),
    ({"throttled": False, "retry_after": 7.0}, 7.0),
    ({"throttled": True, "retry_after": 7.0, "limit": EMPTY}, 7.0),
    ({"throttled": True, "retry_after": 0.0, "limit": EMPTY}, 0.0),
    ({"throttled": True, "limit": EMPTY}, 5.0),
    ({"throttled": False, "limit": EMPTY}, 5.0),
    ({"throttled": True, "limit": SOME}, 0.0),
    ({"throttled": False, "limit": SOME}, 0.0),
    ({"throttled": True, "limit": UNKNOWN}, 5.0),
    ({"throttled": False, "limit": UNKNOWN}, 0.0),
    ({"throttled": True, "limit": ServerLimit(9, 0, None)}, 0.0),
    ({"throttled": True}, 0.0),
]


@pytest.mark.parametrize(("told", "pause"), TOLD)
def test_what_the_server_says(told: dict[str, Any], pause: float) -> None:
    limiter = RateLimiter(3, 1.0)
    limiter.observe(None, 0.0, **told)
    assert limiter.reserve(0.0).ready_at == pause
    deaf = RateLimiter(3, 1.0, follow_server=False)
    deaf.observe(None, 0.0, **told)
    assert deaf.reserve(0.0).ready_at == 0.0


def test_a_pause_concerns_its_key_only() -> None:
    limiter = RateLimiter(1, 1.0, key="host")
    limiter.pause(5.0, now=0.0, key="a.example")
    assert limiter.reserve(0.0, key="a.example").ready_at == 5.0
    assert limiter.reserve(0.0, key="b.example").ready_at == 0.0


def test_a_turn_that_the_store_refused_keeps_its_place() -> None:
    limiter = RateLimiter(3, 3.0)
    first, second, third, fourth, fifth = asked(limiter, 5, 0.0)
    limiter.hold(second, 0.1, 4.0)
    limiter.hold(first, 0.1, 4.0)
    assert ready([first, second, fourth, fifth]) == pytest.approx([4.1, 5.1, 6.1, 7.1])
    assert third.ready_at == 0.0  # was let through
    limiter.begin(first)
    limiter.hold(second, 5.1, 1.0)
    assert ready([second, fourth, fifth]) == pytest.approx([6.1, 7.1, 8.1])
    limiter.cancel(second, 6.0)
    assert limiter.reserve(6.0).ready_at == pytest.approx(9.1)


def test_calls_that_cost_more() -> None:
    limiter = RateLimiter(4, 4.0)
    costs = (4.0, 2.0, 1.0, 0.5)
    turns = [limiter.reserve(0.0, cost=cost) for cost in costs]
    assert ready(turns) == pytest.approx([0.0, 2.0, 3.0, 3.5])
    limiter.pause(10.0, now=0.0)
    assert ready(turns[1:]) == pytest.approx([10.0, 11.0, 11.5])
    for turn in turns[1:]:
        limiter.cancel(turn, 0.0)
    # All that they cost is back: what the first in line had at the end of the pause.
    assert limiter.reserve(11.0, cost=4.0).ready_at == pytest.approx(12.0)


@pytest.mark.parametrize("cost", [0.0, -1.0, 4.5, math.nan, math.inf])
def test_costs_that_never_fit(cost: float) -> None:
    limiter = RateLimiter(4, 4.0)
    with pytest.raises(InvalidRequestError, match="never fits a rate limit of 4 at once"):
        limiter.reserve(0.0, cost=cost)
    assert limiter.snapshot(0.0).buckets == ()


@pytest.mark.parametrize("value", [0, -1, "1", None, True, math.inf])
def test_bad_max_pause(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^RateLimiter\.max_pause must be"):
        RateLimiter(max_pause=value)


@pytest.mark.parametrize("name", ["follow_server", "adaptive"])
def test_bad_flags(name: str) -> None:
    flags: dict[str, Any] = {name: 1}
    with pytest.raises(ConfigurationError, match=rf"^RateLimiter\.{name} must be True or False"):
        RateLimiter(**flags)


def test_a_forked_child_has_no_callers_in_line() -> None:
    limiter = RateLimiter(1, 1.0)
    asked(limiter, 3, 0.0)
    limiter.reset_lock()
    assert limiter.snapshot(0.0).waiting == 0
    assert limiter.reserve(0.0).ready_at == pytest.approx(3.0)  # the debt stays


def test_an_adaptive_rate_moves_those_who_wait() -> None:
    limiter = RateLimiter(10, 1.0, adaptive=True)
    for step in range(1, 201):  # ten answers a second
        limiter.observe(None, step / 10, throttled=False)
    waiting = asked(limiter, 14, 20.0)[10:]
    assert ready(waiting) == pytest.approx([20.1, 20.2, 20.3, 20.4])
    limiter.observe(None, 20.0, throttled=True)
    cut = limiter.snapshot(20.0).buckets[0].rate
    assert cut == pytest.approx(7.0, rel=0.01)
    assert ready(waiting) == pytest.approx([20.0 + nth / cut for nth in range(1, 5)])
    # Won back: earlier again for those who still wait, in small steps not each time.
    limiter.pause(10.0, now=20.0)
    assert ready(waiting) == pytest.approx([30.0 + nth / cut for nth in range(4)])
    for step in range(1, 91):
        limiter.observe(None, 20.0 + step / 10, throttled=False)
    assert ready(waiting) == pytest.approx([30.0 + nth / 10 for nth in range(4)], abs=0.01)
    assert limiter.snapshot(29.0).buckets[0].rate == pytest.approx(10.0, rel=0.02)
