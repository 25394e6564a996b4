"""The decisions of a download: what is asked, and what an answer means."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._policy.download import (
    Action,
    DownloadState,
    PartNote,
    Verdict,
    source_of,
)
from sdkbase._policy.download_plan import download_plan
from sdkbase._wire.body import NO_BODY
from sdkbase._wire.call import Call
from sdkbase.errors import InvalidRequestError

SOURCE = "file"
DATE = "Mon, 02 Mar 2020 10:00:00 GMT"
LATER = "Mon, 02 Mar 2020 10:00:01 GMT"


def state_of(size: int = 0, **note: Any) -> DownloadState:
    state = DownloadState(SOURCE, can_ask_for_parts=True)
    if note:
        state.restore(PartNote(SOURCE, **note).encode(), size)
    return state


def judged(state: DownloadState, status: int, **headers: str) -> Verdict:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return state.judge(status, httpx.Headers(fields))


def call_of(url: str = "https://api.example/f", method: str = "GET", **headers: str) -> Call:
    return Call(method, url, "/f", headers, NO_BODY)


# --- what is asked --------------------------------------------------------------------------


def test_a_new_download_asks_for_the_whole() -> None:
    state = state_of()
    assert state.headers() == {"accept-encoding": "identity"}
    assert (state.offset, state.is_resumable, state.is_complete) == (0, False, False)


@pytest.mark.parametrize(
    ("size", "note", "asked"),
    [
        (5, {"etag": '"a"', "total": 10}, ("bytes=5-", '"a"')),
        (5, {"etag": '"a"'}, ("bytes=5-", '"a"')),
        (5, {"last_modified": DATE, "total": 10}, ("bytes=5-", DATE)),
        (5, {"etag": 'W/"a"', "last_modified": DATE}, ("bytes=5-", DATE)),
        # Whole: its last byte shows whether it is still the same.
        (10, {"etag": '"a"', "total": 10}, ("bytes=9-", '"a"')),
        (0, {"etag": '"a"', "total": 10}, None),
        (1, {"etag": '"a"', "total": 1}, None),
        (11, {"etag": '"a"', "total": 10}, None),
        (5, {"total": 10}, None),
        (5, {"etag": 'W/"a"', "total": 10}, None),
        (5, {"etag": "a", "total": 10}, None),
        (5, {"etag": '"a"b"', "total": 10}, None),
    ],
)
def test_the_rest_is_asked_for_if_the_version_has_a_name(
    size: int, note: dict[str, Any], asked: tuple[str, str] | None
) -> None:
    headers = state_of(size, **note).headers()
    found = headers.get("range"), headers.get("if-range")
    assert found == (asked or (None, None))


def test_other_methods_than_get_have_no_ranges() -> None:
    state = DownloadState(SOURCE, can_ask_for_parts=False)
    state.restore(PartNote(SOURCE, etag='"a"', total=10).encode(), 5)
    assert "range" not in state.headers()
    assert not state.is_resumable


@pytest.mark.parametrize("note", [b"", b"{}", b"null", b"\xff", PartNote("other").encode()])
def test_a_note_of_something_else_is_none(note: bytes) -> None:
    state = state_of()
    state.restore(note, 5)
    assert (state.note, state.size) == (None, 0)


def test_the_source_is_the_method_and_the_whole_url_and_shows_neither() -> None:
    sources = {
        source_of(call_of()),
        source_of(call_of("https://api.example/f?id=1")),
        source_of(call_of("https://api.example/f?id=2")),
        source_of(call_of(method="POST")),
    }
    assert len(sources) == 4
    assert source_of(call_of()) == source_of(call_of(accept="x"))
    assert all("example" not in source for source in sources)


# --- what an answer means -------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 203])
def test_the_whole_replaces_what_is_there(status: int) -> None:
    state = state_of(5, etag='"a"', total=10)
    verdict = judged(state, status, etag='"b"', content_length="7", last_modified=DATE, date=LATER)
    assert verdict == Verdict(Action.RECEIVE, offset=0, length=7)
    assert state.note == PartNote(SOURCE, etag='"b"', last_modified=DATE, total=7)
    assert state.size == 0


@pytest.mark.parametrize(
    ("date", "kept"),
    [(DATE, None), (LATER, DATE), ("", None), ("yesterday", None), ("Mon, 02 Mar 2020", None)],
)
def test_a_date_is_strong_a_second_later(date: str, kept: str | None) -> None:
    state = state_of()
    judged(state, 200, last_modified=DATE, date=date)
    assert state.note is not None and state.note.last_modified == kept


def test_dates_with_and_without_a_zone_are_not_compared() -> None:
    state = state_of()
    judged(state, 200, last_modified="Mon, 02 Mar 2020 10:00:00 -0000", date=LATER)
    assert state.note is not None and state.note.last_modified is None


@pytest.mark.parametrize("length", ["", "abc", "-5", "5, 5", "\u0665"])
def test_a_length_that_is_none_is_not_known(length: str) -> None:
    state = state_of()
    verdict = state.judge(200, httpx.Headers([(b"content-length", length.encode("utf-8"))]))
    assert verdict.length is None


def test_an_encoded_whole_has_no_version_and_no_length() -> None:
    state = state_of()
    verdict = judged(state, 200, etag='"a"', content_length="7", content_encoding="gzip")
    assert verdict == Verdict(Action.RECEIVE)
    assert state.note == PartNote(SOURCE)


def test_the_rest_goes_on_where_the_part_ends() -> None:
    state = state_of(5, etag='"a"', total=10)
    verdict = judged(state, 206, etag='"a"', content_range="bytes 5-9/10")
    assert verdict == Verdict(Action.RECEIVE, offset=5, length=5)
    state = state_of(5, etag='"a"')
    verdict = judged(state, 206, etag='"a"', content_range="bytes 5-7/10")
    assert verdict == Verdict(Action.RECEIVE, offset=5, length=3)
    assert state.note is not None and state.note.total == 10


@pytest.mark.parametrize(
    "headers",
    [
        {"etag": '"b"', "content_range": "bytes 5-9/10"},
        {"content_range": "bytes 5-9/10"},
        {"etag": '"a"', "content_range": "bytes 4-9/10"},
        {"etag": '"a"', "content_range": "bytes 6-9/10"},
        {"etag": '"a"', "content_range": "bytes 5-10/11"},
        {"etag": '"a"', "content_range": "bytes 5-11/*"},
        {"etag": '"a"'},
        {"etag": '"a"', "content_range": "bytes 5-9/10", "content_encoding": "br"},
    ],
)
def test_a_part_that_does_not_fit_is_dropped(headers: dict[str, str]) -> None:
    assert judged(state_of(5, etag='"a"', total=10), 206, **headers) == Verdict(Action.ANEW)


def test_a_part_of_a_whole_of_unknown_length_is_dropped_if_it_was_never_known() -> None:
    headers = {"etag": '"a"', "content_range": "bytes 5-9/*"}
    assert judged(state_of(5, etag='"a"'), 206, **headers) == Verdict(Action.ANEW)
    assert judged(state_of(5, etag='"a"', total=10), 206, **headers).length == 5


@pytest.mark.parametrize(
    ("headers", "action"),
    [
        ({"last_modified": DATE}, Action.RECEIVE),
        ({"last_modified": DATE, "etag": 'W/"a"'}, Action.RECEIVE),
        ({"last_modified": DATE, "etag": 'W/"b"'}, Action.ANEW),
        ({"last_modified": LATER}, Action.ANEW),
        ({}, Action.ANEW),
    ],
)
def test_the_date_has_to_come_again(headers: dict[str, str], action: Action) -> None:
    state = state_of(5, etag='W/"a"', last_modified=DATE, total=10)
    assert judged(state, 206, content_range="bytes 5-9/10", **headers).action is action


def test_a_part_that_was_not_asked_for_is_refused() -> None:
    verdict = judged(state_of(), 206, etag='"a"', content_range="bytes 0-9/10")
    assert verdict.action is Action.REFUSE


@pytest.mark.parametrize("status", [201, 202, 204, 205, 226])
def test_other_statuses_bring_no_file(status: int) -> None:
    verdict = judged(state_of(), status)
    assert verdict == Verdict(Action.REFUSE, reason=f"the status {status} brings no file")


@pytest.mark.parametrize(
    ("size", "note", "headers", "complete"),
    [
        (10, {"etag": '"a"', "total": 10}, {"content_range": "bytes */10"}, True),
        (10, {"etag": '"a"', "total": 10}, {"content_range": "bytes */11"}, False),
        (10, {"etag": '"a"', "total": 10}, {}, False),
        (5, {"etag": '"a"', "total": 10}, {"content_range": "bytes */10"}, False),
        (5, {"etag": '"a"', "total": 10}, {"content_range": "bytes */5", "etag": '"a"'}, False),
        (5, {"etag": '"a"'}, {"content_range": "bytes */5", "etag": '"a"'}, True),
        (5, {"etag": '"a"'}, {"content_range": "bytes */5", "etag": '"b"'}, False),
        (5, {"etag": '"a"'}, {"content_range": "bytes */5"}, False),
        (5, {"last_modified": DATE}, {"content_range": "bytes */5"}, False),
        (
            5,
            {"last_modified": DATE},
            {"content_range": "bytes */5", "last_modified": DATE},
            True,
        ),
    ],
)
def test_no_such_range_may_mean_that_all_is_there(
    size: int, note: dict[str, Any], headers: dict[str, str], complete: bool
) -> None:
    state = state_of(size, **note)
    verdict = judged(state, 416, **headers)
    assert verdict == (Verdict(Action.COMPLETE, offset=size) if complete else Verdict(Action.ANEW))
    assert state.is_complete or not complete


def test_no_such_range_of_nothing_means_to_begin_anew() -> None:
    assert judged(state_of(), 416, content_range="bytes */0") == Verdict(Action.ANEW)


def test_the_servers_checksum_is_kept_from_the_first_that_told_it() -> None:
    state = state_of()
    judged(state, 200, etag='"a"', content_length="10", content_md5="XUFAKrxLKna5cZ2REBfFkg==")
    state.size = 5
    told = "md5:5d41402abc4b2a76b9719d911017c592"
    assert state.note is not None and state.note.checksum == told
    judged(state, 206, etag='"a"', content_range="bytes 5-9/10", digest="md5=" + "A" * 22 + "==")
    assert state.note.checksum == told


# --- any server, any cut --------------------------------------------------------------------

VERSIONS = {name: bytes([ord(name)]) * 6 for name in "ab"} | {"c": b"c" * 9}


class Answer(msgspec.Struct):
    """What a server does with one request: right, or wrong in a way that shows."""

    version: str
    ranges: bool
    checks_if_range: bool
    names_version: bool
    tells_length: bool
    shift: int
    cut: int


ANSWERS = st.builds(
    Answer,
    version=st.sampled_from(sorted(VERSIONS)),
    ranges=st.booleans(),
    checks_if_range=st.booleans(),
    names_version=st.booleans(),
    tells_length=st.booleans(),
    shift=st.sampled_from([0, 0, 0, 1, -1]),
    cut=st.integers(0, 10),
)


def answered(answer: Answer, asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    content = VERSIONS[answer.version]
    headers = {"etag": f'"{answer.version}"'} if answer.names_version else {}
    condition = asked.get("if-range", headers.get("etag"))
    honoured = condition == f'"{answer.version}"' or not answer.checks_if_range
    if "range" not in asked or not answer.ranges or not honoured:
        if answer.tells_length:
            headers["content-length"] = str(len(content))
        return 200, headers, content
    start = int(asked["range"][6:-1])
    if start >= len(content):
        return 416, headers | {"content-range": f"bytes */{len(content)}"}, b""
    start = max(0, min(start + answer.shift, len(content) - 1))
    total = str(len(content)) if answer.tells_length else "*"
    told = f"bytes {start}-{len(content) - 1}/{total}"
    return 206, headers | {"content-range": told}, content[start:]


@given(st.lists(ANSWERS, max_size=8), ANSWERS)
def test_no_server_and_no_cut_make_a_file_of_two_versions(
    answers: list[Answer], last: Answer
) -> None:
    part, state = bytearray(), state_of()
    last.cut = 10
    last.shift = 0
    for answer in [*answers, *[last] * 3]:
        status, headers, body = answered(answer, state.headers())
        verdict = state.judge(status, httpx.Headers(headers))
        assert verdict.action is not Action.REFUSE
        if verdict.action is Action.ANEW:
            state.forget()
        elif verdict.action is Action.RECEIVE:
            received = body[: answer.cut]
            part[verdict.offset :] = received
            state.size = len(part)
            whole = len(received) == len(body)
            assert verdict.length in (None, len(body))
            if not (whole and state.is_complete):
                continue
        if verdict.action is not Action.ANEW:
            assert bytes(part) in VERSIONS.values()
            return
    raise AssertionError("a server that does as it should in the end is never given up")


# --- the plan -------------------------------------------------------------------------------


def plan_of(path: Any = "file", call: Call | None = None, **args: Any) -> Any:
    defaults: dict[str, Any] = {
        "checksum": None,
        "resume": True,
        "overwrite": True,
        "fsync": False,
        "progress": None,
        "event_loop": False,
    }
    return download_plan(path, call or call_of(), **{**defaults, **args})


def test_the_servers_checksum_counts_only_if_it_was_asked_for() -> None:
    note = PartNote(SOURCE, checksum="md5:" + "0" * 32)
    assert plan_of().checksum_by(note) is None
    assert plan_of(checksum="server").checksum_by(None) is None
    assert str(plan_of(checksum="server").checksum_by(note)) == note.checksum
    assert str(plan_of(checksum="sha256").checksum_by(note)) == "sha256:"


async def report(done: int, total: int | None) -> None: ...


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"path": b"x"}, "the target must be a path, got bytes"),
        ({"resume": 1}, "resume must be True or False"),
        ({"overwrite": None}, "overwrite must be True or False"),
        ({"fsync": "no"}, "fsync must be True or False"),
        ({"progress": 5}, "progress must be a function"),
        ({"progress": report}, "progress is async; this client is synchronous"),
        ({"checksum": 5}, "checksum must be"),
        ({"call": call_of(range="bytes=1-")}, "a download sets 'range' itself"),
        ({"call": call_of(**{"if-range": "x"})}, "a download sets 'if-range' itself"),
    ],
)
def test_what_is_wrong_with_the_arguments_is_said(args: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        plan_of(**args)


def test_progress_may_be_async_in_an_event_loop() -> None:
    assert plan_of(progress=report, event_loop=True).progress is report
