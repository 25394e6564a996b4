"""The fast transport: what goes out, what comes back, and what it refuses."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import (
    AsyncReqwestTransport,
    ConfigurationError,
    InvalidRequestError,
    PoolConfig,
    ProtocolError,
    RequestInterceptor,
    ServiceUnavailableError,
    TimeoutConfig,
)
from tests.faults.answers import USER
from tests.faults.canary import Notebook, logged, show_client, show_error
from tests.faults.server import FaultServer
from tests.reqwest_client import ONE_PLACE, AsyncEventually, AsyncFastClient
from tests.stream_server import END, NO_CONTENT, PATH, chunk, head, plain, serving

CANARY = "cAnArY-7f3a"


class User(msgspec.Struct):
    id: int
    name: str


ADA = User(7, "Ada")


@pytest.fixture
def anyio_backend() -> str:  # sync: keep
    # The engine knows no other event loop.
    return "asyncio"  # sync: keep


# --- what comes back ----------------------------------------------------------------------------


async def test_a_raw_response_is_one_of_httpx(faults: FaultServer) -> None:
    async with AsyncFastClient(faults.url) as client:
        response = await client.get("/ok", params={"q": "1"})
    assert type(response) is httpx.Response
    assert (response.status_code, response.reason_phrase) == (200, "OK")
    assert response.http_version == "HTTP/1.1"
    assert response.json() == {"id": 7, "name": "Ada"}
    assert response.headers["content-length"] == str(len(USER))
    assert str(response.request.url) == f"{faults.url}/ok?q=1"
    assert response.request.method == "GET"
    assert timedelta(0) < response.elapsed < timedelta(seconds=5)
    assert faults.requests[0].headers["host"] == faults.url.removeprefix("http://")
    assert "accept-encoding" in faults.requests[0].headers


def refuse(*_args: Any, **_settings: Any) -> None:
    raise AssertionError("an httpx object was made")


async def test_a_typed_call_makes_no_httpx_object(
    faults: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with AsyncFastClient(faults.url) as client:
        assert await client.get("/ok", cast_to=User) == ADA
        with monkeypatch.context() as patch:
            for made in (httpx.Request, httpx.Response, httpx.Headers, httpx.URL):
                patch.setattr(made, "__init__", refuse)
            assert await client.get("/ok", params={"page": 2}, cast_to=User) == ADA
            told = await client.post("/echo", json_data={"id": 7, "name": "Ada"}, cast_to=User)
        assert told == ADA


async def test_connections_are_used_again(faults: FaultServer) -> None:
    async with AsyncFastClient(faults.url) as client:
        for _ in range(5):
            await client.get("/ok")
            await client.post("/echo", content=b"null")
        assert faults.accepted == 1
    assert await AsyncEventually.holds(lambda: faults.open == 0)


async def test_the_length_is_always_told_and_true(faults: FaultServer) -> None:
    wrong = {"content-length": "5"}
    async with AsyncFastClient(faults.url) as client:
        for method in ("POST", "PUT", "PATCH"):
            await client.request(method, "/ok")
            await client.request(method, "/echo", content=b"[1]", headers=wrong)
        await client.get("/ok", headers=wrong)
    lengths = [seen.headers.get("content-length") for seen in faults.requests]
    assert lengths == ["0", "3"] * 3 + [None]


async def test_answers_without_a_body(faults: FaultServer) -> None:
    async with AsyncFastClient(faults.url) as client:
        assert (await client.get("/empty")).content == b""
        assert (await client.get("/ok")).content == USER
    with serving(
        [b"HTTP/1.1 304 Not Modified\r\netag: x\r\ncontent-length: 24\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 24\r\n\r\n"],
        [NO_CONTENT],
    ) as server:
        async with AsyncFastClient(server.url) as client:
            unchanged = await client.get(PATH)
            assert (unchanged.status_code, unchanged.headers["etag"]) == (304, "x")
            asked = await client.head(PATH)
            assert (asked.content, asked.headers["content-length"]) == (b"", "24")
            assert (await client.get(PATH)).status_code == 204
        assert server.accepted == 1


@pytest.mark.parametrize(
    ("coding", "code"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
async def test_coded_bodies(coding: str, code: Callable[[bytes], bytes]) -> None:
    answer = plain("200 OK", code(USER), f"content-encoding: {coding}")
    with serving([answer]) as server:
        async with AsyncFastClient(server.url) as client:
            assert await client.get(PATH, cast_to=User) == ADA
            raw = await client.get(PATH)
            assert (raw.content, raw.headers["content-encoding"]) == (USER, coding)
            async with client.stream("GET", PATH) as response:
                assert await response.aread() == USER


async def test_a_coded_body_that_ends_too_early(faults: FaultServer) -> None:
    async with AsyncFastClient(faults.url) as client:
        with pytest.raises(ProtocolError, match="gzip"):
            await client.get("/gzip-cut", cast_to=User)


async def test_the_status_survives_a_body_that_breaks_off() -> None:
    answer = b"HTTP/1.1 503 No\r\ncontent-length: 100\r\n\r\nbusy"
    with serving([answer, "close"]) as server:
        async with AsyncFastClient(server.url) as client:
            with pytest.raises(ServiceUnavailableError) as caught:
                await client.get(PATH, cast_to=User)
            with pytest.raises(ProtocolError, match="end of file before message length reached"):
                await client.get(PATH)
    assert (caught.value.status_code, caught.value.body) == (503, "busy")


async def test_headers_that_are_not_ascii_are_left_out() -> None:
    fields = ("x-name: caf\xe9", "set-cookie: a=1", "x-id: 7", "set-cookie: b=2")
    answer = "\r\n".join(("HTTP/1.1 200 OK", *fields, "content-length: 0", "", ""))
    with serving([answer.encode("latin-1")]) as server:
        async with AsyncFastClient(server.url) as client:
            response = await client.get(PATH)
            assert "x-name" not in response.headers
            assert response.headers["x-id"] == "7"
            assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
            assert dict(client.cookies) == {"a": "1", "b": "2"}


async def test_more_than_a_hundred_headers_are_refused() -> None:
    many = [f"x-{number}: 1" for number in range(101)]
    with serving([plain("200 OK", b"", *many)]) as server:
        async with AsyncFastClient(server.url) as client:
            with pytest.raises(ProtocolError, match="too large"):
                await client.get(PATH)


# --- streams and uploads ------------------------------------------------------------------------


async def test_a_stream_arrives_piece_by_piece() -> None:
    pieces = [chunk("one "), 0.02, chunk("two "), 0.02, chunk("three"), END]
    with serving([head("text/plain"), *pieces]) as server:
        async with AsyncFastClient(server.url, pool_config=ONE_PLACE) as client:
            for _ in range(2):
                async with client.stream("GET", PATH) as response:
                    assert response.headers["content-type"] == "text/plain"
                    read = [piece async for piece in response.aiter_bytes()]
                assert b"".join(read) == b"one two three"
                assert len(read) == 3
        assert server.accepted == 1


@pytest.mark.parametrize("path", ["/drip", "/stalled", "/chunk-loris"])
async def test_a_stream_that_is_left_gives_its_place_back(faults: FaultServer, path: str) -> None:
    async with AsyncFastClient(faults.url, pool_config=ONE_PLACE) as client:
        async with client.stream("GET", path) as response:
            assert response.status_code == 200
        assert await AsyncEventually.holds(lambda: faults.busy == 0)
        assert (await client.get("/ok")).status_code == 200


async def test_an_error_can_be_read(faults: FaultServer) -> None:
    async with AsyncFastClient(faults.url) as client:
        async with client.stream("GET", "/404") as response:
            assert b"told to" in await response.aread()
        assert "told to" in (await client.get("/404")).text


async def test_streamed_bodies_go_by_connections_of_their_own(
    faults: FaultServer, tmp_path: Path
) -> None:
    file = tmp_path / "body.json"
    file.write_bytes(b'{"id": 7, "name": "Ada"}')
    async with AsyncFastClient(faults.url) as client:
        assert await client.get("/ok", cast_to=User) == ADA
        for _ in range(2):
            assert await client.post("/echo", content=file, cast_to=User) == ADA
        await client.post("/echo", files={"file": file})
    numbers = [seen.connection for seen in faults.requests]
    assert len({numbers[0]} | set(numbers[1:])) == 1 + len(set(numbers[1:]))
    assert b'name="file"' in faults.requests[-1].body
    assert await AsyncEventually.holds(lambda: faults.open == 0)


# --- what it is made of -------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["pyreqwest", "pyreqwest.client"])
def test_without_the_extra_it_says_what_to_install(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    if module == "pyreqwest":
        monkeypatch.delitem(sys.modules, "pyreqwest.client", raising=False)
    with pytest.raises(ConfigurationError, match=r"needs the extra: pip install 'sdkbase\[fast\]'"):
        AsyncReqwestTransport()


async def test_repr() -> None:
    client = AsyncFastClient("http://h", pool_config=PoolConfig(max_connections=7))
    name = AsyncReqwestTransport.__name__
    assert repr(client.fast) == f"<{name} max_connections=7>"
    assert "engines=0" in client.pool
    assert "free=7 waiting=0" in client.pool
    await client.aclose()


# --- what lies above it -------------------------------------------------------------------------


async def test_redirects_and_cookies_are_ours() -> None:
    moved = plain("302 Found", b"", "location: /stream?2", "set-cookie: sid=one; Path=/")
    with serving([moved], [plain("200 OK", b"here")]) as server:
        async with AsyncFastClient(server.url, cookies={"a": "1"}) as client:
            response = await client.get(PATH)
        assert ([one.status_code for one in response.history], response.text) == ([302], "here")
        assert str(response.url) == f"{server.url}/stream?2"
        first, second = (seen.headers["cookie"] for seen in server.requests)
        assert (first, sorted(second.split("; "))) == ("a=1", ["a=1", "sid=one"])


class Changing(RequestInterceptor):
    """Changes what goes out, and sees what comes in."""

    def __init__(self, change: Callable[[httpx.Request], None]) -> None:
        self.change = change
        self.seen: list[str] = []

    def before_request(self, request: httpx.Request) -> None:
        self.change(request)

    def after_response(self, response: httpx.Response) -> None:
        self.seen.append(f"{response.status_code} {response.request.url.path}")


async def test_interceptors_see_and_change(faults: FaultServer) -> None:
    def change(request: httpx.Request) -> None:
        request.url = request.url.copy_with(path="/echo", username="user", password="word")
        request.headers["x-added"] = "1"
        del request.headers["x-taken"]

    hooks = Changing(change)
    async with AsyncFastClient(faults.url, interceptors=[hooks]) as client:
        response = await client.post("/nowhere", json_data=[1], headers={"x-taken": "1"})
    assert response.json() == [1]
    assert hooks.seen == ["200 /echo"]
    (seen,) = faults.requests
    assert seen.headers["x-added"] == "1"
    assert not {"x-taken", "authorization"} & seen.headers.keys()


def with_fields(*fields: tuple[bytes, bytes]) -> Callable[[httpx.Request], None]:
    def change(request: httpx.Request) -> None:
        request.headers = httpx.Headers([*request.headers.raw, *fields])

    return change


def with_url(url: str) -> Callable[[httpx.Request], None]:
    def change(request: httpx.Request) -> None:
        request.url = httpx.URL(url)

    return change


BREAKING = {
    "line break": with_fields((b"x-key", b"cAnArY\r\nx-more: 1")),
    "name": with_fields((b"x cAnArY", b"1")),
    "not ASCII": with_fields((b"x-key", b"cAnArY \xe9")),
    "path": with_url("http://api.example/%2e%2e/x?token=cAnArY"),
}


@pytest.mark.parametrize("what", BREAKING)
async def test_what_an_interceptor_breaks_is_refused(faults: FaultServer, what: str) -> None:
    notebook, hooks = Notebook(), [Changing(BREAKING[what])]
    async with AsyncFastClient(faults.url, interceptors=hooks, pool_config=ONE_PLACE) as client:
        for _ in range(2):  # the place has to come back
            with logged(notebook), pytest.raises(InvalidRequestError) as caught:
                await client.get("/ok")
        assert "free=1" in client.pool
    for place in (str(caught.value), repr(caught.value), caught.value.__cause__):
        notebook.write("error", place)
    assert notebook.leaks == []
    assert faults.requests == []


@pytest.mark.parametrize(
    "path", ["/lost", "/closed", "/garbage", "/short", "/chunk-cut", "/black-hole", "/stalled"]
)
async def test_errors_show_no_secret(faults: FaultServer, path: str) -> None:
    notebook = Notebook()
    limits = TimeoutConfig(read=0.1)
    headers = {"authorization": f"Bearer {CANARY}", "x-api-key": CANARY}
    with logged(notebook):
        async with AsyncFastClient(faults.url, headers=headers, timeout_config=limits) as client:
            with pytest.raises(Exception) as caught:  # whichever it is
                await client.get(path, params={"token": CANARY}, cast_to=User)
            show_error(notebook, caught.value)
            show_client(notebook, client)
            notebook.write("transport", f"{client.fast!r} {client.pool} {vars(client.fast)}")
    assert faults.requests[0].headers["x-api-key"] == CANARY
    assert notebook.pages
    assert notebook.leaks == []
