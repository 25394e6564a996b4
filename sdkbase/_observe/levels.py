"""The names of loguru's levels, checked without importing loguru."""

from __future__ import annotations

from ..errors import ConfigurationError

LEVELS = {
    "TRACE": 5,
    "DEBUG": 10,
    "INFO": 20,
    "SUCCESS": 25,
    "WARNING": 30,
    "ERROR": 40,
    "CRITICAL": 50,
}


def level_name(field: str, value: object) -> str:
    """
    Return *value* as the name of a level, in capitals.

    Args:
        field: Name of the setting, for the error message.
        value: A level's name in any case.

    Raises:
        ConfigurationError: There is no such level.
    """
    name = value.upper() if isinstance(value, str) else ""
    if name not in LEVELS:
        raise ConfigurationError(f"{field} must be one of {', '.join(LEVELS)}, not {value!r}")
    return name
