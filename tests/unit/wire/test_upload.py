"""Bodies on their way out: files, paths, iterators, in both colours and loops."""

from __future__ import annotations

import gzip
import io
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest

from sdkbase._wire.body import Body, encode_body
from sdkbase.errors import InvalidRequestError

COLOURS = ["sync", "asyncio", "trio"]
TEXT = b"0123456789" * 3


@pytest.fixture(params=COLOURS)
def colour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def encode(colour: str, **kinds: Any) -> Body:
    return encode_body(event_loop=colour != "sync", **kinds)


def sent(body: Body, colour: str, at_most: int | None = None) -> list[bytes]:
    """Send a body, or its first pieces, and return them."""
    pieces: list[bytes] = []
    if colour == "sync":
        assert isinstance(body.stream, httpx.SyncByteStream)
        for piece in body.stream:
            pieces.append(piece)
            if len(pieces) == at_most:
                break
        body.stream.close()
    else:
        anyio.run(_sent, body, pieces, at_most, backend=colour)
    return pieces


async def _sent(body: Body, pieces: list[bytes], at_most: int | None) -> None:
    assert isinstance(body.stream, httpx.AsyncByteStream)
    async for piece in body.stream:
        pieces.append(piece)
        if len(pieces) == at_most:
            break
    await body.stream.aclose()


def whole(body: Body, colour: str) -> bytes:
    return b"".join(sent(body, colour))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "notes.txt"
    file.write_bytes(TEXT)
    return file


# --- files ----------------------------------------------------------------------------------


def opened(path: Path) -> Any:
    return path.open("rb")


def in_memory(path: Path) -> Any:
    return io.BytesIO(path.read_bytes())


def temporary(path: Path) -> Any:
    file = tempfile.NamedTemporaryFile()  # noqa: SIM115 - the caller's
    file.write(path.read_bytes())
    return file


def spooled(path: Path) -> Any:
    file = tempfile.SpooledTemporaryFile(max_size=1000)  # noqa: SIM115 - the caller's
    file.write(path.read_bytes())
    return file


def unpacked(path: Path) -> Any:
    return gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(path.read_bytes())))


@pytest.mark.parametrize("make", [opened, in_memory, temporary, spooled, unpacked])
@pytest.mark.parametrize("start", [0, 7, len(TEXT)])
def test_a_file_is_sent_from_where_it_stands_each_time(
    colour: str, path: Path, make: Callable[[Path], Any], start: int
) -> None:
    with make(path) as file:
        file.seek(start)
        body = encode(colour, content=file)
        assert body.headers == {"content-length": str(len(TEXT) - start)}
        assert body.replayable
        assert [whole(body, colour) for _ in range(3)] == [TEXT[start:]] * 3
        assert not file.closed


def test_a_file_that_stands_past_its_end_is_empty(colour: str) -> None:
    file = io.BytesIO(b"ab")
    file.seek(5)
    body = encode(colour, content=file)
    assert body.headers == {"content-length": "0"}
    assert whole(body, colour) == b""


def test_a_path_is_opened_each_time_and_closed_again(colour: str, path: Path) -> None:
    body = encode(colour, content=path)
    assert body.headers == {"content-length": "30"}
    assert body.replayable
    assert [whole(body, colour), whole(body, colour)] == [TEXT, TEXT]
    # Left half-way, it is closed as well: an open file would warn.
    assert sent(body, colour, at_most=1) == [TEXT]


def test_an_empty_file_says_so(colour: str, path: Path) -> None:
    path.write_bytes(b"")
    body = encode(colour, content=path)
    assert body.headers == {"content-length": "0"}
    assert sent(body, colour) == []


def test_a_file_that_the_system_makes_up_has_no_length_before(colour: str) -> None:
    version = Path("/proc/version")
    if not version.exists():
        pytest.skip("needs /proc")
    body = encode(colour, content=version)
    assert body.headers == {"transfer-encoding": "chunked"}
    assert whole(body, colour) == version.read_bytes()


def test_big_files_are_read_in_small_pieces(colour: str, path: Path) -> None:
    content = os.urandom(200_000)
    path.write_bytes(content)
    pieces = sent(encode(colour, content=path), colour)
    assert b"".join(pieces) == content
    assert [len(piece) for piece in pieces] == [65536, 65536, 65536, 3392]


def test_a_pipe_is_sent_once_by_a_thread_that_may_wait(colour: str) -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as source, open(writing, "wb") as sink:
        body = encode(colour, content=source)
        assert body.headers == {"transfer-encoding": "chunked"}
        assert not body.replayable

        def feed() -> None:
            sink.write(TEXT)
            sink.close()

        timer = threading.Timer(0.02, feed)
        timer.start()
        assert whole(body, colour) == TEXT
        timer.join()


def test_a_named_pipe_can_be_given_by_its_path(colour: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    body = encode(colour, content=pipe)
    assert (body.headers, body.replayable) == ({"transfer-encoding": "chunked"}, False)
    writer = threading.Thread(target=lambda: pipe.write_bytes(TEXT))
    writer.start()
    assert whole(body, colour) == TEXT
    writer.join()


@pytest.mark.parametrize("content", [b"", TEXT[:20], TEXT + b"more"])
@pytest.mark.parametrize("by_path", [True, False])
def test_a_file_that_changes_its_length_between_attempts_is_an_error(
    colour: str, path: Path, content: bytes, by_path: bool
) -> None:
    with path.open("rb") as file:
        body = encode(colour, content=path if by_path else file)
        assert whole(body, colour) == TEXT
        path.write_bytes(content)
        with pytest.raises(
            InvalidRequestError,
            match=rf"content=.*: it had 30 bytes when the call began, and now has {len(content)}",
        ):
            sent(body, colour)


def test_a_file_that_ends_early_while_it_is_sent_is_an_error(colour: str) -> None:
    class Shrinking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(size)[:10] if size else b""

    body = encode(colour, content=Shrinking(b"x" * 10))
    assert whole(body, colour) == b"x" * 10
    file = io.BytesIO(b"x" * 70_000)
    body = encode(colour, content=file)

    def shrink(done: int, total: int | None) -> None:
        if done:
            file.truncate(65_540)

    body = encode(colour, content=file, progress=shrink)
    with pytest.raises(InvalidRequestError, match="it had 70000 bytes .* and now has 65540"):
        sent(body, colour)


def test_a_path_that_is_gone_is_an_error_that_names_it(colour: str, path: Path) -> None:
    body = encode(colour, content=path)
    path.unlink()
    with pytest.raises(InvalidRequestError, match=r"content= \(.*notes.txt\): .*No such file"):
        sent(body, colour)


def test_what_can_not_be_read_is_refused_at_once(colour: str, path: Path) -> None:
    closed = path.open("rb")
    closed.close()
    with (
        path.open("r+b") as both,
        path.open("ab") as write_only,
        path.open() as text,
        tempfile.NamedTemporaryFile("w+") as named,
    ):
        for content, says in [
            (path.parent, "Is a directory"),
            (path.parent / "none", "No such file"),
            (closed, "closed"),
            (write_only, "read"),
            (text, "open it with 'rb'"),
            (named, "open it with 'rb'"),
            (io.StringIO("x"), "open it with 'rb'"),
        ]:
            with pytest.raises(InvalidRequestError, match=f"^content=.*: .*{says}"):
                encode(colour, content=content)
            with pytest.raises(InvalidRequestError, match=f"^file 'f'.*: .*{says}"):
                encode(colour, files={"f": content})
        assert encode(colour, content=both).replayable


class AsyncFile:
    async def read(self, size: int = -1) -> bytes:
        return b""


class GivesText(io.RawIOBase):
    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> Any:
        return "text"


class GivesNothing(GivesText):
    def read(self, size: int = -1) -> Any:
        return None


def test_files_of_other_kinds_are_refused(colour: str) -> None:
    with pytest.raises(InvalidRequestError, match="got AsyncFile; its read\\(\\) is async"):
        encode(colour, content=AsyncFile())
    with pytest.raises(InvalidRequestError, match="content=: its read.. gave str, not bytes"):
        sent(encode(colour, content=GivesText()), colour)
    with pytest.raises(InvalidRequestError, match="content=: its read.. gave NoneType, not bytes"):
        sent(encode(colour, content=GivesNothing()), colour)


# --- iterators ------------------------------------------------------------------------------


def pieces(*given: Any) -> Iterator[Any]:
    yield from given


async def async_pieces(*given: Any) -> AsyncIterator[Any]:
    for piece in given:
        yield piece


def test_an_iterator_is_sent_once(colour: str) -> None:
    body = encode(colour, content=pieces(b"a", b"", bytearray(b"b"), memoryview(b"c")))
    assert not body.replayable
    assert sent(body, colour) == [b"a", b"b", b"c"]
    with pytest.raises(InvalidRequestError, match="the body: it was sent once"):
        sent(body, colour)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_async_iterator_is_sent_once(backend: str) -> None:
    body = encode(backend, content=async_pieces(b"a", b"", b"b"))
    assert not body.replayable
    assert sent(body, backend) == [b"a", b"b"]
    with pytest.raises(InvalidRequestError, match="the body: it was sent once"):
        sent(body, backend)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_async_generator_that_is_left_half_way_is_closed(backend: str) -> None:
    ended: list[bool] = []

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            ended.append(True)

    assert sent(encode(backend, content=endless()), backend, at_most=3) == [b"x"] * 3
    assert ended == [True]


def test_a_generator_that_is_left_half_way_is_closed(colour: str) -> None:
    ended: list[bool] = []

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            ended.append(True)

    assert sent(encode(colour, content=endless()), colour, at_most=3) == [b"x"] * 3
    assert ended == [True]


def test_closing_before_the_first_piece_leaves_the_body_as_it_is(colour: str) -> None:
    body = encode(colour, content=pieces(b"a"))
    if colour == "sync":
        body.stream.close()  # type: ignore[union-attr]  # of the sync kind
    else:
        anyio.run(body.stream.aclose, backend=colour)  # type: ignore[union-attr]
    assert sent(body, colour) == [b"a"]


def test_a_function_makes_the_body_anew_for_each_attempt(colour: str) -> None:
    body = encode(colour, content=lambda: pieces(b"a", b"b"))
    assert body.replayable
    assert [whole(body, colour), whole(body, colour)] == [b"ab", b"ab"]
    if colour != "sync":
        body = encode(colour, content=lambda: async_pieces(b"a", b"b"))
        assert [whole(body, colour), whole(body, colour)] == [b"ab", b"ab"]


@pytest.mark.parametrize("made", [None, "text", b"bytes", 5, {"a": 1}])
def test_a_function_that_makes_no_iterable_is_an_error(colour: str, made: object) -> None:
    with pytest.raises(InvalidRequestError, match=f"the function returned {type(made).__name__}"):
        sent(encode(colour, content=lambda: made), colour)


def test_a_list_is_copied_and_its_length_is_known(colour: str) -> None:
    given = [b"a", bytearray(b"bc"), memoryview(b"d")]
    body = encode(colour, content=given)
    given.clear()
    assert body.headers == {"content-length": "4"}
    assert [whole(body, colour), whole(body, colour)] == [b"abcd", b"abcd"]
    with pytest.raises(InvalidRequestError, match="content= holds str, not only bytes"):
        encode(colour, content=[b"a", "b"])


def test_a_piece_that_is_no_bytes_is_an_error(colour: str) -> None:
    with pytest.raises(InvalidRequestError, match="content=: it gave str, not bytes"):
        sent(encode(colour, content=pieces(b"a", "b")), colour)


class Custom(Exception):
    pass


class EndOfStream(Exception):
    """Named as what anyio raises, which is known as a lost connection."""


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (Custom("boom"), Custom),
        (OSError(5, "Input/output error"), InvalidRequestError),
        (TimeoutError(), InvalidRequestError),
        (httpx.ReadError("lost"), InvalidRequestError),
        (EndOfStream(), InvalidRequestError),
        (ValueError("boom"), InvalidRequestError),
    ],
)
def test_errors_of_a_source_are_never_taken_for_those_of_the_connection(
    colour: str, error: Exception, raised: type[Exception]
) -> None:
    def failing() -> Iterator[bytes]:
        yield b"a"
        raise error

    with pytest.raises(raised) as caught:
        sent(encode(colour, files={"f": ("x", failing())}), colour)
    if raised is InvalidRequestError:
        assert str(caught.value) == f"file 'f': {str(error) or type(error).__name__}"
        assert caught.value.__cause__ is error
    else:
        assert caught.value is error


# --- progress -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "total"),
    [
        ({"content": b"x" * 600_000}, 600_000),
        ({"content": "text"}, 4),
        ({"json_data": {"a": 1}}, 7),
        ({"msgpack_data": [1]}, 2),
        ({"data": {"a": 1}}, 3),
        ({"content": [b"ab", b"cd"]}, 4),
        ({"content": lambda: pieces(b"ab", b"cd")}, None),
    ],
)
def test_progress_counts_the_bytes_that_went_out(
    colour: str, kinds: dict[str, Any], total: int | None
) -> None:
    told: list[tuple[int, int | None]] = []
    plain = encode(colour, **kinds)
    body = encode(colour, **kinds, progress=lambda *step: told.append(step))
    expected = plain.content if plain.content is not None else whole(plain, colour)
    for _ in range(2):
        told.clear()
        assert whole(body, colour) == expected
        assert told[0] == (0, total)
        assert told[-1] == (len(expected), total)
        assert [done for done, _ in told] == sorted({done for done, _ in told})
    if total is not None:
        assert body.headers == plain.headers | {"content-length": str(total)}
    assert body.replayable


def test_progress_is_told_of_a_piece_when_the_next_is_asked_for(colour: str) -> None:
    told: list[int] = []
    body = encode(colour, content=[b"ab", b"cd"], progress=lambda done, _: told.append(done))
    sent(body, colour, at_most=1)
    assert told == [0]


def test_progress_of_a_multipart_form(colour: str, path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    body = encode(colour, files={"f": path}, progress=lambda *step: told.append(step))
    length = int(body.headers["content-length"])
    assert len(whole(body, colour)) == length
    assert told[-1] == (length, length)


def test_an_empty_body_needs_no_progress(colour: str) -> None:
    assert encode(colour, content=b"", progress=print).stream is None


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_progress_may_be_async_in_an_event_loop(backend: str) -> None:
    told: list[int] = []

    async def progress(done: int, total: int | None) -> None:
        await anyio.lowlevel.checkpoint()
        told.append(done)

    whole(encode(backend, content=[b"ab", b"cd"], progress=progress), backend)
    assert told == [0, 2, 4]
    with pytest.raises(InvalidRequestError, match="upload_progress is async"):
        encode("sync", content=[b"ab"], progress=progress)


def test_progress_that_fails_stops_the_upload(colour: str) -> None:
    def broken(done: int, total: int | None) -> None:
        raise BrokenPipeError("stdout is gone")

    with pytest.raises(InvalidRequestError, match="upload_progress=: stdout is gone"):
        sent(encode(colour, content=[b"ab"], progress=broken), colour)

    def custom(done: int, total: int | None) -> None:
        raise Custom

    with pytest.raises(Custom):
        sent(encode(colour, content=[b"ab"], progress=custom), colour)
