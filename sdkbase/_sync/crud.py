# Generated from _async/crud.py by sdkbase.codegen. Do not edit.
# sha256: 04b70ee3462a0398
"""
The usual five operations of a REST resource, ready made.

    class SyncUsers(SyncCrud[User, NewUser]):
        path = "/users"
        pagination = PageNumberPagination(size=100)

Take single ones by naming their classes: `class SyncUsers(SyncRetrieve[User], SyncList[User])`.
A body is a struct, a TypedDict, or whatever msgspec encodes; `OMIT` leaves a field out.
"""

from __future__ import annotations

from typing import ClassVar, Generic, Literal

from typing_extensions import TypeVar

from .._exports import publish
from .._policy.pagination import Pagination, SinglePage
from .._wire.path_template import PathArg
from .._wire.query import QueryParams
from ..config import RequestOptions
from .pager import SyncPager
from .resource import SyncResource

T = TypeVar("T")
CreateT = TypeVar("CreateT")
UpdateT = TypeVar("UpdateT")
# What changes an item is most often what makes one.
ChangeT = TypeVar("ChangeT", default=CreateT)


class SyncRetrieve(SyncResource[T]):
    """A resource whose items can be read one by one: GET `path/{id}`."""

    def retrieve(self, id: PathArg, *, options: RequestOptions | None = None) -> T:
        """
        Return one item.

        Raises:
            SdkError: As every typed call; `NotFoundError` if there is none.
        """
        return self._get("/{id}", id, options=options)


class SyncList(SyncResource[T]):
    """A resource whose items can be listed: GET `path`."""

    pagination: ClassVar[Pagination] = SinglePage()
    """How the API divides the list into pages."""

    def list(
        self, *, query: QueryParams | None = None, options: RequestOptions | None = None
    ) -> SyncPager[T]:
        """
        Go through all items; pages are fetched as they are needed.

        Args:
            query: What narrows the list.
            options: Overrides for each of the calls.
        """
        return self._paginate("", self.pagination, query=query, options=options)


class SyncCreate(SyncResource[T], Generic[T, CreateT]):
    """A resource that items can be added to: POST `path`."""

    def create(self, body: CreateT, *, options: RequestOptions | None = None) -> T:
        """
        Add an item and return it as the API stored it.

        Raises:
            SdkError: As every typed call.
        """
        return self._post(json_data=body, options=options)


class SyncUpdate(SyncResource[T], Generic[T, UpdateT]):
    """A resource whose items can be changed: PATCH `path/{id}`."""

    update_method: ClassVar[Literal["PATCH", "PUT"]] = "PATCH"
    """The HTTP method that changes an item."""

    def update(self, id: PathArg, body: UpdateT, *, options: RequestOptions | None = None) -> T:
        """
        Change what *body* holds and return the item as it is then.

        Raises:
            SdkError: As every typed call.
        """
        return self._request(
            self.update_method,
            "/{id}",
            id,
            json_data=body,
            options=options,
        )


class SyncDelete(SyncResource[T]):
    """A resource whose items can be deleted: DELETE `path/{id}`."""

    def delete(self, id: PathArg, *, options: RequestOptions | None = None) -> None:
        """
        Delete an item.

        Raises:
            SdkError: As every typed call.
        """
        self._delete("/{id}", id, cast_to=None, options=options)


class SyncCrud(
    SyncRetrieve[T],
    SyncList[T],
    SyncCreate[T, CreateT],
    SyncUpdate[T, ChangeT],
    SyncDelete[T],
    Generic[T, CreateT, ChangeT],
):
    """
    A resource with all five: retrieve, list, create, update, delete.

    *CreateT* is the body that makes an item, *ChangeT* the one that changes it, which is *CreateT*
    too unless it is given.
    """


publish(SyncCreate, SyncCrud, SyncDelete, SyncList, SyncRetrieve, SyncUpdate)
