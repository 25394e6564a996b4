from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import TimeoutConfig
from sdkbase._policy.deadline import AttemptTimeout, Deadline
from tests.unit.wire.messages import fixed

NO_LIMITS = TimeoutConfig(connect=None, read=None, write=None, pool=None)


def test_without_an_end_everything_is_allowed() -> None:
    deadline = Deadline(None, now=5.0)
    assert deadline.remaining(1e9) is None
    assert deadline.allows(1e9, now=1e9)
    assert deadline.limit(NO_LIMITS, lambda: 5.0) == AttemptTimeout(None, None, None, None, None)


def test_what_is_left_never_falls_below_zero() -> None:
    deadline = Deadline(10.0, now=100.0)
    assert [deadline.remaining(now) for now in (100.0, 104.0, 110.0, 500.0)] == [10, 6, 0, 0]


@pytest.mark.parametrize(("wait", "allowed"), [(0, True), (5.9, True), (6, False), (7, False)])
def test_a_wait_has_to_end_before_the_deadline(wait: float, allowed: bool) -> None:
    assert Deadline(10.0, now=100.0).allows(wait, now=104.0) is allowed


def test_no_step_outlasts_the_call() -> None:
    config = TimeoutConfig(connect=5, read=30, write=None, pool=timedelta(seconds=2))
    limit = Deadline(10.0, now=0.0).limit(config, lambda: 6.0)
    assert limit == AttemptTimeout(4.0, 4.0, 4.0, 2.0, total=4.0, deadline=10.0)
    assert limit.steps() == {"connect": 4.0, "read": 4.0, "write": 4.0, "pool": 2.0}


def test_without_a_deadline_the_steps_stay() -> None:
    config = TimeoutConfig(connect=1, read=2, write=3, pool=None)
    assert Deadline(None, 0.0).limit(config, lambda: 9.0) == AttemptTimeout(
        1.0, 2.0, 3.0, None, None
    )


@given(st.floats(0.001, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
@fixed
def test_remaining_and_allows_agree(seconds: float, now: float, wait: float) -> None:
    deadline = Deadline(seconds, now=0.0)
    left = deadline.remaining(now)
    assert left is not None and 0 <= left <= seconds
    if deadline.allows(wait, now):
        assert wait <= left or wait == pytest.approx(left)
