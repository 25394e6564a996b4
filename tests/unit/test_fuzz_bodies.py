"""Broken documents through everything that decodes: only the errors that are promised come out."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from sdkbase import (
    CursorPagination,
    DecodeError,
    KeyRangePagination,
    LinkHeaderPagination,
    NextUrlPagination,
    OffsetPagination,
    PageNumberPagination,
    PaginationError,
)
from sdkbase._policy.pagination import Pagination
from sdkbase._wire.codec import decoder_for
from sdkbase._wire.error_policy import error_policy
from sdkbase._wire.lines import JsonLines, TextLines
from sdkbase._wire.records import ItemParser
from sdkbase._wire.reply import Reply
from sdkbase._wire.sse import EventReader, ServerSentEvent
from sdkbase._wire.status import status_error
from sdkbase.errors import ProblemDetails, RecordError
from tests.unit.fuzz_cases import EVENTS, ROWS, broken, case, numbers
from tests.unit.fuzz_documents import TYPES, Circle, Narrow, Square, Tree, Wide, document
from tests.unit.policy.pagination.pages import Visit
from tests.unit.wire.chunking import cut, read
from tests.unit.wire.messages import make_call

pytestmark = [
    pytest.mark.usefixtures("uncovered"),
    pytest.mark.filterwarnings("ignore::sdkbase.PaginationWarning"),
]

CALL = make_call()


def reply_of(rng: Random, status: int = 200) -> Reply:
    kind, content = document(rng)
    reply = Reply(status, [(b"content-type", kind)], content)
    reply.call = CALL
    return reply


def check_message(error: Exception) -> None:
    assert len(str(error)) < 1500, len(str(error))


def test_typed_results() -> None:
    for number in numbers(full=100_000, ci=1_000):
        with case(number) as rng:
            decoder = decoder_for(rng.choice(TYPES), lenient=rng.random() < 0.3)
            try:
                decoder.decode(CALL, reply_of(rng))
            except DecodeError as error:
                check_message(error)


MODELS: tuple[Any, ...] = (
    None,
    Circle | Square,
    (Narrow, Tree, Wide),
    (Circle, ProblemDetails),
    {404: Narrow, "default": (Tree, str)},
)
POLICIES = [error_policy(models, {}, ("header:x-code", "error.0.code")) for models in MODELS]


def test_bodies_of_errors() -> None:
    for number in numbers(full=100_000, ci=1_000):
        with case(number) as rng:
            status = rng.choice((300, 400, 404, 422, 429, 500, 599))
            error = status_error(CALL, reply_of(rng, status), policy=rng.choice(POLICIES))
            check_message(error)
            assert error.status_code == status
            error.body_as(rng.choice(TYPES))


def parser_of(rng: Random) -> ItemParser[Any]:
    kind = rng.choice(TYPES)
    parsers: tuple[ItemParser[Any], ...] = (
        JsonLines(decoder_for(kind), max_line_bytes=5000),
        TextLines(max_line_bytes=5000),
        EventReader(kind, max_event_bytes=5000, error_event="a", error_type=(Narrow, str)),
        EventReader(ServerSentEvent, done="1"),
    )
    return rng.choice(parsers)


def test_records_of_streams() -> None:
    for number in numbers(full=100_000, ci=1_000):
        with case(number) as rng:
            parser = parser_of(rng)
            lines = [document(rng)[1] for _ in range(3)]
            stream = rng.choice(
                (EVENTS, ROWS, b"\n".join(lines), b"data: " + b"\n\ndata: ".join(lines))
            )
            stream = broken(rng, stream)
            places = [rng.randrange(len(stream) + 1) for _ in range(rng.choice((0, 1, 5)))]
            try:
                read(parser, cut(stream, places))
            except RecordError as error:
                check_message(error)


PAGINATIONS: tuple[Pagination, ...] = (
    PageNumberPagination(size=2, total="total"),
    PageNumberPagination(size=2, has_more="has_more", items="data.items"),
    OffsetPagination(size=2),
    CursorPagination(cursor="next_cursor", has_more="has_more"),
    CursorPagination(cursor="data.next", items="data.items"),
    KeyRangePagination(key="id"),
    NextUrlPagination(next_url="next"),
    NextUrlPagination(next_url="0.next", items="1"),
    LinkHeaderPagination(),
)


class Lists:
    """A server of broken pages, which gives the last one again and again."""

    def __init__(self, rng: Random) -> None:
        self.pages = [document(rng)[1] for _ in range(5)]
        self.asked = 0
        self._headers = [("link", rng.choice(LINKS).decode())]

    def __call__(self, _: object) -> Any:
        self.asked += 1
        return self.pages[min(self.asked, len(self.pages)) - 1], self._headers


LINKS = (b"</items?page=2>; rel=next", b"<https://evil.example>; rel=next", b"<?>; rel=next", b"<")


def test_pages_of_lists() -> None:
    for number in numbers(full=100_000, ci=1_000):
        with case(number) as rng:
            server = Lists(rng)
            item = rng.choice((Tree, Wide, Any, int))
            try:
                Visit(rng.choice(PAGINATIONS), server, item=item, most=1000)
            except (DecodeError, PaginationError) as error:
                check_message(error)
            # A page that is the same is refused, and so are more than a hundred that are empty.
            assert server.asked < 110, "an endless walk"
