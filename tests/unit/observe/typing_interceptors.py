"""Never executed: overrides that mypy and pyright must accept without an ignore."""

# The untyped overrides below are the point of this file.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False
# pyright: reportMissingParameterType=false

from __future__ import annotations

from collections.abc import Awaitable
from typing import assert_type

import httpx

from sdkbase._observe.histogram import TemplateSummary
from sdkbase._observe.interceptors import Hooks, RequestInterceptor, hooks_of, observers_of
from sdkbase._observe.logging import LoggingInterceptor
from sdkbase._observe.logging_setup import configure_logging
from sdkbase._observe.metrics import MetricsInterceptor, RequestMetric
from sdkbase._observe.observer import CallRecord, Observer
from sdkbase._observe.sinks import LoggingHandle


class Plain(RequestInterceptor):
    def before_request(self, request: httpx.Request) -> httpx.Request:
        return request

    def after_response(self, response: httpx.Response) -> httpx.Response:
        return response

    def on_error(self, error: Exception) -> None:
        print(error)


class PlainNone(RequestInterceptor):
    def before_request(self, request: httpx.Request) -> None:
        request.headers["X-Trace"] = "1"

    def after_response(self, response: httpx.Response) -> None:
        print(response.status_code)


class PlainMaybe(RequestInterceptor):
    def before_request(self, request: httpx.Request) -> httpx.Request | None:
        return request if request.method == "GET" else None


class Coroutines(RequestInterceptor):
    async def before_request(self, request: httpx.Request) -> httpx.Request:
        return request

    async def after_response(self, response: httpx.Response) -> httpx.Response | None:
        return response

    async def on_error(self, error: Exception) -> None:
        print(error)


class CoroutinesNone(RequestInterceptor):
    async def before_request(self, request: httpx.Request) -> None:
        request.headers["X-Trace"] = "1"

    async def after_response(self, response: httpx.Response) -> None:
        print(response.status_code)


class Unannotated(RequestInterceptor):
    def before_request(self, request):
        request.headers["X-Trace"] = "1"
        return request

    async def after_response(self, response):
        if response.status_code == 401:
            print("token expired")
        return response

    async def on_error(self, error):
        print(error)


class Counting(Observer):
    def call_finished(self, record: CallRecord) -> None:
        assert_type(record.status_code, int | None)
        assert_type(record.error, str | None)


def api() -> None:
    hooks = hooks_of([Plain(), Coroutines(), Counting()], event_loop=True)
    assert_type(hooks, Hooks)
    request, response = httpx.Request("GET", "https://example.com"), httpx.Response(200)
    assert_type(hooks.before[0](request), httpx.Request | None | Awaitable[httpx.Request | None])
    assert_type(hooks.after[0](response), httpx.Response | None | Awaitable[httpx.Response | None])
    assert_type(hooks.error[0](ValueError()), None | Awaitable[None])
    assert_type(observers_of([MetricsInterceptor()]), tuple[Observer, ...])
    metrics = MetricsInterceptor(capacity=10)
    assert_type(metrics.get_metrics(), list[RequestMetric])
    assert_type(metrics.metrics.summary(), dict[str, TemplateSummary])
    LoggingInterceptor(log_level="DEBUG")
    with configure_logging(file="logs/app.log", rotation=1_000_000) as handle:
        assert_type(handle, LoggingHandle)
