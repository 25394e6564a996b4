"""From events to items: types, the event that ends the stream, events that tell of errors."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sdkbase import ConfigurationError, SdkError
from sdkbase._wire.redaction import register_secret
from sdkbase._wire.reply import Reply
from sdkbase._wire.sse import (
    EventReader,
    ServerSentEvent,
    header_to_id,
    id_to_header,
    is_event_stream,
    wrong_type_error,
)
from sdkbase.errors import RecordDecodeError, RecordError
from tests.unit.wire.chunking import collect, read, read_until_error


class Delta(msgspec.Struct):
    text: str


class Added(msgspec.Struct, tag="added"):
    id: int


class Removed(msgspec.Struct, tag="removed"):
    id: int


class Problem(msgspec.Struct):
    message: str


def stream_of(*data: str, event: str = "") -> bytes:
    head = f"event: {event}\n" if event else ""
    return "".join(f"{head}data: {text}\n\n" for text in data).encode()


# --- types ----------------------------------------------------------------------------------


def test_data_is_read_as_json() -> None:
    assert read(EventReader(Delta), [stream_of('{"text":"a"}', '{"text":"b"}')]) == [
        Delta("a"),
        Delta("b"),
    ]


def test_a_tagged_union() -> None:
    reader = EventReader(Added | Removed)
    stream = stream_of('{"type":"added","id":1}', '{"type":"removed","id":2}')
    assert read(reader, [stream]) == [Added(1), Removed(2)]


def test_data_over_several_lines() -> None:
    assert read(EventReader(Delta), [b'data: {"text":\ndata: "a"}\n\n']) == [Delta("a")]


def test_events_as_they_are() -> None:
    found = read(EventReader(ServerSentEvent), [b"event: e\nid: 1\ndata: x\n\n"])
    assert found == [ServerSentEvent("e", "x", "1")]


def test_data_that_is_no_json() -> None:
    assert read(EventReader(str), [stream_of("plain", '"quoted"')]) == ["plain", '"quoted"']


def test_lenient() -> None:
    assert read(EventReader(Added, lenient=True), [stream_of('{"type":"added","id":"1"}')]) == [
        Added(1)
    ]


def test_types_by_the_name_of_the_event() -> None:
    reader = EventReader(Delta | Problem, events={"delta": Delta, "message": Problem})
    stream = (
        stream_of('{"text":"a"}', event="delta")
        + stream_of("{}", event="unknown")
        + stream_of('{"message":"b"}')
    )
    assert read(reader, [stream]) == [Delta("a"), Problem("b")]
    assert reader.count == 3


@pytest.mark.parametrize("events", [{}, [("a", int)], "delta"])
def test_wrong_events_are_named(events: Any) -> None:
    with pytest.raises(ConfigurationError, match="events must map names"):
        EventReader(int, events=events)


def test_a_type_that_can_not_be_decoded_is_named() -> None:
    class Mine:
        pass

    with pytest.raises(ConfigurationError, match="Mine can not be decoded"):
        EventReader(Mine)
    with pytest.raises(ConfigurationError, match="Mine can not be decoded"):
        EventReader(object, events={"a": Mine})


# --- ends and errors ------------------------------------------------------------------------


def test_the_last_event_ends_the_stream() -> None:
    reader = EventReader(Delta, done="[DONE]")
    assert reader.expects_end
    assert not reader.is_done
    stream = stream_of('{"text":"a"}', "[DONE]", "not even json")
    assert read(reader, [stream]) == [Delta("a")]
    assert reader.is_done


def test_without_a_last_event_its_data_is_like_any_other() -> None:
    reader = EventReader(str)
    assert not reader.expects_end
    assert read(reader, [stream_of("[DONE]", "x")]) == ["[DONE]", "x"]


def test_an_event_that_does_not_decode_is_named() -> None:
    register_secret("secret-of-the-event")
    reader = EventReader(Delta)
    stream = stream_of('{"text":"a"}') + stream_of('{"text":"secret-of-the-event"', event="delta")
    items, error = read_until_error(reader, [stream])
    assert items == [Delta("a")]
    assert error is not None
    assert error.startswith("event 2 (delta) is not a valid Delta: Input data was truncated")
    assert "secret-of" not in error


ERRORS = [
    ('{"message":"no"}', None, {"message": "no"}),
    ('{"message":"no"}', [Delta, Problem], Problem("no")),
    ('{"message":"no"}', Problem, Problem("no")),
    ('{"message":1}', Problem, {"message": 1}),
    ("overloaded", Problem, "overloaded"),
    ("[" * 100_000, None, "[" * 100_000),
]


@pytest.mark.parametrize(("data", "error_type", "body"), ERRORS)
def test_an_event_that_tells_of_an_error(data: str, error_type: Any, body: Any) -> None:
    reader = EventReader(Delta, error_event="error", error_type=error_type)
    stream = stream_of('{"text":"a"}') + stream_of(data, event="error")
    items: list[Delta] = []
    with pytest.raises(RecordError, match=r"event 2 \(error\) tells of an error: ") as caught:
        collect(reader.feed(stream), items)
    assert items == [Delta("a")]
    assert caught.value.body == body
    told = str(caught.value).partition(" tells of an error: ")[2]
    assert told == ("no" if '"no"' in data else f"{data[:200]}…" if len(data) > 200 else data)


def test_error_events_are_opt_in() -> None:
    assert read(EventReader(str), [stream_of("x", event="error")]) == ["x"]


def test_secrets_of_an_error_are_masked() -> None:
    register_secret("secret-of-the-error")
    reader = EventReader(Delta, error_event="error")
    with pytest.raises(RecordError) as caught:
        list(reader.feed(stream_of('{"m":"secret-of-the-error"}', event="error")))
    assert caught.value.body == {"m": "***"}
    assert "secret-of" not in str(caught.value)


# --- going on -------------------------------------------------------------------------------


def test_the_last_id_follows_what_was_given_out() -> None:
    reader = EventReader(str)
    items = iter(reader.feed(b"id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\n\n"))
    assert (next(items), reader.last_event_id) == ("a", "1")
    assert (next(items), reader.last_event_id) == ("b", "2")
    assert list(items) == []
    assert reader.last_event_id == "3"


def test_another_stream_goes_on() -> None:
    reader = EventReader(ServerSentEvent)
    list(reader.feed(b"retry: 1500\nid: 1\ndata: a\n\ndata: half"))
    assert list(reader.finish()) == []
    reader.resume()
    assert (reader.retry, reader.last_event_id) == (1.5, "1")
    assert list(reader.feed(b"\xef\xbb\xbfdata: b\n\n")) == [ServerSentEvent("message", "b", "1")]
    assert reader.count == 2


def test_a_stream_goes_on_from_an_id_that_is_given() -> None:
    reader = EventReader(ServerSentEvent)
    assert reader.retry is None
    reader.resume("41")
    assert list(reader.feed(b"data: b\n\n")) == [ServerSentEvent("message", "b", "41")]


@pytest.mark.parametrize("text", ["1", "…ä", "a b"])
def test_ids_in_headers(text: str) -> None:
    assert header_to_id(id_to_header(text)) == text
    assert id_to_header(text).encode("latin-1") == text.encode()


# --- one event ------------------------------------------------------------------------------


def test_an_event_decodes_its_data() -> None:
    assert ServerSentEvent(data='{"text":"a"}').decode(Delta) == Delta("a")
    with pytest.raises(RecordDecodeError, match="the event 'e' is not a valid Delta") as caught:
        ServerSentEvent("e", "{}").decode(Delta)
    assert isinstance(caught.value, SdkError | ValueError)
    with pytest.raises(AttributeError):
        ServerSentEvent().data = "x"  # type: ignore[misc]


# --- media type -----------------------------------------------------------------------------


def reply(content_type: str | None, status: int = 200) -> Reply:
    headers = [] if content_type is None else [(b"content-type", content_type.encode())]
    return Reply(status, headers, b"")


@pytest.mark.parametrize(
    ("content_type", "status", "fits"),
    [
        ("text/event-stream", 200, True),
        ("text/event-stream;charset=windows-1252", 200, True),
        ("TEXT/Event-Stream ; x=y", 201, True),
        ("text/x-bogus", 200, False),
        ("text/event-stream-not", 200, False),
        ("application/json", 200, False),
        ("", 200, False),
        (None, 200, False),
        (None, 204, True),
    ],
)
def test_the_media_type(content_type: str | None, status: int, fits: bool) -> None:
    assert is_event_stream(reply(content_type, status)) is fits


def test_a_wrong_media_type_is_named() -> None:
    error = wrong_type_error(reply("text/html; charset=utf-8"), b"<html>oops")
    assert str(error) == (
        "expected text/event-stream, but text/html; charset=utf-8 came; it begins with '<html>oops'"
    )
    assert error.excerpt == "<html>oops"
    assert str(wrong_type_error(reply(None), b"")) == (
        "expected text/event-stream, but no content type came"
    )
