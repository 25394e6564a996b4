"""Uploads over real connections: what arrives, and what is sent again."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from sdkbase import (
    AsyncHttpClient,
    InvalidRequestError,
    RedirectError,
    RequestOptions,
    RetryConfig,
    TransportError,
)
from tests.file_server import Asked, Deaf, FileServer

TEXT = b"0123456789" * 1000


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(b"done") as running:
        yield running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "notes.txt"
    file.write_bytes(TEXT)
    return file


def client_of(server: FileServer, **settings: Any) -> AsyncHttpClient:
    settings.setdefault("retry_config", RetryConfig(backoff_factor=0))
    return AsyncHttpClient(server.url, **settings)


def answers(server: FileServer, *statuses: int, **headers: str) -> None:
    """Answer with each status in turn, then as usual."""
    left = list(statuses)
    server.answer = lambda _: (left.pop(0), headers, b"") if left else None


def bodies(server: FileServer) -> list[bytes]:
    return [asked.body for asked in server.requests]


def opened_at(path: Path, start: int) -> Any:
    file = path.open("rb")
    file.seek(start)
    return file


# --- what arrives ---------------------------------------------------------------------------


async def test_a_path_arrives_whole_with_its_length(server: FileServer, path: Path) -> None:
    async with client_of(server) as client:
        assert (await client.put("/file", content=path)).content == b"done"
    assert bodies(server) == [TEXT]
    assert server.requests[0].headers["content-length"] == str(len(TEXT))
    assert "transfer-encoding" not in server.requests[0].headers


async def test_iterators_arrive_in_chunks(server: FileServer) -> None:
    async def pieces() -> AsyncGenerator[bytes, None]:
        yield b"one,"
        yield b"two"

    async with client_of(server) as client:
        await client.put("/file", content=pieces())
        await client.put("/file", content=iter([b"one,", b"two"]))
        await client.put("/file", files={"f": ("name", pieces())})
    assert bodies(server)[:2] == [b"one,two"] * 2
    assert b"\r\n\r\none,two\r\n" in bodies(server)[2]
    assert {asked.headers["transfer-encoding"] for asked in server.requests} == {"chunked"}


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("way", ["content", "files"])
async def test_a_big_file_is_never_in_memory(server: FileServer, path: Path, way: str) -> None:
    size = 20_000_000
    os.truncate(path, size)

    received: list[int] = []

    def count(asked: Asked) -> None:
        received.append(len(asked.body))

    server.answer = count
    async with client_of(server) as client:
        body: Any = path if way == "content" else {"f": path}
        await client.put("/warm", content=b"x")
        tracemalloc.start()
        try:
            await client.put("/file", **{way: body})
            # The server, in the same process, holds what arrives once.
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert received[-1] >= size
    assert peak < size * 1.5


@pytest.mark.parametrize("way", ["content", "files", "pieces"])
async def test_bodies_go_through_a_client_of_the_users_own(
    server: FileServer, path: Path, way: str
) -> None:
    ways: dict[str, dict[str, Any]] = {
        "content": {"content": path},
        "files": {"files": {"f": path}},
        "pieces": {"content": iter([TEXT])},
    }
    told: list[int] = []
    options = RequestOptions(upload_progress=lambda done, _: told.append(done))
    async with httpx.AsyncClient() as own:
        client = AsyncHttpClient(server.url, http_client=own)
        await client.put("/file", **ways[way], options=options)
    assert TEXT in server.requests[0].body
    assert told[-1] == len(server.requests[0].body)


# --- what is sent again ---------------------------------------------------------------------


@pytest.mark.parametrize("start", [0, 3])
@pytest.mark.parametrize("way", ["content", "files"])
async def test_an_open_file_is_sent_again_from_where_it_stood(
    server: FileServer, path: Path, way: str, start: int
) -> None:
    answers(server, 503, 503)
    async with client_of(server) as client:
        with opened_at(path, start) as file:
            body: dict[str, Any] = {way: file if way == "content" else {"f": file}}
            await client.put("/file", **body)
    first, second, third = bodies(server)
    assert first == second == third
    if way == "content":
        assert first == TEXT[start:]
    else:
        assert b"\r\n\r\n" + TEXT[start:] + b"\r\n--" in first


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_that_keeps_the_method_sends_the_body_again(
    server: FileServer, path: Path, status: int
) -> None:
    answers(server, status, location="/moved")
    async with client_of(server) as client:
        with opened_at(path, 5) as file:
            await client.post("/file", content=file)
    assert bodies(server) == [TEXT[5:]] * 2


async def test_a_redirect_does_not_get_a_body_that_is_gone(server: FileServer) -> None:
    answers(server, 307, location="/moved")
    async with client_of(server) as client:
        with pytest.raises(RedirectError, match="the body can not be sent again"):
            await client.post("/file", content=iter([b"once"]))
    assert bodies(server) == [b"once"]


class Challenged(httpx.Auth):
    """Answer a 401 with a second request, as digest authentication does."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield request
        if response.status_code == 401:
            request.headers["authorization"] = "Digest x"
            yield request


async def test_an_auth_flow_sends_the_body_again(server: FileServer, path: Path) -> None:
    answers(server, 401)
    async with client_of(server, auth=Challenged()) as client:
        with opened_at(path, 5) as file:
            assert (await client.put("/file", content=file)).status_code == 200
    assert bodies(server) == [TEXT[5:]] * 2


async def test_an_auth_flow_does_not_get_a_body_that_is_gone(server: FileServer) -> None:
    answers(server, 401)
    async with client_of(server, auth=Challenged()) as client:
        assert (await client.put("/file", content=iter([b"once"]))).status_code == 401
    assert bodies(server) == [b"once"]


async def test_a_form_without_a_boundary_gets_one(server: FileServer) -> None:
    async with client_of(server) as client:
        own = {"Content-Type": "multipart/form-data"}
        await client.post("/file", files={"f": b"x"}, headers=own)
    kind, _, boundary = server.requests[0].headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    assert server.requests[0].body.startswith(f"--{boundary}\r\n".encode())


async def test_a_list_is_sent_again(server: FileServer) -> None:
    answers(server, 503)
    async with client_of(server) as client:
        await client.put("/file", content=[b"a", b"b"])
    assert bodies(server) == [b"ab", b"ab"]


async def test_what_a_function_makes_is_sent_again(server: FileServer) -> None:
    async def pieces() -> AsyncGenerator[bytes, None]:
        yield b"a"
        yield b"b"

    answers(server, 503)
    async with client_of(server) as client:
        await client.put("/file", content=pieces)
    assert bodies(server) == [b"ab", b"ab"]


async def test_a_file_that_changed_meanwhile_is_not_sent_again(
    server: FileServer, path: Path
) -> None:
    answers(server, 503)
    server.before_answer = lambda: os.truncate(path, 5)
    async with client_of(server) as client:
        with pytest.raises(InvalidRequestError, match="it had 10000 bytes .* and now has 5"):
            await client.put("/file", content=path)
    assert bodies(server) == [TEXT]


async def test_a_source_that_fails_is_not_tried_again(server: FileServer) -> None:
    made: list[int] = []

    def pieces() -> Iterator[bytes]:
        made.append(1)
        yield b"a"
        raise OSError(5, "Input/output error")

    async with client_of(server) as client:
        with pytest.raises(InvalidRequestError, match="content=: .*Input/output error"):
            await client.put("/file", content=pieces)
    assert made == [1]


# --- progress -------------------------------------------------------------------------------


async def test_upload_progress_begins_anew_in_each_attempt(server: FileServer, path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    answers(server, 503)
    options = RequestOptions(upload_progress=lambda done, total: told.append((done, total)))
    async with client_of(server) as client:
        await client.put("/file", content=path, options=options)
    assert told == [(0, len(TEXT)), (len(TEXT), len(TEXT))] * 2


async def test_upload_progress_of_data_in_memory(server: FileServer) -> None:
    told: list[int] = []
    options = RequestOptions(upload_progress=lambda done, total: told.append(done))
    async with client_of(server) as client:
        await client.post("/file", json_data={"a": 1}, options=options)
        await client.post("/file", data={"a": 1}, options=options)
    assert told == [0, 7, 0, 3]
    assert bodies(server) == [b'{"a":1}', b"a=1"]
    assert [asked.headers["content-length"] for asked in server.requests] == ["7", "3"]
    assert server.requests[0].headers["content-type"] == "application/json"


# --- servers that do not listen to the end --------------------------------------------------


REFUSED = b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


@pytest.mark.wire
async def test_a_generator_that_the_server_does_not_want_is_closed() -> None:
    ended: list[bool] = []

    async def endless() -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield b"x" * 65536
        finally:
            ended.append(True)

    with Deaf(REFUSED) as server:
        async with AsyncHttpClient(server.url) as client:
            with suppress(TransportError):  # the answer may be lost with the line
                assert (await client.put("/file", content=endless())).status_code == 413
    assert ended == [True]


@pytest.mark.wire
async def test_a_path_that_the_server_does_not_want_is_closed(path: Path) -> None:
    os.truncate(path, 10_000_000)
    with Deaf(REFUSED) as server:
        async with AsyncHttpClient(server.url) as client:
            with suppress(TransportError):
                options = RequestOptions(max_retries=0)
                assert (await client.put("/file", content=path, options=options)).is_error
    assert str(path) not in {open_file(name) for name in os.listdir("/proc/self/fd")}


def open_file(descriptor: str) -> str:
    with suppress(OSError):
        return os.readlink(f"/proc/self/fd/{descriptor}")
    return ""


@pytest.mark.wire
async def test_an_upload_that_is_cut_is_begun_anew(path: Path) -> None:
    os.truncate(path, 10_000_000)
    told: list[int] = []
    ok = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    options = RequestOptions(upload_progress=lambda done, _: told.append(done))
    with Deaf(b"", b"", ok) as server:
        config = RetryConfig(max_retries=2, backoff_factor=0)
        async with AsyncHttpClient(server.url, retry_config=config) as client:
            with suppress(TransportError):
                await client.put("/file", content=path, options=options)
    assert server.begun == 3
    assert told.count(0) >= 3
