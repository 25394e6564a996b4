"""RFC 9457, and what else the body of an error may be."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._wire.error_body import error_body
from sdkbase._wire.redaction import register_secret
from sdkbase._wire.status import status_error
from sdkbase.errors import ConfigurationError, ProblemDetails, StatusError

from .messages import fixed, make_call, make_reply

PROBLEM = "application/problem+json"


class Short(msgspec.Struct):
    message: str
    code: int


class Long(msgspec.Struct):
    error: Short


class Balance(ProblemDetails, frozen=True):
    """A problem with an extension member that is typed."""

    balance: int


class Raising(msgspec.Struct):
    """A model whose author did not think of everything."""

    data: dict[str, Any]

    def __post_init__(self) -> None:
        raise KeyError("id")


def body(content: bytes, kind: str = "application/json", models: Any = ()) -> Any:
    return error_body(make_reply(400, content, {"Content-Type": kind}), models).value


def problem(members: Any, models: Any = (), kind: str = PROBLEM) -> Any:
    return body(msgspec.json.encode(members), kind, models)


# --- problem details ------------------------------------------------------------------------


def test_the_example_of_the_rfc() -> None:
    found = problem(
        {
            "type": "https://example.com/probs/out-of-credit",
            "title": "You do not have enough credit.",
            "detail": "Your current balance is 30, but that costs 50.",
            "instance": "/account/12345/msgs/abc",
            "balance": 30,
            "accounts": ["/account/12345", "/account/67890"],
        }
    )
    assert found == ProblemDetails(
        type="https://example.com/probs/out-of-credit",
        title="You do not have enough credit.",
        detail="Your current balance is 30, but that costs 50.",
        instance="/account/12345/msgs/abc",
        extensions={"balance": 30, "accounts": ["/account/12345", "/account/67890"]},
    )


def test_what_is_left_out_has_its_default() -> None:
    found = problem({})
    assert found == ProblemDetails()
    assert (found.type, found.title, found.status) == ("about:blank", None, None)
    assert found.extensions == {}


WRONG_TEXTS: list[Any] = [5, None, [], {}, True]
WRONG_NUMBERS: list[Any] = ["404", 404.0, None, True, []]
WRONG = [(name, wrong) for name in ("type", "title", "detail", "instance") for wrong in WRONG_TEXTS]


@pytest.mark.parametrize(
    ("name", "wrong"), [*WRONG, *(("status", wrong) for wrong in WRONG_NUMBERS)]
)
def test_members_of_the_wrong_type_count_as_absent(name: str, wrong: Any) -> None:
    found = problem({name: wrong, "title" if name != "title" else "detail": "kept", "more": 1})
    assert getattr(found, name) == getattr(ProblemDetails(), name)
    assert "kept" in (found.title, found.detail)
    assert found.extensions == {"more": 1}


def test_the_status_of_http_wins() -> None:
    reply = make_reply(503, b'{"status":404,"title":"t"}', {"content-type": PROBLEM})
    error = status_error(make_call(), reply)
    assert (error.status_code, error.body.status) == (503, 404)
    assert type(error).__name__ == "ServiceUnavailableError"


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"title": "Out of credit", "detail": "30 is less than 50"}, ": 30 is less than 50"),
        ({"title": "Out of credit"}, ": Out of credit"),
        ({"title": 5, "detail": []}, ""),
        ({}, ""),
    ],
)
def test_detail_or_title_is_in_the_message(members: Any, sentence: str) -> None:
    content = msgspec.json.encode(members)
    error = status_error(make_call(), make_reply(403, content, {"content-type": PROBLEM}))
    assert str(error) == f"GET /users/{{user_id}} -> 403{sentence}"


@pytest.mark.parametrize(
    "kind", [PROBLEM, "Application/Problem+JSON; charset=utf-8", "application/problem+json ;x=1"]
)
def test_the_content_type_makes_it_a_problem(kind: str) -> None:
    assert problem({"title": "t"}, kind=kind) == ProblemDetails(title="t")


@pytest.mark.parametrize("kind", ["application/json", "application/problem+xml", "", "text/html"])
def test_without_it_the_body_is_json(kind: str) -> None:
    assert problem({"title": "t"}, kind=kind) == {"title": "t"}


@pytest.mark.parametrize("content", [b"[]", b'"t"', b"5", b"null", b"{", b"\xff"])
def test_a_problem_that_is_no_object_is_json_or_text(content: bytes) -> None:
    assert not isinstance(body(content, PROBLEM), ProblemDetails)


def test_members_of_any_name_are_kept() -> None:
    found = problem({"extensions": [1], "": 2, "a b": 3, "Title": 4})
    assert found.extensions == {"extensions": [1], "": 2, "a b": 3, "Title": 4}


def test_a_declared_model_wins_over_problem_details() -> None:
    members = {"title": "t", "message": "m", "code": 5}
    assert problem(members, [Short]) == Short("m", 5)
    assert problem({"title": "t"}, [Short]) == ProblemDetails(title="t")


def test_a_model_may_be_a_problem_with_typed_members() -> None:
    found = problem({"title": 5, "balance": 30, "more": 1}, [Balance], kind="application/json")
    assert found == Balance(balance=30, extensions={"more": 1})
    assert problem({"balance": "much"}, [Balance]) == ProblemDetails(extensions={"balance": "much"})
    assert problem({"balance": "much"}, [Balance], "application/json") == {"balance": "much"}


MEMBERS = st.dictionaries(
    st.sampled_from(["type", "title", "status", "detail", "instance", "extensions", "x", ""]),
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text(max_size=3)
    | st.lists(st.integers(0, 9)),
)


@pytest.mark.usefixtures("uncovered")
@given(MEMBERS)
@fixed
def test_any_object_is_a_problem_and_nothing_else_is_lost(members: dict[str, Any]) -> None:
    found = problem(members)
    assert isinstance(found, ProblemDetails)
    own = {"type", "title", "status", "detail", "instance"}
    assert found.extensions == {k: v for k, v in members.items() if k not in own}


# --- other bodies ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b'{"a":1}', "application/json", {"a": 1}),
        (b'{"a":1}', "application/vnd.acme+json", {"a": 1}),
        (b'{"a":1}', "text/html", {"a": 1}),
        (b"[1]", "text/plain", [1]),
        (b'{"a":1}', "", {"a": 1}),
        (b"404", "application/json", 404),
        (b"404", "text/plain", "404"),
        (b'"gone"', "text/plain; charset=utf-8", '"gone"'),
        (b"null", "text/html", "null"),
        (b"null", "application/json", None),
        (b"Not found", "text/plain", "Not found"),
        (b"Not found", "", "Not found"),
        (b"<h1>no</h1>", "text/html", "<h1>no</h1>"),
        (b"<h1>no</h1>", "application/json", "<h1>no</h1>"),
        ("caf\u00e9".encode("latin-1"), "text/plain; charset=latin-1", "caf\u00e9"),
        ("caf\u00e9".encode(), "text/plain", "caf\u00e9"),
        (b"\xff", "text/plain", "\ufffd"),
        (b"<e/>", "application/xml", "<e/>"),
        (b"", "application/json", None),
        (b"\xef\xbb\xbf", "application/json", None),
        (b'\xef\xbb\xbf{"a":1}', "application/json", {"a": 1}),
    ],
)
def test_json_else_text_else_nothing(content: bytes, kind: str, expected: Any) -> None:
    assert body(content, kind) == expected


@pytest.mark.parametrize(
    "kind", ["application/msgpack", "application/x-msgpack; v=1", "application/vnd.msgpack"]
)
def test_msgpack_is_decoded_by_its_content_type(kind: str) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    content = msgspec.msgpack.encode({"message": "no", "code": 5, "at": at})
    assert body(content, kind, [Long, Short]) == Short("no", 5)
    assert body(content, kind) == {"message": "no", "code": 5, "at": at}
    assert not isinstance(body(content, "application/json"), dict)
    assert isinstance(body(b"\xc1", kind), str)


def test_the_first_model_that_fits_is_taken() -> None:
    models = [Long, Short]
    assert problem({"error": {"message": "a", "code": 1}}, models) == Long(Short("a", 1))
    assert problem({"message": "b", "code": 2}, models) == Short("b", 2)
    assert problem({"other": 3}, models, "application/json") == {"other": 3}


def test_a_model_of_text_takes_text() -> None:
    assert body(b"no", "text/plain", [Short, str]) == "no"


def test_a_model_that_raises_does_not_lose_the_status() -> None:
    assert problem({"data": {}}, [Raising], "application/json") == {"data": {}}


def test_a_coding_is_undone() -> None:
    fields = {"content-type": "application/json", "content-encoding": "gzip"}
    reply = make_reply(400, gzip.compress(b'{"a":1}'), fields)
    assert error_body(reply, ()).value == {"a": 1}


@pytest.mark.parametrize("kind", ["application/json", "application/msgpack", PROBLEM, "text/html"])
def test_what_is_nested_too_deeply_is_text(kind: str) -> None:
    assert isinstance(body(b"[" * 100_000, kind), str)
    assert isinstance(body(b"\x91" * 100_000 + b"\x90", kind), str)


@given(
    st.binary(max_size=80), st.sampled_from(["application/json", "application/msgpack", PROBLEM])
)
@fixed
def test_no_body_is_an_error_of_its_own(content: bytes, kind: str) -> None:
    body(content, kind, [Short, Balance, dict[str, int]])


# --- secrets --------------------------------------------------------------------------------

SECRET = "canary-p\u00e4ss/0123"


@pytest.mark.parametrize(
    "kind", ["application/json", "application/msgpack", PROBLEM, "text/plain; charset=utf-16"]
)
def test_secrets_are_masked_wherever_they_are(kind: str) -> None:
    register_secret(SECRET)
    members = {"detail": f"bad {SECRET}", "list": [SECRET, {SECRET: SECRET}], "n": 1}
    content = msgspec.json.encode(members)
    if "msgpack" in kind:
        content = msgspec.msgpack.encode({**members, "raw": SECRET.encode(), "t": (SECRET,)})
    if "utf-16" in kind:
        content = SECRET.encode("utf-16")
    found = error_body(make_reply(400, content, {"content-type": kind}), [dict[str, Any]])
    shown = repr(found.value) + repr(found.plain)
    assert "canary" not in shown and "***" in shown


def test_a_secret_that_json_spells_otherwise_is_masked() -> None:
    register_secret("canary-status-0123")
    found = body(b'{"a":"\\u0063anary-status-0123","b":["x"],"c":null}')
    assert found == {"a": "***", "b": ["x"], "c": None}


def test_a_msgpack_key_that_is_an_array_is_masked() -> None:
    register_secret("canary-status-0123")
    content = msgspec.msgpack.encode({("canary-status-0123", 1): 2})
    assert body(content, "application/msgpack") == {("***", 1): 2}


@pytest.mark.parametrize("depth", range(100, 1100, 50))
def test_a_deep_body_with_a_secret_is_masked_too(depth: int) -> None:
    register_secret("canary-status-0123")
    content = '{"a":' * depth + '"canary-status-0123"' + "}" * depth
    assert "canary" not in str(body(content.encode()))


# --- body_as --------------------------------------------------------------------------------


def error_of(members: Any, kind: str = "application/json") -> StatusError:
    encode = msgspec.msgpack.encode if "msgpack" in kind else msgspec.json.encode
    content = members if isinstance(members, bytes) else encode(members)
    return status_error(make_call(), make_reply(400, content, {"content-type": kind}))


class Rich(msgspec.Struct):
    at: datetime
    price: Decimal
    counts: dict[int, str]


@pytest.mark.parametrize("kind", ["application/json", "application/msgpack"])
def test_the_body_as_a_model_of_the_callers_choice(kind: str) -> None:
    error = error_of({"message": "no", "code": 5}, kind)
    assert error.body_as(Short) == Short("no", 5)
    assert error.body_as(Long) is None
    assert error.body_as(dict[str, Any]) == {"message": "no", "code": 5}
    assert error.body_as(list[int] | Short) == Short("no", 5)
    rich = {"at": "2026-01-01T00:00:00Z", "price": "1.5", "counts": {"1": "a"}}
    assert error_of(rich, kind).body_as(Rich) == Rich(
        datetime(2026, 1, 1, tzinfo=UTC), Decimal("1.5"), {1: "a"}
    )


def test_the_body_as_what_it_is_already() -> None:
    error = error_of(b"<h1>no</h1>", "text/html")
    assert error.body_as(str) == "<h1>no</h1>"
    assert error.body_as(Short) is None
    assert error.body_as(ProblemDetails) is None
    assert error_of(b"").body_as(Short) is None
    found = error_of({"title": "t"}, PROBLEM)
    assert found.body_as(ProblemDetails) is found.body


def test_the_body_as_a_problem_though_the_server_does_not_call_it_one() -> None:
    error = error_of({"title": "t", "status": "x", "balance": 30})
    assert error.body_as(ProblemDetails) == ProblemDetails(title="t", extensions={"balance": 30})
    assert error.body_as(Balance) == Balance(title="t", balance=30)
    assert error_of({"title": "t"}).body_as(Balance) is None


def test_the_body_as_what_can_not_be_decoded_is_the_callers_mistake() -> None:
    with pytest.raises(ConfigurationError, match="can not be decoded"):
        error_of({"a": 1}).body_as(dict[Short, str] | dict[str, str])
