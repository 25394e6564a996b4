"""The pieces in which a streamed answer comes: one struct for each `type`."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from sdkbase.models import Unknown

from .messages import Reason, Usage


class Start(Struct, tag="start", frozen=True):
    """Comes first."""

    id: str
    """Id of the completion."""
    model: str


class TextDelta(Struct, tag="text", frozen=True):
    """More of the text."""

    text: str


class ToolCallDelta(Struct, tag="tool_call", frozen=True):
    """A tool call begins; its arguments follow in pieces."""

    index: int
    """Which of the answer's calls it is, from 0."""
    id: str
    name: str


class ToolArgumentsDelta(Struct, tag="tool_arguments", frozen=True):
    """More of the arguments of a tool call; the pieces of several calls may come mixed."""

    index: int
    fragment: str


class Done(Struct, tag="done", frozen=True):
    """Comes last."""

    reason: Reason


Delta: TypeAlias = Start | TextDelta | ToolCallDelta | ToolArgumentsDelta | Usage | Done | Unknown
"""A piece of an answer; a kind that came after this SDK is `Unknown`, and keeps its fields."""
