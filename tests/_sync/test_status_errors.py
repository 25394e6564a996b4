# Generated from _async/test_status_errors.py by sdkbase.codegen. Do not edit.
# sha256: 58dca0e494ad748c
"""The error that each status becomes, and the evidence that it carries."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from demo_api import DemoApi
from sdkbase import (
    AuthenticationError,
    BadGatewayError,
    BadRequestError,
    BearerAuth,
    ClientError,
    ConflictError,
    GatewayTimeoutError,
    GoneError,
    InternalServerError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PreconditionFailedError,
    RateLimitError,
    RequestOptions,
    RetryConfig,
    ServerError,
    ServiceUnavailableError,
    StatusError,
    SyncHttpClient,
    SyncResource,
    UnprocessableEntityError,
)

BASE = "https://api.example"
CLASSES: dict[int, type[StatusError]] = {
    300: StatusError,
    304: StatusError,
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    409: ConflictError,
    410: GoneError,
    412: PreconditionFailedError,
    413: PayloadTooLargeError,
    418: ClientError,
    422: UnprocessableEntityError,
    429: RateLimitError,
    451: ClientError,
    499: ClientError,
    500: InternalServerError,
    502: BadGatewayError,
    503: ServiceUnavailableError,
    504: GatewayTimeoutError,
    507: ServerError,
    599: ServerError,
}


class User(msgspec.Struct):
    id: int


class FieldProblem(msgspec.Struct):
    field: str
    message: str


class Problem(msgspec.Struct, kw_only=True):
    title: str
    detail: str = ""
    errors: list[FieldProblem] = []


class SyncProblemClient(SyncHttpClient):
    error_model = Problem


class SyncUsers(SyncResource[User]):
    path = "/users"

    def retrieve(self, user_id: int) -> User:
        return self._get("/{user_id}", user_id)


def failure(response: httpx.Response, kind: type[SyncHttpClient] = SyncHttpClient) -> StatusError:
    wire = httpx.MockTransport(lambda request: response)
    with kind(BASE, transport=wire, retry_config=RetryConfig(max_retries=0)) as client:
        with pytest.raises(StatusError) as caught:
            client.get("/users/7", cast_to=User)
    return caught.value


@pytest.mark.parametrize("status", CLASSES)
def test_each_status_has_its_class(status: int) -> None:
    error = failure(httpx.Response(status, json={"detail": "because"}))
    assert type(error) is CLASSES[status]
    assert isinstance(error, httpx.HTTPStatusError)
    assert (error.status_code, error.response.status_code) == (status, status)
    phrase = httpx.Response(status).reason_phrase
    assert str(error) == " ".join(f"GET /users/7 -> {status} {phrase}".split()) + ": because"


@pytest.mark.parametrize("cast_to", [None, bytes, str, Any, dict, User | None])
def test_every_kind_of_typed_call_raises(cast_to: Any) -> None:
    wire = httpx.MockTransport(lambda request: httpx.Response(404))
    with SyncHttpClient(BASE, transport=wire) as client:
        with pytest.raises(NotFoundError):
            client.get("/", cast_to=cast_to)


def test_the_error_carries_request_and_response() -> None:
    headers = {"X-Request-Id": "req-1", "X-Extra": "1"}
    error = failure(httpx.Response(404, headers=headers, json={"detail": "no user 7"}))
    assert (error.request.method, str(error.request.url)) == ("GET", f"{BASE}/users/7")
    assert error.response.headers["x-extra"] == "1"
    assert error.response.json() == {"detail": "no user 7"}
    assert error.response.request is not None
    assert error.template == "/users/7"
    assert error.request_id == "req-1"
    assert [(attempt.number, attempt.outcome) for attempt in error.history] == [(1, "HTTP 404")]
    assert error.attempts == 1


@pytest.mark.parametrize(
    "name", ["x-request-id", "request-id", "x-amzn-requestid", "x-correlation-id", "cf-ray"]
)
def test_the_request_id_is_found_under_its_usual_names(name: str) -> None:
    error = failure(httpx.Response(500, headers={name: "req-2"}))
    assert error.request_id == "req-2"


def test_there_may_be_no_request_id() -> None:
    assert (failure(httpx.Response(500))).request_id is None


# --- the body -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "body"),
    [
        (httpx.Response(400, json={"a": 1}), {"a": 1}),
        (httpx.Response(400, json=["a"]), ["a"]),
        (httpx.Response(400, text="plain"), "plain"),
        (httpx.Response(400, html="<h1>no</h1>"), "<h1>no</h1>"),
        (httpx.Response(400, content=b"[" * 100_000), "[" * 100_000),
        (httpx.Response(400, content=b"\xff"), "\ufffd"),
        (httpx.Response(400), None),
    ],
)
def test_the_body_is_json_or_text(response: httpx.Response, body: Any) -> None:
    assert (failure(response)).body == body


def test_an_error_model_decodes_the_body() -> None:
    problem = {"title": "Bad", "errors": [{"field": "name", "message": "is required"}]}
    error = failure(httpx.Response(422, json=problem), SyncProblemClient)
    assert error.body == Problem(title="Bad", errors=[FieldProblem("name", "is required")])
    assert str(error) == "GET /users/7 -> 422 Unprocessable Entity: Bad (name: is required)"


@pytest.mark.parametrize("content", [b'{"other": 1}', b"<html>", b"", b'{"title": 5}', b"\xff"])
def test_a_body_that_is_no_error_model_does_not_lose_the_status(content: bytes) -> None:
    error = failure(httpx.Response(502, content=content), SyncProblemClient)
    assert type(error) is BadGatewayError
    assert not isinstance(error.body, Problem)


def test_a_broken_coding_does_not_lose_the_status() -> None:
    broken = httpx.Response(
        503, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip")
    )
    assert type(failure(broken)) is ServiceUnavailableError


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"detail": "one"}, "one"),
        ({"message": "two"}, "two"),
        ({"error": {"message": "three"}}, "three"),
        ({"error": "four", "error_description": "five"}, "five"),
        ({"title": "six"}, "six"),
        ({"detail": "a\n  b"}, "a b"),
    ],
)
def test_the_message_quotes_the_sentence_for_people(body: Any, detail: str) -> None:
    error = failure(httpx.Response(400, json=body))
    assert str(error) == f"GET /users/7 -> 400 Bad Request: {detail}"


@pytest.mark.parametrize("body", [{"detail": {"a": 1}}, {"detail": "  "}, [], "x" * 9999, {}])
def test_the_message_quotes_nothing_else(body: Any) -> None:
    error = failure(httpx.Response(400, json=body))
    assert str(error) == "GET /users/7 -> 400 Bad Request"


def test_the_message_does_not_quote_a_long_body_whole() -> None:
    error = failure(httpx.Response(400, json={"detail": "x" * 10_000}))
    assert len(str(error)) < 300


# --- Retry-After ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        (
            {
                "retry-after": "Wed, 21 Oct 2015 07:28:30 GMT",
                "date": "Wed, 21 Oct 2015 07:28:00 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:30 GMT"}, 0.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "later"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_told_in_seconds(headers: dict[str, str], seconds: float | None) -> None:
    error = failure(httpx.Response(429, headers=headers))
    assert isinstance(error, RateLimitError)
    assert error.retry_after == seconds


# --- through a resource and a real server ---------------------------------------------------


def test_a_resources_error_is_labelled_by_its_template() -> None:
    wire = httpx.MockTransport(lambda request: httpx.Response(404, json={"detail": "no"}))
    with SyncHttpClient(BASE, transport=wire) as client:
        with pytest.raises(NotFoundError) as caught:
            SyncUsers(client).retrieve(7)
    assert str(caught.value) == "GET /users/{user_id} -> 404 Not Found: no"
    assert caught.value.template == "/users/{user_id}"
    assert caught.value.request.url.path == "/users/7"


def test_a_real_validation_error_comes_as_the_error_model(api: DemoApi) -> None:
    auth = BearerAuth("demo-token")
    with SyncProblemClient(api.base_url, auth=auth) as client:
        with pytest.raises(UnprocessableEntityError) as caught:
            client.post("/users", json_data={"name": ""}, cast_to=User)
    problem = caught.value.body
    assert isinstance(problem, Problem)
    assert [error.field for error in problem.errors] == ["name", "email"]
    assert caught.value.request_id is not None


def test_a_wrong_token_is_an_authentication_error_without_the_token(api: DemoApi) -> None:
    auth = BearerAuth("wrong-canary-token")
    with SyncHttpClient(api.base_url, auth=auth) as client:
        with pytest.raises(AuthenticationError) as caught:
            client.get("/users/1", cast_to=User)
    assert caught.value.request.headers["authorization"] == "***"
    assert "canary" not in repr(caught.value) + repr(vars(caught.value))


@pytest.mark.parametrize("where", ["headers", "options"])
def test_a_token_of_the_call_is_not_quoted_back(where: str) -> None:
    token = {"Authorization": f"Bearer canary-of-{where}"}
    given: dict[str, Any] = {"headers": token}
    if where == "options":
        given = {"options": RequestOptions(headers=token)}

    def gossip(request: httpx.Request) -> httpx.Response:
        said = request.headers["authorization"]
        return httpx.Response(403, json={"detail": f"{said} may not"})

    with SyncHttpClient(BASE, transport=httpx.MockTransport(gossip)) as client:
        with pytest.raises(PermissionDeniedError) as caught:
            client.get("/", cast_to=User, **given)
    assert str(caught.value) == "GET / -> 403 Forbidden: *** may not"
    assert "canary" not in str(caught.value.body) + caught.value.response.text
