"""A streamed conversation with tools, async and sync side by side: `python chat_quickstart.py`."""

from __future__ import annotations

import asyncio

import msgspec

from chat_api import ChatApi
from chat_sdk import (
    AsyncChat,
    Chat,
    CompletionBuilder,
    Delta,
    Message,
    TextDelta,
    Tool,
    ToolCall,
    ToolCallDelta,
    ToolMessage,
    UserMessage,
)
from sdkbase import BearerAuth, StreamError

QUESTION = UserMessage("How is the weather in Paris and Oslo?")


class Weather(msgspec.Struct):
    """Look up the weather of a city."""

    city: str


TOOLS = [Tool.of(Weather)]


def look_up(call: ToolCall) -> ToolMessage:
    """Use the one tool that there is."""
    city = call.arguments_as(Weather).city
    return ToolMessage(call.id, f"sunny in {city}" if city == "Paris" else f"snow in {city}")


def show(delta: Delta) -> None:
    """Print what comes, while it comes."""
    match delta:
        case TextDelta(text):
            print(text, end="", flush=True)
        case ToolCallDelta(_, id, name):
            print(f"[{name} {id}] ", end="", flush=True)
        case _:
            pass


async def converse(chat: AsyncChat) -> None:
    """Ask, use the tools that are asked for, and ask again until there is an answer."""
    messages: list[Message] = [QUESTION]
    while True:
        builder = CompletionBuilder()
        async with chat.completions.stream(messages, tools=TOOLS) as stream:
            async for delta in stream:
                show(delta)
                builder.add(delta)
        message = builder.completion().message
        if not message.tool_calls:
            return
        messages += [message, *map(look_up, message.tool_calls)]


def converse_sync(chat: Chat) -> None:
    """Do the same without an event loop."""
    messages: list[Message] = [QUESTION]
    while True:
        builder = CompletionBuilder()
        with chat.completions.stream(messages, tools=TOOLS) as stream:
            for delta in stream:
                show(delta)
                builder.add(delta)
        message = builder.completion().message
        if not message.tool_calls:
            return
        messages += [message, *map(look_up, message.tool_calls)]


async def main(base_url: str, api_key: str) -> None:
    """Use the async client."""
    async with AsyncChat(base_url, auth=BearerAuth(api_key)) as chat:
        print("async: ", end="")
        await converse(chat)


def main_sync(base_url: str, api_key: str) -> None:
    """Use the sync client, and see a stream fail."""
    with Chat(base_url, auth=BearerAuth(api_key)) as chat:
        print("\nsync:  ", end="")
        converse_sync(chat)
        print("\nerror: ", end="")
        try:
            for delta in chat.completions.stream([UserMessage("Hi")], model="demo-faulty"):
                show(delta)
        except StreamError as error:
            print(f"... {error}")


if __name__ == "__main__":
    with ChatApi() as api:
        asyncio.run(main(api.base_url, api.api_key))
        main_sync(api.base_url, api.api_key)
