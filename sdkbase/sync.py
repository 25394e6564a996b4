"""
The module-level functions for scripts: the sync twins of those in `sdkbase`.

    from sdkbase import sync

    sync.get("https://example.com")
"""

from ._exports import publish as _publish
from ._sync.global_client import (
    close_global_client,
    delete,
    get,
    head,
    options,
    patch,
    post,
    put,
    request,
)

__all__ = [
    "close_global_client",
    "delete",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
    "request",
]

_publish(*(globals()[name] for name in __all__), package=__name__)
