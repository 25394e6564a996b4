"""
Server-sent events, read as the WHATWG standard says.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html, sections 9.2.5 and 9.2.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

import msgspec
from typing_extensions import TypeForm

from .._exports import publish
from ..config import to_count
from ..errors import ConfigurationError, RecordDecodeError, RecordError
from .codec import Decoder, decoder_for, shortened
from .error_body import error_body
from .formats import UNREADABLE
from .headers import Headers
from .lines import BomFilter, Newlines
from .records import DEFAULT_MAX_BYTES, decode_failure, load_record
from .redaction import redact_text
from .reply import Reply
from .status import sentence_of

T = TypeVar("T")
U = TypeVar("U")

EVENT_STREAM = "text/event-stream"

_MAX_RETRY_DIGITS = 15
_NO_CONTENT = 204


class ServerSentEvent(msgspec.Struct, frozen=True, gc=False):
    """One event of an event stream."""

    event: str = "message"
    """Its name."""
    data: str = ""
    """Its data lines, joined by LF."""
    id: str = ""
    """The last id that the server gave, with this event or before it."""
    retry: int | None = None
    """Milliseconds to wait before reconnecting, if they came with this event."""

    def decode(self, cast_to: TypeForm[U]) -> U:
        """
        Return the data, read as JSON, as a type.

        Raises:
            RecordDecodeError: It is not JSON, or does not fit the type.
            ConfigurationError: msgspec has no way to decode the type.
        """
        return load_record(decoder_for(cast_to), self.data, f"the event {self.event!r}")


class SseParser:
    """
    Cut an event stream into events, however it comes in pieces.

    Args:
        last_event_id: The last id of the stream that this one goes on with.
        max_event_bytes: Longest line, and longest event without its comments.

    Raises:
        ConfigurationError: *max_event_bytes* is no positive number.
    """

    def __init__(
        self, *, last_event_id: str = "", max_event_bytes: int = DEFAULT_MAX_BYTES
    ) -> None:
        #: The last id that a whole event gave; what a reconnecting client sends.
        self.last_event_id: str = last_event_id
        #: Milliseconds that the server wants to pass before a reconnection, if it said so.
        self.retry: int | None = None
        self._max = to_count(max_event_bytes, "max_event_bytes", minimum=1)
        self._bom = BomFilter()
        self._newlines = Newlines()
        self._tail = bytearray()

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        """
        Yield the events that *chunk* completes.

        Raises:
            RecordError: A line or an event is too long; the events before it came.
        """
        chunk = self._newlines.feed(self._bom.feed(chunk))
        end = chunk.rfind(b"\n\n") + 2
        if end < 2:
            # The empty line that ends an event may be cut in two.
            end = int(chunk.startswith(b"\n") and self._tail.endswith(b"\n"))
        if end:
            block = bytes(self._tail) + chunk[:end] if self._tail else chunk[:end]
            self._tail = bytearray(chunk[end:])
            if len(block) <= self._max:
                yield from self._events(block)
            else:
                for part in block.split(b"\n\n"):
                    yield from self._events(self._within_bounds(part))
        else:
            self._tail += chunk
        if len(self._tail) > self._max:
            self._tail = bytearray(self._within_bounds(self._tail))

    def finish(self) -> None:
        """Note that the stream ended: an event that is not complete is dropped."""
        *lines, _ = self._tail.decode("utf-8", "replace").split("\n")
        for line in lines:
            name, value = _field(line)
            if name == "retry":
                self._set_retry(value)

    def _events(self, block: bytes) -> Iterator[ServerSentEvent]:
        # Empty lines end any broken sequence, so a block decodes as its events do one by one.
        for part in str(block, "utf-8", "replace").split("\n\n"):
            if part.startswith("data:") and "\n" not in part:
                data = part[6:] if part.startswith("data: ") else part[5:]
                yield ServerSentEvent("message", data, self.last_event_id)
            elif part and (event := self._event(part)) is not None:
                yield event

    def _event(self, part: str) -> ServerSentEvent | None:
        data: list[str] = []
        event, retry = "", None
        for line in part.split("\n"):
            name, value = _field(line)
            if name == "data":
                data.append(value)
            elif name == "event":
                event = value
            elif name == "id":
                if "\0" not in value:
                    self.last_event_id = value
            elif name == "retry" and self._set_retry(value):
                retry = self.retry
        if not data:
            return None
        return ServerSentEvent(event or "message", "\n".join(data), self.last_event_id, retry)

    def _set_retry(self, value: str) -> bool:
        valid = value.isascii() and value.isdigit() and len(value) <= _MAX_RETRY_DIGITS
        if valid:
            self.retry = int(value)
        return valid

    def _within_bounds(self, part: bytes | bytearray) -> bytes:
        """Return the start of an event without its comments, which may go on for ever."""
        *whole, last = part.split(b"\n")
        kept = [line for line in whole if not line.startswith(b":")]
        size = sum(map(len, kept)) + (0 if last.startswith(b":") else len(last))
        if size > self._max or any(len(line) > self._max for line in (*whole, last)):
            raise RecordError(f"an event is longer than max_event_bytes={self._max}")
        return b"\n".join((*kept, last))


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.removeprefix(" ")


class EventReader(Generic[T]):
    """
    Turn an event stream into items of one type: the data of each event, read as JSON.

    Args:
        cast_to: Type of the items; `ServerSentEvent` for the events as they are, `str` for data
            that is not JSON.
        done: Data of the event that says that the stream is complete, such as `[DONE]`.
        error_event: Name of the events that tell of an error, such as `error`.
        error_type: What the data of such an event is, or several types to try in order; what fits
            none stays JSON or text.
        events: Types by the name of the event, where the data alone does not tell them apart;
            events of other names are left out.
        max_event_bytes: Longest line, and longest event without its comments.
        lenient: Whether numbers and bools may come as strings.

    Raises:
        ConfigurationError: msgspec has no way to decode a type, or a bound is wrong.
    """

    headers: Headers = {"accept": EVENT_STREAM, "cache-control": "no-cache"}

    def __init__(
        self,
        cast_to: TypeForm[T],
        *,
        done: str | None = None,
        error_event: str | None = None,
        error_type: Any = None,
        events: Mapping[str, TypeForm[T]] | None = None,
        max_event_bytes: int = DEFAULT_MAX_BYTES,
        lenient: bool = False,
    ) -> None:
        self._by_name = _checked_events(events, lenient=lenient)
        # With types by name, the type of all items may well be a union that nothing tells apart.
        undecoded = cast_to is ServerSentEvent or events is not None
        self._decoder: Decoder[T] | None = (
            None if undecoded else decoder_for(cast_to, lenient=lenient)
        )
        self._done = done
        self._error_event = error_event
        self._error_types: tuple[Any, ...] = _types_of(error_type)
        self._max = max_event_bytes
        self._parser = SseParser(max_event_bytes=max_event_bytes)
        #: Whether the event that completes the stream came.
        self.is_done: bool = False
        #: The number of events so far.
        self.count: int = 0
        #: The id that a reconnection goes on from.
        self.last_event_id: str = ""

    @property
    def expects_end(self) -> bool:
        """Whether a stream that ends without its last event is not complete."""
        return self._done is not None

    @property
    def retry(self) -> float | None:
        """Seconds that the server wants to pass before a reconnection, if it said so."""
        return None if self._parser.retry is None else self._parser.retry / 1000

    def feed(self, chunk: bytes) -> Iterator[T]:
        """
        Yield the items that *chunk* completes.

        Raises:
            RecordError: An event is too long, does not fit its type, or tells of an error.
        """
        for event in self._parser.feed(chunk):
            self.count += 1
            self.last_event_id = event.id
            if event.data == self._done:
                self.is_done = True
                return
            if event.event == self._error_event:
                raise self._told(event)
            if self._by_name is None:
                yield self._item(event, self._decoder)
            elif (decoder := self._by_name.get(event.event)) is not None:
                yield self._item(event, decoder)
        self.last_event_id = self._parser.last_event_id

    def finish(self) -> tuple[T, ...]:
        """Drop an event that is not complete."""
        self._parser.finish()
        return ()

    def resume(self, last_event_id: str | None = None) -> None:
        """Go on with another stream, after the event with *last_event_id* or the last one."""
        if last_event_id is not None:
            self.last_event_id = last_event_id
        retry = self._parser.retry
        # By the letter of the standard the id would begin anew; browsers keep it, and its tests
        # (eventsource/format-field-id-2) expect that.
        self._parser = SseParser(last_event_id=self.last_event_id, max_event_bytes=self._max)
        self._parser.retry = retry

    def _item(self, event: ServerSentEvent, decoder: Decoder[T] | None) -> T:
        if decoder is None:
            return cast("T", event)
        try:
            return decoder.loads(event.data)
        except UNREADABLE:
            return load_record(decoder, event.data, self._name(event))

    def _told(self, event: ServerSentEvent) -> RecordError:
        body = error_body(Reply(200, [], event.data.encode()), self._error_types)
        sentence = sentence_of(body.value) or sentence_of(body.plain)
        text = sentence or shortened(redact_text(" ".join(event.data.split())))
        error = RecordError(f"{self._name(event)} tells of an error: {text}")
        error.body = body.value
        return error

    def _name(self, event: ServerSentEvent) -> str:
        return f"event {self.count} ({shortened(redact_text(event.event))})"


def _checked_events(events: object, *, lenient: bool) -> dict[str, Decoder[Any]] | None:
    if events is None:
        return None
    if not isinstance(events, Mapping) or not events:
        raise ConfigurationError(f"events must map names of events to types, got {events!r}")
    by_name = cast("Mapping[str, Any]", events)
    return {name: decoder_for(kind, lenient=lenient) for name, kind in by_name.items()}


def _types_of(error_type: Any) -> tuple[Any, ...]:
    if isinstance(error_type, list | tuple):
        return tuple(cast("Iterable[Any]", error_type))
    return () if error_type is None else (error_type,)


def is_event_stream(reply: Reply) -> bool:
    """Tell whether *reply* is an event stream, or none because there is nothing to come."""
    content_type = reply.header(b"content-type") or ""
    essence = content_type.partition(";")[0].strip().lower()
    return essence == EVENT_STREAM or reply.status_code == _NO_CONTENT


def wrong_type_error(reply: Reply, start: bytes) -> RecordDecodeError:
    """Return the error of a *reply* that is no event stream; *start* is what it begins with."""
    came = reply.header(b"content-type") or "no content type"
    return decode_failure(f"expected {EVENT_STREAM}, but {came} came", start)


def id_to_header(last_event_id: str) -> str:
    """Return an id as a header holds it: UTF-8, which headers carry as Latin-1."""
    return last_event_id.encode("utf-8").decode("latin-1")


def header_to_id(value: str) -> str:
    """Return the id that a header holds."""
    return value.encode("latin-1").decode("utf-8", "replace")


publish(ServerSentEvent)
