"""
An SDK for the demo API, as a downstream author would write it on sdkbase.

`_async/` is written by hand; `_sync/` is generated from it and never edited:

    python tools/generate_sync.py

A project of its own would say `python -m sdkbase.codegen` (see the README) instead.
"""

from ._async.client import AsyncAcme
from ._sync.client import Acme
from .models import FieldError, Flaky, Health, Limited, Page, Post, Problem, Role, User

__all__ = [
    "Acme",
    "AsyncAcme",
    "FieldError",
    "Flaky",
    "Health",
    "Limited",
    "Page",
    "Post",
    "Problem",
    "Role",
    "User",
]
