"""Pages as a pagination gets them, and a server that is nothing but a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from sdkbase._policy.pagination import (
    Page,
    PagePlan,
    PageRequest,
    Pagination,
    Walk,
    plan_for,
    read_token,
)
from sdkbase._wire.api_response import ApiResponse
from sdkbase._wire.body import NO_BODY
from sdkbase._wire.call import Call
from sdkbase._wire.codec import decoder_for
from sdkbase._wire.path_template import PathTemplate
from sdkbase._wire.reply import Reply
from sdkbase._wire.url import origin_of

BASE = "https://api.example/v1"
ORIGIN = origin_of(BASE)

Answer = Any
"""A body that is encoded as JSON, or as it is if it is bytes; or a pair of it and headers."""
Server = Callable[[PageRequest], Answer]


class Item(msgspec.Struct, frozen=True):
    id: int


def items(*ids: int) -> list[dict[str, int]]:
    """Return items as they stand in JSON."""
    return [{"id": number} for number in ids]


def request(template: str = "/items", **args: Any) -> PageRequest:
    """Return the call for the first page."""
    args = {"method": "GET", "origin": ORIGIN, **args}
    return PageRequest(template=PathTemplate(template), **args)


def url_of(asked: PageRequest) -> str:
    """Return the URL that a request goes to, without its query."""
    return asked.url or BASE + asked.template.expand(asked.path_args)


def respond(
    plan: PagePlan[Any], asked: PageRequest, answer: Answer, url: str | None = None
) -> ApiResponse[Any]:
    """Return what `fetch` would."""
    body, headers = answer if isinstance(answer, tuple) else (answer, [])
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    raw = [(name.encode(), value.encode()) for name, value in headers]
    reply = Reply(200, raw, content)
    reply.call = Call(asked.method, url or url_of(asked), asked.template.text, {}, NO_BODY)
    return ApiResponse(decoder_for(plan.body_type).decode(reply.call, reply), reply)


class Visit:
    """A whole walk, with what was asked and what came."""

    def __init__(
        self,
        pagination: Pagination,
        server: Server,
        first: PageRequest | None = None,
        *,
        limit: int | None = None,
        token: str | None = None,
        page: Any = None,
        item: Any = Item,
        most: int = 50,
    ) -> None:
        first = first or request()
        plan: PagePlan[Any] = plan_for(pagination, item, page)
        mark = None if token is None else read_token(token, pagination, first)
        walk: Walk[Any] = Walk(plan, first, mark, limit)
        self.asked: list[PageRequest] = []
        self.pages: list[Page[Any]] = []
        while len(self.asked) < most and (asked := walk.request()) is not None:
            self.asked.append(asked)
            self.pages.append(walk.take(respond(plan, asked, server(asked))))

    @property
    def ids(self) -> list[int]:
        """The ids of all items, in order."""
        return [item.id for page in self.pages for item in page]

    @property
    def queries(self) -> list[Any]:
        """The queries that were sent."""
        return [asked.query for asked in self.asked]

    @property
    def tokens(self) -> list[str | None]:
        """The tokens of the pages."""
        return [page.next_token for page in self.pages]


def script(*answers: Answer) -> Server:
    """Return a server that gives *answers*, one after another."""
    left = iter(answers)
    return lambda asked: next(left)


def numbered(count: int, size: int, **more: Callable[[int], Any]) -> Server:
    """Return a server of *count* items in numbered pages; *more* adds members to the body."""

    def serve(asked: PageRequest) -> Answer:
        number = int(asked.query["page"])  # type: ignore[index, call-overload]  # a mapping here
        ids = range(1, count + 1)[(number - 1) * size : number * size]
        return {"items": items(*ids), **{name: say(number) for name, say in more.items()}}

    return serve


def offsets(count: int, size: int, sizes: Sequence[int] = ()) -> Server:
    """Return a server of *count* items by offset, of which it gives *sizes* at a time."""
    left = iter(sizes)

    def serve(asked: PageRequest) -> Answer:
        offset = int(asked.query["offset"])  # type: ignore[index, call-overload]  # a mapping here
        return {"items": items(*range(1, count + 1)[offset : offset + next(left, size)])}

    return serve
