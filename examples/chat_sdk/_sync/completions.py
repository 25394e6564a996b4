# Generated from _async/completions.py by sdkbase.codegen. Do not edit.
# sha256: 9e185f1095faf61c
"""Answers to conversations."""

from __future__ import annotations

from collections.abc import Sequence

from sdkbase import (
    OMIT,
    KeyRangePagination,
    Omit,
    SyncEventStream,
    SyncPager,
    SyncResource,
)

from ..deltas import Delta
from ..messages import Completion, Message, Tool


class Completions(SyncResource[Completion]):
    """Ask a model, for the whole answer or for a stream of its pieces."""

    path = "/v1/completions"

    def create(
        self, messages: Sequence[Message], *, model: str = "demo", tools: Sequence[Tool] = ()
    ) -> Completion:
        """Return the answer to a conversation, once it is complete."""
        body = {"model": model, "messages": messages, "tools": tools}
        return self._post(json_data=body)

    def stream(
        self, messages: Sequence[Message], *, model: str = "demo", tools: Sequence[Tool] = ()
    ) -> SyncEventStream[Delta]:
        """Return the answer to a conversation in pieces, as the model makes them."""
        body = {"model": model, "messages": messages, "tools": tools, "stream": True}
        return self._stream_events("POST", json_data=body, cast_to=Delta)

    def retrieve(self, completion_id: str) -> Completion:
        """Return an answer once more."""
        return self._get("/{completion_id}", completion_id)

    def replay(self, completion_id: str, *, after: str | Omit = OMIT) -> SyncEventStream[Delta]:
        """Return the pieces of an answer once more, or those *after* the event with that id."""
        return self._stream_events(
            "GET",
            "/{completion_id}/events",
            completion_id,
            headers={"last-event-id": after},
            cast_to=Delta,
            reconnect=True,
        )

    def list(self) -> SyncPager[Completion]:
        """Return all answers, oldest first; a page is fetched when it is needed."""
        return self._paginate("", KeyRangePagination(items="data", has_more="has_more"))

    def delete(self, completion_id: str) -> None:
        """Forget an answer."""
        self._delete("/{completion_id}", completion_id, cast_to=None)
