"""What the demo models answer: no intelligence, the same words every time."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

MODELS = {
    "demo": "Answers at once.",
    "demo-new": "Sends a kind of delta that no SDK knows yet.",
    "demo-drip": "Sends its stream byte by byte.",
    "demo-busy": "Refuses every other request with 429.",
    "demo-faulty": "Tells of an error in the middle of its stream.",
    "demo-cut": "Loses the connection after every third event.",
}

Json = dict[str, Any]

_CITIES = re.compile(r"\b(?:Lima|Oslo|Paris|Tokyo)\b")


@dataclass(frozen=True)
class Conversation:
    """The body of a request, checked."""

    model: str
    messages: Sequence[Json]
    tools: Sequence[Json] = ()
    stream: bool = False

    @classmethod
    def of(cls, body: Any) -> "Conversation":
        """
        Read a decoded body.

        Raises:
            ValueError: It is not acceptable; says why.
        """
        fields = cast("Json", body) if isinstance(body, dict) else {}
        model = fields.get("model")
        if not isinstance(model, str) or model not in MODELS:
            raise ValueError(f"model must be one of {', '.join(MODELS)}, got {model!r}")
        messages = _objects(fields, "messages")
        if not messages:
            raise ValueError("messages must not be empty")
        return cls(model, messages, _objects(fields, "tools"), fields.get("stream") is True)


@dataclass
class Answer:
    """What a model answers to a conversation."""

    id: str
    conversation: Conversation
    text: str = ""
    tool_calls: list[Json] = field(default_factory=list[Json])

    def __post_init__(self) -> None:
        question = _content(self.conversation.messages[-1])
        cities = _CITIES.findall(question)
        tool = next((tool for tool in self.conversation.tools if _takes_city(tool)), None)
        if results := _trailing_results(self.conversation.messages):
            self.text = f"I looked it up: {'; '.join(results)}."
        elif tool and cities:
            self.tool_calls = [
                {"id": f"call-{number}", "name": tool.get("name"), "arguments": _json(city=city)}
                for number, city in enumerate(cities, 1)
            ]
        else:
            self.text = f"You said: {question}"

    def deltas(self) -> list[Json]:
        """Return the answer in the pieces of a stream."""
        return list(self._deltas())

    def completion(self) -> Json:
        """Return the answer as a whole."""
        return {
            "id": self.id,
            "model": self.conversation.model,
            "message": {
                "role": "assistant",
                "content": self.text,
                "tool_calls": self.tool_calls,
            },
            "reason": self._reason(),
            "usage": self._usage(),
        }

    def _deltas(self) -> Iterator[Json]:
        yield {"type": "start", "id": self.id, "model": self.conversation.model}
        if self.conversation.model == "demo-new":
            yield {"type": "thought", "text": "What do they want?", "seconds": 0.5}
        for word in re.findall(r"\S+\s*", self.text):
            yield {"type": "text", "text": word}
        calls = list(enumerate(self.tool_calls))
        for index, call in calls:
            yield {"type": "tool_call", "index": index, "id": call["id"], "name": call["name"]}
        # The fragments of parallel calls come mixed.
        for start in range(0, max([len(call["arguments"]) for _, call in calls], default=0), 5):
            for index, call in calls:
                if fragment := call["arguments"][start : start + 5]:
                    yield {"type": "tool_arguments", "index": index, "fragment": fragment}
        yield {"type": "usage", **self._usage()}
        yield {"type": "done", "reason": self._reason()}

    def _reason(self) -> str:
        return "tool_calls" if self.tool_calls else "stop"

    def _usage(self) -> Json:
        asked = sum(len(_content(message).split()) for message in self.conversation.messages)
        answered = len(self.text.split()) + len(self.tool_calls)
        return {"input_tokens": asked, "output_tokens": answered}


def _objects(fields: Json, name: str) -> list[Json]:
    given = fields.get(name, [])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in cast("Any", given)):
        raise ValueError(f"{name} must be a list of objects")
    return cast("list[Json]", given)


def _json(**fields: str) -> str:
    return json.dumps(fields)


def _content(message: Json) -> str:
    return str(message.get("content", ""))


def _trailing_results(messages: Sequence[Json]) -> list[str]:
    results: list[str] = []
    for message in reversed(messages):
        if message.get("role") != "tool":
            break
        results.insert(0, _content(message))
    return results


def _takes_city(tool: Json) -> bool:
    return "city" in json.dumps(tool.get("parameters"))
