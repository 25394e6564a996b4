"""What a walk over pages asks for: a call, and how it changes from page to page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, cast
from urllib.parse import unquote_plus

import httpx
import msgspec

from ..._wire.headers import HeaderInput
from ..._wire.path_template import PathArg, PathTemplate
from ..._wire.pointer import MISSING, parse_path, put_path, read_path
from ..._wire.query import QueryParams, encode_query, query_pairs
from ..._wire.url import Origin
from ...config import OMIT, RequestOptions
from ...errors import InvalidRequestError

Place: TypeAlias = Literal["query", "path", "body"]
"""
Where a value goes: a query parameter, a placeholder of the path template by its name, or a place in
the JSON body by its path.
"""


class PageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The call for one page. The methods return a changed copy; what they were given is kept."""

    method: str
    template: PathTemplate
    path_args: tuple[PathArg, ...] = ()
    query: QueryParams | None = None
    json_data: Any = None
    headers: HeaderInput | None = None
    options: RequestOptions | None = None
    origin: Origin | None = None
    """What the client's credentials belong to."""
    url: str | None = None
    """The absolute URL that a server gave, in place of template, arguments and query."""
    trusted: bool = True
    """Whether the client's credentials may go to `url`."""

    def __post_init__(self) -> None:
        if self.options is not None and isinstance(self.options.idempotency_key, str):
            raise InvalidRequestError(
                "idempotency_key is one call's, and pages are several; "
                "idempotency_key=True makes one for each"
            )

    def arguments(self) -> dict[str, Any]:
        """Return the keyword arguments of the call, besides method, template and arguments."""
        arguments = {
            "query": self.query,
            "json_data": self.json_data,
            "headers": self.headers,
            "options": self.options,
        }
        if self.url is not None:
            arguments |= {"url": self.url, "allow_other_origin": not self.trusted}
        return arguments

    def get(self, place: Place, name: str) -> Any:
        """Return the value at *name*, or `OMIT` if the caller gave none."""
        if place == "query":
            values = [value for key, value in _pairs(self.query) if key == name]
            return values[-1] if values else OMIT
        found = read_path(self.json_data, parse_path(name)) if place == "body" else MISSING
        return OMIT if found is MISSING else found

    def put(self, place: Place, name: str, value: Any) -> PageRequest:
        """
        Return a copy with *value* at *name*.

        Raises:
            InvalidRequestError: There is no such place.
        """
        if place == "query":
            return msgspec.structs.replace(self, query=_with_parameter(self.query, name, value))
        if place == "path":
            return msgspec.structs.replace(self, path_args=self._with_argument(name, value))
        body = put_path(self.json_data, parse_path(name), value)
        return msgspec.structs.replace(self, json_data=body)

    def with_query(self, parameters: Mapping[str, Any]) -> PageRequest:
        """Return a copy with the query *parameters* put over its own."""
        request = self
        for name, value in parameters.items():
            request = request.put("query", name, value)
        return request

    def at(self, url: str, *, trusted: bool) -> PageRequest:
        """
        Return a copy that goes to *url*.

        Args:
            url: Absolute; its query is complete.
            trusted: Whether credentials, and headers of the caller's, may go there.
        """
        options = self.options
        if options is not None:
            options = msgspec.structs.replace(options, query=None)
            if not trusted:
                options = msgspec.structs.replace(
                    options, headers=None, auth=None, idempotency_key=None
                )
        return msgspec.structs.replace(
            self,
            url=url,
            trusted=trusted,
            query=None,
            headers=self.headers if trusted else None,
            options=options,
        )

    def __repr__(self) -> str:
        # Arguments, headers and bodies may be secret.
        return f"<PageRequest {self.method} {self.template.text}>"

    def _with_argument(self, name: str, value: Any) -> tuple[PathArg, ...]:
        names = self.template.names
        if name not in names:
            raise InvalidRequestError(
                f"path template {self.template.text!r} has no placeholder {name!r} for the "
                "position of the page"
            )
        index = names.index(name)
        value = repr(value) if isinstance(value, float) else value
        return (*self.path_args[:index], value, *self.path_args[index:])


def _pairs(query: QueryParams | None) -> list[tuple[Any, Any]]:
    if query is None:
        return []
    if isinstance(query, str | bytes):
        return [
            (unquote_plus(item.partition("=")[0]), unquote_plus(item.partition("=")[2]))
            for item in encode_query(query).split("&")
        ]
    return list(query_pairs(query))


def _with_parameter(query: QueryParams | None, name: str, value: Any) -> QueryParams:
    if query is None or (isinstance(query, Mapping) and not isinstance(query, httpx.QueryParams)):
        return {**cast("Mapping[str, Any]", query or {}), name: value}
    if isinstance(query, str | bytes):
        items = [item for item in encode_query(query).split("&") if item]
        kept = [item for item in items if unquote_plus(item.partition("=")[0]) != name]
        return "&".join([*kept, encode_query({name: value})])
    return [*(pair for pair in _pairs(query) if pair[0] != name), (name, value)]
