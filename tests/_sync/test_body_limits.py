# Generated from _async/test_body_limits.py by sdkbase.codegen. Do not edit.
# sha256: 9a306ac52aaa416e
"""How large a body may be, in every kind of call, and what is decoded by a library."""

from __future__ import annotations

import copy
import gzip
import pickle
import sys
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
import zstandard

from sdkbase import (
    DecodeError,
    NotFoundError,
    ProtocolError,
    RequestOptions,
    ResponseTooLargeError,
    RetryConfig,
    SyncHttpClient,
)

brotli: Any = import_module("brotli")  # it has no types

BASE = "https://api.example"
LIMIT = 1000
NO_RETRIES = RetryConfig(max_retries=0)
LINES = b'{"n": 1}\n' * 200
CODED = {
    "gzip": gzip.compress(LINES),
    "deflate": zlib.compress(LINES),
    "br": brotli.compress(LINES),
    "zstd": zstandard.compress(LINES),
}
FOR_THE_CALL = RequestOptions(max_response_bytes=LIMIT)


class Pieces(httpx.SyncByteStream):
    """A body in pieces; tells how many were read."""

    def __init__(self, content: bytes, size: int = 100) -> None:
        self.content = content
        self.size = size
        self.read = 0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self.content), self.size):
            self.read += 1
            yield self.content[at : at + self.size]

    def close(self) -> None:
        self.closed = True


class Wire:
    """Answers every request alike, and counts them."""

    def __init__(self, body: Pieces, status: int = 200, /, **headers: str) -> None:
        self.body = body
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.count = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.count += 1
        return httpx.Response(self.status, headers=self.headers, stream=self.body)

    def client(self, **settings: Any) -> SyncHttpClient:
        settings = {"retry_config": NO_RETRIES, **settings}
        return SyncHttpClient(BASE, transport=httpx.MockTransport(self), **settings)


def test_a_body_of_exactly_the_limit_is_fine() -> None:
    with Wire(Pieces(b"x" * LIMIT)).client(max_response_bytes=LIMIT) as client:
        assert len(client.get("/", cast_to=bytes)) == LIMIT
        assert len((client.get("/")).content) == LIMIT


@pytest.mark.parametrize("status", [200, 302])
def test_reading_ends_where_it_is_too_much(status: int) -> None:
    wire = Wire(Pieces(b"x" * 10 * LIMIT), status)
    retry_config = RetryConfig(max_retries=3, backoff_factor=0.0)
    with wire.client(max_response_bytes=LIMIT, retry_config=retry_config) as client:
        with pytest.raises(ResponseTooLargeError) as caught:
            client.get("/things/7?key=1", headers={"x-api-key": "canary-7"})
    error = caught.value
    assert (wire.count, wire.body.read, wire.body.closed) == (1, 11, True)
    assert (error.limit, error.size, error.status_code) == (LIMIT, 1100, status)
    assert str(error) == (
        f"GET /things/7 -> {status}: the body is larger than max_response_bytes=1000: 1100 bytes "
        "came; set a larger one, or None, for the client or in RequestOptions"
    )
    assert [attempt.outcome for attempt in error.history] == ["ResponseTooLargeError"]
    assert error.response.content == b""
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert (str(again), again.limit, again.size) == (str(error), LIMIT, 1100)
        assert "canary-7" not in repr(vars(again))


@pytest.mark.parametrize("length", ["1001", "9" * 30, "9" * 5000])
def test_what_is_announced_as_too_much_is_not_read(length: str) -> None:
    wire = Wire(Pieces(b"x"), content_length=length)
    with wire.client(max_response_bytes=LIMIT) as client:
        with pytest.raises(ResponseTooLargeError, match=f"Content-Length is {length[:20]}"):
            client.get("/")
    assert (wire.body.read, wire.body.closed) == (0, True)


@pytest.mark.parametrize(
    ("method", "status", "length"),
    [("HEAD", 200, "5000"), ("GET", 304, "5000"), ("GET", 204, "5000"), ("GET", 200, "many")],
)
def test_a_length_without_a_body_is_no_matter(method: str, status: int, length: str) -> None:
    wire = Wire(Pieces(b""), status, content_length=length)
    with wire.client(max_response_bytes=LIMIT) as client:
        response = client.request(method, "/")
    assert (response.status_code, response.content) == (status, b"")


def test_the_call_has_the_last_word() -> None:
    unlimited = RequestOptions(max_response_bytes=None)
    with Wire(Pieces(LINES)).client(max_response_bytes=LIMIT) as client:
        assert (client.get("/", options=unlimited)).content == LINES
    with Wire(Pieces(LINES)).client() as client:
        assert (client.get("/")).content == LINES  # 64 MiB are allowed
        with pytest.raises(ResponseTooLargeError):
            client.get("/", options=FOR_THE_CALL)


@pytest.mark.parametrize("coding", CODED)
def test_decoded_bytes_count(coding: str) -> None:
    wire = Wire(Pieces(CODED[coding]), content_encoding=coding)
    with wire.client(max_response_bytes=LIMIT) as client:
        with pytest.raises(ResponseTooLargeError, match="larger .* bytes decoded; set"):
            client.get("/", cast_to=bytes)
        enough = RequestOptions(max_response_bytes=len(LINES))
        assert client.get("/", cast_to=bytes, options=enough) == LINES


@pytest.mark.parametrize("coding", ["gzip", ""])
def test_the_start_of_an_error_is_kept(coding: str) -> None:
    body = b'{"detail": "gone"' + b" " * 3000 + b"}"
    headers = {"content_encoding": coding} if coding else {}
    wire = Wire(Pieces(gzip.compress(body) if coding else body), 404, **headers)
    with wire.client(max_response_bytes=LIMIT) as client:
        with pytest.raises(NotFoundError) as caught:
            client.get("/", cast_to=dict)
        with pytest.raises(ResponseTooLargeError) as raw:
            client.get("/")
    error = caught.value
    assert isinstance(error.__cause__, ResponseTooLargeError)
    assert error.__notes__[0].startswith("its body is not whole: ResponseTooLargeError")
    assert coding or error.response.content == body[:LIMIT]
    assert raw.value.status_code == 404


# --- streams --------------------------------------------------------------------------------------


def read_bytes(client: SyncHttpClient, options: RequestOptions | None) -> bytes:
    with client.stream("GET", "/", options=options) as response:
        return b"".join([piece for piece in response.iter_bytes()])


def read_sized(client: SyncHttpClient, options: RequestOptions | None) -> bytes:
    with client.stream("GET", "/", options=options) as response:
        pieces = [piece for piece in response.iter_bytes(100)]
    assert {len(piece) for piece in pieces} == {100}
    return b"".join(pieces)


def read_response_lines(client: SyncHttpClient, options: RequestOptions | None) -> bytes:
    with client.stream("GET", "/", options=options) as response:
        return "".join([line + "\n" for line in response.iter_lines()]).encode()


def read_whole(client: SyncHttpClient, options: RequestOptions | None) -> bytes:
    with client.stream("GET", "/", options=options) as response:
        return response.read()


def read_lines(client: SyncHttpClient, options: RequestOptions | None) -> bytes:
    lines = client.stream_lines("GET", "/", options=options).collect()
    return "".join(line + "\n" for line in lines).encode()


def read_json(client: SyncHttpClient, options: RequestOptions | None) -> bytes:
    items = client.stream_json("GET", "/", cast_to=dict[str, int], options=options).collect()
    return b'{"n": 1}\n' * len(items)


READERS = [read_bytes, read_sized, read_response_lines, read_whole, read_lines, read_json]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("coding", ["", *CODED])
def test_a_stream_has_only_the_limit_of_its_call(coding: str, reader: Any) -> None:
    headers = {"content_encoding": coding} if coding else {}
    wire = Wire(Pieces(CODED.get(coding, LINES), 7), 200, **headers)
    with wire.client(max_response_bytes=LIMIT) as client:
        assert reader(client, None) == LINES
        with pytest.raises(ResponseTooLargeError) as caught:
            reader(client, FOR_THE_CALL)
    assert caught.value.limit == LIMIT
    assert wire.body.closed


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("coding", CODED)
def test_a_stream_that_is_cut_never_ends_in_silence(coding: str, reader: Any) -> None:
    body = CODED[coding]
    for end in (1, 2, 5, len(body) // 2, len(body) - 1):
        wire = Wire(Pieces(body[:end], 7), content_encoding=coding)
        with wire.client() as client:
            with pytest.raises(ProtocolError, match=f"the {coding} body ends too early"):
                reader(client, None)


@pytest.mark.parametrize("reader", READERS)
def test_every_member_of_a_stream_is_decoded(reader: Any) -> None:
    body = b"".join(gzip.compress(LINES[at : at + 450]) for at in range(0, len(LINES), 450))
    with Wire(Pieces(body, 7), content_encoding="gzip").client() as client:
        assert reader(client, None) == LINES


@pytest.mark.parametrize("coding", ["", *CODED])
def test_a_download_has_only_the_limit_of_its_call(coding: str, tmp_path: Path) -> None:
    headers = {"content_encoding": coding} if coding else {}
    wire = Wire(Pieces(CODED.get(coding, LINES)), 200, **headers)
    target = tmp_path / "file"
    with wire.client(max_response_bytes=LIMIT) as client:
        with pytest.raises(ResponseTooLargeError):
            client.download("/", target, options=FOR_THE_CALL)
        assert not target.exists()
        client.download("/", target)
        assert target.read_bytes() == LINES
        target.unlink()
        if coding:
            wire.body = Pieces(CODED[coding][:-1])
            with pytest.raises(ProtocolError, match="ends too early"):
                client.download("/", target)
            assert not target.exists()


def test_an_announced_stream_is_refused_when_it_is_opened() -> None:
    wire = Wire(Pieces(LINES), content_length=str(len(LINES)))
    with wire.client() as client:
        with pytest.raises(ResponseTooLargeError, match="Content-Length is 1800"):
            with client.stream("GET", "/", options=FOR_THE_CALL):
                raise AssertionError
        assert (wire.body.read, wire.body.closed) == (0, True)


def test_the_error_of_a_stream_keeps_its_status() -> None:
    wire = Wire(Pieces(b'{"detail": "gone"' + b" " * 3000), 404)
    with wire.client() as client:
        with pytest.raises(NotFoundError) as caught:
            client.stream_lines("GET", "/", options=FOR_THE_CALL).collect()
    assert isinstance(caught.value.__cause__, ResponseTooLargeError)
    assert len(caught.value.response.content) == LIMIT


# --- libraries ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("coding", "package"), [("br", "brotli"), ("zstd", "zstandard")])
def test_without_its_library_a_coded_body_is_an_error(
    coding: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("brotli", "brotlicffi", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    wire = Wire(Pieces(CODED[coding]), content_encoding=coding)
    told = f"GET / -> 200: the body is coded with {coding}: pip install '{package}"
    with wire.client(retry_config=RetryConfig(max_retries=2)) as client:
        with pytest.raises(DecodeError, match=told):
            client.get("/", cast_to=bytes)
        with pytest.raises(DecodeError, match=told):
            client.get("/")
        assert wire.count == 2  # it would come in the same way again
        for reader in READERS:
            with pytest.raises(DecodeError, match=told):
                reader(client, None)
        with client.stream("GET", "/") as response:
            assert b"".join([piece for piece in response.iter_raw()]) == CODED[coding]


def test_too_many_codings_are_refused() -> None:
    body = gzip.compress(gzip.compress(gzip.compress(LINES)))
    wire = Wire(Pieces(body), content_encoding="gzip, gzip, gzip")
    with wire.client() as client:
        with pytest.raises(ProtocolError, match="has 3 content codings; at most 2"):
            client.get("/", cast_to=bytes)
        for reader in READERS:
            with pytest.raises(ProtocolError, match="has 3 content codings; at most 2"):
                reader(client, None)
