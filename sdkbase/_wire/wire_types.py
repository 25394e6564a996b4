"""Values that JSON has no form of its own for, as APIs write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Self

from .http_date import http_date

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class _Moment(datetime):
    """
    A moment in UTC that is written in a form of its own.

    It is a `datetime`, and is made like one: `.now(UTC)`, or from another one by `.of(moment)`.
    """

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """
        Return the same moment in this form.

        Args:
            moment: With a time zone.

        Raises:
            ValueError: *moment* has no time zone, so nobody knows which moment it is.
        """
        if moment.utcoffset() is None:
            raise ValueError(f"{cls.__name__} needs a datetime with a time zone, such as UTC")
        in_utc = moment.astimezone(UTC)
        return cls.combine(in_utc.date(), in_utc.timetz())

    @classmethod
    def _epoch(cls) -> Self:
        return cls(1970, 1, 1, tzinfo=UTC)


def _since_epoch(moment: datetime) -> timedelta:
    if moment.utcoffset() is None:
        raise ValueError(f"{type(moment).__name__} needs a time zone, such as UTC")
    return moment - _EPOCH


class EpochSeconds(_Moment):
    """
    A moment that is written as seconds since 1970, such as `1767225600` or `1767225600.25`.

    A number in a string is read as well.
    """

    @classmethod
    def from_wire(cls, value: Any) -> Self:
        """
        Return the moment that many seconds after 1970.

        Raises:
            ValueError, TypeError: It is no number, or of no year that a `datetime` can be in.
        """
        return cls._epoch() + timedelta(seconds=_number(value))

    def to_wire(self) -> int | float:
        """Return the seconds since 1970: a whole number if the moment is on the second."""
        seconds, rest = divmod(_since_epoch(self), timedelta(seconds=1))
        return seconds if not rest else self.timestamp()


class EpochMillis(_Moment):
    """
    A moment that is written as milliseconds since 1970, such as `1767225600000`.

    A number in a string is read as well. What is finer than a millisecond is not written.
    """

    @classmethod
    def from_wire(cls, value: Any) -> Self:
        """
        Return the moment that many milliseconds after 1970.

        Raises:
            ValueError, TypeError: It is no number, or of no year that a `datetime` can be in.
        """
        return cls._epoch() + timedelta(milliseconds=_number(value))

    def to_wire(self) -> int:
        """Return the whole milliseconds since 1970."""
        return _since_epoch(self) // _MILLISECOND


class HttpDate(_Moment):
    """
    A moment that is written as in HTTP: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).

    The two obsolete forms are read as well. What is finer than a second is not written.
    """

    @classmethod
    def from_wire(cls, value: Any) -> Self:
        """
        Return the moment of an HTTP date.

        Raises:
            ValueError, TypeError: It is none.
        """
        if not isinstance(value, str):
            raise TypeError(f"Expected `str`, got `{_json_name(value)}`")
        return cls.of(http_date(value))

    def to_wire(self) -> str:
        """Return the date as HTTP writes it."""
        # A plain datetime, as the email package takes no other class for UTC.
        return format_datetime(_EPOCH + _since_epoch(self), usegmt=True)


class Int64String(int):
    """
    An integer that is written as a string, since JavaScript can not hold 64 bits: `"123"`.

    A plain number is read as well.
    """

    @classmethod
    def from_wire(cls, value: Any) -> Self:
        """
        Return the integer.

        Raises:
            ValueError, TypeError: It is none.
        """
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise TypeError(f"Expected `str` or `int`, got `{_json_name(value)}`")
        return cls(value)

    def to_wire(self) -> str:
        """Return the digits."""
        return int.__repr__(self)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"Expected a number, got `{_json_name(value)}`")
    return float(value) if isinstance(value, str) else value


def _json_name(value: Any) -> str:
    names = {"NoneType": "null", "dict": "object", "list": "array"}
    return names.get(type(value).__name__, type(value).__name__)
