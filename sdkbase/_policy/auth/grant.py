"""OAuth 2.0 grants: what they ask a token endpoint for, and what comes of the answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

from ..._exports import publish
from ..._wire.redaction import Secret, redact_url
from ...config import Seconds
from ...errors import ConfigurationError
from ..deadline import AttemptTimeout
from ..token import SharedToken, Token, TokenState

if TYPE_CHECKING:
    from .token_endpoint import TokenAnswer

AuthStyle: TypeAlias = Literal["basic", "body"]

_MAX_TOKEN_BYTES = 1024 * 1024


class OAuth2Tokens:
    """What a token endpoint granted, for an application to store; shown masked."""

    def __init__(
        self, access_token: Secret, refresh_token: Secret | None, expires_in: float | None
    ) -> None:
        self._access_token = access_token
        self._refresh_token = refresh_token
        #: Seconds that the access token lives, or None if the endpoint did not say.
        self.expires_in: float | None = expires_in

    @property
    def access_token(self) -> str:
        """The access token."""
        return self._access_token.reveal()

    @property
    def refresh_token(self) -> str | None:
        """The refresh token to go on with, or None if there is none."""
        return None if self._refresh_token is None else self._refresh_token.reveal()

    def __repr__(self) -> str:
        return f"OAuth2Tokens(***, expires_in={self.expires_in})"


OnRefresh: TypeAlias = Callable[[OAuth2Tokens], object]
"""Is told the new tokens; may be async in an async client."""


class GrantOptions(TypedDict, total=False):
    """Keyword arguments of every grant, explained at `OAuth2Grant`."""

    scope: str | Sequence[str] | None
    audience: str | None
    extra: Mapping[str, str] | None
    auth_style: AuthStyle
    margin: Seconds
    timeout: Seconds
    allow_http: bool


class OAuth2Grant:
    """
    Get access tokens from a token endpoint and send them as bearer tokens (RFC 6749, RFC 6750).

    One object may be shared by clients of both colours, by threads and event loops: however many
    calls need a token, one request for it is under way. A token that the API answers with 401 is
    renewed, and the call is sent once more.

    Args:
        token_url: Where tokens are asked for: https, or http on this machine.
        client_id: The client's identifier.
        client_secret: Its secret; None for a public client.
        first: An access token from earlier, and the seconds that it lives.
        scope: What access to ask for, in words separated by spaces or as a list.
        audience: Whom the token is for, where the endpoint wants to know.
        extra: Further fields of the token request.
        auth_style: Whether the client's secret goes into a Basic header or into the body.
        margin: Seconds before the end of a token at which it is renewed; at most a fifth of its
            lifetime.
        timeout: Seconds for a token request. It goes on for the others if a call that waits for it
            is cancelled or meets its own deadline.
        allow_http: Whether *token_url* may be plain http elsewhere.

    Raises:
        ConfigurationError: An argument is wrong; names it.
    """

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str | None,
        *,
        first: tuple[Secret, float | None] | None = None,
        scope: str | Sequence[str] | None = None,
        audience: str | None = None,
        extra: Mapping[str, str] | None = None,
        auth_style: AuthStyle = "basic",
        margin: Seconds = 60.0,
        timeout: Seconds = 30.0,
        allow_http: bool = False,
    ) -> None:
        # Late: every client knows this class, and few have a grant.
        from .grant_checks import (
            checked_fields,
            checked_seconds,
            checked_secret,
            checked_text,
            checked_token_url,
        )

        name = type(self).__name__
        if auth_style not in ("basic", "body"):
            kind = "another string" if isinstance(auth_style, str) else type(auth_style).__name__
            raise ConfigurationError(f"{name} auth_style must be 'basic' or 'body', got {kind}")
        self.token_url: str = checked_token_url(
            f"{name} token_url", token_url, allow_http=allow_http
        )
        self.client_id: str = checked_text(f"{name} client_id", client_id)
        self.client_secret: Secret | None = None
        if client_secret is not None:
            # One argument to a line: see _async/verbs.py.
            self.client_secret = checked_secret(
                f"{name} client_secret",
                client_secret,
            )
        self.auth_style: AuthStyle = auth_style
        self._extra = checked_fields(name, extra=extra, scope=scope, audience=audience)
        #: Seconds for a token request.
        self.timeout: float = checked_seconds(f"{name} timeout", timeout)
        margin = checked_seconds(f"{name} margin", margin, zero=True)
        #: The current token, shared by all who use the grant.
        self.tokens: SharedToken = SharedToken(TokenState(margin, first))
        #: Is told the tokens of each answer, or None.
        self.on_refresh: OnRefresh | None = None

    def fields(self) -> dict[str, str]:
        """Return the fields of the next token request, but for the client's identity."""
        return {
            name: value.reveal() if isinstance(value, Secret) else value
            for name, value in self._extra.items()
        }

    def limits(self) -> AttemptTimeout:
        """Return the limits of a token request."""
        steps = (self.timeout,) * 4
        return AttemptTimeout(
            *steps, total=self.timeout, deadline=self.timeout, max_bytes=_MAX_TOKEN_BYTES
        )

    def take(self, answer: "TokenAnswer", now: float) -> tuple[Token, OAuth2Tokens]:
        """Take in the answer to a request that was made at *now*."""
        access_token = Secret(answer.access_token)
        token = self.tokens.land(access_token, answer.expires_in, now)
        return token, OAuth2Tokens(access_token, self._renewed(answer), answer.expires_in)

    def _renewed(self, answer: "TokenAnswer") -> Secret | None:
        return None if answer.refresh_token is None else Secret(answer.refresh_token)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({redact_url(self.token_url)!r}, client_id={self.client_id!r})"
        )


publish(GrantOptions, OAuth2Grant, OAuth2Tokens)
