"""Errors of real calls are copied and pickled with their evidence, and without secrets."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from demo_api import DemoApi
from sdkbase import (
    AsyncHttpClient,
    BearerAuth,
    CallError,
    DecodeError,
    RedirectError,
    RequestOptions,
    RetryConfig,
    StatusError,
    TransportError,
)


def pickled(error: Any) -> Any:
    return pickle.loads(pickle.dumps(error))


async def raised_by(api: DemoApi, path: str, cast_to: Any, **settings: Any) -> Any:
    retries = RetryConfig(max_retries=1, backoff_factor=0)
    settings = {"retry_config": retries, "auth": BearerAuth("canary-of-travel"), **settings}
    async with AsyncHttpClient(api.base_url, **settings) as client:
        with pytest.raises(CallError) as caught:
            args: dict[str, Any] = {"json_data": {"word": "canary-of-travel"}}
            options = RequestOptions(timeout=0.05)
            await client.put(path, cast_to=cast_to, options=options, **args)
    return caught.value


CASES: list[tuple[str, Any, type[CallError]]] = [
    ("/flaky/travel", None, StatusError),
    ("/echo", list[int], DecodeError),
    ("/slow?seconds=5", None, TransportError),
    ("/redirect?to=ftp://a.example&status=307", None, RedirectError),
]


@pytest.mark.parametrize("copied", [pickled, copy.deepcopy, copy.copy])
@pytest.mark.parametrize(("path", "cast_to", "kind"), CASES)
async def test_the_copy_tells_what_the_error_told(
    api: DemoApi, path: str, cast_to: Any, kind: type[CallError], copied: Callable[[Any], Any]
) -> None:
    error = await raised_by(api, path, cast_to)
    twin = copied(error)
    assert twin.__class__ is error.__class__
    assert issubclass(error.__class__, kind)
    assert str(twin) == str(error)
    assert (twin.history, twin.request_id) == (error.history, error.request_id)
    assert getattr(twin, "__notes__", None) == getattr(error, "__notes__", None)
    assert (twin.request.url, twin.request.headers) == (error.request.url, error.request.headers)
    if kind in (StatusError, DecodeError):
        assert twin.response.content == error.response.content
        assert twin.status_code == error.status_code


@pytest.mark.parametrize(("path", "cast_to", "kind"), CASES)
async def test_no_copy_holds_the_secret(
    api: DemoApi, path: str, cast_to: Any, kind: type[CallError]
) -> None:
    error = await raised_by(api, path, cast_to)
    assert issubclass(error.__class__, kind)
    assert b"canary" not in pickle.dumps(error)
    assert "canary" not in repr(error) + str(error) + repr(vars(error))


async def test_the_cause_is_chained(api: DemoApi) -> None:
    error = await raised_by(api, "/slow?seconds=5", None)
    # httpx's or httpcore's: the name is the same.
    assert type(error.__cause__).__name__ == "ReadTimeout"
    assert error.__cause__.__traceback__ is None
