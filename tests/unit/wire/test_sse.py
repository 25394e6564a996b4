"""The event stream parser against the vectors of the standard and of web-platform-tests."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sdkbase import ConfigurationError
from sdkbase._wire.sse import ServerSentEvent, SseParser
from sdkbase.errors import RecordError
from tests.scale import scaled
from tests.unit.wire.chunking import PLACES, bytewise, collect, cut
from tests.unit.wire.messages import fixed


def events(
    stream: bytes, pieces: list[bytes] | None = None, **given: Any
) -> tuple[list[ServerSentEvent], str, int | None]:
    """Return the events, and what a reconnection would send and wait for."""
    parser = SseParser(**given)
    found = [event for piece in pieces or [stream] for event in parser.feed(piece)]
    parser.finish()
    return found, parser.last_event_id, parser.retry


def data_of(stream: bytes) -> list[str]:
    """Return the data of the events, which have to be the same byte by byte."""
    found = events(stream)
    assert events(stream, bytewise(stream)) == found
    return [event.data for event in found[0]]


LONG = b"x" * 2048

# Of web-platform-tests, eventsource/; what their server adds at the end is written out.
WPT = {
    "format-bom": (b"\xef\xbb\xbfdata:1\n\n\xef\xbb\xbfdata:2\n\ndata:3\n\n", ["1", "3"]),
    "format-bom-2": (b"\xef\xbb\xbf\xef\xbb\xbfdata:1\n\ndata:2\n\ndata:3\n\n", ["2", "3"]),
    "format-comments": (
        b"data:1\r:\0\n:\r\ndata:2\n:" + LONG + b"\rdata:3\n:data:fail\r:" + LONG + b"\ndata:4\n\n",
        ["1\n2\n3\n4"],
    ),
    "format-data-before-final-empty-line": (
        b"retry:1000\ndata:test1\n\nid:test\ndata:test2",
        ["test1"],
    ),
    "format-field-data": (b"data:\n\ndata\ndata\n\ndata:test\n\n", ["", "\n", "test"]),
    "format-field-event-empty": (b"event: \ndata:data\n\n", ["data"]),
    "format-field-parsing": (
        b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n"
        b" data:32\ndata:4\n\n",
        ["\0\n 2\n1\n3\n\n4"],
    ),
    "format-field-unknown": (
        b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n",
        ["test\n\ntest"],
    ),
    "format-leading-space": (b"data:\ttest\rdata: \ndata:test\n\n", ["\ttest\n\ntest"]),
    "format-newlines": (b"data:test\r\ndata\ndata:test\r\n\r", ["test\n\ntest"]),
    "format-null-character": (b"data:\0\n\n\n\n", ["\0"]),
    "format-utf-8": ("data:ok…\n\n".encode(), ["ok…"]),
}


@pytest.mark.parametrize(("stream", "data"), WPT.values(), ids=WPT.keys())
def test_of_web_platform_tests(stream: bytes, data: list[str]) -> None:
    assert data_of(stream) == data


# The examples of the standard, section 9.2.6, and the edges of its algorithm.
VECTORS = [
    (b"", []),
    (b"\n\n\n", []),
    (b": this is a test stream\n\ndata: some text\n\n", ["some text"]),
    (b"data: another message\ndata: with two lines\n\n", ["another message\nwith two lines"]),
    (b"data: YHOO\ndata: +2\ndata: 10\n\n", ["YHOO\n+2\n10"]),
    (
        b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n"
        b"data:  third event\n\n",
        ["first event", "second event", " third event"],
    ),
    (b"data\n\ndata\ndata\n\ndata:", ["", "\n"]),
    (b"data:test\n\ndata: test\n\n", ["test", "test"]),
    # Not complete: no empty line.
    (b"data: x", []),
    (b"data: x\n", []),
    (b"data: x\n\ndata: y\n", ["x"]),
    (b"data: x\r\n\r", ["x"]),
    # Line ends of every kind, also mixed.
    (b"data: x\r\rdata: y\r\r", ["x", "y"]),
    (b"data: x\r\n\r\ndata: y\r\n\r\n", ["x", "y"]),
    (b"data: x\n\rdata: y\r\n\n", ["x", "y"]),
    (b"data: x\n\n\ndata: y\n\n\n\n", ["x", "y"]),
    (b"\n\ndata: x\n\n", ["x"]),
    # Only one space goes; other white space and colons stay.
    (b"data:  x \n\n", [" x "]),
    (b"data:\tx\n\n", ["\tx"]),
    (b"data: a: b\n\n", ["a: b"]),
    (b"data : x\n\n", []),
    # Names count letter by letter.
    (b"DATA: x\n\nData: x\n\ndatas: x\n\n", []),
    # What Python alone takes for a line's end is text.
    ("data: a\u2028b\x0bc\x85d\n\n".encode(), ["a\u2028b\x0bc\x85d"]),
    # UTF-8, also where it is broken.
    ("data: ä€😀\n\n".encode(), ["ä€😀"]),
    (b"data: a\xffb\xe2\x82\n\ndata: \xe2\n\n", ["a\ufffdb\ufffd", "\ufffd"]),
    (b"\xef\xbbdata: x\n\ndata: y\n\n", ["y"]),
    (b"\xef\xbb\xbf", []),
    (b":\xef\xbb\xbf\ndata: x\n\n", ["x"]),
    # No data, no event.
    (b"event: ping\n\n", []),
    (b"id: 1\n\n", []),
    (b": heartbeat\n\n:\n\ndata: x\n\n", ["x"]),
]


@pytest.mark.parametrize(("stream", "data"), VECTORS)
def test_the_data_of_events(stream: bytes, data: list[str]) -> None:
    assert data_of(stream) == data


def test_the_fields_of_an_event() -> None:
    stream = b"event: add\nid: 7\nretry: 250\ndata: x\n\ndata: y\n\n"
    assert events(stream) == (
        [ServerSentEvent("add", "x", "7", 250), ServerSentEvent("message", "y", "7", None)],
        "7",
        250,
    )


NAMES = [
    (b"event: test\ndata: x\n\ndata: x\n\n", ["test", "message"]),
    (b"event\ndata: x\n\n", ["message"]),
    (b"event: a\nevent: b\ndata: x\n\n", ["b"]),
    (b"event: a\nevent:\ndata: x\n\n", ["message"]),
    # A name without data does not pass to the next event.
    (b"event: lost\n\ndata: x\n\n", ["message"]),
    (b"event:  a\ndata: x\n\n", [" a"]),
]


@pytest.mark.parametrize(("stream", "names"), NAMES)
def test_the_names_of_events(stream: bytes, names: list[str]) -> None:
    assert [event.event for event in events(stream)[0]] == names
    assert [event.event for event in events(stream, bytewise(stream))[0]] == names


IDS = [
    # eventsource/format-field-id-3: it persists, changes and is reset.
    (b"id: 1\ndata: 1\n\ndata:2\n\n", ["1", "1"], "1"),
    (b"id: 1\ndata: 1\n\nid: 2\ndata:2\n\ndata:3\n\n", ["1", "2", "2"], "2"),
    (b"id: 1\ndata: 1\n\nid:\ndata:2\n\ndata:3\n\n", ["1", "", ""], ""),
    (b"id: 1\ndata: 1\n\nid\ndata:2\n\n", ["1", ""], ""),
    # One with NUL is ignored.
    (b"id: a\0b\ndata: 1\n\n", [""], ""),
    (b"id: 1\nid: \0\ndata: 1\n\n", ["1"], "1"),
    # It counts though its event has no data, but not though its event is not complete.
    (b"id: 1\n\ndata: x\n\n", ["1"], "1"),
    (b"data: x\n\nid: 1\n\n", [""], "1"),
    (b"data: x\n\nid: 1\n", [""], ""),
    (b"id: 1\ndata: x\n\nid: 2\ndata: y", ["1"], "1"),
    ("id: …\ndata: x\n\n".encode(), ["…"], "…"),
]


@pytest.mark.parametrize(("stream", "ids", "last"), IDS)
def test_the_ids_of_events(stream: bytes, ids: list[str], last: str) -> None:
    for pieces in ([stream], bytewise(stream)):
        found, last_event_id, _ = events(stream, pieces)
        assert ([event.id for event in found], last_event_id) == (ids, last)


def test_an_id_from_an_earlier_stream_persists() -> None:
    found, last, _ = events(b"data: x\n\n", last_event_id="41")
    assert (found, last) == ([ServerSentEvent("message", "x", "41")], "41")


RETRIES = [
    (b"retry: 02000\ndata: x\n\n", 2000),
    (b"retry:2000\nretry:1000x\ndata:x\n\n", 2000),
    (b"retry: 0\n\n", 0),
    (b"retry\n\n", None),
    (b"retry:\n\n", None),
    (b"retry: -1\n\n", None),
    (b"retry: 1.5\n\n", None),
    (b"retry:  1\n\n", None),
    (b"retry: +1\n\n", None),
    ("retry: \u0661\n\n".encode(), None),
    ("retry: ²\n\n".encode(), None),
    (b"retry: " + b"9" * 5000 + b"\n\n", None),
    # It counts line by line, whatever becomes of the event.
    (b"data: x\nretry: 5\n", 5),
    (b"data: x\nretry: 5", None),
]


@pytest.mark.parametrize(("stream", "retry"), RETRIES)
def test_retry(stream: bytes, retry: int | None) -> None:
    assert events(stream)[2] == retry
    assert events(stream, bytewise(stream))[2] == retry


def test_an_event_comes_with_the_byte_that_ends_it() -> None:
    parser = SseParser()
    assert list(parser.feed(b"data: x\r\r")) == [ServerSentEvent("message", "x")]
    assert list(parser.feed(b"\ndata: y\n")) == []
    assert list(parser.feed(b"\n")) == [ServerSentEvent("message", "y")]
    assert list(parser.feed(b"")) == []


# --- any chunking ---------------------------------------------------------------------------

PARTS = st.sampled_from(
    [
        b"data", b"data:", b"data: x", b"event: e", b"event:", b"id: 1", b"id", b"id: \0",
        b"retry: 10", b"retry: x", b":", b": comment", b"other: x", b"\n", b"\r", b"\r\n", b"\n\n",
        b"\r\n\r\n", "ä€😀".encode(), b"\xff", b"\xef\xbb\xbf", b"\0", b" ", b"x",
    ]
)  # fmt: skip
STREAMS = st.lists(PARTS, max_size=40).map(b"".join)


@pytest.mark.usefixtures("uncovered")
@settings(fixed, max_examples=scaled(full=10_000, ci=1_000))
@given(STREAMS, PLACES)
@example(b"data: x\r\n\r\n", [8, 9, 10])
def test_any_chunking_gives_the_same_events(stream: bytes, places: list[int]) -> None:
    whole = events(stream)
    assert events(stream, cut(stream, places)) == whole
    assert events(stream, bytewise(stream)) == whole


def by_the_letter(stream: bytes) -> tuple[list[ServerSentEvent], str, int | None]:
    """Read an event stream exactly as the standard words it, character by character."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found: list[ServerSentEvent] = []
    data, name, id_buffer, last_id = "", "", "", ""
    reconnection_time: int | None = None
    block_retry: int | None = None
    *lines, _ = text.split("\n")
    for line in lines:
        if line == "":
            last_id = id_buffer
            if data:
                data = data[:-1]
                found.append(ServerSentEvent(name or "message", data, last_id, block_retry))
            data, name, block_retry = "", "", None
            continue
        if line[0] == ":":
            continue
        field, value = line.split(":", 1) if ":" in line else (line, "")
        value = value[1:] if value[:1] == " " else value
        if field == "event":
            name = value
        elif field == "data":
            data += value + "\n"
        elif field == "id" and "\0" not in value:
            id_buffer = value
        elif field == "retry" and value and all(c in "0123456789" for c in value):
            block_retry = reconnection_time = int(value)
    return found, last_id, reconnection_time


@pytest.mark.usefixtures("uncovered")
@settings(fixed, max_examples=scaled(full=10_000, ci=1_000))
@given(STREAMS)
def test_events_are_those_of_the_standard(stream: bytes) -> None:
    assert events(stream) == by_the_letter(stream)


# --- bounds ---------------------------------------------------------------------------------


def until_error(pieces: list[bytes], bound: int) -> tuple[list[ServerSentEvent], str | None]:
    parser = SseParser(max_event_bytes=bound)
    found: list[ServerSentEvent] = []
    try:
        for piece in pieces:
            collect(parser.feed(piece), found)
    except RecordError as error:
        return found, str(error)
    return found, None


@pytest.mark.usefixtures("uncovered")
@settings(fixed, max_examples=scaled(full=10_000, ci=500))
@given(STREAMS, PLACES, st.integers(1, 30))
@example(b"data: x\n:comment\ndata: y\n\n", [9], 14)
def test_any_chunking_finds_the_same_event_too_long(
    stream: bytes, places: list[int], bound: int
) -> None:
    whole = until_error([stream], bound)
    assert until_error(cut(stream, places), bound) == whole
    assert until_error(bytewise(stream), bound) == whole


def test_events_before_one_that_is_too_long_still_come() -> None:
    stream = b"data: 1\n\ndata: 2\n\ndata: 345\n\ndata: 4\n\n"
    found, error = until_error([stream], 8)
    assert [event.data for event in found] == ["1", "2"]
    assert error == "an event is longer than max_event_bytes=8"


def test_an_event_of_many_short_lines_is_bounded_too() -> None:
    assert until_error([b"data: x\n"] * 100, 50)[1] is not None


def test_comments_without_end_are_no_event() -> None:
    stream = [b"data: 1\n", *[b": still here\n"] * 1000, b"data: 2\n\n"]
    found, error = until_error(stream, 60)
    assert ([event.data for event in found], error) == (["1\n2"], None)


def test_the_start_of_a_comment_is_kept_until_its_line_ends() -> None:
    pieces = [b"data: 1\n:" + b"c" * 20, b"data: no field\n\n"]
    found, error = until_error(pieces, 38)
    assert ([event.data for event in found], error) == (["1"], None)


def test_a_comment_that_is_too_long_is_an_error() -> None:
    assert until_error([b":" + b"x" * 100], 50)[1] is not None
    assert until_error([b":" + b"x" * 100 + b"\ndata: 1\n\n"], 50)[1] is not None


@pytest.mark.parametrize("bound", [0, 1.5, None])
def test_a_wrong_bound_is_named(bound: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_event_bytes must be"):
        SseParser(max_event_bytes=bound)
