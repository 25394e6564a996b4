"""From the pieces of an answer to the whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from sdkbase.models import Unknown

from .deltas import Delta, Done, Start, TextDelta, ToolArgumentsDelta, ToolCallDelta
from .messages import AssistantMessage, Completion, ToolCall, Usage


class CompletionBuilder:
    """
    Puts a completion together from its deltas.

    Args:
        deltas: Those that are there already.
    """

    def __init__(self, deltas: Iterable[Delta] = ()) -> None:
        self._start: Start | None = None
        self._done: Done | None = None
        self._usage: Usage | None = None
        self._text: list[str] = []
        self._calls: dict[int, ToolCallDelta] = {}
        self._arguments: dict[int, list[str]] = {}
        for delta in deltas:
            self.add(delta)

    def add(self, delta: Delta) -> Self:
        """Take the next delta; kinds that are not known are passed over."""
        match delta:
            case TextDelta(text):
                self._text.append(text)
            case ToolArgumentsDelta(index, fragment):
                self._arguments[index].append(fragment)
            case ToolCallDelta(index):
                self._calls[index], self._arguments[index] = delta, []
            case Start():
                self._start = delta
            case Usage():
                self._usage = delta
            case Done():
                self._done = delta
            case Unknown():
                pass
        return self

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._text)

    def completion(self) -> Completion:
        """
        Return the whole answer.

        Raises:
            ValueError: It has not come to its end.
        """
        if self._start is None or self._done is None:
            raise ValueError("the answer is not complete: its stream was not read to the end")
        calls = (
            ToolCall(call.id, call.name, "".join(self._arguments[index]))
            for index, call in sorted(self._calls.items())
        )
        message = AssistantMessage(self.text, tuple(calls))
        return Completion(
            self._start.id, self._start.model, message, self._done.reason, self._usage
        )
