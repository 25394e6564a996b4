"""The client: what a user of the SDK starts from."""

from __future__ import annotations

from functools import cached_property

from sdkbase import AsyncHttpClient

from ..models import Problem
from .diagnostics import AsyncDiagnostics
from .users import AsyncUsers


class AsyncAcme(AsyncHttpClient):
    """
    Client of the Acme API; takes what `AsyncHttpClient` takes.

    Its calls return models, and raise `sdkbase.StatusError` with a `Problem` as its body.
    """

    error_model = Problem

    @cached_property
    def users(self) -> AsyncUsers:
        """Users and their posts."""
        return AsyncUsers(self)

    @cached_property
    def diagnostics(self) -> AsyncDiagnostics:
        """Routes that show how the API behaves."""
        return AsyncDiagnostics(self)
