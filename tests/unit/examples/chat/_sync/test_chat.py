# Generated from _async/test_chat.py by sdkbase.codegen. Do not edit.
# sha256: f0fde0ada1a4f50b
"""The SDK for the chat API, against its demo server."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from chat_api import ChatApi
from chat_sdk import (
    AssistantMessage,
    Chat,
    Completion,
    CompletionBuilder,
    Done,
    InvalidPromptError,
    Message,
    Problem,
    Reason,
    Start,
    TextDelta,
    Tool,
    ToolArgumentsDelta,
    ToolCallDelta,
    ToolMessage,
    Usage,
    UserMessage,
)
from sdkbase import (
    AuthenticationError,
    BearerAuth,
    ConfigurationError,
    NotFoundError,
    RateLimitError,
    RetryConfig,
    StreamError,
    TransportError,
)
from sdkbase.models import Unknown

HELLO = [UserMessage("Hello there")]
ECHO = [TextDelta("You "), TextDelta("said: "), TextDelta("Hello "), TextDelta("there")]
END = [Usage(2, 4), Done(Reason.STOP)]
QUICK = RetryConfig(backoff_factor=0.001)


class Weather(msgspec.Struct):
    """Look up the weather of a city."""

    city: str


@pytest.fixture(name="chat")
def chat_fixture(chat_api: ChatApi) -> Iterator[Chat]:
    auth = BearerAuth(chat_api.api_key)
    with Chat(chat_api.base_url, auth=auth, retry_config=QUICK) as chat:
        yield chat


def test_an_answer_comes_as_a_whole(chat: Chat) -> None:
    assert chat.completions.create(HELLO) == Completion(
        "cmp-1", "demo", AssistantMessage("You said: Hello there"), Reason.STOP, Usage(2, 4)
    )


def test_an_answer_can_be_had_once_more(chat: Chat) -> None:
    answer = chat.completions.create(HELLO)
    assert chat.completions.retrieve(answer.id) == answer
    with pytest.raises(NotFoundError, match="There is no completion cmp-9"):
        chat.completions.retrieve("cmp-9")


def test_an_answer_comes_in_pieces(chat: Chat) -> None:
    with chat.completions.stream(HELLO) as stream:
        deltas = [delta for delta in stream]
    assert deltas == [Start("cmp-1", "demo"), *ECHO, *END]
    assert CompletionBuilder(deltas).completion() == chat.completions.retrieve("cmp-1")


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("pace", [0, 0.0001])
def test_how_a_stream_is_cut_into_pieces_changes_nothing(
    chat: Chat, chat_api: ChatApi, pace: float
) -> None:
    chat_api.pace = pace
    deltas = chat.completions.stream(HELLO, model="demo-drip").collect()
    assert deltas == [Start("cmp-1", "demo-drip"), *ECHO, *END]


def test_tools_are_called_side_by_side(chat: Chat) -> None:
    messages: list[Message] = [UserMessage("How is the weather in Paris and Oslo?")]
    tools = [Tool.of(Weather)]
    builder = CompletionBuilder()
    with chat.completions.stream(messages, tools=tools) as stream:
        for delta in stream:
            builder.add(delta)
    answer = builder.completion()
    calls = answer.message.tool_calls
    assert answer.reason is Reason.TOOL_CALLS
    assert [(call.id, call.name) for call in calls] == [
        ("call-1", "Weather"),
        ("call-2", "Weather"),
    ]
    assert [call.arguments_as(Weather).city for call in calls] == ["Paris", "Oslo"]

    messages.append(answer.message)
    messages += [
        ToolMessage(call.id, f"fine in {call.arguments_as(Weather).city}") for call in calls
    ]
    told = chat.completions.create(messages, tools=tools)
    assert told.message.content == "I looked it up: fine in Paris; fine in Oslo."


def test_the_arguments_of_two_calls_come_mixed(chat: Chat) -> None:
    question = [UserMessage("Lima, Oslo")]
    deltas = chat.completions.stream(question, tools=[Tool.of(Weather)]).collect()
    assert deltas[1:5] == [
        ToolCallDelta(0, "call-1", "Weather"),
        ToolCallDelta(1, "call-2", "Weather"),
        ToolArgumentsDelta(0, '{"cit'),
        ToolArgumentsDelta(1, '{"cit'),
    ]


def test_a_kind_of_delta_that_is_not_known_is_kept(chat: Chat) -> None:
    deltas = chat.completions.stream(HELLO, model="demo-new").collect()
    thought = deltas[1]
    assert isinstance(thought, Unknown)
    assert thought.tag == "thought"
    assert thought.fields == {"type": "thought", "text": "What do they want?", "seconds": 0.5}
    assert CompletionBuilder(deltas).text == "You said: Hello there"


def test_an_error_in_the_stream_comes_after_what_came_before_it(chat: Chat) -> None:
    builder = CompletionBuilder()
    with pytest.raises(StreamError, match="ran out of breath") as caught:
        with chat.completions.stream(HELLO, model="demo-faulty") as stream:
            for delta in stream:
                builder.add(delta)
    assert builder.text == "You said: "
    assert isinstance(caught.value.body, Problem)
    assert caught.value.body.error.type == "overloaded"
    with pytest.raises(ValueError, match="not complete"):
        builder.completion()


def test_an_error_before_the_stream_is_raised_before_it(chat: Chat) -> None:
    with pytest.raises(InvalidPromptError, match="model must be one of demo,") as caught:
        with chat.completions.stream(HELLO, model="best"):
            raise AssertionError("the block was entered")
    assert isinstance(caught.value.body, Problem)
    with pytest.raises(InvalidPromptError, match="messages must not be empty"):
        chat.completions.create([])


def test_without_a_key_the_error_says_so(chat_api: ChatApi) -> None:
    with Chat(chat_api.base_url, auth=BearerAuth("wrong")) as chat:
        with pytest.raises(AuthenticationError, match="valid API key"):
            chat.completions.stream(HELLO).collect()


def test_url_and_key_may_stand_in_the_environment(
    chat_api: ChatApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT_BASE_URL", chat_api.base_url)
    monkeypatch.setenv("CHAT_API_KEY", chat_api.api_key)
    with Chat() as chat:
        assert (chat.completions.create(HELLO)).id == "cmp-1"


def test_a_key_that_is_nowhere_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHAT_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="CHAT_API_KEY"):
        Chat("http://chat")


def test_a_busy_api_is_asked_again(chat: Chat, chat_api: ChatApi) -> None:
    answer = chat.completions.create(HELLO, model="demo-busy")
    deltas = chat.completions.stream(HELLO, model="demo-busy").collect()
    assert CompletionBuilder(deltas).completion().message == answer.message
    assert [method for method, _, _ in chat_api.requests] == ["POST"] * 4


def test_without_retries_a_busy_api_is_an_error(chat: Chat) -> None:
    once = chat.with_options(retry_config=RetryConfig(max_retries=0))
    with pytest.raises(RateLimitError) as caught:
        once.completions.stream(HELLO, model="demo-busy").collect()
    assert isinstance(caught.value.body, Problem)
    assert caught.value.retry_after == 0


def test_a_replay_goes_on_where_the_connection_was_lost(chat: Chat, chat_api: ChatApi) -> None:
    answer = chat.completions.create(HELLO, model="demo-cut")
    deltas = chat.completions.replay(answer.id).collect()
    assert CompletionBuilder(deltas).completion() == answer
    path = f"/v1/completions/{answer.id}/events"
    assert chat_api.requests[1:] == [("GET", path, seen) for seen in (None, "3", "6")]


def test_an_answer_that_broke_off_is_read_to_its_end(chat: Chat) -> None:
    builder = CompletionBuilder()
    stream = chat.completions.stream(HELLO, model="demo-cut")
    with pytest.raises(TransportError):
        for delta in stream:
            builder.add(delta)
    assert builder.text == "You said: "
    for delta in chat.completions.replay("cmp-1", after=stream.last_event_id):
        builder.add(delta)
    assert builder.completion() == chat.completions.retrieve("cmp-1")


def test_a_stream_may_be_left_early(chat: Chat) -> None:
    with chat.completions.stream(HELLO) as stream:
        for delta in stream:
            assert delta == Start("cmp-1", "demo")
            break
    assert (chat.completions.retrieve("cmp-1")).reason is Reason.STOP


def test_answers_are_listed_page_by_page(chat: Chat, chat_api: ChatApi) -> None:
    for _ in range(7):
        chat.completions.create(HELLO)
    del chat_api.requests[:]
    ids = [answer.id for answer in chat.completions.list()]
    assert ids == [f"cmp-{number}" for number in range(1, 8)]
    assert [path for _, path, _ in chat_api.requests] == [
        "/v1/completions",
        "/v1/completions?after=cmp-3",
        "/v1/completions?after=cmp-6",
    ]
    assert [answer.id for answer in chat.completions.list().limit(4).collect()] == ids[:4]


def test_an_answer_can_be_forgotten(chat: Chat) -> None:
    answer = chat.completions.create(HELLO)
    chat.completions.delete(answer.id)
    with pytest.raises(NotFoundError):
        chat.completions.delete(answer.id)
    assert chat.completions.list().collect() == []


def test_the_models_are_listed(chat: Chat) -> None:
    models = {model.id: model.about for model in chat.models.list()}
    assert models["demo"] == "Answers at once."
