# Generated from _async/client.py by sdkbase.codegen. Do not edit.
# sha256: c592b88c4b0f6fb5
"""The client: what a user of the SDK starts from."""

from __future__ import annotations

from functools import cached_property

from sdkbase import SyncHttpClient

from ..models import Problem
from .diagnostics import Diagnostics
from .users import Users


class Acme(SyncHttpClient):
    """
    Client of the Acme API; takes what `SyncHttpClient` takes.

    Its calls return models, and raise `sdkbase.StatusError` with a `Problem` as its body.
    """

    error_model = Problem

    @cached_property
    def users(self) -> Users:
        """Users and their posts."""
        return Users(self)

    @cached_property
    def diagnostics(self) -> Diagnostics:
        """Routes that show how the API behaves."""
        return Diagnostics(self)
