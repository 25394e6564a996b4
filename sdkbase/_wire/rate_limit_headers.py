"""
What a server says about its rate limit.

Read are the fields of draft-ietf-httpapi-ratelimit-headers: `RateLimit` with `RateLimit-Policy` as
structured fields (revisions 8 to 11), as a dictionary (revisions 3 to 7), and `RateLimit-Limit`,
`-Remaining`, `-Reset` (before); and the same three after `X-`, whose reset is a moment in GitHub's
API and a number of seconds elsewhere. Whatever can not be read is ignored, as the draft demands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import msgspec

from .http_date import http_timestamp

HeaderGetter: TypeAlias = Callable[[bytes], str | None]
"""Returns the first field of a name in lower case, or None."""

TELLING: Final = (
    b"ratelimit",
    b"ratelimit-remaining",
    b"x-ratelimit-remaining",
    b"x-ratelimit-reset",
    b"x-rate-limit-remaining",
    b"ratelimit-limit",
    b"x-ratelimit-limit",
)
"""Fields of which one at least is there if a server says anything."""

_PREFIXES = (b"ratelimit-", b"x-ratelimit-", b"x-rate-limit-")
_LONGEST = 4096
# Numbers above are moments since 1970, in seconds or in milliseconds: as durations they would be
# 30 years and more.
_EPOCH = 1e9
_EPOCH_MS = 1e11

_STRING = r'"(?:[^"\\]|\\["\\])*"'
_BARE = r"[^\s,;=\"]+"
# A byte sequence, as in `pk=:YWJj:`, may end with "=".
_PARAMETER = rf"\s*;\s*({_BARE})(?:=({_STRING}|[^\s,;\"]+))?"
_MEMBER = re.compile(rf"\s*({_STRING}|{_BARE})((?:{_PARAMETER})*)\s*(?:,|$)")
_PAIR = re.compile(r"\s*(limit|remaining|reset)\s*=\s*([0-9]{1,15})\s*(?:,|$)")
_NUMBER = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*(?:[,;]|$)")


class ServerLimit(msgspec.Struct, frozen=True):
    """A server's rate limit, as far as it told."""

    limit: int | None = None
    """Requests in one window."""
    remaining: int | None = None
    """Requests left in this one."""
    reset_in: float | None = None
    """Seconds until the next one begins, 0 or more."""
    policy: str | None = None
    """What the server calls it."""


def server_limit(header: HeaderGetter, wall_time: float) -> ServerLimit | None:
    """
    Return the rate limit that the header fields of an answer tell of, or None.

    Args:
        header: Gives the fields of the answer.
        wall_time: Seconds since the epoch; only for answers without a `Date` of their own.
    """
    return _standard(header) or _older(header, wall_time)


def _standard(header: HeaderGetter) -> ServerLimit | None:
    field = header(b"ratelimit")
    if field is None:
        return None
    members = list(_members(field))
    if not members:
        return _dictionary(field)
    quotas = dict(_members(header(b"ratelimit-policy") or ""))
    told = [_told(name, parameters, quotas.get(name, {})) for name, parameters in members]
    # Of several policies, the one that is the next to refuse a request, or will the longest.
    known = [limit for limit in told if limit.remaining is not None]
    return min(known, key=lambda limit: (limit.remaining, -(limit.reset_in or 0)), default=None)


def _told(name: str, parameters: dict[str, str], quota: dict[str, str]) -> ServerLimit:
    return ServerLimit(
        limit=_whole(quota.get("q")),
        remaining=_whole(parameters.get("r")),
        reset_in=_number(parameters.get("t")),
        policy=name,
    )


def _members(field: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the name and the parameters of each item of a structured list (RFC 9651)."""
    place, found = 0, list[tuple[str, dict[str, str]]]()
    while place < len(field) <= _LONGEST:
        member = _MEMBER.match(field, place)
        if member is None:
            return  # a list that is wrong anywhere is no list
        pairs = re.findall(_PARAMETER, member[2])
        found.append((_text(member[1]), {name: _text(value) for name, value in pairs}))
        place = member.end()
    yield from found


def _text(bare: str) -> str:
    return re.sub(r"\\(.)", r"\1", bare[1:-1]) if bare.startswith('"') else bare


def _dictionary(field: str) -> ServerLimit | None:
    values: dict[str, int] = {}
    place = 0
    while place < len(field) and (pair := _PAIR.match(field, place)):
        values[pair[1]] = int(pair[2])
        place = pair.end()
    if not values:
        return None
    reset = values.get("reset")
    return ServerLimit(
        limit=values.get("limit"),
        remaining=values.get("remaining"),
        reset_in=None if reset is None else float(reset),
    )


def _older(header: HeaderGetter, wall_time: float) -> ServerLimit | None:
    for prefix in _PREFIXES:
        limit = _whole(header(prefix + b"limit"))
        remaining = _whole(header(prefix + b"remaining"))
        used = _whole(header(prefix + b"used")) if remaining is None else None
        if used is not None and limit is not None:
            remaining = max(0, limit - used)
        reset = _number(header(prefix + b"reset"))
        if limit is not None or remaining is not None or reset is not None:
            reset_in = None if reset is None else _seconds(reset, header, wall_time)
            return ServerLimit(limit, remaining, reset_in)
    return None


def _seconds(reset: float, header: HeaderGetter, wall_time: float) -> float:
    if reset < _EPOCH:
        return reset
    moment = reset / 1000 if reset >= _EPOCH_MS else reset
    # The server's own clock, where it shows it: that of this machine may be wrong.
    server_now = http_timestamp(header(b"date") or "")
    return max(0.0, moment - (wall_time if server_now is None else server_now))


def _number(text: str | None) -> float | None:
    found = _NUMBER.match(text) if text else None
    return float(found[1]) if found else None


def _whole(text: str | None) -> int | None:
    number = _number(text)
    return None if number is None else int(number)
