# Generated from _async/resource.py by sdkbase.codegen. Do not edit.
# sha256: 9d0a6159a017ed8c
"""Typed resources: what an SDK author subclasses."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, overload

from typing_extensions import TypeForm, TypeVar, Unpack

from .._exports import publish
from .._policy.call_args import (
    PAGE_ARGS,
    BytesArgs,
    EventsArgs,
    LinesArgs,
    PageArgs,
    TemplateDownloadArgs,
)
from .._policy.calls import refuse_unknown
from .._wire.api_response import ApiResponse
from .._wire.path_template import PathArg
from ..config import OMIT, RequestOptions
from ..errors import ConfigurationError
from .calls import SyncCalls
from .streams import bytes_of, download_to, events_of, json_of, lines_of

if TYPE_CHECKING:
    from .._policy.download_plan import DownloadedFile
    from .._policy.pagination import PagePlan, PageRequest, Pagination
    from .event_stream import SyncEventStream
    from .item_stream import SyncItemStream
    from .opener import SyncOpener
    from .pager import SyncPager

T = TypeVar("T", default=object)
U = TypeVar("U")


class SyncResource(SyncCalls[T]):
    """
    Base of an API's resources; *T* is what its calls return.

    Name the model and the path, and write a method for each call:

        class SyncUsers(SyncResource[User]):
            path = "/users"

            def retrieve(self, user_id: int) -> User:
                return self._get("/{user_id}", user_id)

            def list(self) -> SyncPager[User]:
                return self._paginate("", PageNumberPagination(size=100))

    A resource whose calls all return different things needs no model; each of them then has a
    `cast_to=`.

    The calls take a path template, which is added to `path`, its arguments in order, and
    `query=`, `headers=`, `json_data=`, `msgpack_data=`, `data=`, `files=`, `content=`, `options=`.
    `cast_to=` gives one call another result; `ApiResponse[User]` gives the response as well.
    `url=` sends the call to a URL that the server gave, such as a `Location`, and the template is
    then only its label. Template arguments are percent-encoded and can not change the URL's shape.

    Args:
        parent: The client, or another resource of it, whose client this one then uses.
        path_args: The first arguments of `path`, for a resource of one parent: with the path
            `/users/{user_id}/posts`, `SyncPosts(client, 7)` has the posts of user 7.
    """

    def _opening(
        self, method: str, template: str, args: tuple[PathArg, ...]
    ) -> Callable[..., SyncOpener]:
        return partial(self._client.open_typed, method, self._template(template), self._bound(args))

    def _page_plan(self, pagination: Pagination, kind: Any, page: Any) -> PagePlan[Any]:
        from .._policy.pagination import plan_for

        try:
            return plan_for(pagination, kind, page)
        except ConfigurationError as error:
            raise ConfigurationError(type(self).__name__ + ": " + str(error)) from None

    @overload
    def _paginate(
        self,
        template: str,
        pagination: Pagination,
        /,
        *args: PathArg,
        page: TypeForm[Any] | None = None,
        **kwargs: Unpack[PageArgs],
    ) -> SyncPager[T]: ...
    @overload
    def _paginate(
        self,
        template: str,
        pagination: Pagination,
        /,
        *args: PathArg,
        cast_to: TypeForm[U],
        page: TypeForm[Any] | None = None,
        **kwargs: Unpack[PageArgs],
    ) -> SyncPager[U]: ...
    def _paginate(
        self,
        template: str,
        pagination: Pagination,
        /,
        *args: PathArg,
        cast_to: Any = OMIT,
        page: Any = None,
        method: str = "GET",
        options: RequestOptions | None = None,
        **kwargs: Any,
    ) -> SyncPager[Any]:
        """
        Return the items of a list that comes in pages; nothing is sent yet.

        Args:
            template: Path template, added to `path`.
            pagination: Where the items are, and which page follows.
            args: Arguments of the template, in order.
            cast_to: Type of an item; the resource's own by default.
            page: The author's own type of a page, if it is more than its items.
            method: HTTP method.
            options: Overrides for each of the calls.
            kwargs: `query`, `headers` and `json_data` of the first call.

        Raises:
            ConfigurationError: The pagination does not fit the types.
        """
        # Late: not every API has pages.
        from .._policy.pagination import PageRequest
        from .pager import SyncPager

        refuse_unknown(kwargs, PAGE_ARGS)
        plan = self._page_plan(pagination, self._type_for(cast_to), page)
        response: Any = ApiResponse
        decoder = self._decoder_for(response[plan.body_type], options)

        def fetch(request: PageRequest) -> ApiResponse[Any]:
            return self._client.send_typed(
                request.method,
                request.template,
                request.path_args,
                decoder,
                **request.arguments(),
            )

        first = PageRequest(
            method=method,
            template=self._template(template),
            path_args=self._bound(args),
            options=options,
            origin=self._client.origin,
            **kwargs,
        )
        return SyncPager(fetch, plan, first)

    def _stream_bytes(
        self, method: str, template: str = "", /, *args: PathArg, **kwargs: Unpack[BytesArgs]
    ) -> SyncItemStream[bytes]:
        """
        Return the body in pieces as they come; the call is sent when the stream is opened.

        Args:
            method: HTTP method.
            template: Path template, added to `path`.
            args: Arguments of the template, in order.
            kwargs: As of every call; `idle_timeout`, seconds that the server may be silent.
        """
        return bytes_of(self._opening(method, template, args), dict(kwargs))

    def _stream_lines(
        self, method: str, template: str = "", /, *args: PathArg, **kwargs: Unpack[LinesArgs]
    ) -> SyncItemStream[str]:
        """
        Return the lines of the body; the call is sent when the stream is opened.

        Args:
            method: HTTP method.
            template: Path template, added to `path`.
            args: Arguments of the template, in order.
            kwargs: As of `_stream_bytes`; `max_line_bytes`.
        """
        return lines_of(self._opening(method, template, args), dict(kwargs))

    @overload
    def _stream_json(
        self, method: str, template: str = "", /, *args: PathArg, **kwargs: Unpack[LinesArgs]
    ) -> SyncItemStream[T]: ...
    @overload
    def _stream_json(
        self,
        method: str,
        template: str = "",
        /,
        *args: PathArg,
        cast_to: TypeForm[U],
        **kwargs: Unpack[LinesArgs],
    ) -> SyncItemStream[U]: ...
    def _stream_json(
        self, method: str, template: str = "", /, *args: PathArg, cast_to: Any = OMIT, **kwargs: Any
    ) -> SyncItemStream[Any]:
        """
        Return the values of a body with one JSON value in each line (NDJSON, JSON Lines).

        Args:
            method: HTTP method.
            template: Path template, added to `path`.
            args: Arguments of the template, in order.
            cast_to: Type of a value; the resource's own by default.
            kwargs: As of `_stream_lines`.
        """
        kind = self._type_for(cast_to)
        return json_of(self._opening(method, template, args), kind, kwargs, lenient=self.lenient)

    @overload
    def _stream_events(
        self, method: str, template: str = "", /, *args: PathArg, **kwargs: Unpack[EventsArgs]
    ) -> SyncEventStream[T]: ...
    @overload
    def _stream_events(
        self,
        method: str,
        template: str = "",
        /,
        *args: PathArg,
        cast_to: TypeForm[U],
        **kwargs: Unpack[EventsArgs],
    ) -> SyncEventStream[U]: ...
    def _stream_events(
        self, method: str, template: str = "", /, *args: PathArg, cast_to: Any = OMIT, **kwargs: Any
    ) -> SyncEventStream[Any]:
        """
        Return server-sent events, the data of each read as JSON.

        Args:
            method: HTTP method.
            template: Path template, added to `path`.
            args: Arguments of the template, in order.
            cast_to: Type of the data; `ServerSentEvent` for the events as they are.
            kwargs: As of `_stream_bytes`; `done`, data of the event that ends the stream;
                `error_event`, name of the events that tell of an error, and `error_type`, what
                they hold; `events`, types by the name of the event; `reconnect`, whether and how
                often in a row a stream that breaks is opened again; `max_event_bytes`.
        """
        kind = self._type_for(cast_to)
        return events_of(self._opening(method, template, args), kind, kwargs, lenient=self.lenient)

    def _download(
        self,
        template: str = "",
        /,
        *args: PathArg,
        to: str | PathLike[str],
        **kwargs: Unpack[TemplateDownloadArgs],
    ) -> DownloadedFile:
        """
        Download what a call brings to a file, as `download` of the client does.

        Args:
            template: Path template, added to `path`.
            args: Arguments of the template, in order.
            to: The file to write.
            kwargs: As of every call; `checksum`, `resume`, `overwrite`, `fsync`, `progress`.
        """
        return download_to(to, self._opening("GET", template, args), dict(kwargs))


publish(SyncResource)
