# Generated from _async/client.py by sdkbase.codegen. Do not edit.
# sha256: 4f85870e1019c13a
"""The client: what a user of the SDK starts from."""

from __future__ import annotations

from functools import cached_property

from sdkbase import BearerAuth, SyncHttpClient

from ..errors import InvalidFieldsError, Problem
from .diagnostics import Diagnostics
from .posts import Posts
from .users import Users


class Acme(SyncHttpClient):
    """
    Client of the Acme API; takes what `SyncHttpClient` takes, the API's URL first.

    Without `auth=` the token comes from `ACME_API_KEY` of the environment. Calls return models, and
    raise `sdkbase.StatusError` with a `Problem` as its body.
    """

    base_url_env = "ACME_BASE_URL"
    default_auth = BearerAuth.from_env("ACME_API_KEY")
    # A key for each POST lets the API know a repeated one, which is then safe to retry.
    idempotency_key_methods = ("POST",)
    error_model = Problem
    error_code = "type"
    error_classes = {"https://demo-api.example/problems/validation": InvalidFieldsError}

    @cached_property
    def users(self) -> Users:
        """Users and their posts."""
        return Users(self)

    @cached_property
    def posts(self) -> Posts:
        """The posts of all users."""
        return Posts(self)

    @cached_property
    def diagnostics(self) -> Diagnostics:
        """Routes that show how the API behaves."""
        return Diagnostics(self)
