"""Types that say themselves how they are written on the wire, for both ways of msgspec."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import msgspec

WIRE_ERRORS: Final = (TypeError, ValueError, ArithmeticError, LookupError, RecursionError)
"""What a `to_wire` may raise, and what msgspec raises if there is none."""


def is_wire_type(cls: Any) -> bool:
    """Return whether *cls* has `from_wire`, so that msgspec can make one."""
    return callable(getattr(cls, "from_wire", None))


def dec_hook(cls: Any, value: Any) -> Any:
    """
    Make a *cls* from the plain *value* that came, by its `from_wire`.

    Raises:
        ValueError, TypeError: It can not be made from this value.
    """
    if cls is object:
        return value
    try:
        return cls.from_wire(value)
    except (ArithmeticError, LookupError) as error:
        # What depends on the data is msgspec's to report, with its place in the document.
        raise ValueError(f"Invalid `{cls.__name__}`: {error}") from error


def enc_hook(value: Any) -> Any:
    """
    Return the plain value that stands for *value* on the wire, by its `to_wire`.

    Raises:
        TypeError: It has none.
    """
    plain = wire_value(value)
    if plain is value:
        raise TypeError(f"Encoding objects of type {_full_name(type(value))} is unsupported")
    return plain


def wire_value(value: Any) -> Any:
    """Return what stands for *value* on the wire: what its `to_wire` says, or else itself."""
    to_wire = getattr(value, "to_wire", None)
    return value if to_wire is None or isinstance(value, type) else to_wire()


def to_plain(value: Any) -> Any:
    """
    Return *value* as JSON has it: of strings, numbers, bools, None, lists and dicts only.

    Raises:
        WIRE_ERRORS: It has no such form.
    """
    return msgspec.to_builtins(value, str_keys=True, enc_hook=enc_hook)


def iso_text(moment: date) -> str:
    """Return a date or datetime as RFC 3339 has it, and as JSON bodies do: `Z` is UTC."""
    text = moment.isoformat()
    return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text


def _full_name(cls: Any) -> str:
    return str(cls.__name__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__name__}")
