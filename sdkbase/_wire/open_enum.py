"""Enums that keep a value which they do not know."""

from __future__ import annotations

from enum import Enum, IntEnum, StrEnum
from enum import property as enum_property
from typing import Self


class _Open(Enum):
    @property
    def is_known(self) -> bool:
        """Whether the enum declares this value."""
        return self._value_ in type(self)._value2member_map_

    @classmethod
    def _unknown(cls, member: Self, value: str | int) -> Self:
        # Enum keeps no such member, so that a server can not fill the memory with them.
        member._name_ = "UNKNOWN"
        member._value_ = value
        return member


class OpenEnum(_Open, StrEnum):
    """
    Base of enums of strings that keep a value which they do not know, instead of refusing it.

    `class Status(OpenEnum): ACTIVE = "active"` decodes "paused" to a `Status` whose `value` is
    "paused", whose `name` is "UNKNOWN" and which is not `is_known`. It equals others of the same
    value and the string itself, is encoded as it came, copied and pickled like any member. As it
    is no member, it does not show up when the enum is gone through, and `is` does not find it.

    Type checkers take an enum for complete when its members are all handled one by one; what comes
    after that is for the values that are not known, so leave no `assert_never` there.
    """

    @enum_property
    def value(self) -> str:
        """The string as it came."""
        # Declared, as type checkers would think that only those of the members can come.
        return str(self._value_)

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return cls._unknown(str.__new__(cls, value), value) if isinstance(value, str) else None


class OpenIntEnum(_Open, IntEnum):
    """Base of enums of integers that keep a value which they do not know, as `OpenEnum` does."""

    @enum_property
    def value(self) -> int:
        """The integer as it came."""
        return int(self._value_)

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        # Plain integers only: True would be taken for 1, which it equals.
        return cls._unknown(int.__new__(cls, value), value) if type(value) is int else None
