"""Calls of the user's functions."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
V = TypeVar("V")

AsyncMethod: TypeAlias = Callable[P, Awaitable[V]]
"""A function whose result the caller waits for."""

SyncMethod: TypeAlias = Callable[P, V]
"""A function whose result is there when it returns."""


class AsyncHooks:
    """Call functions of the user's that may be plain or async."""

    #: Whether the client runs in an event loop, where coroutines can be awaited.
    EVENT_LOOP = True

    @staticmethod
    async def call(function: Callable[..., Any], *args: Any) -> Any:
        """Call *function* and wait for its result if it is awaitable."""
        # One argument to a line: see _async/verbs.py.
        result = function(
            *args,
        )
        return await result if inspect.isawaitable(result) else result


class SyncHooks:
    """Call functions of the user's, which are plain."""

    #: Whether the client runs in an event loop, where coroutines can be awaited.
    EVENT_LOOP = False

    @staticmethod
    def call(function: Callable[..., Any], *args: Any) -> Any:
        """Call *function* and return its result."""
        return function(
            *args,
        )


def is_async(function: Callable[..., object]) -> bool:
    """Tell whether what *function* returns has to be waited for."""
    inner: Any = inspect.unwrap(function)
    while isinstance(inner, partial):
        inner = inspect.unwrap(inner.func)
    return inspect.iscoroutinefunction(inner) or inspect.iscoroutinefunction(type(inner).__call__)
