"""Hooks around each attempt: the base class, and what the engine makes of a list of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple, TypeAlias

import httpx

from .._concurrency import is_async
from .._exports import publish
from ..errors import ConfigurationError
from .observer import Observer

BeforeHook: TypeAlias = Callable[
    [httpx.Request], httpx.Request | None | Awaitable[httpx.Request | None]
]
AfterHook: TypeAlias = Callable[
    [httpx.Response], httpx.Response | None | Awaitable[httpx.Response | None]
]
ErrorHook: TypeAlias = Callable[[Exception], None | Awaitable[None]]

_HOOK_NAMES = ("before_request", "after_response", "on_error")


class RequestInterceptor:
    """
    Base of interceptors: see and change requests and responses, and see errors.

    Override any of the three methods, as plain `def` for both clients or as `async def` for the
    async client only. Requests pass the interceptors in the order given, responses in reverse.
    """

    __slots__ = ()

    def before_request(
        self, request: httpx.Request
    ) -> httpx.Request | None | Awaitable[httpx.Request | None]:
        """
        Look at a request before it is sent.

        Returns:
            The request to send; None means the same one.
        """
        return request

    def after_response(
        self, response: httpx.Response
    ) -> httpx.Response | None | Awaitable[httpx.Response | None]:
        """
        Look at a response, whatever its status.

        Returns:
            The response to go on with; None means the same one.
        """
        return response

    def on_error(self, error: Exception) -> None | Awaitable[None]:
        """Look at an error that kept the response from coming; it is raised afterwards."""


class Hooks(NamedTuple):
    """The hooks that are really there, bound and in the order in which they run."""

    before: tuple[BeforeHook, ...] = ()
    after: tuple[AfterHook, ...] = ()
    error: tuple[ErrorHook, ...] = ()


def hooks_of(interceptors: Iterable[object], *, event_loop: bool) -> Hooks:
    """
    Collect the overridden methods of *interceptors*.

    Args:
        interceptors: Instances of `RequestInterceptor` or `Observer`, or objects with at least one
            of the methods `before_request`, `after_response` and `on_error`.
        event_loop: Whether hooks may be `async def`.

    Raises:
        ConfigurationError: An element is none of these, or a hook is `async def` where it can't be
            awaited.
    """
    items = _checked(interceptors)
    before, after, error = (_collect(items, name, event_loop) for name in _HOOK_NAMES)
    return Hooks(before, after[::-1], error)


def observers_of(interceptors: Iterable[object]) -> tuple[Observer, ...]:
    """Return those *interceptors* that are observers, in the order given."""
    return tuple(item for item in interceptors if isinstance(item, Observer))


def _checked(interceptors: Iterable[object]) -> tuple[object, ...]:
    try:
        items = tuple(interceptors)
    except TypeError:
        name = type(interceptors).__name__
        raise ConfigurationError(
            f"interceptors must be a list of interceptors, not {name}"
        ) from None
    for item in items:
        _check(item)
    return items


def _check(item: object) -> None:
    if isinstance(item, type):
        name = item.__name__
        raise ConfigurationError(f"interceptors: pass an instance, {name}(...), not class {name}")
    if isinstance(item, Observer) or any(hasattr(item, name) for name in _HOOK_NAMES):
        return
    raise ConfigurationError(
        f"interceptors: {type(item).__name__} has none of the methods {', '.join(_HOOK_NAMES)}"
    )


def _collect(items: tuple[object, ...], name: str, event_loop: bool) -> tuple[Any, ...]:
    methods = ((item, getattr(item, name, None)) for item in items)
    return tuple(
        _usable(item, name, method, event_loop)
        for item, method in methods
        if _is_overridden(name, method)
    )


def _is_overridden(name: str, method: object) -> bool:
    inherited = getattr(RequestInterceptor, name)
    return method is not None and getattr(method, "__func__", method) is not inherited


def _usable(item: object, name: str, method: object, event_loop: bool) -> object:
    where = f"{type(item).__name__}.{name}"
    if not callable(method):
        raise ConfigurationError(f"interceptors: {where} is not callable")
    if not event_loop and is_async(method):
        raise ConfigurationError(
            f"interceptors: {where} is async def, which a sync client can't await; use plain def"
        )
    return method


publish(RequestInterceptor)
