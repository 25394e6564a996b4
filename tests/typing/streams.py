"""What type checkers see of streams. Checked by mypy and pyright, never executed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import assert_type

import httpx
import msgspec

from sdkbase import (
    AsyncEventStream,
    AsyncHttpClient,
    AsyncItemStream,
    AsyncResource,
    ServerSentEvent,
    SyncEventStream,
    SyncHttpClient,
    SyncItemStream,
    SyncResource,
)


class Row(msgspec.Struct):
    id: int


class TextDelta(msgspec.Struct, tag="text"):
    text: str


class ToolDelta(msgspec.Struct, tag="tool"):
    name: str


class Problem(msgspec.Struct):
    message: str


class AsyncChat(AsyncResource[TextDelta | ToolDelta]):
    path = "/chat"

    def complete(self, *, prompt: str) -> AsyncEventStream[TextDelta | ToolDelta]:
        return self._stream_events("POST", json_data={"prompt": prompt}, done="[DONE]")

    def raw(self) -> AsyncEventStream[ServerSentEvent]:
        return self._stream_events("GET", cast_to=ServerSentEvent, reconnect=True)

    def named(self) -> AsyncEventStream[Row | Problem]:
        return self._stream_events(
            "GET", cast_to=Row | Problem, events={"row": Row, "problem": Problem}
        )

    def rows(self) -> AsyncItemStream[Row]:
        return self._stream_json("GET", "/rows", cast_to=Row)

    def log(self) -> AsyncItemStream[str]:
        return self._stream_lines("GET", "/log", max_line_bytes=1000, idle_timeout=5)

    def content(self) -> AsyncItemStream[bytes]:
        return self._stream_bytes("GET", "/content")


class SyncChat(SyncResource[TextDelta | ToolDelta]):
    path = "/chat"

    def complete(self, *, prompt: str) -> SyncEventStream[TextDelta | ToolDelta]:
        return self._stream_events("POST", json_data={"prompt": prompt}, error_event="error")

    def rows(self) -> SyncItemStream[Row]:
        return self._stream_json("GET", "/rows", cast_to=Row)


async def use(chat: AsyncChat, client: AsyncHttpClient) -> None:
    async with chat.complete(prompt="hi") as events:
        assert_type(events, AsyncEventStream[TextDelta | ToolDelta])
        assert_type(events.response, httpx.Response)
        assert_type(events.last_event_id, str)
        async for delta in events:
            assert_type(delta, TextDelta | ToolDelta)
            if isinstance(delta, TextDelta):
                assert_type(delta.text, str)
    async for row in chat.rows():
        assert_type(row, Row)
    assert_type(await chat.rows().collect(), list[Row])
    assert_type(await anext(chat.log()), str)
    assert_type([piece async for piece in chat.content()], list[bytes])
    assert_type(await chat.named().collect(), list[Row | Problem])
    async for event in chat.raw():
        assert_type(event.decode(Row), Row)
        assert_type(event.decode(Row | None), Row | None)
        assert_type(event.retry, int | None)
    by_url = client.stream_events("GET", "/chat", cast_to=TextDelta | ToolDelta)
    assert_type(by_url, AsyncEventStream[TextDelta | ToolDelta])
    assert_type(client.stream_json("GET", "/rows", cast_to=list[Row]), AsyncItemStream[list[Row]])
    assert_type(client.stream_lines("GET", "/log"), AsyncItemStream[str])
    takes_iterator(chat.rows())


def use_sync(chat: SyncChat, client: SyncHttpClient) -> None:
    with chat.complete(prompt="hi") as events:
        for delta in events:
            assert_type(delta, TextDelta | ToolDelta)
    assert_type(chat.rows().collect(), list[Row])
    assert_type(next(client.stream_lines("GET", "/log")), str)
    takes_sync_iterator(chat.rows())


def takes_iterator(rows: AsyncIterator[Row]) -> None: ...


def takes_sync_iterator(rows: Iterator[Row]) -> None: ...


async def wrong(chat: AsyncChat, client: AsyncHttpClient) -> None:
    with chat.rows():  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportGeneralTypeIssues]  # the other colour
        pass
    for _ in chat.rows():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]  # the other colour
        pass
    client.stream_events("GET", "/chat")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # no type
    client.stream_lines("GET", "/log", done="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # of events
