from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._wire.content_range import ContentRange, parse_content_range, parse_unsatisfied


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bytes 0-0/1", ContentRange(0, 1, 1)),
        ("bytes 42-1233/1234", ContentRange(42, 1234, 1234)),
        ("bytes 42-1233/*", ContentRange(42, 1234, None)),
        (" Bytes  5-9/20 ", ContentRange(5, 10, 20)),
        (f"bytes 0-{10**15}/{10**16}", ContentRange(0, 10**15 + 1, 10**16)),
    ],
)
def test_a_range_that_is_sent(value: str, expected: ContentRange) -> None:
    assert parse_content_range(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "bytes",
        "bytes */1234",
        "bytes 5-4/10",
        "bytes 5-10/10",
        "bytes 5-9",
        "bytes -5/10",
        "bytes 5-/10",
        "bytes=5-9/10",
        "lines 5-9/10",
        "bytes 5-9/ten",
        "bytes \u0665-9/10",
        "bytes 5-9/10, bytes 11-12/20",
        "bytes " + "9" * 30 + "-" + "9" * 30 + "/*",
    ],
)
def test_what_is_no_range(value: str | None) -> None:
    assert parse_content_range(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bytes */1234", 1234),
        ("bytes */0", 0),
        (" BYTES  */7 ", 7),
        ("bytes 0-1/2", None),
        ("bytes */*", None),
        ("*/5", None),
        ("", None),
        (None, None),
    ],
)
def test_the_length_of_what_has_no_such_range(value: str | None, expected: int | None) -> None:
    assert parse_unsatisfied(value) == expected


@given(st.text())
def test_nothing_that_is_sent_is_an_error(value: str) -> None:
    for text in (value, f"bytes {value}"):
        found = parse_content_range(text)
        assert found is None or found.start < found.end
        parse_unsatisfied(text)
