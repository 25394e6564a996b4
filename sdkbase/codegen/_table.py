"""
Names whose sync form does not follow from `AsyncX` to `SyncX`, each with its reason.

To prune: move the line of an entry that sdkbase itself does not use from `BASE` to `DOWNSTREAM`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: What unasync 0.6.0 replaces by itself. It keeps this table private, and the prose pass, the lint
#: and the search for clashes have to know it; a test compares the two.
UNASYNC: Final[Mapping[str, str]] = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "asynccontextmanager": "contextmanager",
    "AsyncIterable": "Iterable",
    "AsyncIterator": "Iterator",
    "AsyncGenerator": "Generator",
    "StopAsyncIteration": "StopIteration",
}

#: Applied everywhere. `tools/generate_sync.py` fails on an entry that sdkbase does not use.
BASE: Final[Mapping[str, str]] = {
    # Modules: an absolute import of the source folder must follow it.
    "_async": "_sync",
    # httpx has no SyncClient, SyncHTTPTransport or SyncBaseTransport. Its AsyncByteStream needs no
    # entry: SyncByteStream is the name that httpx chose as well.
    "AsyncClient": "Client",
    "AsyncHTTPTransport": "HTTPTransport",
    "AsyncBaseTransport": "BaseTransport",
    "handle_async_request": "handle_request",
    # httpx and the standard library mark methods with a leading "a", which no rule can guess.
    "aclose": "close",
    "aread": "read",
    "aiter_bytes": "iter_bytes",
    "aiter_raw": "iter_raw",
    # httpx.Auth has one flow for each colour; both are generators.
    "async_auth_flow": "sync_auth_flow",
    "asend": "send",
    # Built-in functions.
    "anext": "next",
}

#: Applied everywhere too, but here for the SDKs built on sdkbase: it may stay unused.
DOWNSTREAM: Final[Mapping[str, str]] = {
    # contextlib marks its names in the middle of the word.
    "AsyncExitStack": "ExitStack",
    "AbstractAsyncContextManager": "AbstractContextManager",
    "AsyncContextDecorator": "ContextDecorator",
    "enter_async_context": "enter_context",
    "push_async_callback": "callback",
    "push_async_exit": "push",
    "aclosing": "closing",
    # The rest of what generators and streams have under a leading "a".
    "aiter": "iter",
    "aiter_lines": "iter_lines",
    "aiter_text": "iter_text",
    "athrow": "throw",
    # typing's old alias of AbstractAsyncContextManager.
    "AsyncContextManager": "ContextManager",
    # unittest.mock has no SyncMock; an awaited mock is called once, as a plain one is.
    "AsyncMock": "Mock",
}
