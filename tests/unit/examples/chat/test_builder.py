"""What puts an answer together from its deltas, without a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_sdk import (
    AssistantMessage,
    Completion,
    CompletionBuilder,
    Delta,
    Done,
    Reason,
    Start,
    TextDelta,
    Tool,
    ToolArgumentsDelta,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from sdkbase.models import Unknown

CALLS = st.lists(st.builds(ToolCall, st.text(), st.text(), st.text()), max_size=4).map(tuple)


class Search(msgspec.Struct):
    """Look something up."""

    words: list[str]
    limit: int = 10


def pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def streamed(answer: Completion, size: int, order: Sequence[int]) -> list[Delta]:
    """Cut an answer into deltas; the fragments of its calls come one by one, in *order*."""
    calls = list(enumerate(answer.message.tool_calls))
    waiting = {index: list(pieces(call.arguments, size)) for index, call in calls}
    deltas: list[Delta] = [Start(answer.id, answer.model)]
    deltas += [TextDelta(piece) for piece in pieces(answer.message.content, size)]
    deltas += [ToolCallDelta(index, call.id, call.name) for index, call in calls]
    for index in sorted(waiting, key=lambda index: order[index]):
        deltas += [ToolArgumentsDelta(index, fragment) for fragment in waiting[index]]
    return [*deltas, *([answer.usage] if answer.usage else []), Done(answer.reason)]


@given(
    st.text(), CALLS, st.integers(1, 5), st.permutations(range(4)), st.none() | st.just(Usage(1, 2))
)
def test_what_is_cut_into_deltas_comes_together_again(
    text: str, calls: tuple[ToolCall, ...], size: int, order: list[int], usage: Usage | None
) -> None:
    answer = Completion("c", "m", AssistantMessage(text, calls), Reason.STOP, usage)
    builder = CompletionBuilder(streamed(answer, size, order))
    assert builder.completion() == answer
    assert builder.text == text


def test_deltas_are_the_same_after_they_were_written_down() -> None:
    answer = Completion("c", "m", AssistantMessage("Hi", (ToolCall("1", "a", "{}"),)), Reason.STOP)
    deltas = streamed(answer, 1, [0])
    assert msgspec.json.decode(msgspec.json.encode(deltas), type=list[StrictDelta]) == deltas


# msgspec alone does not know `Unknown`, which only the base fills in.
StrictDelta = Start | TextDelta | ToolCallDelta | ToolArgumentsDelta | Usage | Done


def test_the_text_can_be_seen_while_it_comes() -> None:
    builder = CompletionBuilder()
    seen = [builder.add(TextDelta(word)).text for word in ("one ", "two")]
    assert seen == ["one ", "one two"]


def test_a_kind_that_is_not_known_is_passed_over() -> None:
    builder = CompletionBuilder([Unknown({"type": "thought"}), TextDelta("Hi")])
    assert builder.text == "Hi"


@pytest.mark.parametrize("deltas", [[], [Start("c", "m")], [Done(Reason.STOP)]])
def test_half_an_answer_is_no_completion(deltas: list[Delta]) -> None:
    with pytest.raises(ValueError, match="not read to the end"):
        CompletionBuilder(deltas).completion()


def test_a_struct_describes_a_tool() -> None:
    tool = Tool.of(Search)
    assert (tool.name, tool.description) == ("Search", "Look something up.")
    assert '"words"' in msgspec.json.encode(tool.parameters).decode()


def test_arguments_are_decoded_or_refused() -> None:
    call = ToolCall("1", "Search", '{"words": ["a"]}')
    assert call.arguments_as(Search) == Search(["a"])
    with pytest.raises(msgspec.ValidationError, match="words"):
        ToolCall("1", "Search", "{}").arguments_as(Search)
