"""A page that came, as a pagination sees it."""

from __future__ import annotations

from typing import Any

import msgspec

from ..._wire.api_response import ApiResponse
from ..._wire.formats import JSON
from ..._wire.pointer import MISSING, parse_path, read_path
from ..._wire.redaction import register_headers
from ..._wire.reply import Reply
from ...errors import PaginationError
from .request import PageRequest

HEADER = "header:"
"""How the path of a value in a header begins."""


class PageView:
    """
    A page that came, as a pagination sees it.

    Attributes:
        request: The call for the first page, as the caller made it.
        position: Where this page is; None for a beginning that has no name.
        items: All of its items.
        seen: Number of items from the first page to this one.
        size: Items in a page that were asked for, if a number was.
        response: The response, with the decoded body as its `data`.
    """

    __slots__ = ("items", "position", "request", "response", "seen", "size")

    def __init__(
        self,
        request: PageRequest,
        position: Any,
        items: list[Any],
        *,
        seen: int,
        size: int | None,
        response: ApiResponse[Any],
    ) -> None:
        self.request: PageRequest = request
        self.position: Any = position
        self.items: list[Any] = items
        self.seen: int = seen
        self.size: int | None = size
        self.response: ApiResponse[Any] = response

    @property
    def reply(self) -> Reply:
        """The reply itself."""
        return self.response.reply

    @property
    def url(self) -> str:
        """The URL that this page came from, after redirects."""
        call = self.reply.call
        return call.url if call else ""

    def read(self, path: str) -> Any:
        """
        Return what is at *path* of the body, or in a header for `header:X-Next`; None if nothing.

        Args:
            path: One of the pagination's `paths()`.
        """
        if in_header(path):
            return self.reply.header(path.removeprefix(HEADER).lower().encode("ascii"))
        found = read_path(self.response.data, parse_path(path))
        return None if found is MISSING else found

    def read_flag(self, path: str) -> bool | None:
        """
        Return the bool at *path*; None if the path is empty or nothing is there.

        Raises:
            PaginationError: Something else is there.
        """
        value = self.read(path) if path else None
        if value in ("true", "false"):  # in a header
            return bool(value == "true")
        if value is not None and not isinstance(value, bool):
            raise self.error(f"{path!r} should be true or false, and is {type(value).__name__}")
        return value

    def read_count(self, path: str) -> int | None:
        """
        Return the whole number at *path*; None if the path is empty or nothing is there.

        Raises:
            PaginationError: Something else is there.
        """
        value = self.read(path) if path else None
        if isinstance(value, str) and value.strip().isdecimal():
            return int(value)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self.error(f"{path!r} should be a whole number, and is {type(value).__name__}")
        return value

    def plain(self, position: Any) -> Any:
        """
        Return a position as the JSON value that a token holds, such as what its `to_wire` says.

        Raises:
            PaginationError: It has no such form.
        """
        try:
            return plain_position(position)
        except Exception as error:  # of a `to_wire` that is not ours
            kind = type(position).__name__
            raise self.error(f"the position is a {kind}, which has no JSON form") from error

    def error(self, reason: str) -> PaginationError:
        """Return an error that says why there is no way on from this page."""
        reply, call = self.reply, self.reply.call
        if call is None:  # pragma: no cover - the engine sets it at once
            raise RuntimeError("a reply without its call")
        register_headers(call.headers)
        error = PaginationError(
            f"{call.method} {call.template} -> {reply.status_code}: {reason}",
            request=call.redacted_request(),
            response=reply.redacted_response(call),
            template=call.template,
        )
        return error.with_history(reply.history)


def plain_position(position: Any) -> Any:
    """
    Return a position as a token will hold it.

    Raises:
        WIRE_ERRORS: It has no JSON form.
    """
    if position is None or type(position) is int:
        return position
    plain = msgspec.json.decode(JSON.encode(position))
    if plain is None:
        raise ValueError("it is null in JSON")
    return plain


def in_header(path: str) -> bool:
    """Tell whether a path names a header and no place in the body."""
    return isinstance(path, str) and path.startswith(HEADER)
