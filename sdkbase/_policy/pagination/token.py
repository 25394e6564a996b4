"""A place in a walk over pages, as a string that a program can keep."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec

from ...errors import InvalidRequestError
from .base import Pagination
from .request import PageRequest

_VERSION = 1


class Mark(msgspec.Struct, frozen=True, kw_only=True, rename={"version": "v"}):
    """Where a walk is to go on."""

    kind: str
    """Name of the pagination's class."""
    template: str
    """Path template of the call."""
    position: Any
    seen: int
    """Number of items before that page."""
    skip: int = 0
    """Number of items of that page that were given out already."""
    size: int | None = None
    """Size of a page, if the position depends on it."""
    version: int = _VERSION

    def encode(self, pagination: Pagination) -> str:
        """Return the token: JSON in base64url, without secrets."""
        public = self
        if self.position is not None:
            position = pagination.public_position(self.position)
            public = msgspec.structs.replace(self, position=position)
        return base64.urlsafe_b64encode(msgspec.json.encode(public)).decode("ascii").rstrip("=")


_decoder = msgspec.json.Decoder(Mark)


def read_token(token: str, pagination: Pagination, request: PageRequest) -> Mark:
    """
    Return what a token says.

    Raises:
        InvalidRequestError: It is no token, or of other pages.
    """
    mark = _decoded(token)
    if (mark.kind, mark.template) != (type(pagination).__name__, request.template.text):
        raise InvalidRequestError(
            f"the token is of {mark.kind} over {mark.template!r}, not of "
            f"{type(pagination).__name__} over {request.template.text!r}"
        )
    size = pagination.size_of(request)
    if pagination.needs_size and mark.size != size:
        raise InvalidRequestError(
            f"the token counts in pages of {mark.size} items; resume with that size, not {size}"
        )
    if mark.position is not None:
        pagination.check_position(request, mark.position)
    return mark


def _decoded(token: str) -> Mark:
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        mark = _decoder.decode(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (AttributeError, UnicodeEncodeError, binascii.Error, UnicodeDecodeError) as error:
        raise _no_token() from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _no_token() from error
    if mark.version != _VERSION or mark.seen < 0 or mark.skip < 0:
        raise _no_token()
    return mark


def _no_token() -> InvalidRequestError:
    return InvalidRequestError(
        "this is no token of a page; pass one that page.next_token gave, whole and unchanged"
    )
