"""What servers say about their rate limits, in each of the forms that are in use."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdkbase._wire.rate_limit_headers import TELLING, ServerLimit, server_limit

NOW = 1_700_000_000.0
DATE = "Tue, 14 Nov 2023 22:13:10 GMT"  # ten seconds before


def told(fields: dict[str, str]) -> ServerLimit | None:
    raw = {name.lower().encode(): value for name, value in fields.items()}
    assert not raw or set(raw) & set(TELLING) or "x-ratelimit-used" in str(raw)
    return server_limit(raw.get, NOW)


def limit(
    limit: int | None = None,
    remaining: int | None = None,
    reset_in: float | None = None,
    policy: str | None = None,
) -> ServerLimit:
    return ServerLimit(limit, remaining, reset_in, policy)


STANDARD = [
    ('"default";r=50;t=30', None, limit(None, 50, 30, "default")),
    ('"default";r=50;t=30', '"default";q=100;w=60', limit(100, 50, 30, "default")),
    ("default;r=50;t=30", "default;q=100;w=60", limit(100, 50, 30, "default")),
    ('"default";r=0', None, limit(None, 0, None, "default")),
    ('"a";r=5;t=9, "b";r=0;t=3', '"a";q=10, "b";q=20;w=5', limit(20, 0, 3, "b")),
    ('"a";r=0;t=3,"b";r=0;t=60', None, limit(None, 0, 60, "b")),
    ('"day";r=7;t=100, "b";t=3', None, limit(None, 7, 100, "day")),
    ('"p";acme-x=1;r=4;acme-y="a, b; r=9";t=2', None, limit(None, 4, 2, "p")),
    ('"p";r=4;t=2;pk=:cHN0OQ==:;flag', None, limit(None, 4, 2, "p")),
    (r'"a \"quoted\", name";r=1;t=1', None, limit(None, 1, 1, 'a "quoted", name')),
    ('  "p" ; r=4 ; t=2  ', None, limit(None, 4, 2, "p")),
    ('"p";r=4', '"other";q=100', limit(None, 4, None, "p")),
    ('"p";r=4', "broken;;q=100", limit(None, 4, None, "p")),
    ("limit=100, remaining=0, reset=12", None, limit(100, 0, 12)),
    ("limit=100, remaining=5", None, limit(100, 5, None)),
]


@pytest.mark.parametrize(("field", "policy", "expected"), STANDARD)
def test_fields_of_the_draft(field: str, policy: str | None, expected: ServerLimit) -> None:
    fields = {"RateLimit": field} | ({} if policy is None else {"RateLimit-Policy": policy})
    assert told(fields) == expected


OLDER: list[tuple[dict[str, str], ServerLimit]] = [
    (
        {"RateLimit-Limit": "100", "RateLimit-Remaining": "7", "RateLimit-Reset": "50"},
        limit(100, 7, 50),
    ),
    ({"RateLimit-Limit": "100, 100;w=60", "RateLimit-Remaining": "0"}, limit(100, 0, None)),
    ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30"}, limit(None, 0, 30)),
    ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0.25"}, limit(None, 0, 0.25)),
    ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000060"}, limit(None, 0, 60)),
    ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000000.5"}, limit(None, 0, 0.5)),
    ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000060000"}, limit(None, 0, 60)),
    ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1600000000"}, limit(None, 0, 0)),
    # The server's clock tells how far away its own moment is.
    (
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000060", "Date": DATE},
        limit(None, 0, 70),
    ),
    (
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000060", "Date": "today"},
        limit(None, 0, 60),
    ),
    (
        {"X-RateLimit-Limit": "60", "X-RateLimit-Used": "60", "X-RateLimit-Reset": "9"},
        limit(60, 0, 9),
    ),
    ({"X-RateLimit-Limit": "60", "X-RateLimit-Used": "61"}, limit(60, 0, None)),
    ({"X-Rate-Limit-Remaining": "3", "X-Rate-Limit-Reset": "1700000001"}, limit(None, 3, 1)),
    ({"RateLimit-Remaining": "1", "X-RateLimit-Remaining": "9"}, limit(None, 1, None)),
    # What can not be read gives way to what can.
    ({"RateLimit": "!!", "X-RateLimit-Remaining": "9"}, limit(None, 9, None)),
    ({"RateLimit-Remaining": "few", "X-RateLimit-Remaining": "9"}, limit(None, 9, None)),
]


@pytest.mark.parametrize(("fields", "expected"), OLDER)
def test_older_fields(fields: dict[str, str], expected: ServerLimit) -> None:
    assert told(fields) == expected


@pytest.mark.parametrize(
    "field",
    [
        "",
        " ",
        ";r=1",
        '"p";r=-1',
        '"p";r=many',
        '"p"',
        '"p;r=1;t=2',
        '"p";r=1;;t=2',
        '"p";r=1 t=2',
        '"p";r=1, ,',
        "50",
        '"p";r=9999999999999999',
        '"p";r=1;t=2' * 1000,
        "=",
        "remaining=",
    ],
)
def test_what_is_malformed_is_ignored(field: str) -> None:
    assert told({"RateLimit": field}) is None
    assert told({"X-RateLimit-Limit": field or "-1"}) in (None, limit(50))


def test_nothing_told() -> None:
    assert told({}) is None


FIELDS = st.sampled_from([name.decode() for name in TELLING] + ["ratelimit-policy", "date"])
TEXTS = st.text(max_size=40) | st.text(alphabet='";=,rtqw 019.\\', max_size=40)


@pytest.mark.usefixtures("uncovered")
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.dictionaries(FIELDS, TEXTS))
def test_no_text_breaks_it(fields: dict[str, str]) -> None:
    raw = {name.encode(): value for name, value in fields.items()}
    found = server_limit(raw.get, NOW)
    if found is not None:
        assert found.remaining is None or found.remaining >= 0
        assert found.reset_in is None or 0 <= found.reset_in < 1e11


def test_a_hostile_field_takes_no_time(uncovered: None) -> None:
    for text in ('"' * 4000, ';r="' * 1000, "a;" * 2000, "a " * 2000, '"\\' * 2000, "a=b;" * 1000):
        assert server_limit({b"ratelimit": text}.get, NOW) is None
