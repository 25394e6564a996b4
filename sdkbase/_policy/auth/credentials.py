"""The credentials that sdkbase brings: bearer tokens, user names with passwords, and API keys."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable
from typing import Protocol, runtime_checkable

from ..._exports import publish
from ..._wire.call import Call
from ..._wire.headers import Headers, parse_headers
from ..._wire.redaction import Secret, register_headers, register_secret
from ...errors import ConfigurationError
from .environment import AuthFromEnv
from .places import check_cookie_value, check_query_value, in_cookie, in_query, is_cookie_name
from .source import SecretFunction, SecretSource, check_bearer_token, check_header_value


@runtime_checkable
class Credentials(Protocol):
    """
    Anything that puts credentials into a request's headers.

    A class of your own may have `auth_headers` as `async def`; then it serves the async client.
    """

    def auth_headers(self) -> Headers | Awaitable[Headers]:
        """Return the headers to send, by lower-case name. Called once for each attempt."""
        ...


def signed(call: Call, headers: Headers) -> Call:
    """Return *call* with the *headers*, which are registered as secret."""
    register_headers(headers)
    return call.with_auth(headers)


class BearerAuth:
    """
    Send `Authorization: Bearer <token>` (RFC 6750).

    Args:
        token: The token, without the word Bearer, or a function that returns the current one; it is
            called for each attempt, and may be async in an async client.

    Raises:
        ConfigurationError: The token is empty, begins with "Bearer", or can not stand in a header.
    """

    def __init__(self, token: str | SecretFunction) -> None:
        # One argument to a line: see _async/verbs.py.
        self.source: SecretSource = SecretSource(
            "BearerAuth token",
            token,
            check_bearer_token,
        )

    @classmethod
    def from_env(cls, variable: str) -> AuthFromEnv:
        """Take the token from an environment variable, when a client is made."""
        return AuthFromEnv(cls, variable)

    def auth_headers(self) -> Headers:
        """Return the header with the current token."""
        return _bearer(self.source.now())

    def apply(self, call: Call, secret: Secret) -> Call:
        """Return *call* with the token in its header."""
        return bearing(call, secret)

    def __repr__(self) -> str:
        return "BearerAuth(***)"


def bearing(call: Call, token: Secret) -> Call:
    """Return *call* with an access token in its header."""
    return signed(call, _bearer(token))


def _bearer(token: Secret) -> Headers:
    return {"authorization": f"Bearer {token.reveal()}"}


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

    @classmethod
    def from_env(cls, username_variable: str, password_variable: str) -> AuthFromEnv:
        """Take user name and password from environment variables, when a client is made."""
        return AuthFromEnv(cls, username_variable, password_variable)

    def auth_headers(self) -> Headers:
        """Return the header."""
        return {"authorization": f"Basic {self._pair.reveal()}"}

    def __repr__(self) -> str:
        return f"BasicAuth({self._username!r}, ***)"


_CHECKS = {"header": check_header_value, "query": check_query_value, "cookie": check_cookie_value}


class ApiKeyAuth:
    """
    Send a key in a header of the API's own, in the query or in a cookie.

    Args:
        key: The key, or a function that returns the current one; it is called for each attempt,
            and may be async in an async client.
        header: Name of the header; `X-API-Key` if no place is given.
        query: Name of the query parameter, in place of a header. A response's URL shows it masked.
        cookie: Name of the cookie, in place of a header.

    Raises:
        ConfigurationError: The key is empty or can not stand in its place, or there is more than
            one place.
    """

    def __init__(
        self,
        key: str | SecretFunction,
        header: str | None = None,
        *,
        query: str | None = None,
        cookie: str | None = None,
    ) -> None:
        place, name = _place_of(header=header, query=query, cookie=cookie)
        self.place: str = place
        self.name: str = name
        self.source: SecretSource = SecretSource(
            "ApiKeyAuth key",
            key,
            _CHECKS[self.place],
        )

    @classmethod
    def from_env(
        cls,
        variable: str,
        header: str | None = None,
        *,
        query: str | None = None,
        cookie: str | None = None,
    ) -> AuthFromEnv:
        """Take the key from an environment variable, when a client is made."""
        places = {"header": header, "query": query, "cookie": cookie}
        _place_of(**places)
        return AuthFromEnv(cls, variable, **places)

    def auth_headers(self) -> Headers:
        """Return the header with the current key; none if the key stands in the query."""
        key = self.source.now().reveal()
        if self.place == "header":
            return {self.name: key}
        return {"cookie": f"{self.name}={key}"} if self.place == "cookie" else {}

    def apply(self, call: Call, secret: Secret) -> Call:
        """Return *call* with the key in its place."""
        key = secret.reveal()
        register_secret(key)
        if self.place == "query":
            return in_query(call, self.name, key)
        if self.place == "cookie":
            return in_cookie(call, self.name, key)
        return signed(call, {self.name: key})

    def __repr__(self) -> str:
        return f"ApiKeyAuth(***, {self.place}={self.name!r})"


def _place_of(**places: str | None) -> tuple[str, str]:
    given = [(place, name) for place, name in places.items() if name is not None]
    if len(given) > 1:
        names = ", ".join(f"{place}=" for place, _ in given)
        raise ConfigurationError(f"ApiKeyAuth takes one place for the key, got {names}")
    place, name = given[0] if given else ("header", "X-API-Key")
    return place, _checked_name(place, name)


def _checked_name(place: str, name: str) -> str:
    if place == "header":
        try:
            (header,) = parse_headers({name: "value"})
        except ValueError:
            raise _no_name(place, name) from None
        return header
    if not isinstance(name, str) or not name or (place == "cookie" and not is_cookie_name(name)):
        raise _no_name(place, name)
    return name


def _no_name(place: str, name: object) -> ConfigurationError:
    # Not shown: it may be the key, where the two were mixed up.
    kind = "another string" if isinstance(name, str) else type(name).__name__
    return ConfigurationError(
        f"ApiKeyAuth takes the key first, then {place}=, which must be a valid name of a {place}, "
        f"got {kind}"
    )


publish(ApiKeyAuth, BasicAuth, BearerAuth, Credentials)
