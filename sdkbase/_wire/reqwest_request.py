"""A call as pyreqwest sends it, and what comes back, without an httpx object in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import httpx

from ..errors import InvalidRequestError
from .call import Call
from .httpcore_request import FRAMING, SAY_EMPTY
from .redaction import redact_url
from .reply import RawHeaders
from .url import parse_url

if TYPE_CHECKING:
    from pyreqwest.http import HeaderMap, Url

_VERSIONS = {"HTTP/2.0": "HTTP/2"}


def sent_url(call: Call, parse: type[Url]) -> Url:
    """
    Return the URL to send *call* to.

    Args:
        call: The request. If an httpx request was made of it, that is what is sent.
        parse: The engine's URL class.

    Raises:
        InvalidRequestError: The engine would send it to another path.
    """
    text = call.url if call.http_request is None else str(call.http_request.url)
    try:
        url = parse(text)
    except ValueError as error:
        raise InvalidRequestError(f"URL {redact_url(text)!r} is not valid: {error}") from None
    query = url.query_string
    target = url.path if query is None else f"{url.path}?{query}"
    return url if text == url.origin_ascii + target else _checked(url, text, target)


def _checked(url: Url, text: str, target: str) -> Url:
    # By the rules of browsers, which the engine follows, dot segments are resolved also where they
    # are escaped, and backslashes are turned round.
    wanted = parse_url(text).raw_path
    if unquote_to_bytes(wanted) != unquote_to_bytes(target):
        raise InvalidRequestError(
            f"URL {redact_url(text)!r} would be sent as {redact_url(target)!r} by the fast "
            "transport; write it like that, or use the default transport"
        )
    # User info would become an Authorization header.
    return url.with_username("").with_password(None) if "@" in url.authority else url


def sent_headers(call: Call) -> dict[str, str] | list[tuple[str, str]]:
    """
    Return the header fields to send with a body that is not streamed.

    Raises:
        InvalidRequestError: A value is not ASCII, the only text that the engine sends as it is.
    """
    made = call.http_request
    headers = call.headers if made is None else dict(made.headers)
    if not "".join(headers.values()).isascii():
        name = next(name for name, value in headers.items() if not value.isascii())
        raise InvalidRequestError(
            f"the value of header {name!r} is not ASCII, which the fast transport can not send; "
            "the default transport can"
        )
    if made is not None:
        return _made_headers(call, made)
    if not FRAMING.isdisjoint(headers):  # the engine says itself how long a body is
        headers = {name: value for name, value in headers.items() if name not in FRAMING}
    if call.method in SAY_EMPTY and not call.body.content:
        return {"content-length": "0", **headers}
    return headers


def _made_headers(call: Call, made: httpx.Request) -> list[tuple[str, str]]:
    # The host is what the URL says, unless it was changed.
    left_out = FRAMING if "host" in call.headers else FRAMING | {"host"}
    fields = [field for field in made.headers.multi_items() if field[0] not in left_out]
    if made.method in SAY_EMPTY and not made.content:
        fields.append(("content-length", "0"))
    return fields


class EngineHeaders:
    """
    The header fields of a response; one whose value is not ASCII is left out.

    Args:
        fields: As the engine has them.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: HeaderMap) -> None:
        self._fields = fields

    def get(self, name: bytes) -> str | None:
        """Return the first field called *name* (in lower case), or None."""
        try:
            return self._fields.get(name.decode())
        except ValueError:  # the engine gives text only
            return None

    def raw(self) -> RawHeaders:
        """Return all fields, grouped by their names."""
        try:
            return [(name.encode(), value.encode()) for name, value in self._fields.items()]
        except ValueError:
            return list(_readable(self._fields))


def _readable(fields: HeaderMap) -> Iterator[tuple[bytes, bytes]]:
    for name in dict.fromkeys(fields.keys()):
        try:
            values = fields.getall(name)
        except ValueError:
            continue
        for value in values:
            yield name.encode(), value.encode()


def http_version(told: str) -> str:
    """Return the version as httpx writes it."""
    return _VERSIONS.get(told, told)


@lru_cache(maxsize=64)
def reason_phrase(status_code: int) -> str:
    """Return the usual phrase of a status; the engine does not tell the server's own."""
    return httpx.codes.get_reason_phrase(status_code)


@lru_cache(maxsize=64)
def duration(seconds: float) -> timedelta:
    """Return *seconds* as the engine takes them; it takes none for no limit."""
    return timedelta(seconds=max(seconds, 1e-3))


def known_body(content: Any) -> bool:
    """Tell whether a body is there as a whole, or is none."""
    return content is None or isinstance(content, bytes)
