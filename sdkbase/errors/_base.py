"""The root of the tree, and what is wrong before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class SdkError(Exception):
    """Root of everything that sdkbase raises."""

    def __reduce__(self) -> tuple[Callable[..., SdkError], tuple[Any, ...], dict[str, Any]]:
        return restore_error, (type(self), self.args), self.__dict__


def restore_error(cls: type[SdkError], args: tuple[Any, ...]) -> SdkError:
    """Return the error that a pickle tells of."""
    # Rebuilt without `__init__`, whose keyword arguments pickle does not know.
    return cls.__new__(cls, *args)


class ConfigurationError(SdkError, ValueError):
    """Raised when a setting of a client or the declaration of a resource is wrong."""


class InvalidRequestError(SdkError, ValueError):
    """
    Raised when the arguments of a call can not make a request; nothing was sent.

    Only a file that changes while it is sent, as the request's body, is found out later; then no
    whole request was sent.
    """


class ClientClosedError(SdkError, RuntimeError):
    """Raised when a client is used after it was closed."""


class StreamClosedError(SdkError, RuntimeError):
    """Raised when a stream is used before it is open, or read again after its end."""


class RecordError(SdkError, ValueError):
    """
    Raised when a record of a stream is not what it should be.

    Streams raise it as a `DecodeError` or a `StreamError`, which tell the response as well.
    """

    #: What the server said, decoded, if it told of an error.
    body: Any = None


class RecordDecodeError(RecordError):
    """Raised when a record does not fit the type that it should have."""

    #: JSON path of the value that did not fit.
    path: str | None = None
    #: The first characters of the record.
    excerpt: str = ""


class RateLimitStoreError(SdkError):
    """Raised when the store of a rate limit that processes share does not answer; nothing sent."""


class ApiDeprecationWarning(FutureWarning):
    """Warns that the server announced the end of a call (`Deprecation`, `Sunset`)."""
