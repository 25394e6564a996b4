"""The grants of OAuth 2.0 that need no person at the screen."""

from __future__ import annotations

from functools import partial

from typing_extensions import Unpack

from ..._exports import publish
from ..._wire.redaction import Secret
from ...config import Seconds
from ...errors import ConfigurationError
from .environment import AuthFromEnv
from .grant import GrantOptions, OAuth2Grant, OnRefresh
from .grant_checks import check_names, checked_seconds, checked_secret, checked_text
from .source import check_bearer_token
from .token_endpoint import TokenAnswer


class OAuth2ClientCredentials(OAuth2Grant):
    """
    Send access tokens that the client gets for itself (RFC 6749, section 4.4).

    Args:
        token_url: Where tokens are asked for: https, or http on this machine.
        client_id: The client's identifier.
        client_secret: Its secret.
        options: `scope`, `audience`, `extra`, `auth_style`, `margin`, `timeout`, `allow_http`;
            explained at `OAuth2Grant`.

    Raises:
        ConfigurationError: An argument is wrong; names it.
        TypeError: There is no argument of that name.
    """

    def __init__(
        self, token_url: str, client_id: str, client_secret: str, **options: Unpack[GrantOptions]
    ) -> None:
        check_names(type(self).__name__, options, GrantOptions.__annotations__)
        # One argument to a line: see _async/verbs.py.
        checked_text(  # None is for those who can not keep a secret
            f"{type(self).__name__} client_secret",
            client_secret,
        )
        super().__init__(
            token_url,
            client_id,
            client_secret,
            **options,
        )

    @classmethod
    def from_env(
        cls,
        token_url: str,
        client_id_variable: str,
        client_secret_variable: str,
        **options: Unpack[GrantOptions],
    ) -> AuthFromEnv:
        """Take the client's identity from environment variables, when a client is made."""
        variables = client_id_variable, client_secret_variable
        return AuthFromEnv(partial(cls, token_url), *variables, **options)

    def fields(self) -> dict[str, str]:
        """Return the fields of the next token request, but for the client's identity."""
        return {"grant_type": "client_credentials", **super().fields()}


class OAuth2RefreshToken(OAuth2Grant):
    """
    Send access tokens that a refresh token is exchanged for (RFC 6749, section 6).

    A new refresh token in an answer takes the place of the old one.

    Args:
        token_url: Where tokens are asked for: https, or http on this machine.
        refresh_token: The refresh token to begin with.
        client_id: The client's identifier.
        client_secret: Its secret; None for a public client.
        access_token: The access token to begin with, or None to get one first.
        expires_in: Seconds that it lives from its first use, or None if that is not known.
        on_refresh: Is told the new tokens, to store them. It may be async in an async client. The
            calls that wait get its error if it raises; the tokens are kept all the same.
        options: `scope`, `audience`, `extra`, `auth_style`, `margin`, `timeout`, `allow_http`;
            explained at `OAuth2Grant`.

    Raises:
        ConfigurationError: An argument is wrong; names it.
        TypeError: There is no argument of that name.
    """

    def __init__(
        self,
        token_url: str,
        refresh_token: str,
        client_id: str,
        client_secret: str | None = None,
        *,
        access_token: str | None = None,
        expires_in: Seconds | None = None,
        on_refresh: OnRefresh | None = None,
        **options: Unpack[GrantOptions],
    ) -> None:
        name = type(self).__name__
        check_names(name, options, GrantOptions.__annotations__)
        # One argument to a line: see _async/verbs.py.
        self._refresh_token = checked_secret(
            f"{name} refresh_token",
            refresh_token,
        )
        first = _first(
            name,
            access_token,
            expires_in,
        )
        super().__init__(
            token_url,
            client_id,
            client_secret,
            first=first,
            **options,
        )
        given: object = on_refresh
        if given is not None and not callable(given):
            kind = type(given).__name__
            raise ConfigurationError(f"{name} on_refresh must be a function, got {kind}")
        self.on_refresh = on_refresh

    @classmethod
    def from_env(
        cls,
        token_url: str,
        refresh_token_variable: str,
        client_id_variable: str,
        client_secret_variable: str | None = None,
        *,
        on_refresh: OnRefresh | None = None,
        **options: Unpack[GrantOptions],
    ) -> AuthFromEnv:
        """
        Take the refresh token and the client's identity from the environment.

        They are read anew for each client that is made. Where an answer replaces the refresh token,
        share one `OAuth2RefreshToken` instead, and store what `on_refresh` is told.
        """
        variables = [refresh_token_variable, client_id_variable]
        if client_secret_variable is not None:
            variables.append(client_secret_variable)
        make = partial(cls, token_url, on_refresh=on_refresh)
        return AuthFromEnv(make, *variables, **options)

    def fields(self) -> dict[str, str]:
        """Return the fields of the next token request, but for the client's identity."""
        own = {"grant_type": "refresh_token", "refresh_token": self._refresh_token.reveal()}
        return {**own, **super().fields()}

    def _renewed(self, answer: TokenAnswer) -> Secret:
        if answer.refresh_token is not None:
            self._refresh_token = Secret(answer.refresh_token)
        return self._refresh_token


def _first(
    owner: str, access_token: str | None, expires_in: Seconds | None
) -> tuple[Secret, float | None] | None:
    lifetime = None
    if expires_in is not None:
        lifetime = checked_seconds(f"{owner} expires_in", expires_in, zero=True)
    if access_token is None:
        return None
    secret = checked_secret(
        f"{owner} access_token",
        access_token,
    )
    try:
        check_bearer_token(access_token)
    except ValueError as error:
        raise ConfigurationError(f"{owner} access_token {error}") from None
    return secret, lifetime


publish(OAuth2ClientCredentials, OAuth2RefreshToken)
