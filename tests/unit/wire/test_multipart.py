"""Multipart forms: heads, names, several files, and what is refused."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator, Iterator
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import OMIT
from sdkbase._wire.body import Body, encode_body
from sdkbase.errors import InvalidRequestError


def encode(**kinds: Any) -> Body:
    return encode_body(event_loop=False, **kinds)


def written(**kinds: Any) -> bytes:
    """Return a form with the boundary `B`."""
    body = encode(**kinds)
    assert isinstance(body.stream, httpx.SyncByteStream)
    content = b"".join(body.stream)
    if "content-length" in body.headers:
        assert body.headers["content-length"] == str(len(content))
    return content.replace(body.headers["content-type"].partition("boundary=")[2].encode(), b"B")


def heads(**kinds: Any) -> list[tuple[str, str | None, str | None, bytes]]:
    """Return name, file name, content type and content of each part, as another parser sees it."""
    body = encode(**kinds)
    assert isinstance(body.stream, httpx.SyncByteStream)
    raw = b"content-type: " + body.headers["content-type"].encode() + b"\r\n\r\n"
    message = BytesParser().parsebytes(raw + b"".join(body.stream))
    parts: list[Any] = message.get_payload()  # type: ignore[assignment]  # it is multipart
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get("content-type"),
            part.get_payload(decode=True),
        )
        for part in parts
    ]


def test_a_form_as_it_goes_over_the_wire() -> None:
    form = written(
        data={"a": "1", "left": OMIT},
        files={"f": ("n.txt", b"hello", "text/plain", {"X-Own": "y"})},
    )
    assert form == (
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        b'--B\r\nContent-Disposition: form-data; name="f"; filename="n.txt"\r\n'
        b"X-Own: y\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B--\r\n"
    )


def test_names_and_types_of_files(tmp_path: Path) -> None:
    path = tmp_path / "chart.png"
    path.write_bytes(b"png")
    with path.open("rb") as file:
        found = heads(
            files=[
                ("path", path),
                ("file", file),
                ("memory", io.BytesIO(b"m")),
                ("text", "words"),
                ("named", ("a.json", b"{}")),
                ("unknown", ("a.zzz", b"")),
                ("unnamed", (None, b"x")),
                ("typed", (None, b"y", "text/x")),
                ("own", ("a.txt", b"z", "text/x", {"content-type": "text/own"})),
            ]
        )
    assert found == [
        ("path", "chart.png", "image/png", b"png"),
        ("file", "chart.png", "image/png", b"png"),
        ("memory", "upload", "application/octet-stream", b"m"),
        ("text", "upload", "application/octet-stream", b"words"),
        ("named", "a.json", "application/json", b"{}"),
        ("unknown", "a.zzz", "application/octet-stream", b""),
        ("unnamed", None, None, b"x"),
        ("typed", None, "text/x", b"y"),
        ("own", "a.txt", "text/own", b"z"),
    ]


def test_a_file_without_a_name_of_its_own_has_a_number(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x")
    with os.fdopen(os.open(path, os.O_RDONLY), "rb") as file:
        assert [part[1] for part in heads(files={"f": file})] == ["upload"]


def test_several_files_under_one_name() -> None:
    expected = [("f", "a", b"1"), ("f", "b", b"2")]
    for files in ([("f", ("a", b"1")), ("f", ("b", b"2"))], {"f": [("a", b"1"), ("b", b"2")]}):
        assert [(part[0], part[1], part[3]) for part in heads(files=files)] == expected


def test_one_file_twice_is_whole_twice() -> None:
    file = io.BytesIO(b"0123")
    file.seek(1)
    assert [part[3] for part in heads(files={"a": file, "b": file})] == [b"123", b"123"]


def test_fields_are_spelled_as_in_a_query() -> None:
    fields: dict[str, Any] = {
        "n": [1, 2.5],
        "t": ("x", "y"),
        "b": True,
        "none": None,
        "raw": b"\xff",
        "s": "a=&+ \u00e9",
    }
    found = [(part[0], part[3]) for part in heads(data=fields, files={"f": b""})][:-1]
    assert found == [
        ("n", b"1"),
        ("n", b"2.5"),
        ("t", b"x"),
        ("t", b"y"),
        ("b", b"true"),
        ("none", b""),
        ("raw", b"\xff"),
        ("s", "a=&+ \u00e9".encode()),
    ]
    with pytest.raises(InvalidRequestError, match="form field 'd' is a mapping"):
        encode(data={"d": {"a": 1}}, files={"f": b""})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('a"b', b"a%22b"),
        ("a\r\nX: y", b"a%0D%0AX: y"),
        ("a\\b", b"a\\\\b"),
        ("gr\u00fc\u00dfe", "gr\u00fc\u00dfe".encode()),
        ("a\0b", b"a%00b"),
    ],
)
def test_names_can_not_break_out_of_their_quotes(name: str, expected: bytes) -> None:
    form = written(files={name: (name, b"")})
    assert b'; name="' + expected + b'"; filename="' + expected + b'"\r\n' in form


NAMES = st.text(st.characters(codec="ascii"), min_size=1)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="ascii", exclude_characters="\\"), min_size=1), st.binary()
        ),
        min_size=1,
    )
)
def test_whatever_is_put_in_comes_out_again(parts: list[tuple[str, bytes]]) -> None:
    form = written(files=[(name, (None, content)) for name, content in parts])
    rest = form
    for _, content in parts:
        head, _, rest = rest.partition(b"\r\n\r\n")
        assert head.startswith(b"--B\r\n") and head.count(b"\r\n") == 1
        assert rest.startswith(content + b"\r\n")
        rest = rest[len(content) + 2 :]
    assert rest == b"--B--\r\n"


def test_the_length_is_told_if_every_part_has_one() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x"

    assert "content-length" in encode(files={"f": b"x", "g": io.BytesIO(b"y")}).headers
    form = encode(files={"f": b"x", "g": ("name", pieces())})
    assert form.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in form.headers


def test_nothing_is_rewound_if_one_part_can_not_be() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x"

    file = io.BytesIO(b"0123")
    body = encode(files={"f": file, "g": ("name", pieces())})
    assert not body.replayable
    assert isinstance(body.stream, httpx.SyncByteStream)
    list(body.stream)
    assert file.tell() == 4
    with pytest.raises(InvalidRequestError, match="sent once"):
        list(body.stream)
    assert file.tell() == 4


def test_nothing_is_sent_if_one_part_has_changed() -> None:
    first, second = io.BytesIO(b"0123"), io.BytesIO(b"4567")
    body = encode(files={"f": first, "g": second})
    second.truncate(2)
    assert isinstance(body.stream, httpx.SyncByteStream)
    with pytest.raises(InvalidRequestError, match="file 'g': it had 4 bytes"):
        next(iter(body.stream))
    assert first.tell() == 0


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_parts_may_be_async_iterators_in_an_event_loop(backend: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one,"
        yield b"two"

    async def read() -> bytes:
        body = encode_body(files={"f": ("x", pieces()), "g": b"g"}, event_loop=True)
        assert isinstance(body.stream, httpx.AsyncByteStream)
        return b"".join([piece async for piece in body.stream])

    assert b"\r\n\r\none,two\r\n" in anyio.run(read, backend=backend)
    with pytest.raises(InvalidRequestError, match="file 'f' is an async iterable"):
        encode(files={"f": ("x", pieces())})


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"f": 5}, "file 'f' takes str, bytes, a path"),
        ({"f": None}, "file 'f' takes str"),
        ({"f": ()}, "a tuple of 0"),
        ({"f": ("n",)}, "a tuple of 1"),
        ({"f": ("n", b"", "t", {}, 1)}, "a tuple of 5"),
        ({"f": (5, b"")}, "the file name must be a string or None"),
        ({"f": ("n", b"", "text/plain\r\nX: y")}, "file 'f': the value of header 'Content-Type'"),
        ({"f": ("n", b"", 5)}, "file 'f': header 'Content-Type' must have a string"),
        ({"f": ("n", b"", None, {"a b": "c"})}, "file 'f': 'a b' is no valid header name"),
        ({"f": ("n", b"", None, 5)}, "its headers must be a mapping"),
        ({5: b""}, "the name of a form field must be a string, got 5"),
        ([5], "files must be a mapping or a list of pairs"),
        (5, "files must be a mapping"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(files: Any, says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        encode(files=files)
