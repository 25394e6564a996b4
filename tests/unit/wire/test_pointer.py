"""Paths into JSON documents: how they are written, read and put to use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase import OMIT, ConfigurationError, InvalidRequestError
from sdkbase._wire.pointer import MISSING, parse_path, put_path, read_path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ()),
        ("next", ("next",)),
        ("meta.next", ("meta", "next")),
        ("results.0.next", ("results", "0", "next")),
        ("/meta/next", ("meta", "next")),
        ("/@odata.nextLink", ("@odata.nextLink",)),
        ("/a~1b/m~0n", ("a/b", "m~n")),
        ("/~01", ("~1",)),
        ("/", ("",)),
        ("/a//b", ("a", "", "b")),
        ("page[next]", ("page[next]",)),
    ],
)
def test_how_a_path_is_written(text: str, path: tuple[str, ...]) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize("text", [".a", "a.", "a..b", ".", "/a~", "/~2", None, 3])
def test_what_is_no_path(text: Any) -> None:
    with pytest.raises(ConfigurationError, match="path"):
        parse_path(text)


# The examples of RFC 6901, section 5.
RFC = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", RFC),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
    ],
)
def test_the_examples_of_the_standard(pointer: str, value: Any) -> None:
    assert read_path(RFC, parse_path(pointer)) == value


@pytest.mark.parametrize(
    "path", ["x", "foo.2", "foo.-1", "foo.01", "foo.bar", "foo.0.x", "foo.0.0", "a/b.c"]
)
def test_a_place_that_is_not_there(path: str) -> None:
    assert read_path(RFC, parse_path(path)) is MISSING


class Cursors(msgspec.Struct, rename="camel"):
    next_page: str
    after: str = msgspec.field(name="before", default="")
    before: str = msgspec.field(name="earlier", default="")


@dataclass
class Meta:
    cursors: Cursors | None


def test_structs_are_read_by_either_name() -> None:
    meta = Meta(Cursors("c", "json", "own"))
    assert read_path(meta, ("cursors", "nextPage")) == "c"
    assert read_path(meta, ("cursors", "next_page")) == "c"
    # Where one field's name in JSON is another's own, the body decides.
    assert read_path(meta, ("cursors", "before")) == "json"
    assert read_path(meta, ("cursors", "earlier")) == "own"
    assert read_path(meta, ("cursors", "none")) is MISSING
    assert read_path(Meta(None), ("cursors", "nextPage")) is MISSING
    assert read_path(meta, ("__class__",)) is MISSING


class Query(msgspec.Struct, rename="camel"):
    page_size: int
    since: datetime | None = None


@pytest.mark.parametrize(
    ("document", "path", "result"),
    [
        (None, "a", {"a": 1}),
        (None, "a.b", {"a": {"b": 1}}),
        (OMIT, "a", {"a": 1}),
        ({"a": OMIT}, "a.b", {"a": {"b": 1}}),
        ({"x": 2}, "a.b", {"x": 2, "a": {"b": 1}}),
        ({"a": {"c": 3}}, "a.b", {"a": {"c": 3, "b": 1}}),
        ({"a": {"b": 3}}, "a.b", {"a": {"b": 1}}),
        ({"a": None}, "a.b", {"a": {"b": 1}}),
        ([{"x": 1}, {"x": 2}], "1.x", [{"x": 1}, {"x": 1}]),
        ({"q": ({"x": 1},)}, "q.0.x", {"q": [{"x": 1}]}),
        (Query(5), "after", {"pageSize": 5, "since": None, "after": 1}),
        (
            {"query": Query(5, datetime(2026, 1, 2, tzinfo=UTC))},
            "query.after",
            {"query": {"pageSize": 5, "since": "2026-01-02T00:00:00Z", "after": 1}},
        ),
        ({"a": 1}, "", 1),
    ],
)
def test_putting_a_value_in_place(document: Any, path: str, result: Any) -> None:
    assert put_path(document, parse_path(path), 1) == result


@pytest.mark.parametrize(
    ("document", "path"),
    [({"a": "text"}, "a.b"), ({"a": 3}, "a.b"), ([1], "1"), ([1], "x"), ([1], "-"), ("text", "a")],
)
def test_where_there_is_no_place(document: Any, path: str) -> None:
    with pytest.raises(InvalidRequestError, match="no place"):
        put_path(document, parse_path(path), 1)


def test_what_msgspec_does_not_know_is_no_document() -> None:
    with pytest.raises(InvalidRequestError, match="json_data"):
        put_path(object(), ("a",), 1)


def test_what_was_given_is_not_changed() -> None:
    document = {"a": {"b": [{"c": 1}]}, "other": {"x": 1}}
    changed = put_path(document, parse_path("a.b.0.c"), 2)
    assert changed == {"a": {"b": [{"c": 2}]}, "other": {"x": 1}}
    assert document == {"a": {"b": [{"c": 1}]}, "other": {"x": 1}}
    assert changed["other"] is document["other"]


NAMES = st.lists(st.text(min_size=1), min_size=1, max_size=4)


@given(NAMES, st.integers())
def test_what_was_put_is_read_back(names: list[str], value: int) -> None:
    text = "/" + "/".join(name.replace("~", "~0").replace("/", "~1") for name in names)
    path = parse_path(text)
    assert path == tuple(names)
    assert read_path(put_path({"other": 1}, path, value), path) == value
