"""What an SDK declares about its API's errors: models of bodies, classes of its own, kinds."""

from __future__ import annotations

import pickle
from typing import Any, ClassVar

import httpx
import msgspec
import pytest

from sdkbase import (
    AsyncHttpClient,
    ClientError,
    ConfigurationError,
    ConflictError,
    InternalServerError,
    NotFoundError,
    ProblemDetails,
    RateLimitError,
    RetryConfig,
    StatusError,
    UnprocessableEntityError,
)

BASE = "https://api.example"


class AcmeError(StatusError):
    """Raised by Acme's API."""


class CardDeclined(AcmeError, ClientError):
    """Raised when a card was declined."""


class AcmeMissing(AcmeError, NotFoundError):
    """Raised when Acme does not have it."""


class AcmeRefusal(AcmeError, ClientError):
    """Raised when Acme refuses a call for no reason of its own."""


class Slow(RateLimitError):
    """Raised when Acme is asked too often."""


class Envelope(msgspec.Struct):
    """The usual shape of Acme's errors."""

    class Inner(msgspec.Struct):
        type: str
        message: str

    error: Inner


class Legacy(msgspec.Struct):
    """The shape of Acme's oldest endpoints."""

    err: str


class FieldErrors(msgspec.Struct):
    """The shape of validation errors."""

    fields: dict[str, str]


class AsyncAcme(AsyncHttpClient):
    error_model = {422: FieldErrors, "default": [Envelope, Legacy]}
    error_classes = {
        "card_declined": CardDeclined,
        "ThrottlingException": Slow,
        404: AcmeMissing,
        ClientError: AcmeRefusal,
    }
    error_code = ("error.type", "__type", "header:x-amzn-errortype")


async def failure(response: httpx.Response, kind: type[AsyncHttpClient] = AsyncAcme) -> StatusError:
    wire = httpx.MockTransport(lambda request: response)
    async with kind(BASE, transport=wire, retry_config=RetryConfig(max_retries=0)) as client:
        with pytest.raises(StatusError) as caught:
            await client.get("/charges/7", cast_to=dict)
    return caught.value


def enveloped(kind: str, message: str = "no") -> dict[str, Any]:
    return {"error": {"type": kind, "message": message}}


@pytest.mark.parametrize(
    ("status", "body", "expected", "code"),
    [
        (402, enveloped("card_declined"), CardDeclined, "card_declined"),
        (500, enveloped("card_declined"), CardDeclined, "card_declined"),
        (404, enveloped("card_declined"), CardDeclined, "card_declined"),
        (404, enveloped("other"), AcmeMissing, "other"),
        (404, {}, AcmeMissing, None),
        (418, enveloped("teapot"), AcmeRefusal, "teapot"),
        (409, enveloped("conflict"), ConflictError, "conflict"),
        (500, {"__type": "com.acme#Internal"}, InternalServerError, "Internal"),
        (400, {"__type": "com.acme#ThrottlingException"}, Slow, "ThrottlingException"),
        (304, None, StatusError, None),
    ],
)
async def test_the_class_is_by_kind_then_by_status_then_the_built_in_one(
    status: int, body: Any, expected: type[StatusError], code: str | None
) -> None:
    response = httpx.Response(status, json=body) if body is not None else httpx.Response(status)
    error = await failure(response)
    assert (type(error), error.code, error.status_code) == (expected, code, status)


async def test_a_header_may_name_the_kind() -> None:
    fields = {"x-amzn-errortype": "ThrottlingException:http://internal/x"}
    error = await failure(httpx.Response(400, headers=fields, text="<slow/>"))
    assert (type(error), error.code, error.body) == (Slow, "ThrottlingException", "<slow/>")


async def test_the_sdks_own_root_catches_what_it_declares() -> None:
    error = await failure(httpx.Response(402, json=enveloped("card_declined", "no money")))
    assert isinstance(error, AcmeError) and isinstance(error, httpx.HTTPStatusError)
    assert str(error) == "GET /charges/7 -> 402 Payment Required: no money"
    clone = pickle.loads(pickle.dumps(error))
    assert (type(clone), clone.code, clone.body) == (CardDeclined, "card_declined", error.body)
    assert clone.body_as(Envelope) == error.body


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, enveloped("a", "b"), Envelope(Envelope.Inner("a", "b"))),
        (500, {"err": "old"}, Legacy("old")),
        (422, {"fields": {"name": "is empty"}}, FieldErrors({"name": "is empty"})),
        (422, {"err": "old"}, Legacy("old")),
        (400, {"fields": {"name": "is empty"}}, {"fields": {"name": "is empty"}}),
        (400, ["unknown"], ["unknown"]),
    ],
)
async def test_each_of_several_shapes_is_typed(status: int, body: Any, expected: Any) -> None:
    error = await failure(httpx.Response(status, json=body))
    assert error.body == expected
    assert type(error.body) is type(expected)


@pytest.mark.parametrize(
    ("kind", "text", "detail"),
    [
        ("text/plain", "upstream timed out", ": upstream timed out"),
        ("text/html", "<html><h1>502 Bad Gateway</h1></html>", ""),
        ("application/json", "<html>", ""),
    ],
)
async def test_text_stays_text(kind: str, text: str, detail: str) -> None:
    error = await failure(httpx.Response(502, headers={"content-type": kind}, text=text))
    assert error.body == text
    assert error.body_as(Envelope) is None
    assert str(error) == f"GET /charges/7 -> 502 Bad Gateway{detail}"


async def test_problem_details_come_without_being_declared() -> None:
    fields = {"content-type": "application/problem+json"}
    content = b'{"title":"Out of credit","status":400,"detail":"30 < 50","balance":30}'
    response = httpx.Response(403, headers=fields, content=content)
    error = await failure(response, AsyncHttpClient)
    assert error.body == ProblemDetails(
        title="Out of credit", status=400, detail="30 < 50", extensions={"balance": 30}
    )
    assert error.status_code == 403
    assert str(error) == "GET /charges/7 -> 403 Forbidden: 30 < 50"


async def test_a_msgpack_error_is_decoded() -> None:
    fields = {"content-type": "application/msgpack"}
    content = msgspec.msgpack.encode(enveloped("card_declined"))
    error = await failure(httpx.Response(402, headers=fields, content=content))
    assert error.body == Envelope(Envelope.Inner("card_declined", "no"))
    assert type(error) is CardDeclined


async def test_the_caller_may_ask_for_another_model() -> None:
    error = await failure(httpx.Response(422, json={"fields": {}, "err": "x"}))
    assert error.body == FieldErrors({})
    assert error.body_as(Legacy) == Legacy("x")
    assert error.body_as(Envelope) is None
    assert type(error) is UnprocessableEntityError


async def test_a_copy_of_the_client_declares_the_same() -> None:
    wire = httpx.MockTransport(lambda request: httpx.Response(404, json={"err": "old"}))
    async with AsyncAcme(BASE, transport=wire) as client:
        with pytest.raises(AcmeMissing) as caught:
            await client.with_options(deadline=5.0).get("/", cast_to=dict)
    assert caught.value.body == Legacy("old")


class AsyncStaging(AsyncAcme):
    error_classes: ClassVar[Any] = {**AsyncAcme.error_classes, 409: CardDeclined}


async def test_a_subclass_of_the_client_may_declare_more() -> None:
    assert type(await failure(httpx.Response(409), AsyncStaging)) is CardDeclined
    assert type(await failure(httpx.Response(409), AsyncAcme)) is ConflictError
    assert type(await failure(httpx.Response(404), AsyncStaging)) is AcmeMissing


class Undecodable:
    """What msgspec does not know."""


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"error_model": Undecodable}, "Broken: error_model: Undecodable can not be decoded"),
        ({"error_model": {200: Legacy}}, "Broken: error_model has the key 200"),
        ({"error_classes": {"x": ValueError}}, r"Broken: error_classes\['x'\] must be a subclass"),
        ({"error_classes": {1001: AcmeError}}, "Broken: error_classes has the key 1001"),
        ({"error_code": "a..b"}, "Broken: error_code: path"),
        (
            {"error_code": None, "error_classes": {"x": AcmeError}},
            "Broken: error_classes has",
        ),
    ],
)
def test_a_wrong_declaration_is_named_when_the_class_is_made(declared: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        type("Broken", (AsyncHttpClient,), declared)
