"""Conversations: what is said, the tools that may be used, and a whole answer."""

from __future__ import annotations

import inspect
from typing import Any, Self, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from sdkbase.models import OpenEnum

S = TypeVar("S", bound=Struct)


class ToolCall(Struct, frozen=True):
    """The wish of a model that a tool is used."""

    id: str
    name: str
    arguments: str
    """JSON, as the model wrote it."""

    def arguments_as(self, model: type[S]) -> S:
        """
        Decode the arguments.

        Raises:
            msgspec.MsgspecError: The model wrote something else.
        """
        return msgspec.json.decode(self.arguments, type=model)


class SystemMessage(Struct, tag_field="role", tag="system", frozen=True):
    """Tells the model how to behave."""

    content: str


class UserMessage(Struct, tag_field="role", tag="user", frozen=True):
    """What the user says."""

    content: str


class AssistantMessage(Struct, tag_field="role", tag="assistant", frozen=True):
    """What the model says, or which tools it wants to be used."""

    content: str = ""
    tool_calls: tuple[ToolCall, ...] = ()


class ToolMessage(Struct, tag_field="role", tag="tool", frozen=True):
    """What came of a tool call."""

    call_id: str
    content: str


Message: TypeAlias = SystemMessage | UserMessage | AssistantMessage | ToolMessage
"""One message of a conversation."""


class Tool(Struct, frozen=True):
    """A tool that the model may ask for."""

    name: str
    description: str
    parameters: dict[str, Any]
    """JSON Schema of its arguments."""

    @classmethod
    def of(cls, model: type[Struct]) -> Self:
        """Describe a tool by the struct of its arguments: by name, docstring and fields."""
        schema = msgspec.json.schema(model)
        return cls(model.__name__, inspect.getdoc(model) or "", schema)


class Usage(Struct, tag="usage", frozen=True):
    """What an answer has cost."""

    input_tokens: int
    output_tokens: int


class Reason(OpenEnum):
    """Why an answer ended; one that came after this SDK is kept as it is."""

    STOP = "stop"
    TOOL_CALLS = "tool_calls"
    LENGTH = "length"


class Completion(Struct, frozen=True):
    """A whole answer."""

    id: str
    model: str
    message: AssistantMessage
    reason: Reason
    usage: Usage | None = None


class Model(Struct, frozen=True):
    """A model that can be asked."""

    id: str
    about: str
