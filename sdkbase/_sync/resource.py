# Generated from _async/resource.py by sdkbase.codegen. Do not edit.
# sha256: 77253bcf701bfb67
"""Typed resources: what an SDK author subclasses."""

from __future__ import annotations

from typing import Any, TypedDict, TypeVar, overload

from typing_extensions import TypeForm, Unpack

from .._policy.calls import refuse_unknown
from .._wire.body import Content, Files, FormData
from .._wire.path_template import PathArg
from .._wire.query import QueryParams
from .._wire.resource import Resource
from ..config import OMIT, RequestOptions
from ..errors import ConfigurationError
from .client import SyncHttpClient

T = TypeVar("T")
U = TypeVar("U")


class ResourceArgs(TypedDict, total=False):
    """Keyword arguments of a resource's calls."""

    query: QueryParams | None
    json_data: Any
    data: FormData | None
    files: Files | None
    content: Content | None
    options: RequestOptions | None


_KNOWN = ResourceArgs.__optional_keys__


class SyncResource(Resource[T]):
    """
    Base of an API's resources; *T* is what its calls return.

    Name the model and the path, and write a method for each call:

        class SyncUsers(SyncResource[User]):
            path = "/users"

            def retrieve(self, user_id: int) -> User:
                return self._get("/{user_id}", user_id)

    The calls take a path template, which is added to `path`, its arguments in order, and
    `query=`, `json_data=`, `data=`, `files=`, `content=`, `options=`. `cast_to=` gives one call
    another result. Template arguments are percent-encoded and can not change the URL's shape.

    Args:
        parent: The client, or another resource of it, whose client this one then uses.
    """

    def __init__(self, parent: SyncHttpClient | SyncResource[Any]) -> None:
        client: Any = parent._client if isinstance(parent, SyncResource) else parent
        if not isinstance(client, SyncHttpClient):
            kind = type(parent).__name__
            raise ConfigurationError(
                type(self).__name__ + " needs a SyncHttpClient or a SyncResource, got " + kind
            )
        self._client: SyncHttpClient = client

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
        refuse_unknown(kwargs, _KNOWN)
        decoder = self._decoder_for(cast_to, given=cast_to is not OMIT)
        return self._client.send_typed(
            method,
            self._template(template),
            args,
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
        return self._request(
            "DELETE",
            template,
            *args,
            **kwargs,
        )
