from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._policy.retry_after import retry_after_of
from tests.unit.wire.messages import fixed, make_reply

# Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
MOMENT = 784_111_777.0


def wait(**fields: str) -> float | None:
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return retry_after_of(make_reply(503, b"", headers), MOMENT - 60)


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata"])
def time_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0.0),
        ("1", 1.0),
        ("120", 120.0),
        (" 5 ", 5.0),
        ("007", 7.0),
        ("1.5", 1.5),
        ("0.25", 0.25),
        ("99999999999", 99999999999.0),
        ("-5", None),
        ("-0.1", None),
        ("", None),
        ("soon", None),
        ("5 s", None),
        ("5, 6", None),
        ("nan", None),
        ("inf", None),
        ("1e400", None),
        ("1_000", None),
        ("0x10", None),
        ("\xb2", None),
    ],
)
def test_seconds(value: str, expected: float | None) -> None:
    assert wait(Retry_After=value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37 -0000",
    ],
)
@pytest.mark.usefixtures("time_zone")
def test_every_form_of_a_date_in_every_time_zone(value: str) -> None:
    assert wait(Retry_After=value) == 60.0
    assert wait(Retry_After=value, Date="Sun, 06 Nov 1994 08:49:07 GMT") == 30.0
    assert wait(Retry_After="Sun, 06 Nov 1994 08:50:37 GMT", Date=value) == 60.0


def test_a_wrong_clock_on_this_side_does_not_matter() -> None:
    fields = {"Retry-After": formatdate(MOMENT + 30), "Date": formatdate(MOMENT)}
    assert retry_after_of(make_reply(503, b"", fields), 0.0) == 30.0


def test_a_date_in_the_past_is_no_wait() -> None:
    assert wait(Retry_After=formatdate(0)) == 0.0


def test_an_unreadable_date_of_the_response_is_ignored() -> None:
    assert wait(Retry_After=formatdate(MOMENT), Date="yesterday") == 60.0


@pytest.mark.parametrize(
    "value",
    [
        "Sun, 99 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 99999 08:49:37 GMT",
        "Sun, 06 Nov",
        "1994-11-06",
    ],
)
def test_dates_that_are_none_are_ignored(value: str) -> None:
    assert wait(Retry_After=value) is None


@pytest.mark.parametrize(
    ("milliseconds", "seconds", "expected"),
    [
        ("1500", "7", 1.5),
        ("0", "7", 0.0),
        ("1.5", None, 0.0015),
        ("-100", "7", 7.0),
        ("invalid", "7", 7.0),
        ("", "7", 7.0),
        ("nan", None, None),
    ],
)
def test_milliseconds_win(milliseconds: str, seconds: str | None, expected: float | None) -> None:
    fields = {"Retry_After_Ms": milliseconds} | ({"Retry_After": seconds} if seconds else {})
    assert wait(**fields) == expected


def test_nothing_asked_is_none() -> None:
    assert wait(Date=formatdate(0)) is None


@given(st.text(st.characters(max_codepoint=255), max_size=40))
@fixed
def test_any_value_is_a_wait_or_none(value: str) -> None:
    for name in ("Retry_After", "Retry_After_Ms"):
        result = wait(**{name: value})
        assert result is None or 0 <= result < float("inf")
