"""The client: what a user of the SDK starts from."""

from __future__ import annotations

from functools import cached_property

from sdkbase import AsyncHttpClient, BearerAuth

from ..errors import InvalidFieldsError, Problem
from .diagnostics import AsyncDiagnostics
from .posts import AsyncPosts
from .users import AsyncUsers


class AsyncAcme(AsyncHttpClient):
    """
    Client of the Acme API; takes what `AsyncHttpClient` takes, the API's URL first.

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
    def users(self) -> AsyncUsers:
        """Users and their posts."""
        return AsyncUsers(self)

    @cached_property
    def posts(self) -> AsyncPosts:
        """The posts of all users."""
        return AsyncPosts(self)

    @cached_property
    def diagnostics(self) -> AsyncDiagnostics:
        """Routes that show how the API behaves."""
        return AsyncDiagnostics(self)
