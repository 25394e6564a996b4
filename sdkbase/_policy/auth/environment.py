"""Credentials from environment variables, read when a client is made."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import ConfigurationError


class AuthFromEnv:
    """
    Credentials whose secrets are in environment variables; `from_env` of each kind makes one.

    The variables are read when a client is made, so it may stand in a client's class.

    Args:
        make: Makes the credentials of the variables' values.
        variables: Names of the variables.
        options: Further keyword arguments of *make*.

    Raises:
        ConfigurationError: A name is no string or empty.
    """

    def __init__(self, make: Callable[..., Any], *variables: str, **options: Any) -> None:
        for variable in variables:
            if not isinstance(variable, str) or not variable:
                raise ConfigurationError(
                    f"from_env takes names of environment variables, got {variable!r}"
                )
        self._make = make
        self._variables = variables
        self._options = options

    def resolve(self, environ: Mapping[str, str] = os.environ) -> Any:
        """
        Return the credentials.

        Raises:
            ConfigurationError: A variable is not set or empty, or its value can not be sent.
        """
        missing = [name for name in self._variables if not environ.get(name, "").strip()]
        if missing:
            pronoun = "it" if len(missing) == 1 else "them"
            raise ConfigurationError(
                f"no credentials: {_listed(missing, environ)}; set {pronoun}, or pass auth="
            )
        try:
            return self._make(
                *(environ[name].strip() for name in self._variables),
                **self._options,
            )
        except ConfigurationError as error:
            names = " and ".join(self._variables)
            raise ConfigurationError(f"{error}, from the environment ({names})") from None

    def __repr__(self) -> str:
        return f"AuthFromEnv({', '.join(self._variables)})"


def _listed(names: list[str], environ: Mapping[str, str]) -> str:
    return " and ".join(
        f"the environment variable {name} is {'empty' if name in environ else 'not set'}"
        for name in names
    )
