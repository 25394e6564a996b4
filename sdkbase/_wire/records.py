"""What can be wrong with one record of a stream, and the error that tells it with its response."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from ..errors import (
    DecodeError,
    RecordDecodeError,
    RecordError,
    ResponseError,
    StreamError,
)
from .call import Call
from .codec import Decoder, shortened, type_name
from .formats import UNREADABLE
from .headers import Headers
from .redaction import redact_bytes, redact_text, register_headers
from .reply import Reply

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

DEFAULT_MAX_BYTES = 16 * 1024 * 1024
"""Bound of a line or an event; what is longer is an error, not a growing buffer."""

_EXCERPT_LENGTH = 80
_MASKED_WINDOW = 16_384
_PATH_MARK = " - at `"


class ItemParser(Protocol[T_co]):
    """Turns the bytes of a stream into items, however they are cut into pieces."""

    @property
    def headers(self) -> Headers:
        """What the request should say, unless the call says otherwise."""
        ...

    def feed(self, chunk: bytes) -> Iterable[T_co]:
        """
        Return the items that *chunk* completes; to be used up before the next one is fed.

        Raises:
            RecordError: While iterating, after the items that came before: one is not valid.
        """
        ...

    def finish(self) -> Iterable[T_co]:
        """
        Return what the end of the stream completes.

        Raises:
            RecordError: While iterating: it is not valid.
        """
        ...


def load_record(decoder: Decoder[U], content: bytes | str, name: str) -> U:
    """
    Return one record as the decoder's type.

    Args:
        decoder: Of the type.
        content: The record.
        name: What the record is called in the error, such as `line 3`.

    Raises:
        RecordDecodeError: It does not fit.
    """
    try:
        return decoder.loads(content)
    except UNREADABLE as error:
        raise _decode_error(decoder, content, name, error) from None


def _decode_error(
    decoder: Decoder[Any], content: bytes | str, name: str, error: Exception
) -> RecordDecodeError:
    reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    failed = decode_failure(f"{name} is not a valid {type_name(decoder.type)}: {reason}", content)
    before, mark, path = reason.rpartition(_PATH_MARK)
    failed.path = path.rstrip("`") if before and mark else None
    return failed


def decode_failure(what: str, content: bytes | str) -> RecordDecodeError:
    """Return the error of *content* that is not what it should be, with its start."""
    excerpt = _excerpt(content)
    start = f"; it begins with {excerpt!r}" if excerpt else ""
    failed = RecordDecodeError(f"{shortened(redact_text(what))}{start}")
    failed.excerpt = excerpt
    return failed


def _excerpt(content: bytes | str) -> str:
    # A window far wider than the excerpt is masked, so that no secret is cut in two first.
    window = content[:_MASKED_WINDOW]
    raw = window.encode("utf-8", "replace") if isinstance(window, str) else bytes(window)
    return redact_bytes(raw).decode("utf-8", "replace")[:_EXCERPT_LENGTH]


def record_error(call: Call, reply: Reply, error: RecordError) -> ResponseError:
    """Return the error that tells *error* together with the request and the response."""
    register_headers(call.headers)
    message = redact_text(f"{call.method} {call.template} -> {reply.status_code}: {error}")
    request, response = call.redacted_request(), reply.redacted_response(call)
    failed: DecodeError | StreamError
    if isinstance(error, RecordDecodeError):
        failed = DecodeError(
            message,
            request=request,
            response=response,
            template=call.template,
            path=error.path,
            excerpt=error.excerpt,
        )
    else:
        failed = StreamError(message, request=request, response=response, template=call.template)
        failed.body = error.body
    return failed.with_history(reply.history)
