# mypy: disable-error-code="import-not-found, import-untyped, misc, untyped-decorator"
"""
An OAuth 2.0 server, and an API that trusts it, for the servers' own environment.

Authlib's server, because the mocks that there are (oauth2-mock-server, oidc-provider-mock) take any
secret and any refresh token, or know no client credentials. Each test makes a client of its own:
`PUT /clients/NAME` with the arguments of `Client`.
"""

# What it imports is not in the environment of the type checkers: see the first line.
from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import unquote

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc6750 import BearerTokenGenerator, BearerTokenValidator
from flask import Flask, request

app = Flask(__name__)
clients: dict[str, Client] = {}
tokens: list[Token] = []


class Client(ClientMixin):
    """
    A client that the server knows.

    Args:
        name: Its identifier.
        secret: Its secret; None for a public client.
        scope: What it may ask for.
        expires_in: Seconds that its tokens live, as the server says.
        lives: Seconds that they live in truth, if those are others.
        rotate: Whether a refresh token is good for one time only.
    """

    def __init__(
        self,
        name: str,
        secret: str | None = None,
        scope: str = "read write",
        expires_in: int = 3600,
        lives: float | None = None,
        rotate: bool = False,
    ) -> None:
        self.name = name
        self.secret = secret
        self.scope = scope
        self.expires_in = expires_in
        self.lives = expires_in if lives is None else lives
        self.rotate = rotate
        self.log: list[list[Any]] = []

    def get_client_id(self) -> str:
        return self.name

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method == "none") == (self.secret is None)

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "refresh_token" or self.secret is not None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        asked = set((scope or self.scope).split())
        return " ".join(sorted(asked)) if asked <= set(self.scope.split()) else None


class Token(TokenMixin):
    """An access token, and the refresh token that came with it."""

    def __init__(self, client: Client, answer: dict[str, Any]) -> None:
        self.client = client
        self.access_token: str = answer["access_token"]
        self.refresh_token: str | None = answer.get("refresh_token")
        self.scope: str = answer.get("scope", "")
        self.ends = time.monotonic() + client.lives
        self.revoked = False

    def check_client(self, client: Client) -> bool:
        return client is self.client

    def get_scope(self) -> str:
        return self.scope

    def is_expired(self) -> bool:
        return time.monotonic() >= self.ends

    def is_revoked(self) -> bool:
        return self.revoked


class Refresh(RefreshTokenGrant):
    """Section 6 of RFC 6749; a token that is rotated is good for one time."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        found = (it for it in tokens if it.refresh_token == refresh_token)
        return next(found, None)

    def authenticate_user(self, refresh_token: Token) -> str:
        return "ada"

    def revoke_old_credential(self, refresh_token: Token) -> None:
        if refresh_token.client.rotate:
            refresh_token.refresh_token = None


class Machine(ClientCredentialsGrant):
    """Section 4.4 of RFC 6749."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


class Validator(BearerTokenValidator):
    """Section 2 of RFC 6750."""

    def authenticate_token(self, token_string: str) -> Token | None:
        return next((it for it in tokens if it.access_token == token_string), None)


def _save(answer: dict[str, Any], of: Any) -> None:
    tokens.append(Token(of.client, answer))


def _random(**_about: Any) -> str:
    return secrets.token_urlsafe()


server = AuthorizationServer(app, lambda name: clients.get(name), _save)
server.register_token_generator(
    "default", BearerTokenGenerator(_random, _random, lambda client, _grant: client.expires_in)
)
server.register_grant(Machine)
server.register_grant(Refresh)
require = ResourceProtector()
require.register_token_validator(Validator())


@app.put("/clients/<name>")
def make_client(name: str) -> Any:
    """Make a client; answer with tokens for it, as if a person had let it in."""
    client = clients[name] = Client(name, **request.get_json())
    answer = {"access_token": f"access-{name}", "refresh_token": f"refresh-{name}"}
    tokens.append(Token(client, {**answer, "scope": client.scope}))
    return answer


@app.get("/clients/<name>")
def log_of(name: str) -> Any:
    """Tell the token requests of a client: grant and status."""
    return clients[name].log


@app.delete("/clients/<name>/tokens")
def revoke(name: str) -> Any:
    """Take a client's access tokens back."""
    for token in tokens:
        token.revoked |= token.client.name == name
    return "", 204


@app.post("/token")
def token() -> Any:
    """Answer as section 5 of RFC 6749 says."""
    response = server.create_token_response()
    form, basic = request.form, request.authorization
    client = clients.get(unquote(basic.username) if basic else form.get("client_id", ""))
    if client is not None:
        client.log.append([form.get("grant_type"), response.status_code])
    return response


@app.route("/read", methods=["GET", "POST"])
@require("read")
def read() -> Any:
    """Tell whose token came, and send the body back."""
    return {"client": current_token.client.name, "body": request.get_json(silent=True)}


@app.get("/write")
@require("write")
def write() -> Any:
    """Be there only for tokens of that scope."""
    return {}
