"""The result of a call together with what came with it."""

from __future__ import annotations

import inspect
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast, get_args, get_origin

import httpx
import msgspec
from typing_extensions import TypeForm

from .._concurrency import AsyncOnly, SyncOnly
from .._exports import publish
from ..config import OMIT, RequestOptions
from ..errors import ConfigurationError
from .call import Call
from .codec import Decoder, decoder_for
from .reply import Reply

T = TypeVar("T")
U = TypeVar("U")


class ApiResponse(Generic[T]):
    """
    A typed result, and the response that it came in.

    Attributes:
        data: The result.
    """

    __slots__ = ("data", "reply")

    def __init__(self, data: T, reply: Reply) -> None:
        self.data: T = data
        self.reply: Reply = reply

    @property
    def status_code(self) -> int:
        """HTTP status."""
        return self.reply.status_code

    @property
    def headers(self) -> httpx.Headers:
        """Header fields of the response."""
        return httpx.Headers(self.reply.headers)

    @property
    def request_id(self) -> str | None:
        """The id that the server gave the request, if it sent one."""
        return self.reply.request_id

    @property
    def elapsed(self) -> float:
        """Seconds from sending the request to the end of the body, in the last attempt."""
        return self.reply.elapsed

    @property
    def attempts(self) -> int:
        """Number of attempts that were made, those that followed redirects among them."""
        return len(self.reply.history)

    @property
    def http_response(self) -> httpx.Response:
        """The response as httpx knows it."""
        return self.reply.to_httpx()

    def __repr__(self) -> str:
        return f"<ApiResponse {self.status_code} {type(self.data).__name__}>"


class ResponseDecoder(Generic[U]):
    """
    Turn a reply into a type, or into an `ApiResponse` of one.

    Raises:
        ConfigurationError: msgspec has no way to decode the type.
    """

    __slots__ = ("_decoder", "_wrapped", "type")

    def __init__(self, cast_to: TypeForm[U], *, lenient: bool = False) -> None:
        #: What the reply becomes.
        self.type: Any = cast_to
        self._wrapped = cast_to is ApiResponse or get_origin(cast_to) is ApiResponse
        inner: Any = cast_to
        if self._wrapped:
            if not get_args(cast_to):
                raise ConfigurationError(
                    "ApiResponse needs the type of its data: ApiResponse[User]"
                )
            (inner,) = get_args(cast_to)
        self._decoder: Decoder[Any] = decoder_for(inner, lenient=lenient)

    def decode(self, call: Call, reply: Reply) -> U:
        """
        Return what *reply* holds.

        Raises:
            DecodeError: The body is not what is due.
        """
        data: Any = self._decoder.decode(call, reply)
        captured = _captured.get()
        if captured is not None:
            captured.append(reply)
        return ApiResponse(data, reply) if self._wrapped else data  # type: ignore[return-value]  # U

    def __repr__(self) -> str:
        return repr(self._decoder)


def response_decoder(cast_to: TypeForm[U], *, lenient: bool = False) -> ResponseDecoder[U]:
    """
    Return the decoder of a type; the last 1,024 are kept.

    Raises:
        ConfigurationError: msgspec has no way to decode the type.
    """
    _check_type(cast_to)
    try:
        return cast("ResponseDecoder[U]", _cached(cast("Any", cast_to), lenient=lenient))
    except TypeError:  # the type is not hashable, such as Annotated with a list
        return ResponseDecoder(cast_to, lenient=lenient)


def _check_type(cast_to: Any) -> None:
    # What was given may hold data, so only its type is shown.
    if isinstance(cast_to, str):
        raise ConfigurationError(f"cast_to must be a type, got the string {cast_to!r}")
    if type(cast_to) in (list, dict, set, tuple):
        kind = cast_to.__class__.__name__
        raise ConfigurationError(f"cast_to must be a type, got a {kind}; write {kind}[...]")
    if isinstance(cast_to, msgspec.Struct):
        kind = type(cast_to).__name__
        raise ConfigurationError(f"cast_to must be a type, got a {kind} object; write {kind}")


@lru_cache(maxsize=1024)
def _cached(cast_to: Any, *, lenient: bool) -> Any:
    return ResponseDecoder(cast_to, lenient=lenient)


def lenient_of(options: RequestOptions | None, *, default: bool) -> bool:
    """Return whether a call's *options* make its decoder lenient."""
    lenient = getattr(options, "lenient", OMIT)  # what is no RequestOptions is refused later
    return default if lenient is OMIT else lenient is True


_captured: ContextVar[list[Reply] | None] = ContextVar("sdkbase_captured", default=None)


class Capture:
    """Note the replies of the typed calls that are made inside the block, also in its tasks."""

    def __init__(self) -> None:
        self._replies: list[Reply] = []

    def response(self, data: T) -> ApiResponse[T]:
        """
        Return *data* with the reply of the last call.

        Raises:
            ConfigurationError: There was none.
        """
        if isinstance(data, AsyncOnly | SyncOnly):
            raise ConfigurationError(
                "with_response takes a method that makes one call; of a list in pages, iterate "
                "pages(): each page has its response"
            )
        if inspect.iscoroutine(data):
            data.close()
            raise ConfigurationError("with_response of a sync client takes no async def method")
        if not self._replies:
            raise ConfigurationError(
                "with_response takes a method that makes a typed call and returns its result"
            )
        return ApiResponse(data, self._replies[-1])

    def __enter__(self) -> Capture:
        self._token = _captured.set(self._replies)
        return self

    def __exit__(self, *_: object) -> None:
        _captured.reset(self._token)


publish(ApiResponse)
