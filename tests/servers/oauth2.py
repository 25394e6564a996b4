"""What tests see of the OAuth 2.0 server, which is in oauth2_app.py."""

from __future__ import annotations

import itertools
from typing import Any

import httpx

from sdkbase import OAuth2ClientCredentials, OAuth2RefreshToken

SECRET = "s3cret"


class OAuth2Server:
    """
    An OAuth 2.0 server that runs, and an API that trusts it.

    Args:
        url: Where both are.
        asker: What asks the server.
    """

    def __init__(self, url: str, asker: httpx.Client) -> None:
        self.url = url
        self._asker = asker
        self._numbers = itertools.count()

    def register(self, **settings: Any) -> Registered:
        """Return a new client of its; the settings are those of `Client` in oauth2_app.py."""
        return Registered(self, self._asker, f"client-{next(self._numbers)}", settings)


class Registered:
    """
    A client that the server knows.

    Args:
        server: Who knows it.
        asker: What asks the server.
        name: Its identifier.
        settings: What it may do.
    """

    def __init__(
        self, server: OAuth2Server, asker: httpx.Client, name: str, settings: dict[str, Any]
    ) -> None:
        self.name = name
        self.token_url = f"{server.url}/token"
        self._asker = asker
        self._path = f"/clients/{name}"
        settings = {"secret": SECRET, **settings}
        #: An access token and a refresh token, as if a person had let the client in.
        self.given: dict[str, str] = asker.put(self._path, json=settings).json()

    @property
    def log(self) -> list[list[Any]]:
        """Grant and status of its token requests."""
        answer: list[list[Any]] = self._asker.get(self._path).json()
        return answer

    def revoke(self) -> None:
        """Take its access tokens back."""
        self._asker.delete(f"{self._path}/tokens").raise_for_status()

    def credentials(self, secret: str = SECRET, **options: Any) -> OAuth2ClientCredentials:
        """Return its grant of section 4.4."""
        return OAuth2ClientCredentials(self.token_url, self.name, secret, **options)

    def refresh(self, secret: str | None = SECRET, **options: Any) -> OAuth2RefreshToken:
        """Return its grant of section 6."""
        token = self.given["refresh_token"]
        return OAuth2RefreshToken(self.token_url, token, self.name, secret, **options)
