"""The grants of OAuth 2.0 that need no person at the screen."""

from __future__ import annotations

from typing_extensions import Unpack

from ..._wire.redaction import Secret
from ...config import Seconds, to_seconds
from ...errors import ConfigurationError
from .environment import AuthFromEnv
from .grant import GrantOptions, OAuth2Grant, OnRefresh
from .grant_checks import checked_secret, checked_text
from .source import check_header_value
from .token_endpoint import TokenAnswer


class OAuth2ClientCredentials(OAuth2Grant):
    """
    Send access tokens that the client gets for itself (RFC 6749, section 4.4).

    Args:
        token_url: Where tokens are asked for: https, or http on this machine.
        client_id: The client's identifier.
        client_secret: Its secret.
        options: As in `GrantOptions`, explained at `OAuth2Grant`.

    Raises:
        ConfigurationError: An argument is wrong; names it.
    """

    def __init__(
        self, token_url: str, client_id: str, client_secret: str, **options: Unpack[GrantOptions]
    ) -> None:
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

        def make(client_id: str, client_secret: str) -> OAuth2ClientCredentials:
            return cls(
                token_url,
                client_id,
                client_secret,
                **options,
            )

        return AuthFromEnv(make, client_id_variable, client_secret_variable)

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
        options: As in `GrantOptions`, explained at `OAuth2Grant`.

    Raises:
        ConfigurationError: An argument is wrong; names it.
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
        # One argument to a line: see _async/verbs.py.
        name = type(self).__name__
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
        if on_refresh is not None and not callable(on_refresh):
            raise ConfigurationError(f"{name} on_refresh must be a function, got {on_refresh!r}")
        self.on_refresh = on_refresh

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
        lifetime = to_seconds(expires_in, f"{owner} expires_in", zero=True)
    if access_token is None:
        return None
    secret = checked_secret(
        f"{owner} access_token",
        access_token,
    )
    try:
        check_header_value(access_token)
    except ValueError as error:
        raise ConfigurationError(f"{owner} access_token {error}") from None
    return secret, lifetime
