"""What type checkers see of errors. Checked by mypy and pyright, never executed."""

from __future__ import annotations

from typing import Any, assert_type

import httpx
import msgspec

from sdkbase import (
    ApiDeprecationWarning,
    AsyncHttpClient,
    CallError,
    ClientError,
    NotFoundError,
    ProblemDetails,
    RateLimitError,
    SdkError,
    StatusError,
    SyncHttpClient,
    TransportError,
)
from sdkbase.errors import Attempt, status_error_class


class Refusal(msgspec.Struct):
    code: str


class Other(msgspec.Struct):
    message: str


class OutOfCredit(ProblemDetails, frozen=True):
    """A problem with a typed member."""

    balance: int


class AcmeError(StatusError):
    """Root of an SDK's errors."""


class CardDeclined(AcmeError, ClientError):
    """Raised when a card was declined."""


class AsyncAcme(AsyncHttpClient):
    error_model = [Refusal, Other]
    error_classes = {"card_declined": CardDeclined, 404: AcmeError, ClientError: CardDeclined}
    error_code = "error.type"


class Acme(SyncHttpClient):
    error_model = {422: Other, "default": (Refusal, OutOfCredit)}
    error_classes = {ClientError: CardDeclined}
    error_code = ("error.type", "header:x-amzn-errortype")


async def caught(acme: AsyncAcme) -> None:
    try:
        await acme.get("/", cast_to=Refusal)
    except CardDeclined as error:
        assert_type(error, CardDeclined)
        tell(error)
    except NotFoundError as error:
        assert_type(error.status_code, int)
        assert_type(error.response, httpx.Response)
    except RateLimitError as error:
        assert_type(error.retry_after, float | None)
    except TransportError as error:
        assert_type(error.sent, bool)
        assert_type(error.request, httpx.Request)
    except CallError as error:
        assert_type(error.history, tuple[Attempt, ...])
        assert_type(error.request_id, str | None)
        assert_type(error.with_history(()), CallError)
    except httpx.HTTPStatusError as error:
        assert_type(error.response, httpx.Response)


def tell(error: StatusError) -> None:
    assert_type(error.code, str | None)
    assert_type(error.body, Any)
    assert_type(error.body_as(Refusal), Refusal | None)
    assert_type(error.body_as(Refusal | Other), Refusal | Other | None)
    assert_type(error.body_as(dict[str, int]), dict[str, int] | None)
    assert_type(error.body_as(str), str | None)
    if problem := error.body_as(OutOfCredit):
        assert_type(problem, OutOfCredit)
        assert_type(problem.balance, int)
    if (details := error.body_as(ProblemDetails)) is not None:
        assert_type(details.type, str)
        assert_type(details.title, str | None)
        assert_type(details.status, int | None)
        assert_type(details.extensions, dict[str, Any])


def classes() -> None:
    assert_type(status_error_class(404), type[StatusError])
    root: type[SdkError] = CardDeclined
    as_httpx: type[httpx.HTTPStatusError] = CardDeclined
    warning: type[FutureWarning] = ApiDeprecationWarning
    print(root, as_httpx, warning)


def wrong(error: StatusError, problem: ProblemDetails) -> None:
    error.body_as(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # no type
    problem.title = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]  # frozen
