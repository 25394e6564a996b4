from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._wire.error_policy import error_policy
from sdkbase._wire.redaction import register_secret
from sdkbase._wire.status import status_error
from sdkbase.errors import (
    ClientError,
    ConnectionLostError,
    NotFoundError,
    RateLimitError,
    StatusError,
    status_error_class,
)

from .messages import HeaderPairs, fixed, json_reply, make_call, make_reply


class Problem(msgspec.Struct):
    title: str
    detail: str = ""


POLICY = error_policy(Problem, {}, "code")


def error_of(content: bytes, status: int = 400, *, error_model: Any = None) -> StatusError:
    policy = error_policy(error_model, {}, ("code", "__type"))
    return status_error(make_call(), json_reply(content, status, reason="Reason"), policy=policy)


@pytest.mark.parametrize("status", [100, 199, *range(300, 600), 999])
def test_every_status_has_its_class_and_message(status: int) -> None:
    error = error_of(b"", status)
    assert type(error) is status_error_class(status)
    assert error.status_code == status
    assert str(error) == f"GET /users/{{user_id}} -> {status} Reason"


def test_what_the_error_carries() -> None:
    fields = {"content-type": "application/problem+json", "x-request-id": "req-1"}
    reply = make_reply(429, b'{"title":"Slow down"}', fields)
    error = status_error(make_call(), reply, policy=POLICY, retry_after=1.5)
    assert isinstance(error, RateLimitError)
    assert error.body == Problem("Slow down")
    assert (error.retry_after, error.request_id, error.template) == (
        1.5,
        "req-1",
        "/users/{user_id}",
    )
    assert str(error.request.url) == "https://api.example/users/7"
    assert error.response.json() == {"title": "Slow down"}
    assert str(error) == "GET /users/{user_id} -> 429: Slow down"


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b'{"detail":"no such user","title":"Not found"}', "no such user"),
        (b'{"message":"m","title":"t"}', "m"),
        (b'{"error":"invalid_grant","error_description":"bad code"}', "bad code"),
        (b'{"error":{"message":"inner"}}', "inner"),
        (b'{"error":{"code":5}}', ""),
        (b'{"detail":"  a\\n b  "}', "a b"),
        (b'{"detail":"","title":"t"}', "t"),
        (b'{"detail":5,"msg":"m"}', "m"),
        (b'{"detail":[{"msg":"x"},{"msg":"y"}]}', "x"),
        (b'{"errors":["first","second"]}', "first"),
        (b'{"errors":[{"detail":"first"}]}', "first"),
        (b'[{"message":"in a list"}]', "in a list"),
        (b'{"detail":[],"title":"t"}', "t"),
        (b'{"error":{"error":{"error":{"error":{"msg":"deep"}}}}}', "deep"),
        (b'{"error":{"error":{"error":{"error":{"error":{"msg":"too deep"}}}}}}', ""),
        (b"[" * 9 + b'"x"' + b"]" * 9, ""),
        (b'{"detail":' + b"[" * 9 + b'"x"' + b"]" * 9 + b"}", ""),
        (b'["detail"]', ""),
        (b"[]", ""),
        (b'"text"', "text"),
        (b"null", ""),
    ],
)
def test_the_sentence_for_people_is_in_the_message(content: bytes, detail: str) -> None:
    tail = f": {detail}" if detail else ""
    assert str(error_of(content)) == f"GET /users/{{user_id}} -> 400 Reason{tail}"


def test_a_long_detail_is_cut() -> None:
    error = error_of(b'{"detail":"' + b"x" * 5000 + b'"}')
    assert str(error).endswith(": " + "x" * 200 + "\u2026")


def test_the_body_fits_the_model_or_is_json_or_text() -> None:
    assert error_of(b'{"title":"t"}', error_model=Problem).body == Problem("t")
    assert error_of(b'{"other":1}', error_model=Problem).body == {"other": 1}
    assert error_of(b"<html>", error_model=Problem).body == "<html>"
    assert error_of(b"", error_model=Problem).body is None
    assert str(error_of(b'{"title":"t"}', error_model=Problem)).endswith(": t")


def test_a_byte_order_mark_is_accepted() -> None:
    error = error_of(b'\xef\xbb\xbf{"detail":"no"}')
    assert error.body == {"detail": "no"}
    assert str(error).endswith(": no")


@pytest.mark.parametrize(
    "headers",
    [{"content-encoding": "gzip"}, {"content-type": "text/plain; charset=utf-16"}, ()],
)
@pytest.mark.parametrize("content", [b"\xff\xfe\0", b"[" * 100_000, b'"\xff"', b"{"])
def test_a_status_is_never_lost_to_a_broken_body(content: bytes, headers: HeaderPairs) -> None:
    error = status_error(make_call(), make_reply(404, content, headers), policy=POLICY)
    assert isinstance(error, NotFoundError)
    assert str(error) == "GET /users/{user_id} -> 404"


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("name", ["error", "detail"])
def test_a_status_is_never_lost_to_a_deep_body(name: str) -> None:
    for depth in range(1, 1100):
        content = f'{{"{name}":' * depth + '"x"' + "}" * depth
        assert error_of(content.encode(), 500).status_code == 500


@pytest.mark.usefixtures("uncovered")
@given(st.binary(max_size=60), st.sampled_from(["", "gzip", "deflate", "x"]))
@fixed
def test_a_status_is_never_lost(content: bytes, coding: str) -> None:
    reply = make_reply(503, content, {"content-encoding": coding})
    assert status_error(make_call(), reply, policy=POLICY).status_code == 503


def test_no_secret_shows() -> None:
    register_secret("canary-status-0123")
    call = make_call(
        url="https://api.example/x?api_key=plain-canary",
        headers={"authorization": "Bearer other-canary", "x-trace": "canary-status-0123"},
    )
    fields = {"set-cookie": "sid=cookie-canary", "x-echo": "canary-status-0123"}
    reply = make_reply(401, b'{"detail":"bad canary-status-0123"}', fields)
    error = status_error(call, reply, policy=POLICY)
    shown = [str(error), repr(error.body), repr(error.request.headers.raw), str(error.request.url)]
    shown += [repr(error.response.headers.raw), error.response.text]
    assert "canary" not in "".join(shown)
    assert str(error).endswith(": bad ***")


@pytest.mark.parametrize("before", range(180, 202))
def test_a_secret_at_the_end_of_a_cut_detail_is_not_shown_in_part(before: int) -> None:
    register_secret("qqzebra-status-0123")
    content = b'{"detail":"' + b"x" * before + b'qqzebra-\\u0073tatus-0123"}'
    assert "qq" not in str(error_of(content))


@pytest.mark.parametrize(
    "written",
    [r"abc\/p\u00e4ss-0123456789", r"abc/p\u00e4ss-0123456789", "abc/p\u00e4ss-0123456789"],
)
def test_a_secret_that_json_escapes_is_masked_too(written: str) -> None:
    register_secret("abc/p\u00e4ss-0123456789")
    error = error_of(f'{{"detail":"bad {written}","list":["{written}"]}}'.encode())
    assert "0123456789" not in str(error) + repr(error.body)


class Renamed(msgspec.Struct):
    """An API of which only the model says where the sentence stands."""

    message: str = msgspec.field(name="Fehlertext")


def test_the_sentence_is_also_where_the_model_says() -> None:
    error = error_of(b'{"Fehlertext":"kaputt"}', error_model=Renamed)
    assert str(error).endswith(": kaputt")


# --- a message never quotes a whole body ----------------------------------------------------

PAGE = (
    b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1>" + b"<p>x</p>" * 2000 + b"</body></html>"
)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PAGE, "text/html"),
        (PAGE, "application/json"),
        (b"x" * 100_000, ""),
        (b"<slow/>", "application/xml"),
        (b"<title>502 Bad Gateway</title>", "text/html"),
        (b"<title></title>", "text/html"),
        (b"Bad Gateway.", "text/plain"),
        (b"a\0b", "text/plain"),
        (b"a\xffb", "text/plain"),
        (b'{"detail": "cut', "application/json"),
        (b"word " * 201, "text/plain"),
        (b'["a", "b"]', "application/json"),
        (b'{"detail": {"html": "<p>"}}', "application/json"),
    ],
)
def test_a_body_without_a_sentence_is_not_quoted(content: bytes, kind: str) -> None:
    reply = make_reply(502, content, {"content-type": kind}, reason="Bad Gateway")
    error = status_error(make_call(), reply)
    assert str(error) == "GET /users/{user_id} -> 502 Bad Gateway"
    assert repr(error) == f"BadGatewayError({str(error)!r})"


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (b"upstream\n is  down", "text/plain", "upstream is down"),
        (b"upstream is down", "", "upstream is down"),
        (b"upstream is down", "application/json", "upstream is down"),
        (b'"a string"', "application/json", "a string"),
        (b"word " * 150, "text/plain", "word " * 40 + "\u2026"),
        (b" <html><TITLE lang=en>Down &amp; out\n</title><h1>x</h1>", "text/html", "Down & out"),
        (b"<title>Down</title>", "application/json", "Down"),
    ],
)
def test_a_short_text_and_the_title_of_a_page_are_told(
    content: bytes, kind: str, sentence: str
) -> None:
    reply = make_reply(502, content, {"content-type": kind}, reason="Bad Gateway")
    assert str(status_error(make_call(), reply)) == (
        f"GET /users/{{user_id}} -> 502 Bad Gateway: {sentence}"
    )


@pytest.mark.parametrize("text", ["{before}{secret}", "<title>{before}{entities}</title>"])
@pytest.mark.parametrize("before", range(180, 202))
def test_a_secret_in_a_text_is_not_shown_in_part(text: str, before: int) -> None:
    secret = "qqzebra-text-0123"
    register_secret(secret)
    entities = "".join(f"&#{ord(letter)};" for letter in secret)
    content = text.format(before="x" * before, secret=secret, entities=entities)
    error = status_error(make_call(), make_reply(502, content.encode()))
    assert ": xxx" in str(error) and "q" not in str(error)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"errors": [{"field": "name", "message": "is  short"}]}, "name: is short"),
        (
            {"title": "Invalid", "errors": [{"pointer": "#/age", "detail": "is no number"}]},
            "Invalid (#/age: is no number)",
        ),
        (
            {"detail": [{"type": "missing", "loc": ["body", "items", 0, "id"], "msg": "required"}]},
            "body.items.0.id: required",
        ),
        (
            {"errors": [{"source": {"pointer": "/data/title"}, "title": "No", "detail": "blank"}]},
            "/data/title: blank",
        ),
        ({"errors": [{"source": "x", "field": "a", "message": "b"}]}, "a: b"),
        (
            {"message": "Failed", "errors": [{"resource": "I", "field": "t", "code": "missing"}]},
            "Failed (t: missing)",
        ),
        (
            {"error": {"message": "Bad", "details": [{"field": "a", "description": "b"}]}},
            "Bad (a: b)",
        ),
        ({"errors": {"email": ["is taken", "is long"], "age": []}}, "email: is taken"),
        (
            {"message": "Bad", "errors": [{"field": str(n), "message": "m"} for n in range(5)]},
            "Bad (0: m; 1: m; 2: m and 2 more)",
        ),
        ({"errors": [{"field": "a", "message": 5}, {"message": "only"}, 7, None]}, ""),
        ({"errors": [{"loc": [["a"]], "msg": "m"}]}, "m"),
        ({"errors": {"message": "m"}}, "m"),
        ({"detail": {"field": "a", "message": "m"}}, "m"),
        ({"error": "e", "errors": "none"}, "e"),
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "application/problem+json"])
def test_the_fields_that_were_wrong_are_named(body: Any, detail: str, kind: str) -> None:
    reply = make_reply(422, msgspec.json.encode(body), {"content-type": kind})
    tail = f": {detail}" if detail else ""
    assert str(status_error(make_call(), reply)) == f"GET /users/{{user_id}} -> 422{tail}"


def test_the_fields_that_were_wrong_are_cut() -> None:
    wrong = [{"field": "f" * 5000, "message": "m" * 5000}] * 5
    error = error_of(msgspec.json.encode({"title": "t" * 5000, "errors": wrong}))
    assert len(str(error)) < 500


@pytest.mark.usefixtures("uncovered")
@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["errors", "error", "loc", "msg", "source"]), inner)
        ),
    )
)
@fixed
def test_a_status_is_never_lost_to_strange_fields(body: Any) -> None:
    assert error_of(msgspec.json.encode({"errors": body}), 422).status_code == 422


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("name", ["detail", "message", "title", "error", "errors"])
@pytest.mark.parametrize("kind", ["application/json", "application/problem+json"])
def test_a_huge_sentence_is_cut(name: str, kind: str) -> None:
    content = msgspec.json.encode({name: "word " * 200_000})
    error = status_error(make_call(), make_reply(400, content, {"content-type": kind}))
    assert len(str(error)) < 300
    assert len(repr(error)) < 300


def test_a_model_s_sentence_is_cut_too() -> None:
    error = error_of(msgspec.json.encode({"title": "t" * 5000}), error_model=Problem)
    assert len(str(error)) < 300


# --- what cut the body short ----------------------------------------------------------------


def test_a_body_that_is_not_whole_is_told_in_a_note() -> None:
    call = make_call()
    reply = json_reply(b'{"detail":"no such us', 404)
    reply.broken = ConnectionLostError("GET /users/{user_id}: cut", request=call.redacted_request())
    error = status_error(call, reply)
    assert type(error) is NotFoundError
    assert error.body == '{"detail":"no such us'
    assert error.__notes__ == [
        "its body is not whole: ConnectionLostError: GET /users/{user_id}: cut"
    ]


def test_a_whole_body_has_no_note() -> None:
    assert not hasattr(error_of(b"{}"), "__notes__")


# --- classes of the SDK's own ---------------------------------------------------------------


class CardDeclined(ClientError):
    """Raised when a card was declined."""


def test_the_class_and_the_code_are_by_the_policy() -> None:
    policy = error_policy(Problem, {"card_declined": CardDeclined}, "error.type")
    reply = json_reply(b'{"title":"No","error":{"type":"card_declined"}}', 402)
    error = status_error(make_call(), reply, policy=policy)
    assert type(error) is CardDeclined
    assert (error.code, error.body, error.status_code) == ("card_declined", Problem("No"), 402)


def test_a_secret_in_the_code_is_masked() -> None:
    register_secret("canary-status-0123")
    assert error_of(b'{"code":"canary-status-0123"}').code == "***"
