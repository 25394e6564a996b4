"""
An SDK for the demo API, as a downstream author would write it on sdkbase.

    with Acme("http://127.0.0.1:8000", auth=BearerAuth("demo-token")) as acme:
        for user in acme.users.list(role=Role.ADMIN):
            print(user.name)

`_async/` is written by hand; `_sync/` is generated from it and never edited:

    python tools/generate_sync.py

A project of its own would say `sdkbase sync` (see the README) instead.
"""

from ._async.client import AsyncAcme
from ._sync.client import Acme
from .errors import FieldError, InvalidFieldsError, Problem
from .models import Flaky, Health, Limited, Post, Role, Tick, User

__all__ = [
    "Acme",
    "AsyncAcme",
    "FieldError",
    "Flaky",
    "Health",
    "InvalidFieldsError",
    "Limited",
    "Post",
    "Problem",
    "Role",
    "Tick",
    "User",
]
