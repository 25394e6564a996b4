"""Credentials from environment variables, read when a client is made."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..._exports import publish
from ...errors import ConfigurationError

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
# A secret that was given in place of a name may look like one, but seldom like these.
_USUAL_NAME = r"_*[A-Z][A-Z0-9]{,15}(_+[A-Z0-9]{1,16})*_*"


class AuthFromEnv:
    """
    Credentials whose secrets are in environment variables; `from_env` of each kind makes one.

    The variables are read when a client is made, so it may stand in a client's class.

    Args:
        make: Makes the credentials of the variables' values.
        variables: Names of the variables; errors show those in capital letters.
        options: Further keyword arguments of *make*.

    Raises:
        ConfigurationError: A name is none that a variable can have.
    """

    def __init__(self, make: Callable[..., Any], *variables: str, **options: Any) -> None:
        for variable in variables:
            if not isinstance(variable, str) or not re.fullmatch(_NAME, variable):
                # Not shown: it may be the secret itself.
                raise ConfigurationError(
                    "from_env takes names of environment variables, such as 'ACME_TOKEN', not what "
                    f"they hold; got {_kind(variable)}"
                )
        self._make = make
        self._variables = variables
        self._options = options

    def resolve(self, environ: Mapping[str, str] | None = None) -> Any:
        """
        Return the credentials.

        Args:
            environ: The variables; those of the process if left out.

        Raises:
            ConfigurationError: A variable is not set or empty, or its value can not be sent.
        """
        if environ is None:  # as a default, help() would print every variable of the machine
            environ = os.environ
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
            names = " and ".join(map(_shown, self._variables))
            raise ConfigurationError(f"{error}, from the environment ({names})") from None

    def __repr__(self) -> str:
        return f"AuthFromEnv({', '.join(map(_shown, self._variables))})"


def _listed(names: list[str], environ: Mapping[str, str]) -> str:
    return " and ".join(
        f"the environment variable {_shown(name)} is {'empty' if name in environ else 'not set'}"
        for name in names
    )


def _shown(name: str) -> str:
    return name if re.fullmatch(_USUAL_NAME, name) else "*** (shown in capitals only)"


def _kind(value: object) -> str:
    if isinstance(value, str):
        return "a string that is no name" if value else "an empty string"
    return type(value).__name__


publish(AuthFromEnv)
