"""The stream of an answer, as bytes of `text/event-stream`."""

import json
from collections.abc import Iterator, Sequence

from .model import Answer, Json

_EVENTS_TO_CUT = 3
_EVENTS_TO_FAULT = 3
_FAULT: Json = {"error": {"type": "overloaded", "message": "The model ran out of breath."}}


class ConnectionCut(Exception):
    """Raised where the stream is to break off in the middle of an event."""


def event_stream(answer: Answer, after: int = 0) -> Iterator[bytes]:
    """
    Yield the pieces of a stream, as they are to be written.

    Args:
        answer: What is streamed.
        after: Id of the last event that the client has seen; 0 for none.

    Raises:
        ConnectionCut: The model is one that loses its connection.
    """
    model = answer.conversation.model
    pieces = _pieces(answer.deltas(), after, model)
    if model != "demo-drip":
        yield from pieces
        return
    for piece in pieces:
        yield from (piece[at : at + 1] for at in range(len(piece)))


def _pieces(deltas: Sequence[Json], after: int, model: str) -> Iterator[bytes]:
    # A browser waits some seconds before it comes again; a test should not.
    yield b": welcome\nretry: 1\n\n"
    for number, delta in enumerate(deltas[after:], after + 1):
        if model == "demo-cut" and number > after + _EVENTS_TO_CUT:
            yield b"id: never\ndata: {"
            raise ConnectionCut
        if model == "demo-faulty" and number > _EVENTS_TO_FAULT:
            yield f"event: error\ndata: {json.dumps(_FAULT)}\n\n".encode()
            return
        yield f"id: {number}\ndata: {json.dumps(delta)}\n\n".encode()
        yield b": still here\n\n"
    yield b"data: [DONE]\n\n"
