"""Decoding: a body into the type that was asked for, or an error that says why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import Message
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

import msgspec
from typing_extensions import TypeForm

from ..errors import ConfigurationError, DecodeError
from .call import Call
from .redaction import redact_bytes, redact_text, register_headers
from .reply import Reply

U = TypeVar("U")

BOM = b"\xef\xbb\xbf"
"""What some servers put before JSON, which RFC 8259 lets a reader ignore."""

_EXCERPT_LENGTH = 200
_MASKED_WINDOW = 16_384
_PATH = re.compile(r" - at `(.+)`$")


class Decoder(Generic[U]):
    """
    Turn a reply into one type.

    Raises:
        ConfigurationError: msgspec has no way to decode the type.
    """

    __slots__ = ("_decode", "type")

    def __init__(self, cast_to: TypeForm[U]) -> None:
        #: What the body becomes.
        self.type: Any = cast_to
        self._decode = _decode_function(cast_to)

    def decode(self, call: Call, reply: Reply) -> U:
        """
        Return the body of *reply* as the type.

        Raises:
            DecodeError: The body is not JSON, or does not fit the type.
        """
        try:
            return self._decode(reply)  # type: ignore[no-any-return]  # the type's own decoder
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise decode_error(call, reply, self.type, error) from None

    def __repr__(self) -> str:
        return f"Decoder({type_name(self.type)})"


def decoder_for(cast_to: TypeForm[U]) -> Decoder[U]:
    """
    Return the decoder of a type; the last 1,024 are kept.

    Raises:
        ConfigurationError: msgspec has no way to decode the type.
    """
    if isinstance(cast_to, str):
        raise ConfigurationError(f"cast_to must be a type, got the string {cast_to!r}")
    try:
        decoder: Decoder[U] = _cached_decoder(cast("Any", cast_to))
        return decoder
    except TypeError:  # the type is not hashable, such as Annotated with a list
        return Decoder(cast_to)


@lru_cache(maxsize=1024)
def _cached_decoder(cast_to: Any) -> Any:
    return Decoder(cast_to)


def type_name(cast_to: Any) -> str:
    """Return how the type is written, without module names."""
    if isinstance(cast_to, type) and not getattr(cast_to, "__args__", None):
        return cast_to.__qualname__
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", str(cast_to))


def _decode_function(cast_to: Any) -> Callable[[Reply], Any]:
    if cast_to is None or cast_to is type(None):
        return lambda reply: None
    if cast_to is bytes:
        return lambda reply: reply.body
    if cast_to is str:
        return reply_text
    decode = _json_decoder(cast_to).decode
    return lambda reply: decode(_json_body(reply))


def _json_decoder(cast_to: Any) -> msgspec.json.Decoder[Any]:
    try:
        unsupported = next(_custom_types(msgspec.inspect.type_info(cast_to)), None)
        decoder = msgspec.json.Decoder(cast_to)
    except (TypeError, ValueError, NameError) as error:
        raise ConfigurationError(f"{type_name(cast_to)} can not be decoded: {error}") from None
    if unsupported is not None:
        raise ConfigurationError(
            f"{type_name(cast_to)} can not be decoded: msgspec does not know {unsupported!r}; "
            "use a msgspec.Struct, dataclass, TypedDict or built-in type"
        )
    return decoder


def _custom_types(root: msgspec.inspect.Type) -> Iterator[type]:
    """Find the classes inside a type that msgspec would only take with a hook."""
    stack: list[Any] = [root]
    seen: set[int] = set()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, msgspec.inspect.CustomType):
            if node.cls is not object:  # which takes whatever JSON there is
                yield node.cls
        elif isinstance(node, tuple):
            stack.extend(cast("tuple[Any, ...]", node))
        elif isinstance(node, msgspec.inspect.Type | msgspec.inspect.Field):
            stack.extend(getattr(node, name) for name in node.__struct_fields__)


def _json_body(reply: Reply) -> bytes:
    body = reply.body.removeprefix(BOM)
    # A response without a body says what `null` says: None if the type allows it.
    return body if body or reply.status_code not in (204, 205) else b"null"


def reply_text(reply: Reply) -> str:
    """Return the body as text, by the charset of its content type or else UTF-8."""
    return decode_text(reply.body, reply.header(b"content-type"))


def decode_text(content: bytes, content_type: str | None) -> str:
    """Return *content* as text, by the charset of its *content_type* or else UTF-8."""
    message = Message()
    message["content-type"] = content_type or ""
    charset = message.get_content_charset("utf-8")
    try:
        return content.decode(charset, errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def shortened(text: str) -> str:
    """Return *text*, cut to what fits into a message; secrets have to be masked before."""
    return text if len(text) <= _EXCERPT_LENGTH else f"{text[:_EXCERPT_LENGTH]}…"


def decode_error(call: Call, reply: Reply, cast_to: Any, error: Exception) -> DecodeError:
    """Return the error that tells what came instead of the type."""
    register_headers(call.headers)
    content_type = shortened(redact_text(reply.header(b"content-type") or "no content type"))
    found = _PATH.search(str(error))
    message = (
        f"{call.method} {call.template} -> {reply.status_code}: body ({content_type}, "
        f"{len(reply.body)} bytes) is not a valid {type_name(cast_to)}: "
        f"{shortened(redact_text(_reason(reply, error)))}"
    )
    return DecodeError(
        message,
        request=call.redacted_request(),
        response=reply.redacted_response(call),
        template=call.template,
        path=found.group(1) if found else None,
        excerpt=_excerpt(reply),
    )


def _reason(reply: Reply, error: Exception) -> str:
    if not reply.body:
        return "it is empty; use cast_to=None for calls that return nothing"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 ({error.reason} at byte {error.start})"
    return str(error)


def _excerpt(reply: Reply) -> str:
    # A window far wider than the excerpt is masked, so that no secret is cut in two first.
    window = redact_bytes(reply.body[:_MASKED_WINDOW])
    return window.decode("utf-8", errors="replace")[:_EXCERPT_LENGTH]
