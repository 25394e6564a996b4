"""Requests to a token endpoint and its answers (RFC 6749, sections 2.3.1, 5.1 and 5.2)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlencode

import msgspec

from ..._wire.body import Body
from ..._wire.call import Call
from ..._wire.codec import BOM, shortened
from ..._wire.error_policy import ErrorPolicy
from ..._wire.headers import Headers
from ..._wire.redaction import is_sensitive, register_headers, register_secret
from ..._wire.reply import Reply
from ..._wire.status import status_error
from ..._wire.url import label_of
from ...errors import (
    DeadlineExceededError,
    RequestTimeoutError,
    SdkError,
    StatusError,
    TokenError,
    TransportError,
)
from ..retry_after import retry_after_of
from .source import check_bearer_token

if TYPE_CHECKING:
    from .grant import OAuth2Grant


class TokenAnswer(msgspec.Struct):
    """What a token endpoint grants (RFC 6749, section 5.1)."""

    access_token: str
    token_type: str | None = None
    expires_in: float | None = None
    """Seconds; some servers send them as a string."""
    refresh_token: str | None = None

    def __repr__(self) -> str:
        return "TokenAnswer(***)"


_decoder = msgspec.json.Decoder(TokenAnswer, strict=False)


def is_secret_field(name: str) -> bool:
    """Tell whether a field of a token request holds a secret, by its name."""
    return is_sensitive(name) or name.endswith("assertion")


def token_request(grant: OAuth2Grant, headers: Headers) -> Call:
    """
    Return the request for a token.

    Args:
        grant: What is asked for, and by whom.
        headers: What the client says of itself to every server.
    """
    fields = grant.fields()
    sent = {
        **headers,
        "accept": "application/json",
        "content-type": "application/x-www-form-urlencoded",
    }
    secret = grant.client_secret
    if secret is None or grant.auth_style == "body":
        fields["client_id"] = grant.client_id
        if secret is not None:
            fields["client_secret"] = secret.reveal()
    else:
        # %20 for a space is read by all, "+" (RFC 6749, 2.3.1) only by those that expect forms.
        pair = f"{quote(grant.client_id, safe='')}:{quote(secret.reveal(), safe='')}"
        sent["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    # Registered anew each time: the registry only keeps what was used last.
    register_headers(sent)
    for name in filter(is_secret_field, fields):
        register_secret(fields[name])
    body = Body(urlencode(fields).encode(), {})
    url = grant.token_url
    # Not trusted: an httpx client of the user's would add its own credentials.
    return Call("POST", url, label_of(url), sent, body, trusted=False)


def token_answer(call: Call, reply: Reply, wall_time: float) -> TokenAnswer:
    """
    Return what the endpoint granted.

    Args:
        call: The request.
        reply: What came.
        wall_time: Seconds since the epoch.

    Raises:
        TokenError: It refused, or granted nothing that can be sent.
        StatusError: It is busy.
    """
    if not 200 <= reply.status_code < 300 or _error_code(reply):
        raise _refusal(call, reply, wall_time)
    try:
        answer = _decoder.decode(reply.body.removeprefix(BOM))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _unusable(call, reply, str(error)) from None
    if flaw := _flaw_of(answer):
        raise _unusable(call, reply, flaw)
    return answer


def _flaw_of(answer: TokenAnswer) -> str:
    if answer.token_type is not None and answer.token_type.lower() != "bearer":
        return "its token_type is not Bearer"
    if not answer.access_token.strip():
        return "its access_token is empty"
    try:
        check_bearer_token(answer.access_token)
    except ValueError as error:
        return f"its access_token {error}"
    return ""


def token_failure(error: Exception, timeout: float) -> Exception:
    """
    Return the error of a token request as the calls that need the token raise it.

    Args:
        error: What the request raised.
        timeout: The seconds that it had.
    """
    if isinstance(error, DeadlineExceededError):
        # Not the deadline of the calls, which may try again.
        error = RequestTimeoutError(
            f"{error.request.method} {error.template}: no token within {timeout:g} s",
            request=error.request,
            template=error.template,
        )
    if isinstance(error, TransportError):
        error.sent = False
    # The frames of one's own errors tell nothing, and may hold secrets.
    return error.with_traceback(None) if isinstance(error, SdkError) else error


def _error_code(reply: Reply) -> str:
    """Return the `error` of a refusal, which some servers send with status 200."""
    try:
        body: Any = msgspec.json.decode(reply.body.removeprefix(BOM))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""
    if not isinstance(body, Mapping) or "access_token" in body:
        return ""
    code = cast("Mapping[str, Any]", body).get("error")
    return code if isinstance(code, str) else ""


def _refusal(call: Call, reply: Reply, wall_time: float) -> StatusError:
    status = reply.status_code
    busy = status == 429 or 500 <= status < 600
    error = status_error(
        call,
        reply,
        # Not an answer of the API, whose `NotFoundError` means something else.
        policy=ErrorPolicy(classes={} if busy else {status: TokenError}, paths=(("error",),)),
        retry_after=retry_after_of(reply, wall_time),
    )
    code = f" ({shortened(error.code)})" if error.code else ""
    error.args = (f"no access token{code}: {error}",)
    if not busy and not code:
        error.add_note("the answer is not that of a token endpoint: check token_url")
    return error


def _unusable(call: Call, reply: Reply, reason: str) -> TokenError:
    # The body is not shown: it may hold a token that nobody has registered yet.
    blank = Reply(reply.status_code, [], b"", reason=reply.reason)
    return TokenError(
        f"no access token: {call.method} {call.template} -> {reply.status_code}: {reason}",
        request=call.redacted_request(),
        response=blank.redacted_response(call),
        template=call.template,
    )
