"""From a body that can not be handed out to the error tree."""

from __future__ import annotations

import httpx

from .._wire.call import Call
from .._wire.content_coding import BodyError, BodyTooLargeError, DecoderMissingError
from .._wire.redaction import redact_text, register_headers
from .._wire.reply import Reply
from .._wire.response_end import is_bodiless
from ..errors import CallError, DecodeError, ResponseTooLargeError
from .transport_errors import coding_error


def refuse_announced(call: Call, reply: Reply) -> None:
    """
    Refuse a body, of which nothing was read yet, that is announced as too large.

    That of an error is read as far as it may go: its status matters more.

    Args:
        call: What was sent.
        reply: What came; its Content-Length is larger than its body may be.

    Raises:
        ResponseTooLargeError: There would be such a body.
    """
    limit, size, status = reply.max_bytes or 0, reply.announced_too_large, reply.status_code
    if status < 400 and not is_bodiless(call.method, status):
        raise too_large_error(call, reply, limit, size, f"Content-Length is {size}")


def too_large_error(
    call: Call, reply: Reply, max_bytes: int, size: int, came: str = ""
) -> ResponseTooLargeError:
    """
    Return the error of a body that is larger than it may be.

    Args:
        call: What was sent.
        reply: What came.
        max_bytes: Bytes that the body may have.
        size: Bytes that were announced or had come.
        came: How that was known.
    """
    register_headers(call.headers)
    what = (
        f"the body is larger than max_response_bytes={max_bytes}: {came or f'{size} bytes came'}; "
        "set a larger one, or None, for the client or in RequestOptions"
    )
    return ResponseTooLargeError(
        redact_text(f"{call.method} {call.template} -> {reply.status_code}: {what}"),
        request=call.redacted_request(),
        response=reply.redacted_response(call, with_body=False),
        template=call.template,
        limit=max_bytes,
        size=size,
    )


def body_error(call: Call, reply: Reply, error: BodyError) -> CallError:
    """
    Return the error to raise for a body that can not be decoded.

    Args:
        call: What was sent.
        reply: What came.
        error: Why it can not.
    """
    if isinstance(error, BodyTooLargeError):
        return too_large_error(call, reply, error.limit, error.size, f"{error.size} bytes decoded")
    if not isinstance(error, DecoderMissingError):
        return coding_error(call, error)
    register_headers(call.headers)
    return DecodeError(
        redact_text(f"{call.method} {call.template} -> {reply.status_code}: {error}"),
        request=call.redacted_request(),
        response=reply.redacted_response(call, with_body=False),
        template=call.template,
    )


def head_of(response: httpx.Response) -> Reply:
    """Return a reply with the status and headers of *response*, for errors."""
    return Reply(response.status_code, response.headers.raw, b"", reason=response.reason_phrase)
