"""Values of settings, and how they are checked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, Literal, TypeAlias, final

import msgspec
from msgspec.structs import force_setattr

from ..errors import ConfigurationError


@final
class Omit:
    """Type of `OMIT`, which leaves a parameter out of a request."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "OMIT"

    def __bool__(self) -> Literal[False]:
        return False

    def __reduce__(self) -> str:
        return "OMIT"


OMIT: Final = Omit()
"""Leaves a query parameter or a JSON field out; `None` is a value of its own."""

_MAX_SECONDS = 1e9

Seconds: TypeAlias = float | timedelta
"""A duration: seconds, or a timedelta."""

QueryStyle: TypeAlias = Literal["repeat", "comma", "brackets", "indices", "deepObject"]
"""
How arrays and mappings stand in a query: `a=1&a=2`, `a=1,2`, `a[]=1&a[]=2`, `a[0]=1&a[1]=2`, or
`a[b]=1` for a mapping.
"""

QUERY_STYLES: Final = ("repeat", "comma", "brackets", "indices", "deepObject")
"""All of `QueryStyle`."""

Progress: TypeAlias = Callable[[int, int | None], object]
"""Is told how many bytes are done, and of how many if that is known."""


def as_float(duration: Seconds) -> float:
    """Return a duration that was checked before as a float of seconds."""
    return duration.total_seconds() if isinstance(duration, timedelta) else duration


def to_seconds(value: object, name: str, *, zero: bool = False) -> float:
    """
    Return a duration as a float of seconds.

    Args:
        value: Seconds or a timedelta.
        name: What to call it in the error.
        zero: Whether zero is allowed.

    Raises:
        ConfigurationError: It is not a number, not finite, negative, or zero where that is wrong.
    """
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigurationError(f"{name} must be seconds or a timedelta, got {value!r}")
    # Compared before it is made a float, which a huge whole number can not become.
    if not 0 <= value < _MAX_SECONDS or (value == 0 and not zero):
        bound = "0 or more" if zero else "more than 0"
        raise ConfigurationError(
            f"{name} must be a finite number of seconds, {bound}, got {value!r}"
        )
    return float(value)


def to_count(value: object, name: str, *, minimum: int) -> int:
    """
    Return *value* if it is a whole number of at least *minimum*.

    Raises:
        ConfigurationError: It is not; names *name*.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        raise ConfigurationError(f"{name} must be a whole number, {minimum} or more, got {value!r}")
    return value


def to_query_style(value: object, name: str) -> QueryStyle:
    """
    Return *value* if it is a query style.

    Raises:
        ConfigurationError: It is not; names *name*.
    """
    if value not in QUERY_STYLES:
        raise ConfigurationError(f"{name} must be one of {', '.join(QUERY_STYLES)}, got {value!r}")
    return value


def wrong(owner: msgspec.Struct, field: str, rule: str) -> ConfigurationError:
    """Return the error of a field that breaks its *rule*."""
    value = getattr(owner, field)
    return ConfigurationError(f"{type(owner).__name__}.{field} {rule}, got {value!r}")


def check_count(owner: msgspec.Struct, field: str, *, minimum: int) -> None:
    """Make sure that a field is a whole number of at least *minimum*."""
    to_count(getattr(owner, field), f"{type(owner).__name__}.{field}", minimum=minimum)


def store_seconds(owner: msgspec.Struct, field: str, *, zero: bool, none: bool) -> None:
    """Make sure that a field is a duration, and store it as a float of seconds."""
    value = getattr(owner, field)
    if value is None and none:
        return
    seconds = to_seconds(value, f"{type(owner).__name__}.{field}", zero=zero)
    force_setattr(owner, field, seconds)


def store_number(owner: msgspec.Struct, field: str, *, below: float = 1e9) -> None:
    """Make sure that a field is a number above 0, and store it as a float."""
    value = getattr(owner, field)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < below:
        raise wrong(owner, field, "must be a finite number above 0")
    force_setattr(owner, field, float(value))
