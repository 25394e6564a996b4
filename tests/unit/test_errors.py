from __future__ import annotations

import builtins
import copy
import inspect
import pickle
import pkgutil
import re
from typing import Any

import httpx
import msgspec
import pytest

import sdkbase
from sdkbase import errors
from sdkbase.errors import (
    Attempt,
    CallError,
    ClientError,
    DecodeError,
    ResponseError,
    SdkError,
    ServerError,
    StatusError,
    request_id_of,
    status_error_class,
)

CLASSES: list[type[SdkError]] = [
    member
    for member in vars(errors).values()
    if inspect.isclass(member) and issubclass(member, SdkError)
]

LINE = re.compile(
    r"^(?P<indent>[ │├└─]*)(?P<name>[A-Z]\w+)(?: \((?P<other>[\w.]+)\))?(?P<rest>.*)$"
)


class Drawn(msgspec.Struct):
    name: str
    parent: str | None
    other: str | None
    note: str


def drawn() -> dict[str, Drawn]:
    """Read the tree in the docstring: name, parent, class in brackets, note."""
    tree, above = dict[str, Drawn](), list[str]()
    _, body, _ = (errors.__doc__ or "").split("\n\n", 2)
    for line in body.splitlines():
        found = LINE.match(line.removeprefix("    "))
        assert found is not None, line
        depth = len(found["indent"]) // 4
        del above[depth:]
        parent = above[-1] if above else None
        tree[found["name"]] = Drawn(found["name"], parent, found["other"], found["rest"].strip())
        above.append(found["name"])
    return tree


TREE = drawn()


def resolve(name: str) -> type[Any]:
    module, _, attribute = name.rpartition(".")
    found: type[Any] = getattr(httpx if module == "httpx" else builtins, attribute)
    return found


def first_base(cls: type[SdkError]) -> str | None:
    return next((base.__name__ for base in cls.__bases__ if issubclass(base, SdkError)), None)


def test_the_drawn_tree_is_the_real_tree() -> None:
    real = {cls.__name__: first_base(cls) for cls in CLASSES}
    assert {name: line.parent for name, line in TREE.items()} == real


@pytest.mark.parametrize("name", TREE)
def test_the_class_in_brackets_is_the_other_base(name: str) -> None:
    cls = getattr(errors, name)
    others = [base for base in cls.__bases__ if not issubclass(base, SdkError)]
    expected = TREE[name].other
    assert others == ([resolve(expected)] if expected else [] if TREE[name].parent else [Exception])


def test_the_drawn_statuses_are_the_real_ones() -> None:
    for line in TREE.values():
        if line.note.isdigit():
            assert status_error_class(int(line.note)).__name__ == line.name
    exact = {int(line.note): line.name for line in TREE.values() if line.note.isdigit()}
    for status in range(100, 600):
        if status not in exact:
            assert status_error_class(status) in (ClientError, ServerError, StatusError)


@pytest.mark.parametrize("status", range(100, 600))
def test_every_status_has_a_class(status: int) -> None:
    cls = status_error_class(status)
    assert issubclass(cls, StatusError) and issubclass(cls, httpx.HTTPStatusError)
    assert issubclass(cls, ClientError) is (400 <= status <= 499)
    assert issubclass(cls, ServerError) is (500 <= status <= 599)


@pytest.mark.parametrize("status", [0, 99, 600, 999, -1])
def test_other_numbers_are_plain_status_errors(status: int) -> None:
    assert status_error_class(status) is StatusError


def test_every_class_is_public_and_documented() -> None:
    for cls in CLASSES:
        assert getattr(sdkbase, cls.__name__) is cls and cls.__name__ in sdkbase.__all__
        assert cls.__doc__ and (cls is SdkError or re.match(r"\s*(Raised|Base of)", cls.__doc__))


def test_what_code_written_for_httpx_catches() -> None:
    for cls in CLASSES:
        if issubclass(cls, StatusError):
            assert issubclass(cls, httpx.HTTPStatusError)
        elif issubclass(cls, errors.TransportError):
            assert issubclass(cls, httpx.TransportError)
    assert issubclass(errors.DeadlineExceededError, httpx.TimeoutException)
    assert not issubclass(errors.ConnectTimeoutError, errors.ConnectError)


def test_which_errors_mean_that_nothing_was_sent() -> None:
    unsent = {"ConnectError", "TlsError", "ProxyError", "ConnectTimeoutError", "PoolTimeoutError"}
    unsent |= {"CircuitOpenError", "BulkheadFullError"}
    transport = [cls for cls in CLASSES if issubclass(cls, errors.TransportError)]
    assert {cls.__name__ for cls in transport if not cls.sent} == unsent


REQUEST = httpx.Request("POST", "https://api.example/users", headers={"x-trace": "1"})


def response(status: int = 404) -> httpx.Response:
    return httpx.Response(status, headers={"X-Request-Id": "req-1"}, json={"a": 1}, request=REQUEST)


def make(cls: type[SdkError]) -> SdkError:
    """Make one with every attribute set to something of its own."""
    fields: dict[str, Any] = {"request": REQUEST, "template": "/users"}
    if issubclass(cls, ResponseError):
        fields["response"] = response()
    if issubclass(cls, DecodeError):
        fields |= {"path": "$.a", "excerpt": "{..."}
    if issubclass(cls, StatusError):
        fields |= {"body": {"a": 1}, "plain": {"b": 2}, "code": "x", "retry_after": 2.5}
    if issubclass(cls, errors.ResponseTooLargeError):
        fields |= {"limit": 10, "size": 20}
    error: SdkError = cls("it broke", **fields) if issubclass(cls, CallError) else cls("it broke")
    if isinstance(error, CallError):
        error.with_history((Attempt(1, "HTTP 503", 0.5), Attempt(2, "HTTP 404")))
    if isinstance(error, errors.TransportError):
        error.sent, error.connection_reused = not type(error).sent, True
    if isinstance(error, errors.CircuitOpenError):
        error.origin, error.retry_in = "https://api.example:443", 2.5
    if isinstance(error, errors.BulkheadFullError):
        error.max_concurrent, error.max_queue, error.waited = 2, 3, 0.5
    error.add_note("gave up")
    return error


PLAIN = ["template", "history", "attempts", "request_id", "sent", "connection_reused", "path",
         "excerpt", "content_type", "body", "_plain", "code", "retry_after",
         "status_code", "origin", "retry_in", "max_concurrent", "max_queue", "waited",
         "limit", "size"]  # fmt: skip


def told(error: SdkError) -> dict[str, Any]:
    """Everything that an error tells, as plain values."""
    values = {name: getattr(error, name) for name in PLAIN if hasattr(error, name)}
    values |= {"args": error.args, "text": str(error), "notes": error.__notes__}
    for name in ("request", "response"):
        if (message := getattr(error, name, None)) is not None:
            values[name] = (repr(message), message.headers.raw, message.content)
    return values


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_error_survives_pickling_and_copying(cls: type[SdkError]) -> None:
    error = make(cls)
    expected = told(error)
    clones = [pickle.loads(pickle.dumps(error, protocol)) for protocol in range(2, 6)]
    for clone in [*clones, copy.copy(error), copy.deepcopy(error)]:
        assert type(clone) is cls
        assert told(clone) == expected


def test_the_test_above_looks_at_every_attribute() -> None:
    seen = {*PLAIN, "request", "response", "_request", "__notes__"}
    for cls in CLASSES:
        assert set(vars(make(cls))) <= seen


def test_what_a_call_error_tells() -> None:
    error = make(errors.NotFoundError)
    assert isinstance(error, StatusError)
    assert error.request is REQUEST and error.response.request is REQUEST
    assert (error.status_code, error.request_id, error.template) == (404, "req-1", "/users")
    assert error.attempts == 2 and error.history[0].delay == 0.5
    assert str(error) == "it broke" and error.args == ("it broke",)


def test_a_fresh_call_error_has_made_no_attempts() -> None:
    error = errors.ConnectError("x", request=REQUEST)
    assert (error.attempts, error.history, error.request_id, error.template) == (0, (), None, "")


def test_the_masked_request_stays_though_httpx_sets_the_raw_one() -> None:
    error, raw = make(errors.ReadTimeoutError), httpx.Request("GET", "https://other.example/")
    assert isinstance(error, CallError)
    masked = error.request
    error.request = raw
    assert error.request is masked


def test_errors_may_be_subclassed_by_an_sdk() -> None:
    error = OutOfCredit("no money", request=REQUEST, response=response(402), body={"left": 0})
    clone = pickle.loads(pickle.dumps(error))
    assert type(clone) is OutOfCredit and clone.body == {"left": 0}


class OutOfCredit(ClientError):
    """Raised when the account is empty."""


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"X-Request-ID": "a"}, "a"),
        ({"request-id": "b"}, "b"),
        ({"x-amzn-requestid": "c"}, "c"),
        ({"cf-ray": "d"}, "d"),
        ({"cf-ray": "d", "x-correlation-id": "e"}, "e"),
        ({"request-id": "b", "x-request-id": "a"}, "a"),
    ],
)
def test_the_server_s_id_of_a_request(headers: dict[str, str], expected: str | None) -> None:
    assert request_id_of(httpx.Headers(headers)) == expected


def test_attempts_are_frozen_values() -> None:
    attempt = Attempt(1, "HTTP 503", 0.5)
    assert attempt == pickle.loads(pickle.dumps(attempt))
    with pytest.raises(AttributeError):
        attempt.number = 2  # type: ignore[misc]  # frozen


# --- the package ----------------------------------------------------------------------------


def test_all_that_the_modules_define_is_reached_from_the_package() -> None:
    modules = [errors._base, errors._call, errors._problem, errors._response, errors._status,
               errors._transport]  # fmt: skip
    for module in modules:
        for name, member in vars(module).items():
            if inspect.isclass(member) and issubclass(member, SdkError | Warning):
                assert getattr(errors, name) is member and name in errors.__all__
    assert len(modules) == len(list(pkgutil.iter_modules(errors.__path__)))


def test_all_is_sorted_and_real() -> None:
    assert all(hasattr(errors, name) for name in errors.__all__)
    assert len(set(errors.__all__)) == len(errors.__all__)


# --- body_as --------------------------------------------------------------------------------


class Refusal(msgspec.Struct):
    a: int


def status_error_with(body: Any, plain: Any = None) -> StatusError:
    return StatusError("x", request=REQUEST, response=response(), body=body, plain=plain)


def test_a_body_is_converted_from_what_was_decoded() -> None:
    error = status_error_with({"a": 1})
    assert error.body_as(Refusal) == Refusal(1)
    assert error.body_as(dict[str, int]) == {"a": 1}
    assert error.body_as(list[int]) is None
    typed = status_error_with(Refusal(1), {"a": 1, "b": 2})
    assert typed.body_as(Refusal) is typed.body
    assert typed.body_as(dict[str, int]) == {"a": 1, "b": 2}
    clone = pickle.loads(pickle.dumps(typed))
    assert clone.body_as(dict[str, int]) == {"a": 1, "b": 2}
    assert status_error_with(None).body_as(Refusal) is None
    assert status_error_with("text").body_as(str) == "text"
