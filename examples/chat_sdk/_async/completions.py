"""Answers to conversations."""

from __future__ import annotations

from collections.abc import Sequence

from sdkbase import (
    OMIT,
    AsyncEventStream,
    AsyncPager,
    AsyncResource,
    KeyRangePagination,
    Omit,
)

from ..deltas import Delta
from ..messages import Completion, Message, Tool


class AsyncCompletions(AsyncResource[Completion]):
    """Ask a model, for the whole answer or for a stream of its pieces."""

    path = "/v1/completions"

    async def create(
        self, messages: Sequence[Message], *, model: str = "demo", tools: Sequence[Tool] = ()
    ) -> Completion:
        """Return the answer to a conversation, once it is complete."""
        body = {"model": model, "messages": messages, "tools": tools}
        return await self._post(json_data=body)

    def stream(
        self, messages: Sequence[Message], *, model: str = "demo", tools: Sequence[Tool] = ()
    ) -> AsyncEventStream[Delta]:
        """Return the answer to a conversation in pieces, as the model makes them."""
        body = {"model": model, "messages": messages, "tools": tools, "stream": True}
        return self._stream_events("POST", json_data=body, cast_to=Delta)

    async def retrieve(self, completion_id: str) -> Completion:
        """Return an answer once more."""
        return await self._get("/{completion_id}", completion_id)

    def replay(self, completion_id: str, *, after: str | Omit = OMIT) -> AsyncEventStream[Delta]:
        """Return the pieces of an answer once more, or those *after* the event with that id."""
        return self._stream_events(
            "GET",
            "/{completion_id}/events",
            completion_id,
            headers={"last-event-id": after},
            cast_to=Delta,
            reconnect=True,
        )

    def list(self) -> AsyncPager[Completion]:
        """Return all answers, oldest first; a page is fetched when it is needed."""
        return self._paginate("", KeyRangePagination(items="data", has_more="has_more"))

    async def delete(self, completion_id: str) -> None:
        """Forget an answer."""
        await self._delete("/{completion_id}", completion_id, cast_to=None)
