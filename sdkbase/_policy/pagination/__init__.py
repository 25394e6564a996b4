"""
Paging, as decisions only: which page is next, and what one page holds.

The seam to what sends the calls is one function, `fetch`: it is given a `PageRequest` and returns
an `ApiResponse`, whose `data` is the body decoded as `PagePlan.body_type`.

    plan = plan_for(pagination, User)
    first = PageRequest(method="GET", template=..., origin=<origin of the client's base URL>)
    pager = AsyncPager(fetch, plan, first)

`fetch` sends `request.method`, `request.template`, `request.path_args` and the keyword arguments
`request.arguments()`, as `send_typed` of a client takes them.
"""

from ..._exports import publish
from .base import Pagination, SinglePage
from .counted import OffsetPagination, PageNumberPagination
from .cursor import CursorPagination, KeyRangePagination
from .linked import LinkHeaderPagination, NextUrlPagination
from .overlooked import PaginationWarning
from .page import Page
from .plan import PagePlan, plan_for
from .request import PageRequest
from .token import Mark, read_token
from .view import PageView
from .walk import Walk

__all__ = [
    "CursorPagination",
    "KeyRangePagination",
    "LinkHeaderPagination",
    "Mark",
    "NextUrlPagination",
    "OffsetPagination",
    "Page",
    "PageNumberPagination",
    "PagePlan",
    "PageRequest",
    "PageView",
    "Pagination",
    "PaginationWarning",
    "SinglePage",
    "Walk",
    "plan_for",
    "read_token",
]

publish(
    CursorPagination,
    KeyRangePagination,
    LinkHeaderPagination,
    NextUrlPagination,
    OffsetPagination,
    Page,
    PageNumberPagination,
    PageRequest,
    PageView,
    Pagination,
    PaginationWarning,
    SinglePage,
)
