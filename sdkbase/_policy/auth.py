"""
Credentials: what each kind puts into a request.

What they emit is registered as secret, and the engine sends it only to the origin of the client's
`base_url`. `httpx.Auth`, a pair of name and password, and a function are taken as httpx takes them.
"""

from __future__ import annotations

import inspect
from base64 import b64encode
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias, cast, runtime_checkable

import httpx

from .._wire.headers import Headers, merge_headers, parse_headers
from .._wire.redaction import Secret, register_headers
from ..errors import ConfigurationError


@runtime_checkable
class Credentials(Protocol):
    """Anything that puts credentials into a request's headers."""

    def auth_headers(self) -> Headers:
        """Return the headers to send, by lower-case name. Called once for each attempt."""
        ...


AuthInput: TypeAlias = (
    Credentials
    | httpx.Auth
    | tuple[str | bytes, str | bytes]
    | Callable[[httpx.Request], httpx.Request]
)
"""What `auth=` takes."""


class BearerAuth:
    """
    Send `Authorization: Bearer <token>` (RFC 6750).

    Args:
        token: The token, or a plain function that returns the current one; called for each attempt.

    Raises:
        ConfigurationError: The token is empty or can not stand in a header.
    """

    def __init__(self, token: str | Callable[[], str]) -> None:
        self._source: Secret | Callable[[], str]
        if callable(token):
            if inspect.iscoroutinefunction(token):
                raise ConfigurationError(
                    "BearerAuth takes a plain function; refresh the token elsewhere and let the "
                    "function return the current one"
                )
            self._source = token
        else:
            # One argument to a line: see _async/verbs.py.
            self._source = _secret(
                "BearerAuth token",
                token,
            )

    def auth_headers(self) -> Headers:
        """Return the header with the current token."""
        if isinstance(self._source, Secret):
            token = self._source.reveal()
        else:
            token = _secret("BearerAuth token", self._source()).reveal()
        return {"authorization": f"Bearer {token}"}

    def __repr__(self) -> str:
        return "BearerAuth(***)"


class BasicAuth:
    """
    Send `Authorization: Basic …` (RFC 7617).

    Args:
        username: User name, without a colon.
        password: Password; may be empty.

    Raises:
        ConfigurationError: The user name holds a colon.
    """

    def __init__(self, username: str, password: str) -> None:
        if not isinstance(username, str) or ":" in username:
            raise ConfigurationError("BasicAuth username must be a string without a colon")
        if not isinstance(password, str):
            raise ConfigurationError("BasicAuth password must be a string")
        try:
            pair = f"{username}:{password}".encode()
        except UnicodeEncodeError:
            raise ConfigurationError("BasicAuth takes text that has a UTF-8 form") from None
        self._username = username
        self._password = Secret(password)
        self._pair = Secret(b64encode(pair).decode())

    def auth_headers(self) -> Headers:
        """Return the header."""
        return {"authorization": f"Basic {self._pair.reveal()}"}

    def __repr__(self) -> str:
        return f"BasicAuth({self._username!r}, ***)"


class ApiKeyAuth:
    """
    Send a key in a header of the API's own.

    Args:
        key: The key.
        header: Name of the header.

    Raises:
        ConfigurationError: The key is empty or can not stand in a header.
    """

    def __init__(self, key: str, header: str = "X-API-Key") -> None:
        self._key = _secret(
            "ApiKeyAuth key",
            key,
        )
        try:
            (self._header,) = parse_headers({header: "value"})
        except ValueError as error:
            raise ConfigurationError(f"ApiKeyAuth header: {error}") from None

    def auth_headers(self) -> Headers:
        """Return the header."""
        return {self._header: self._key.reveal()}

    def __repr__(self) -> str:
        return f"ApiKeyAuth(***, header={self._header!r})"


class Auth:
    """
    What a client was given as `auth=`, sorted by how it is applied.

    Attributes:
        credentials: Puts headers into each attempt, or None.
        flow: A flow of httpx that sees requests and responses, or None.
    """

    __slots__ = ("credentials", "flow")

    def __init__(self, given: AuthInput | None) -> None:
        self.credentials: Credentials | None = None
        self.flow: httpx.Auth | None = None
        if given is None:
            return
        if inspect.iscoroutinefunction(given):
            raise ConfigurationError(
                "auth takes a plain function; for one that waits, write an httpx.Auth with "
                "async_auth_flow"
            )
        if isinstance(given, httpx.Auth):
            self.flow = given
        elif isinstance(given, tuple):
            self.credentials = _basic(cast("tuple[Any, ...]", given))
        elif isinstance(given, Credentials) and not isinstance(given, type):
            self.credentials = given
        elif callable(given) and not isinstance(given, type):
            self.flow = _FunctionAuth(given)
        else:
            raise ConfigurationError(
                "auth must be BearerAuth, BasicAuth, ApiKeyAuth, an httpx.Auth, a pair of user "
                f"name and password, or a function of a request, got {type(given).__name__}"
            )

    def headers(self) -> Headers:
        """Return the headers to put into an attempt, and register them as secret."""
        if self.credentials is None:
            return {}
        headers = merge_headers({}, self.credentials.auth_headers())
        register_headers(headers)
        return headers


class _FunctionAuth(httpx.Auth):
    def __init__(self, function: Callable[[httpx.Request], httpx.Request]) -> None:
        self._function = function

    def auth_flow(self, request: httpx.Request) -> Any:
        yield self._function(request)


def _basic(pair: tuple[Any, ...]) -> BasicAuth:
    if len(pair) != 2 or not all(isinstance(part, str | bytes) for part in pair):
        raise ConfigurationError("auth as a tuple must be a user name and a password")
    try:
        name, password = (part.decode() if isinstance(part, bytes) else part for part in pair)
    except UnicodeDecodeError:
        raise ConfigurationError("auth as a pair of bytes must be UTF-8") from None
    return BasicAuth(name, password)


def _secret(what: str, value: object) -> Secret:
    # The value is a secret, so the error does not show it.
    if not isinstance(value, str) or not value.strip():
        kind = "an empty string" if isinstance(value, str) else type(value).__name__
        raise ConfigurationError(f"{what} must be a string that is not empty, got {kind}")
    try:
        parse_headers({"authorization": value})
    except ValueError:
        raise ConfigurationError(f"{what} holds characters that a header can not carry") from None
    return Secret(value.strip())
