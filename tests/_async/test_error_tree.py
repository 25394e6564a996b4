# sync: skip
"""Every class of the error tree: pickled, deep-copied, and caught as what httpx calls it."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

import sdkbase
from sdkbase import (
    Attempt,
    CallError,
    DecodeError,
    SdkError,
    StatusError,
    TransportError,
)
from sdkbase.errors import ResponseError, ResponseTooLargeError, status_error_class

CLASSES = [
    value
    for value in vars(sdkbase.errors).values()
    if inspect.isclass(value) and issubclass(value, SdkError)
]


class Problem(msgspec.Struct):
    title: str


def pickled(error: Any) -> Any:
    return pickle.loads(pickle.dumps(error))


COPIES = pytest.mark.parametrize("copied", [pickled, copy.deepcopy, copy.copy])


def request() -> httpx.Request:
    return httpx.Request("GET", "https://api.example/users/7", headers={"x-a": "1"})


def response(status: int) -> httpx.Response:
    headers = {"x-request-id": "req-1", "retry-after": "3"}
    return httpx.Response(status, headers=headers, json={"title": "no"}, request=request())


def status_of(cls: type[SdkError]) -> int:
    statuses = [*range(400, 600), 300]
    return next((status for status in statuses if status_error_class(status) is cls), 418)


def made(cls: type[SdkError]) -> SdkError:
    common: dict[str, Any] = {"request": request(), "template": "/users/{user_id}"}
    if issubclass(cls, ResponseError):
        common["response"] = response(status_of(cls))
    if issubclass(cls, StatusError):
        common |= {"body": Problem("no"), "code": "no_user", "retry_after": 3.0}
    if issubclass(cls, DecodeError):
        common |= {"path": "$.id", "excerpt": "{"}
    if issubclass(cls, ResponseTooLargeError):
        common |= {"limit": 10, "size": 20}
    error = cls("what went wrong", **common) if issubclass(cls, CallError) else cls("wrong")
    if isinstance(error, CallError):
        error.with_history((Attempt(1, "HTTP 503", 0.5), Attempt(2, "ReadTimeoutError")))
    error.add_note("sdkbase gave up")
    return error


def evidence(error: SdkError) -> dict[str, Any]:
    """Return all that an error carries, in values that can be compared."""
    names = ["template", "history", "attempts", "request_id", "status_code", "body"]
    names += ["code", "retry_after", "limit", "size"]
    names += ["path", "excerpt", "content_type", "sent", "connection_reused", "__notes__"]
    told = {name: getattr(error, name) for name in names if hasattr(error, name)}
    told |= {"class": type(error), "text": str(error), "args": error.args}
    if isinstance(error, CallError):
        sent = error.request
        told["request"] = (sent.method, sent.url, sent.headers)
    if isinstance(error, ResponseError):
        told["response"] = (error.response.status_code, error.response.headers)
        told["content"] = (error.response.content, error.response.request.url)
    return told


@COPIES
@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_copy_keeps_all_evidence(cls: type[SdkError], copied: Callable[[Any], Any]) -> None:
    error = made(cls)
    twin = copied(error)
    assert twin is not error
    assert evidence(twin) == evidence(error)


@COPIES
def test_a_copy_keeps_what_a_transport_error_found_out(copied: Callable[[Any], Any]) -> None:
    error = made(TransportError)
    assert isinstance(error, TransportError)
    error.sent, error.connection_reused = False, True
    twin = copied(error)
    assert (twin.sent, twin.connection_reused) == (False, True)


def test_every_class_is_exported_and_documented() -> None:
    assert len(CLASSES) > 30
    for cls in CLASSES:
        assert getattr(sdkbase, cls.__name__) is cls
        assert (cls.__doc__ or "").strip().startswith(("Raised ", "Root of", "Base of"))
        assert cls.__name__ in (sdkbase.errors.__doc__ or "") or cls is ResponseError


def test_the_tree_in_the_docstring_is_the_true_one() -> None:
    stack: list[str] = []
    for line in (sdkbase.errors.__doc__ or "").splitlines():
        name = line.lstrip(" │├└─").split(" ")[0]
        cls = getattr(sdkbase, name, None)
        if cls in CLASSES:
            depth = line.index(name) // 4
            stack[depth - 1 :] = [name]
            for above in stack:
                assert issubclass(cls, getattr(sdkbase, above)), line


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ConfigurationError", ValueError),
        ("InvalidRequestError", ValueError),
        ("ClientClosedError", RuntimeError),
        ("TransportError", httpx.TransportError),
        ("ConnectError", httpx.ConnectError),
        ("TlsError", httpx.ConnectError),
        ("ProxyError", httpx.ProxyError),
        ("ConnectionLostError", httpx.ReadError),
        ("ProtocolError", httpx.RemoteProtocolError),
        ("RequestTimeoutError", httpx.TimeoutException),
        ("ConnectTimeoutError", httpx.ConnectTimeout),
        ("ReadTimeoutError", httpx.ReadTimeout),
        ("WriteTimeoutError", httpx.WriteTimeout),
        ("PoolTimeoutError", httpx.PoolTimeout),
        ("DeadlineExceededError", httpx.TimeoutException),
        ("RedirectError", httpx.TooManyRedirects),
        ("DecodeError", ValueError),
        ("StatusError", httpx.HTTPStatusError),
    ],
)
def test_each_class_is_what_httpx_calls_it(name: str, kind: type[Exception]) -> None:
    assert issubclass(getattr(sdkbase, name), kind)


def test_the_repr_is_short() -> None:
    error = made(sdkbase.NotFoundError)
    assert repr(error) == "NotFoundError('what went wrong')"


def test_errors_travel_through_a_process_pool() -> None:
    # Exactly what a pool does with an exception: pickled, unpickled, raised.
    with pytest.raises(sdkbase.RateLimitError) as caught:
        raise pickled(made(sdkbase.RateLimitError))
    assert caught.value.retry_after == 3.0


def test_a_subclass_with_arguments_of_its_own_pickles() -> None:
    error = QuotaError("used up", owner="ada")
    assert pickled(error).owner == "ada"


class QuotaError(SdkError):
    def __init__(self, message: str, *, owner: str) -> None:
        super().__init__(message)
        self.owner = owner
