"""Where a secret comes from: it is known, or a function of the user's returns it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from ..._wire.headers import parse_headers
from ..._wire.redaction import Secret
from ...errors import ConfigurationError

SecretFunction: TypeAlias = Callable[[], str | Awaitable[str]]
"""A function that returns the current secret; one that waits serves the async client only."""

_SCHEME = r"(?i)\s*bearer(\s|$)"


class SecretSource:
    """
    A secret that is known, or that a function returns for each attempt.

    Args:
        what: What to call it in errors.
        given: The secret or the function.
        check: Raises ValueError with what is wrong if a value can not be sent.

    Attributes:
        ask: The function, or None.

    Raises:
        ConfigurationError: The secret is empty or can not be sent.
    """

    def __init__(
        self, what: str, given: str | SecretFunction, check: Callable[[str], None]
    ) -> None:
        self._what = what
        self._check = check
        self.ask: SecretFunction | None = given if callable(given) else None
        self._known: Secret | None = None
        if not callable(given):
            # One argument to a line: see _async/verbs.py.
            self._known = self._secret(
                given,
            )

    def secret(self, answer: object = None) -> Secret:
        """Return the secret; *answer* is what the function returned, if there is one."""
        return self._secret(answer) if self._known is None else self._known

    def now(self) -> Secret:
        """
        Return the secret, asking the function if there is one.

        Raises:
            ConfigurationError: The function returned no secret, or something to wait for.
        """
        answer = None if self.ask is None else self.ask()
        if inspect.isawaitable(answer):
            if inspect.iscoroutine(answer):
                answer.close()
            raise ConfigurationError(
                f"{self._what}: the function has to be waited for, which only the async client does"
            )
        return self.secret(answer)

    def _secret(self, value: object) -> Secret:
        # The value is a secret, so the error does not show it.
        if not isinstance(value, str) or not value.strip():
            kind = "an empty string" if isinstance(value, str) else type(value).__name__
            raise ConfigurationError(f"{self._what} must be a string that is not empty, got {kind}")
        try:
            self._check(value)
        except ValueError as error:
            raise ConfigurationError(f"{self._what} {error}") from None
        return Secret(value.strip())


def check_header_value(value: str) -> None:
    """
    Make sure that *value* can stand in a header.

    Raises:
        ValueError: It can not; does not show it.
    """
    try:
        parse_headers({"authorization": value})
    except ValueError:
        raise ValueError("holds characters that a header can not carry") from None


def check_bearer_token(value: str) -> None:
    """
    Make sure that *value* can stand behind the scheme of a header.

    Raises:
        ValueError: It can not, or has the scheme itself; does not show it.
    """
    check_header_value(value)
    if re.match(_SCHEME, value):
        raise ValueError("begins with the scheme; leave 'Bearer' out, sdkbase adds it")
