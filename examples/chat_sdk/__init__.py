"""
An SDK for a chat API that streams its answers, as a downstream author would write it on sdkbase.

    with Chat("http://localhost:8000", auth=BearerAuth(key)) as chat:
        with chat.completions.stream([UserMessage("Hello")]) as deltas:
            for delta in deltas:
                match delta:
                    case TextDelta(text):
                        print(text, end="")

`_async/` is written by hand; `_sync/` is generated from it and never edited. What both share, and
what does no I/O, is written once: messages, deltas, and what puts an answer together from them.
"""

from ._async.client import AsyncChat
from ._sync.client import Chat
from .builder import CompletionBuilder
from .deltas import Delta, Done, Start, TextDelta, ToolArgumentsDelta, ToolCallDelta
from .errors import InvalidPromptError, Problem
from .messages import (
    AssistantMessage,
    Completion,
    Message,
    Model,
    Reason,
    SystemMessage,
    Tool,
    ToolCall,
    ToolMessage,
    Usage,
    UserMessage,
)

__all__ = [
    # clients
    "AsyncChat",
    "Chat",
    # conversations
    "AssistantMessage",
    "Completion",
    "Message",
    "Model",
    "Reason",
    "SystemMessage",
    "Tool",
    "ToolCall",
    "ToolMessage",
    "Usage",
    "UserMessage",
    # streams
    "CompletionBuilder",
    "Delta",
    "Done",
    "Start",
    "TextDelta",
    "ToolArgumentsDelta",
    "ToolCallDelta",
    # errors
    "InvalidPromptError",
    "Problem",
]
