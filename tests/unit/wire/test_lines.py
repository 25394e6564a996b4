"""Lines and NDJSON: any chunking gives the same items, and bad input is named."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sdkbase import ConfigurationError
from sdkbase._wire.codec import decoder_for
from sdkbase._wire.lines import ByteChunks, JsonLines, TextLines
from sdkbase._wire.redaction import register_secret
from sdkbase.errors import RecordDecodeError, RecordError
from tests.scale import scaled
from tests.unit.wire.chunking import PLACES, bytewise, cut, read, read_until_error
from tests.unit.wire.messages import fixed


class Row(msgspec.Struct):
    n: int


class Started(msgspec.Struct, tag="started"):
    at: int


class Ended(msgspec.Struct, tag="ended"):
    code: str


def rows(**settings: Any) -> JsonLines[Row]:
    return JsonLines(decoder_for(Row), **settings)


# --- text -----------------------------------------------------------------------------------

LINES = [
    (b"", []),
    (b"a", ["a"]),
    (b"a\n", ["a"]),
    (b"a\nb", ["a", "b"]),
    (b"a\r\nb\r\n", ["a", "b"]),
    (b"\n", [""]),
    (b"\n\na\n\n", ["", "", "a", ""]),
    (b"\r\n\r\n", ["", ""]),
    # A carriage return alone ends no line, nor does what only Python takes for a line's end.
    (b"50 %\r100 %\nb", ["50 %\r100 %", "b"]),
    ("a\x0bb\x0cc\x1cd\x85e\u2028f\n".encode(), ["a\x0bb\x0cc\x1cd\x85e\u2028f"]),
    (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", ["a", "\ufeffb"]),
    (b"\xef\xbb\xbf", []),
    (b"\xef\xbb", ["\ufffd"]),
    (b"\xefa", ["\ufffda"]),
    ("ä€😀\nß".encode(), ["ä€😀", "ß"]),
    (b"a\xffb\n\xe2\x82\nc", ["a\ufffdb", "\ufffd", "c"]),
    (b"a\r", ["a\r"]),
]


@pytest.mark.parametrize(("stream", "lines"), LINES)
def test_lines(stream: bytes, lines: list[str]) -> None:
    assert read(TextLines(), [stream]) == lines
    assert read(TextLines(), bytewise(stream)) == lines


LONE_CR = [
    (b"a\rb\r\nc\nd\r", ["a", "b", "c", "d"]),
    (b"\r\r\n\r", ["", "", ""]),
    (b"a\r", ["a"]),
    (b"\n\r\n\r", ["", "", ""]),
]


@pytest.mark.parametrize(("stream", "lines"), LONE_CR)
def test_a_lone_carriage_return_ends_a_line_if_asked(stream: bytes, lines: list[str]) -> None:
    assert read(TextLines(lone_cr=True), [stream]) == lines
    assert read(TextLines(lone_cr=True), bytewise(stream)) == lines


def test_a_line_ended_by_a_carriage_return_comes_at_once() -> None:
    parser = TextLines(lone_cr=True)
    assert list(parser.feed(b"a\r")) == ["a"]
    assert list(parser.feed(b"")) == []
    assert list(parser.feed(b"\nb\n")) == ["b"]


TEXT = st.lists(
    st.sampled_from(
        [b"a", b"\n", b"\r\n", b"\r", "ä".encode(), "😀".encode(), b"\xff", b"\xef\xbb\xbf", b"xyz"]
    ),
    max_size=30,
).map(b"".join)


@given(TEXT, PLACES, st.booleans())
@example(b"a\r\nb", [2], True)
def test_any_chunking_gives_the_same_lines(stream: bytes, places: list[int], lone_cr: bool) -> None:
    whole = read(TextLines(lone_cr=lone_cr), [stream])
    assert read(TextLines(lone_cr=lone_cr), cut(stream, places)) == whole
    assert read(TextLines(lone_cr=lone_cr), bytewise(stream)) == whole


@given(TEXT)
def test_lines_are_those_of_the_text(stream: bytes) -> None:
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    lines = text.split("\n")
    assert read(TextLines(), [stream]) == (lines if lines[-1] else lines[:-1])


# --- bounds ---------------------------------------------------------------------------------


@given(TEXT, PLACES, st.integers(1, 12), st.booleans())
@example(b"\xef\xbb\xbfabc\n", [4], 3, False)
@example(b"abc\r\n", [4], 3, False)
def test_any_chunking_finds_the_same_line_too_long(
    stream: bytes, places: list[int], bound: int, lone_cr: bool
) -> None:
    def parser() -> TextLines:
        return TextLines(max_line_bytes=bound, lone_cr=lone_cr)

    whole = read_until_error(parser(), [stream])
    assert read_until_error(parser(), cut(stream, places)) == whole
    assert read_until_error(parser(), bytewise(stream)) == whole


def test_lines_before_one_that_is_too_long_still_come() -> None:
    items, error = read_until_error(TextLines(max_line_bytes=4), [b"ab\nabcd\nabcde\nx\n"])
    assert items == ["ab", "abcd"]
    assert error == "a line is longer than max_line_bytes=4"


def test_a_line_without_end_is_not_kept_for_ever() -> None:
    parser = TextLines(max_line_bytes=1000)
    with pytest.raises(RecordError, match="longer than max_line_bytes=1000"):
        for _ in range(12):
            list(parser.feed(b"x" * 100))


def test_a_last_line_that_is_too_long_is_an_error() -> None:
    parser = TextLines(max_line_bytes=3)
    assert list(parser.feed(b"abcd")) == []
    with pytest.raises(RecordError, match="longer"):
        list(parser.finish())


@pytest.mark.parametrize("bound", [0, -1, 1.5, True, "9"])
def test_a_wrong_bound_is_named(bound: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_line_bytes must be"):
        TextLines(max_line_bytes=bound)


# --- bytes ----------------------------------------------------------------------------------


def test_bytes_come_as_they_are() -> None:
    assert read(ByteChunks(), [b"\xef\xbb\xbfa\r", b"", b"\nb"]) == [b"\xef\xbb\xbfa\r", b"\nb"]


# --- NDJSON ---------------------------------------------------------------------------------

NDJSON = [
    (b"", []),
    (b'{"n":1}\n{"n":2}\n', [1, 2]),
    (b'{"n":1}\r\n{"n":2}', [1, 2]),
    (b'\n\r\n  \n{"n":1}\n\n\t\n{"n":2}\n\n', [1, 2]),
    (b'\xef\xbb\xbf{"n":1}\n', [1]),
    # A JSON text sequence, RFC 7464, with an empty element.
    (b'\x1e{"n":1}\n\x1e\x1e{"n":2}\n\x1e\n', [1, 2]),
    (b' {"n": 1 } \n', [1]),
]


@pytest.mark.parametrize(("stream", "numbers"), NDJSON)
def test_ndjson(stream: bytes, numbers: list[int]) -> None:
    assert read(rows(), [stream]) == [Row(n) for n in numbers]
    assert read(rows(), bytewise(stream)) == [Row(n) for n in numbers]


def test_ndjson_of_a_tagged_union() -> None:
    parser = JsonLines(decoder_for(Started | Ended))
    stream = b'{"type":"started","at":1}\n{"type":"ended","code":"ok"}\n'
    assert read(parser, [stream]) == [Started(1), Ended("ok")]


def test_ndjson_of_plain_values() -> None:
    assert read(JsonLines(decoder_for(int | None)), [b"1\nnull\n2"]) == [1, None, 2]


def test_lenient_ndjson() -> None:
    parser = JsonLines(decoder_for(Row, lenient=True))
    assert read(parser, [b'{"n":"1"}\n']) == [Row(1)]


BROKEN = [
    (b'{"n":1}\n\n{"n":"x"}\n{"n":4}\n', [1], "line 3 is not a valid Row: Expected `int`"),
    (b'{"n":1}\n{"n":2', [1], "line 2 is not a valid Row: Input data was truncated"),
    (b'{"n":1} {"n":2}\n', [], "line 1 is not a valid Row: JSON is malformed"),
    (b'{"n":\n1}\n', [], "line 1 is not a valid Row: Input data was truncated"),
    (b'{"n":1}\n<html>\n', [1], "line 2 is not a valid Row: JSON is malformed"),
    (b"[" * 100_000 + b"\n", [], "line 1 is not a valid Row"),
]


@pytest.mark.parametrize(("stream", "numbers", "message"), BROKEN)
def test_a_line_that_does_not_decode_is_named(
    stream: bytes, numbers: list[int], message: str
) -> None:
    for pieces in ([stream], cut(stream, range(0, len(stream), 7))):
        items, error = read_until_error(rows(), pieces)
        assert items == [Row(n) for n in numbers]
        assert error is not None
        assert error.startswith(message)


def test_the_error_of_a_line_tells_where_and_shows_the_start_with_secrets_masked() -> None:
    register_secret("hunter2-hunter2")
    parser = rows()
    line = b'{"n":["hunter2-hunter2' + b"x" * 500 + b'"]}\n'
    with pytest.raises(RecordDecodeError) as caught:
        list(parser.feed(b'{"n":1}\n' + line))
    assert caught.value.path == "$.n"
    assert caught.value.excerpt.startswith('{"n":["***xx')
    assert len(caught.value.excerpt) == 80
    assert "hunter2" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_line_that_is_no_utf_8_is_told() -> None:
    items, error = read_until_error(JsonLines(decoder_for(list[str])), [b'["a"]\n["\xff"]\n'])
    assert items == [["a"]]
    assert error is not None
    assert error.startswith("line 2 is not a valid list[str]: 'utf-8' codec can't decode")


def test_nesting_that_is_too_deep_is_told() -> None:
    parser = JsonLines(decoder_for(object))
    with pytest.raises(RecordDecodeError, match="nested too deeply") as caught:
        list(parser.feed(b"[" * 100_000 + b"\n"))
    assert caught.value.path is None


def test_a_line_that_is_too_long_is_told() -> None:
    items, error = read_until_error(rows(max_line_bytes=8), [b'{"n":1}\n{"n":123}\n'])
    assert (items, error) == ([Row(1)], "a line is longer than max_line_bytes=8")


VALUES = st.lists(
    st.one_of(
        st.integers(-(2**40), 2**40).map(lambda n: msgspec.json.encode(Row(n))),
        st.sampled_from([b"", b" ", b'{"n":"x"}', b"{", b"1 2", b'{"n":1}{"n":2}', b"\x1e"]),
    ),
    max_size=12,
)


@pytest.mark.usefixtures("uncovered")
@settings(fixed, max_examples=scaled(full=10_000, ci=300))
@given(VALUES, st.sampled_from([b"\n", b"\r\n"]), st.booleans(), PLACES)
def test_any_chunking_gives_the_same_values(
    lines: list[bytes], newline: bytes, ended: bool, places: list[int]
) -> None:
    stream = newline.join(lines) + (newline if ended else b"")
    whole = read_until_error(rows(), [stream])
    assert read_until_error(rows(), cut(stream, places)) == whole
    assert read_until_error(rows(), bytewise(stream)) == whole
