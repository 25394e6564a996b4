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
from .redaction import redact_text
from .reply import Reply

U = TypeVar("U")

_BOM = b"\xef\xbb\xbf"
_EXCERPT_LENGTH = 200
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
            yield node.cls
        elif isinstance(node, tuple):
            stack.extend(cast("tuple[Any, ...]", node))
        elif isinstance(node, msgspec.inspect.Type | msgspec.inspect.Field):
            stack.extend(getattr(node, name) for name in node.__struct_fields__)


def _json_body(reply: Reply) -> bytes:
    body = reply.body
    if body.startswith(_BOM):
        body = body[len(_BOM) :]
    # A response without a body says what `null` says: None if the type allows it.
    return body if body or reply.status_code not in (204, 205) else b"null"


def reply_text(reply: Reply) -> str:
    """Return the body as text, by the charset of its content type or else UTF-8."""
    message = Message()
    message["content-type"] = reply.header(b"content-type") or ""
    charset = message.get_content_charset("utf-8")
    try:
        return reply.body.decode(charset, errors="replace")
    except LookupError:
        return reply.body.decode("utf-8", errors="replace")


def decode_error(call: Call, reply: Reply, cast_to: Any, error: Exception) -> DecodeError:
    """Return the error that tells what came instead of the type."""
    content_type = reply.header(b"content-type") or "no content type"
    found = _PATH.search(str(error))
    message = (
        f"{call.method} {call.template} -> {reply.status_code}: body ({content_type}, "
        f"{len(reply.body)} bytes) is not a valid {type_name(cast_to)}: {_reason(reply, error)}"
    )
    return DecodeError(
        redact_text(message),
        request=call.redacted_request(),
        response=reply.redacted_response(call),
        template=call.template,
        path=found.group(1) if found else None,
        excerpt=redact_text(reply.body[:_EXCERPT_LENGTH].decode("utf-8", errors="replace")),
    )


def _reason(reply: Reply, error: Exception) -> str:
    if not reply.body:
        return "it is empty; use cast_to=None for calls that return nothing"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 ({error.reason} at byte {error.start})"
    return str(error)
