from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sdkbase._observe.interceptors import Hooks, RequestInterceptor, hooks_of, observers_of
from sdkbase._observe.logging import LoggingInterceptor
from sdkbase._observe.metrics import MetricsInterceptor
from sdkbase._observe.observer import Observer
from sdkbase.errors import ConfigurationError


class Named(RequestInterceptor):
    def __init__(self, name: str) -> None:
        self.name = name

    def before_request(self, request: httpx.Request) -> httpx.Request:
        return request

    def after_response(self, response: httpx.Response) -> httpx.Response:
        return response

    def on_error(self, error: Exception) -> None:
        pass


class Coroutine(RequestInterceptor):
    async def after_response(self, response: httpx.Response) -> httpx.Response:
        return response


def owners(hooks: tuple[Callable[..., Any], ...]) -> list[str]:
    return [hook.__self__.name for hook in hooks]  # type: ignore[attr-defined]  # bound methods


def test_base_methods_change_nothing() -> None:
    base = RequestInterceptor()
    request, response = httpx.Request("GET", "https://h/"), httpx.Response(200)
    assert base.before_request(request) is request
    assert base.after_response(response) is response
    base.on_error(ValueError())


def test_methods_that_are_not_overridden_cost_nothing() -> None:
    built_in = [RequestInterceptor(), LoggingInterceptor(), MetricsInterceptor()]
    assert hooks_of(built_in, event_loop=False) == Hooks((), (), ())


def test_responses_pass_in_reverse_order() -> None:
    hooks = hooks_of([Named("a"), Named("b")], event_loop=False)
    assert owners(hooks.before) == ["a", "b"]
    assert owners(hooks.after) == ["b", "a"]
    assert owners(hooks.error) == ["a", "b"]


def test_inherited_overrides_count() -> None:
    class Child(Named):
        pass

    assert len(hooks_of([Child("a")], event_loop=False).before) == 1


def test_an_override_on_the_instance_counts() -> None:
    class Open(RequestInterceptor):
        pass

    interceptor = Open()
    hook = Named("a").on_error
    interceptor.on_error = hook  # type: ignore[method-assign]  # the case under test
    assert hooks_of([interceptor], event_loop=False).error == (hook,)


def test_one_method_is_enough_without_the_base_class() -> None:
    class Duck:
        def on_error(self, error: Exception) -> None:
            pass

    duck = Duck()
    assert hooks_of([duck], event_loop=False) == Hooks(error=(duck.on_error,))


def test_a_mere_observer_is_welcome_and_has_no_hooks() -> None:
    observer = Observer()
    assert hooks_of([observer], event_loop=False) == Hooks()
    assert observers_of([Named("a"), observer]) == (observer,)


def test_observers_keep_their_order() -> None:
    metrics, logs = MetricsInterceptor(), LoggingInterceptor()
    assert observers_of([metrics, Coroutine(), logs]) == (metrics, logs)


def test_coroutine_hooks_are_taken_by_the_async_client() -> None:
    interceptor = Coroutine()
    assert hooks_of([interceptor], event_loop=True).after == (interceptor.after_response,)


async def _function(value: object) -> None:
    pass


@functools.wraps(_function)
def _wrapped(value: object) -> Any:
    return _function(value)


class _Callable:
    async def __call__(self, value: object) -> None:
        pass


@pytest.mark.parametrize(
    "hook",
    [
        _function,
        functools.partial(_function),
        functools.partial(functools.partial(_wrapped)),
        _wrapped,
        _Callable(),
        functools.partial(_Callable()),
    ],
    ids=["function", "partial", "partial of wraps", "wraps", "callable", "partial of callable"],
)
def test_coroutine_hooks_are_refused_by_the_sync_client(hook: object) -> None:
    class Disguised:
        pass

    interceptor = Disguised()
    interceptor.on_error = hook  # type: ignore[attr-defined]  # the case under test
    with pytest.raises(ConfigurationError, match=r"Disguised\.on_error is async def"):
        hooks_of([interceptor], event_loop=False)
    assert hooks_of([interceptor], event_loop=True).error == (hook,)


def test_a_coroutine_method_is_named_in_the_error() -> None:
    with pytest.raises(ConfigurationError, match=r"Coroutine\.after_response is async def"):
        hooks_of([Named("a"), Coroutine()], event_loop=False)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ([Named], r"pass an instance, Named\(\.\.\.\), not class Named"),
        ([object()], "object has none of the methods before_request, after_response, on_error"),
        ([None], "NoneType has none"),
        ("ab", "str has none"),
        (Named("a"), "must be a list of interceptors, not Named"),
    ],
)
def test_what_is_no_interceptor_is_refused(wrong: Any, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        hooks_of(wrong, event_loop=True)


def test_a_hook_must_be_callable() -> None:
    class Odd:
        before_request = 5

    with pytest.raises(ConfigurationError, match=r"Odd\.before_request is not callable"):
        hooks_of([Odd()], event_loop=True)
