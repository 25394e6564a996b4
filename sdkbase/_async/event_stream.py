"""Server-sent events as typed items, and the stream opened again when it breaks."""

from __future__ import annotations

from collections.abc import Callable
from random import random
from typing import TypeVar

from .._exports import publish
from .._policy.call_args import Reconnect
from .._policy.deadline import Deadline
from .._policy.reconnect import Reconnects, reconnect_limit
from .._policy.retry import Decision, Failure
from .._policy.transport_errors import deadline_error, failure_of
from .._wire.headers import HeaderInput
from .._wire.sse import EventReader, header_to_id, id_to_header, is_event_stream, wrong_type_error
from ..config import OMIT
from ..errors import DeadlineExceededError, RecordError, StatusError, TransportError
from .item_stream import AsyncItemStream
from .opener import AsyncOpener

T = TypeVar("T")

_LAST_EVENT_ID = "last-event-id"
_NO_CONTENT = 204


class AsyncEventStream(AsyncItemStream[T]):
    """
    The events of a `text/event-stream` response, decoded while they come.

    With *reconnect*, a stream that breaks, falls silent or ends is opened again, and goes on after
    the last event whose id is known. An event that did not come whole is dropped, so none comes
    twice. A response of 204 ends the stream, and a deadline covers all connections together.

    Args:
        opener: Sends the call.
        reader: Makes the items.
        reconnect: Whether, and how often in a row, the stream is opened again.
        draw: Returns a random number from 0 to 1, for the jitter of the waits.

    Raises:
        ConfigurationError: *reconnect* is wrong, or the call is not safe to repeat.
        InvalidRequestError: The call's body can not be sent again.
    """

    def __init__(
        self,
        opener: AsyncOpener,
        reader: EventReader[T],
        *,
        reconnect: Reconnect = False,
        draw: Callable[[], float] = random,
    ) -> None:
        super().__init__(opener, reader)
        settings = opener.sender.settings
        call_settings = settings.for_stream(opener.options)
        limit = reconnect_limit(
            reconnect,
            opener.call,
            call_settings.max_retries,
            idempotent=call_settings.idempotent,
        )
        self._reader = reader
        self._clock = opener.sender.clock
        self._reconnects = Reconnects(settings.retry_config, limit=limit, draw=draw)
        self._deadline = Deadline(call_settings.deadline, self._clock.monotonic())
        self._events_before = 0
        if given := opener.call.headers.get(_LAST_EVENT_ID):
            reader.resume(header_to_id(given))

    @property
    def last_event_id(self) -> str:
        """The id after which another stream could go on, or an empty string."""
        return self._reader.last_event_id

    async def _start(self) -> None:
        self._deadline = Deadline(self._deadline.seconds, self._clock.monotonic())
        await super()._start()

    async def _open(self, opener: AsyncOpener, headers: HeaderInput | None = None) -> None:
        await super()._open(opener, headers)
        body = self._opened()
        if not is_event_stream(body.reply):
            raise self._told(wrong_type_error(body.reply, await body.read_some(1)))

    async def _read_on(self) -> bool:
        if self._reader.is_done:
            await self._opened().drain()
            return False
        error: TransportError | None = None
        try:
            if await super()._read_on():
                return True
        except TransportError as broken:
            error = broken
        if self._opened().reply.status_code == _NO_CONTENT:
            return False
        return await self._go_on(error)

    async def _go_on(self, error: TransportError | StatusError | None) -> bool:
        """Open the stream again after it broke by *error*, or ended."""
        self._check_readable()
        self._reader.finish()
        if self._reader.count > self._events_before:
            self._events_before = self._reader.count
            self._reconnects.event_came()
        while True:
            self._reconnects.asked = self._reader.retry
            now = self._clock.monotonic()
            decision = self._reconnects.after_break(_failure(error), self._deadline, now)
            if not decision.retry:
                return self._give_up(error, decision)
            await self._release()
            await self._clock.sleep(decision.delay)
            self._check_readable()
            try:
                await self._reopen()
                return True
            except (TransportError, StatusError) as failed:
                error = failed.with_traceback(None)

    async def _reopen(self) -> None:
        self._reader.resume()
        left = self._deadline.remaining(self._clock.monotonic())
        if left == 0.0:
            raise deadline_error(self._opener.call, self._deadline.seconds)
        last = self._reader.last_event_id
        headers = {_LAST_EVENT_ID: id_to_header(last) if last else OMIT}
        await self._open(self._opener.again(left), headers)

    def _give_up(self, error: TransportError | StatusError | None, decision: Decision) -> bool:
        if isinstance(error, DeadlineExceededError):
            # Of the whole stream, not of what was left for its last connection.
            raise deadline_error(self._opener.call, self._deadline.seconds).with_history(
                error.history
            )
        if error is not None:
            if decision.reason:
                error.add_note(f"sdkbase did not reconnect: {decision.reason}")
            raise error
        if decision.reason:
            raise RecordError(f"the server ended the stream; not opened again: {decision.reason}")
        if self._reader.expects_end:
            raise RecordError("the stream ended before the event that completes it")
        return False


def _failure(error: TransportError | StatusError | None) -> Failure | None:
    if isinstance(error, StatusError):
        return Failure(
            outcome=f"HTTP {error.status_code}",
            status_code=error.status_code,
            retry_after=error.retry_after,
        )
    return None if error is None else failure_of(error)


publish(AsyncEventStream)
