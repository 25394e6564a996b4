"""What type checkers see of the chat SDK. Checked by mypy and pyright, never executed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_type

from chat_sdk import (
    AsyncChat,
    Chat,
    Completion,
    CompletionBuilder,
    Delta,
    Done,
    Model,
    Start,
    TextDelta,
    Tool,
    ToolArgumentsDelta,
    ToolCall,
    ToolCallDelta,
    Usage,
    UserMessage,
)
from sdkbase import AsyncEventStream, AsyncPager, SyncEventStream
from sdkbase.models import Unknown


async def use(chat: AsyncChat, tool: Tool) -> None:
    messages = [UserMessage("Hi")]
    assert_type(await chat.completions.create(messages, tools=[tool]), Completion)
    assert_type(await chat.models.list(), Sequence[Model])
    assert_type(chat.completions.list(), AsyncPager[Completion])
    assert_type(chat.completions.stream(messages, model="demo"), AsyncEventStream[Delta])
    async with chat.completions.replay("cmp-1", after="7") as stream:
        assert_type(stream, AsyncEventStream[Delta])
        async for delta in stream:
            assert_type(delta, Delta)
        assert_type(await stream.collect(), list[Delta])


def use_sync(chat: Chat) -> None:
    assert_type(chat.completions.retrieve("cmp-1"), Completion)
    for delta in chat.completions.stream([UserMessage("Hi")]):
        assert_type(delta, Delta)
    assert_type(chat.completions.replay("cmp-1"), SyncEventStream[Delta])


def narrowed(delta: Delta) -> str | int:
    match delta:
        case Start(id):
            return id
        case TextDelta(text):
            return text
        case ToolCallDelta(index):
            return index
        case ToolArgumentsDelta(_, fragment):
            return fragment
        case Usage(asked):
            return asked
        case Done(reason):
            return reason
        case Unknown(fields):
            assert_type(fields, dict[str, Any])
            return delta.tag


def decoded(call: ToolCall, builder: CompletionBuilder) -> None:
    assert_type(call.arguments_as(Start), Start)
    assert_type(builder.add(TextDelta("Hi")).completion(), Completion)
    call.arguments_as(dict)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]  # no struct
