# Generated from _async/calls.py by sdkbase.codegen. Do not edit.
# sha256: 050032acb8f866c0
"""The calls of a resource, by HTTP verb."""

from __future__ import annotations

from typing import Any, overload

from typing_extensions import TypeForm, TypeVar, Unpack

from .._policy.call_args import RESOURCE_ARGS, ResourceArgs
from .._policy.calls import refuse_unknown
from .._wire.path_template import PathArg
from .._wire.resource import Resource
from ..config import OMIT
from ..errors import ConfigurationError
from .client import SyncHttpClient

T = TypeVar("T", default=object)
U = TypeVar("U")


class SyncCalls(Resource[T]):
    """
    The calls that a resource's methods are written with.

    Args:
        parent: The client, or another resource of it, whose client this one then uses.
        path_args: The first arguments of `path`, for a resource of one parent: with the path
            `/users/{user_id}/posts`, `SyncPosts(client, 7)` has the posts of user 7.
    """

    def __init__(self, parent: SyncHttpClient | SyncCalls[Any], *path_args: PathArg) -> None:
        client: Any = parent._client if isinstance(parent, SyncCalls) else parent
        if not isinstance(client, SyncHttpClient):
            kind = type(parent).__name__
            raise ConfigurationError(
                type(self).__name__ + " needs a SyncHttpClient or a SyncResource, got " + kind
            )
        self._client: SyncHttpClient = client
        self._path_args: tuple[PathArg, ...] = path_args

    def _bound(self, args: tuple[PathArg, ...]) -> tuple[PathArg, ...]:
        return (*self._path_args, *args) if self._path_args else args

    @overload
    def _request(
        self, method: str, template: str = "", /, *args: PathArg, **kwargs: Unpack[ResourceArgs]
    ) -> T: ...
    @overload
    def _request(
        self,
        method: str,
        template: str = "",
        /,
        *args: PathArg,
        cast_to: TypeForm[U],
        **kwargs: Unpack[ResourceArgs],
    ) -> U: ...
    def _request(
        self, method: str, template: str = "", /, *args: PathArg, cast_to: Any = OMIT, **kwargs: Any
    ) -> Any:
        """
        Send a call and return its result.

        Args:
            method: HTTP method.
            template: Path template, which is added to `path`.
            args: Arguments of the template, in order; percent-encoded.
            cast_to: Type of the result, in place of the resource's model; `ApiResponse[User]` gives
                the response as well, None is for calls that return nothing.
            kwargs: `query`, parameters (which the methods of a client call `params`); `headers`;
                one body of `json_data`, `msgpack_data`, `data` (form fields), `files` (multipart),
                `content` (raw: bytes, text, a path, an open file, an iterable, or a function that
                returns one, which can be sent again); `url`, a URL that the server gave, to which
                the call then goes, while the template is only its label; `allow_other_origin`,
                whether *url* may lead elsewhere, without credentials; `options`, overrides of the
                client's settings, which win over the rest.

        Raises:
            InvalidRequestError: An argument makes no valid request; nothing was sent.
            TransportError: No complete response came.
            StatusError: The status is not 2xx.
            DecodeError: The response is not what it should be.
        """
        decoder = self._decoder
        if kwargs or decoder is None or cast_to is not OMIT:
            refuse_unknown(kwargs, RESOURCE_ARGS)
            decoder = self._decoder_for(cast_to, kwargs.get("options"))
        return self._client.send_typed(
            method,
            self._template(template),
            self._bound(args),
            decoder,
            **kwargs,
        )

    @overload
    def _get(self, template: str = "", /, *args: PathArg, **kwargs: Unpack[ResourceArgs]) -> T: ...
    @overload
    def _get(
        self,
        template: str = "",
        /,
        *args: PathArg,
        cast_to: TypeForm[U],
        **kwargs: Unpack[ResourceArgs],
    ) -> U: ...
    def _get(self, template: str = "", /, *args: PathArg, **kwargs: Any) -> Any:
        """Send GET and return the result; arguments and errors are those of `_request`."""
        return self._request(
            "GET",
            template,
            *args,
            **kwargs,
        )

    @overload
    def _post(self, template: str = "", /, *args: PathArg, **kwargs: Unpack[ResourceArgs]) -> T: ...
    @overload
    def _post(
        self,
        template: str = "",
        /,
        *args: PathArg,
        cast_to: TypeForm[U],
        **kwargs: Unpack[ResourceArgs],
    ) -> U: ...
    def _post(self, template: str = "", /, *args: PathArg, **kwargs: Any) -> Any:
        """Send POST and return the result; arguments and errors are those of `_request`."""
        return self._request(
            "POST",
            template,
            *args,
            **kwargs,
        )

    @overload
    def _put(self, template: str = "", /, *args: PathArg, **kwargs: Unpack[ResourceArgs]) -> T: ...
    @overload
    def _put(
        self,
        template: str = "",
        /,
        *args: PathArg,
        cast_to: TypeForm[U],
        **kwargs: Unpack[ResourceArgs],
    ) -> U: ...
    def _put(self, template: str = "", /, *args: PathArg, **kwargs: Any) -> Any:
        """Send PUT and return the result; arguments and errors are those of `_request`."""
        return self._request(
            "PUT",
            template,
            *args,
            **kwargs,
        )

    @overload
    def _patch(
        self, template: str = "", /, *args: PathArg, **kwargs: Unpack[ResourceArgs]
    ) -> T: ...
    @overload
    def _patch(
        self,
        template: str = "",
        /,
        *args: PathArg,
        cast_to: TypeForm[U],
        **kwargs: Unpack[ResourceArgs],
    ) -> U: ...
    def _patch(self, template: str = "", /, *args: PathArg, **kwargs: Any) -> Any:
        """Send PATCH and return the result; arguments and errors are those of `_request`."""
        return self._request(
            "PATCH",
            template,
            *args,
            **kwargs,
        )

    @overload
    def _delete(
        self, template: str = "", /, *args: PathArg, **kwargs: Unpack[ResourceArgs]
    ) -> T: ...
    @overload
    def _delete(
        self,
        template: str = "",
        /,
        *args: PathArg,
        cast_to: TypeForm[U],
        **kwargs: Unpack[ResourceArgs],
    ) -> U: ...
    def _delete(self, template: str = "", /, *args: PathArg, **kwargs: Any) -> Any:
        """Send DELETE and return the result; arguments and errors are those of `_request`."""
        return self._request(
            "DELETE",
            template,
            *args,
            **kwargs,
        )

    @overload
    def _head(self, template: str = "", /, *args: PathArg, **kwargs: Unpack[ResourceArgs]) -> T: ...
    @overload
    def _head(
        self,
        template: str = "",
        /,
        *args: PathArg,
        cast_to: TypeForm[U],
        **kwargs: Unpack[ResourceArgs],
    ) -> U: ...
    def _head(self, template: str = "", /, *args: PathArg, **kwargs: Any) -> Any:
        """Send HEAD and return the result; arguments and errors are those of `_request`."""
        return self._request(
            "HEAD",
            template,
            *args,
            **kwargs,
        )
