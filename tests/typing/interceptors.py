"""Interceptors and errors as type checkers see them. Only checked, never executed."""

from __future__ import annotations

from typing import Any, assert_type

import httpx

from sdkbase import (
    AsyncHttpClient,
    Attempt,
    CallError,
    CallRecord,
    DecodeError,
    LoggingInterceptor,
    MetricsInterceptor,
    Observer,
    RateLimitError,
    RequestInterceptor,
    SdkError,
    StatusError,
    SyncHttpClient,
    TransportError,
)


class Plain(RequestInterceptor):
    def before_request(self, request: httpx.Request) -> httpx.Request:
        return request

    def after_response(self, response: httpx.Response) -> httpx.Response:
        return response

    def on_error(self, error: Exception) -> None: ...


class Silent(RequestInterceptor):
    def before_request(self, request: httpx.Request) -> None: ...

    def after_response(self, response: httpx.Response) -> None: ...


class Awaited(RequestInterceptor):
    async def before_request(self, request: httpx.Request) -> httpx.Request:
        return request

    async def after_response(self, response: httpx.Response) -> httpx.Response | None:
        return None

    async def on_error(self, error: Exception) -> None: ...


class Both(Plain, Observer):
    def call_finished(self, record: CallRecord) -> None:
        assert_type(record.status_code, int | None)


class Duck:
    def before_request(self, request: httpx.Request) -> None: ...


def made() -> None:
    everything = [Plain(), Silent(), Awaited(), Both(), Duck()]
    AsyncHttpClient(interceptors=[*everything, LoggingInterceptor("DEBUG"), MetricsInterceptor()])
    SyncHttpClient(interceptors=(Plain(), Silent()))


def caught(client: SyncHttpClient) -> None:
    try:
        client.get("/", cast_to=int)
    except RateLimitError as error:
        assert_type(error.retry_after, float | None)
        assert_type(error.status_code, int)
    except StatusError as error:
        assert_type(error.response, httpx.Response)
        assert_type(error.body, Any)
    except DecodeError as error:
        assert_type(error.path, str | None)
        assert_type(error.content_type, str)
    except TransportError as error:
        assert_type(error.sent, bool)
    except CallError as error:
        assert_type(error.request, httpx.Request)
        assert_type(error.history, tuple[Attempt, ...])
        assert_type(error.attempts, int)
        assert_type(error.request_id, str | None)
    except SdkError:
        pass


def caught_as_httpx(client: SyncHttpClient) -> None:
    try:
        client.get("/", cast_to=int)
    except httpx.HTTPStatusError as error:
        assert_type(error.response.status_code, int)
    except httpx.TimeoutException as error:
        assert_type(error.request, httpx.Request)
